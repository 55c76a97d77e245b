
// The scene player. The format of the data is described in SceneData.cs, its writer.
(async () => {
  const scenes = JSON.parse(document.getElementById("scenes").textContent);
  const $ = id => document.getElementById(id);
  const safe = text => text.replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`);
  const canvas = $("scene"), pen = canvas.getContext("2d");

  async function unpack(scene) {
    const packed = Uint8Array.from(atob(scene.data), c => c.charCodeAt(0));
    const bytes = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
    const positions = 2 * scene.moments * scene.particles, n = scene.particles;
    scene.positions = new Uint16Array(bytes, 0, positions);
    const triples = new Uint16Array(bytes, 2 * positions, 3 * scene.contacts);
    let at = 2 * positions + 6 * scene.contacts;
    scene.touching = Array.from({ length: scene.frames }, () => []);
    for (let k = 0; k < triples.length; k += 3) scene.touching[triples[k]].push([triples[k + 1], triples[k + 2]]);
    let last = null;
    for (const view of scene.views) {
      const size = scene.frames * n * n, attention = view.attention = new Uint8Array(bytes, at, view.heads.length * size);
      at += attention.length;
      if (last?.seed === view.seed && last.attention.length === attention.length) for (let k = 0; k < attention.length; k++) attention[k] += last.attention[k];
      view.heads.forEach((head, h) => { head.attention = attention.subarray(h * size, (h + 1) * size); });
      last = view;
    }
    scene.data = null;
  }

  // What is shown. Time is counted in moments.
  let scene, view = null, head = null, time = 0, playing = false, hovered = -1, pinned = -1, colours = {};

  const frame = () => Math.min(scene.frames - 1, Math.floor(time / scene.perFrame + 1e-9));
  const lastMoment = () => scene.moments - 1;
  const weight = (i, j) => head ? head.attention[(frame() * scene.particles + i) * scene.particles + j] / 100 : 0;
  const partnersOf = i => scene.touching[frame()].filter(pair => pair.includes(i)).map(pair => pair[0] === i ? pair[1] : pair[0]);

  function place(i, at) {
    const m = Math.min(Math.floor(at), lastMoment()), next = Math.min(m + 1, lastMoment()), part = at - m, p = scene.positions, n = scene.particles;
    const mix = (k, repeats) => {
      const a = p[2 * (m * n + i) + k] / 65535, b = p[2 * (next * n + i) + k] / 65535, there = repeats ? b - Math.round(b - a) : b, mixed = a * (1 - part) + there * part;
      return repeats ? mixed - Math.floor(mixed) : mixed;
    };
    const scale = canvas.width / scene.width;
    return [mix(0, scene.repeatsX) * scene.width * scale, canvas.height - mix(1, scene.repeatsY) * scene.height * scale];
  }

  const radius = i => (scene.radii ? scene.radii[i] : scene.radius) / scene.width * canvas.width;

  // Where the box repeats, everything is drawn once more on the other side; the canvas cuts what is outside.
  function images(paint) {
    for (const x of scene.repeatsX ? [0, -canvas.width, canvas.width] : [0])
      for (const y of scene.repeatsY ? [0, -canvas.height, canvas.height] : [0]) paint(x, y);
  }

  // The image of b that is nearest to a.
  const nearest = (a, b) => [
    scene.repeatsX ? b[0] - canvas.width * Math.round((b[0] - a[0]) / canvas.width) : b[0],
    scene.repeatsY ? b[1] - canvas.height * Math.round((b[1] - a[1]) / canvas.height) : b[1]];

  function disc(i, centre, less = 0) {
    pen.beginPath();
    images((x, y) => {
      pen.moveTo(centre[0] + x + radius(i) - less, centre[1] + y);
      pen.arc(centre[0] + x, centre[1] + y, radius(i) - less, 0, 2 * Math.PI);
    });
  }

  function resize() {
    const width = Math.round(canvas.clientWidth * devicePixelRatio), height = Math.round(width * scene.height / scene.width);
    if (canvas.width === width && canvas.height === height) return;
    canvas.width = width;
    canvas.height = height;
  }

  function readColours() {
    const style = getComputedStyle(document.documentElement);
    for (const name of ["ink", "muted", "rule", "disc", "attention", "contact"]) colours[name] = style.getPropertyValue("--" + name).trim();
  }

  function line(a, b) {
    pen.beginPath();
    images((x, y) => {
      pen.moveTo(a[0] + x, a[1] + y);
      pen.lineTo(b[0] + x, b[1] + y);
    });
    pen.stroke();
  }

  function draw() {
    resize();
    const n = scene.particles, px = canvas.width / Math.max(1, canvas.clientWidth), r = scene.radius / scene.width * canvas.width;
    const at = Array.from({ length: n }, (_, i) => place(i, time));
    const chosen = hovered >= 0 ? hovered : pinned;
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.lineCap = "round";

    for (let i = 0; i < n; i++) {
      disc(i, at[i]);
      pen.fillStyle = colours.disc;
      pen.fill();
      if (chosen >= 0 && chosen !== i) {
        pen.globalAlpha = 0.75 * weight(chosen, i);
        pen.fillStyle = colours.attention;
        pen.fill();
        pen.globalAlpha = 1;
      }
      pen.lineWidth = (i === chosen ? 2.5 : 1) * px;
      pen.strokeStyle = i === chosen ? colours.ink : colours.rule;
      pen.stroke();
    }

    // The way still to go in this frame: the network has to foresee what happens on it.
    const end = Math.min((frame() + 1) * scene.perFrame, lastMoment());
    pen.strokeStyle = colours.muted;
    pen.lineWidth = 1.8 * px;
    pen.setLineDash([0.1, 4 * px]);
    for (let i = 0; i < n; i++) {
      pen.beginPath();
      pen.moveTo(...at[i]);
      for (let m = Math.floor(time) + 1, here = at[i]; m <= end; m++) pen.lineTo(...(here = nearest(here, place(i, m))));
      pen.stroke();
    }
    pen.setLineDash([]);

    pen.strokeStyle = colours.contact;
    const pairs = scene.touching[frame()];
    pen.globalAlpha = 0.35;
    pen.lineWidth = 0.8 * r;
    for (const [i, j] of pairs) line(at[i], nearest(at[i], at[j]));
    pen.globalAlpha = 1;
    pen.lineWidth = 2.2 * px;
    for (const i of new Set(pairs.flat())) {
      disc(i, at[i], i === chosen ? 2.4 * px : 0);
      pen.stroke();
    }

    // i→j and j→i lie side by side, each to the right of its direction.
    pen.strokeStyle = colours.attention;
    pen.lineWidth = 2 * px;
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) {
      const alpha = i === j ? 0 : weight(i, j) * (chosen < 0 || chosen === i ? 1 : 0.1);
      if (alpha < 0.02) continue;
      const to = nearest(at[i], at[j]), dx = to[0] - at[i][0], dy = to[1] - at[i][1], aside = Math.min(2 * px, r / 4) / Math.max(1e-6, Math.hypot(dx, dy));
      pen.globalAlpha = alpha;
      line([at[i][0] - dy * aside, at[i][1] + dx * aside], [to[0] - dy * aside, to[1] + dx * aside]);
    }
    pen.globalAlpha = 1;

    pen.fillStyle = colours.muted;
    pen.font = `${Math.max(9 * px, Math.min(12 * px, 0.6 * r))}px system-ui, sans-serif`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    for (let i = 0; i < n; i++) pen.fillText(i, at[i][0], at[i][1] + r * 0.55);
    words(chosen);
  }

  function words(chosen) {
    $("time").value = time;
    $("clock").textContent = `frame ${frame() + 1} of ${scene.frames}, t = ${(time / scene.perFrame * scene.frameTime).toFixed(3)}`;
    if (!head) return;
    const touching = [...new Set(scene.touching[frame()].flat())];
    const given = touching.map(i => partnersOf(i).reduce((sum, j) => sum + weight(i, j), 0));
    $("chosen").innerHTML = `Block ${head.block}, head ${head.head}: <span class="label ${safe(head.label)}">${safe(head.label)}</span>, score ${head.score.toFixed(3)}. `
      + (touching.length === 0 ? "Nothing touches in this frame."
        : `In this frame ${touching.length} particles touch; they give their partners ${(given.reduce((a, b) => a + b, 0) / touching.length).toFixed(2)} of their attention.`);
    if (chosen < 0) {
      $("row").innerHTML = "<h3>Hover over a particle for its row of attention.</h3>";
      return;
    }
    const partners = new Set(partnersOf(chosen));
    const row = Array.from({ length: scene.particles }, (_, j) => [weight(chosen, j), j]).filter(([, j]) => j !== chosen).sort((a, b) => b[0] - a[0]).slice(0, 8);
    $("row").innerHTML = `<h3>Particle ${chosen} attends to</h3><ol>` + row.map(([w, j]) =>
      `<li><span class="${partners.has(j) ? "hit" : ""}">${j}${partners.has(j) ? " ●" : ""}</span><span>${w.toFixed(2)}</span><span class="meter" style="--weight:${w}"></span></li>`).join("") + "</ol>";
  }

  // Playing.
  let before = 0;
  function tick(now) {
    if (!playing) return;
    time += (now - before) / 1000 * Number($("speed").value) * scene.perFrame;
    before = now;
    if (time >= lastMoment()) { time = lastMoment(); stop(); }
    draw();
    if (playing) requestAnimationFrame(tick);
  }
  function stop() { playing = false; $("play").textContent = "Play"; }
  function play() {
    if (time >= lastMoment()) time = 0;
    playing = true;
    $("play").textContent = "Pause";
    before = performance.now();
    requestAnimationFrame(tick);
  }
  const turn = () => playing ? stop() : play();
  const go = f => { stop(); time = Math.max(0, Math.min(lastMoment(), f * scene.perFrame)); draw(); };

  // Choosing.
  function fill(select, values, label) {
    select.replaceChildren(...values.map(value => new Option(value, value)));
    label.hidden = values.length < 2;
  }
  const viewsOf = seed => scene.views.filter(v => v.seed === seed).sort((a, b) => a.step - b.step);

  function showSeed(seed, step) {
    const views = viewsOf(seed);
    $("step").max = Math.max(0, views.length - 1);
    $("step-part").hidden = views.length < 2;
    const at = step === undefined ? views.length - 1 : Math.max(0, views.findLastIndex(v => v.step <= step));
    $("step").value = at;
    showView(views[at]);
  }

  function showView(next) {
    const same = head && next.heads.find(h => h.block === head.block && h.head === head.head);
    view = next;
    $("step-text").textContent = String(view.step).replace(/\B(?=(\d{3})+$)/g, view.step < 10000 ? "" : "\u2009");
    head = same ?? view.heads.reduce((best, h) => h.score > best.score ? h : best, view.heads[0]);
    const blocks = [...new Set(view.heads.map(h => h.block))];
    $("heads").innerHTML = blocks.map(block => `<span>block ${block}</span><div class="chips">` + view.heads.filter(h => h.block === block).map(h =>
      `<label title="block ${block}, head ${h.head}: ${safe(h.label)}"><input type="radio" name="head" value="${view.heads.indexOf(h)}" ${h === head ? "checked" : ""}`
      + ` aria-label="block ${block}, head ${h.head}, ${safe(h.label)}, score ${h.score.toFixed(2)}"><span style="--score:${h.score}">${h.score.toFixed(2)}</span></label>`).join("") + "</div>").join("");
    draw();
  }

  function showHead(index) {
    head = view.heads[(index + view.heads.length) % view.heads.length];
    const input = $("heads").querySelector(`input[value="${view.heads.indexOf(head)}"]`);
    if (input) input.checked = true;
    draw();
  }

  async function showScene(index) {
    const next = scenes[index];
    if (next.data) await unpack(next);
    stop();
    const seed = view?.seed, step = view?.step;
    scene = next;
    hovered = pinned = -1;
    $("time").max = lastMoment();
    // Begin where most happens.
    const busiest = scene.touching.reduce((best, pairs, f) => pairs.length > scene.touching[best].length ? f : best, 0);
    time = Math.min(lastMoment(), busiest * scene.perFrame);
    const seeds = [...new Set(scene.views.map(v => v.seed))];
    fill($("seed"), seeds, $("seed-label"));
    if (seeds.length === 0) { view = head = null; draw(); return; }
    $("seed").value = seeds.includes(seed) ? seed : seeds[0];
    showSeed($("seed").value, step);
  }

  function under(event) {
    const box = canvas.getBoundingClientRect(), px = canvas.width / box.width;
    const [x, y] = [(event.clientX - box.left) * px, (event.clientY - box.top) * px];
    let best = -1, least = Infinity;
    for (let i = 0; i < scene.particles; i++) {
      const [a, b] = place(i, time), far = Math.hypot(a - x, b - y);
      if (far < 1.4 * radius(i) && far < least) [best, least] = [i, far];
    }
    return best;
  }

  $("play").addEventListener("click", turn);
  $("time").addEventListener("input", e => { stop(); time = Number(e.target.value); draw(); });
  $("which").addEventListener("change", e => showScene(e.target.selectedIndex));
  $("seed").addEventListener("change", e => showSeed(e.target.value, view.step));
  $("step").addEventListener("input", e => showView(viewsOf($("seed").value)[Number(e.target.value)]));
  $("heads").addEventListener("change", e => showHead(Number(e.target.value)));
  canvas.addEventListener("pointermove", e => { const i = under(e); if (i !== hovered) { hovered = i; draw(); } });
  canvas.addEventListener("pointerleave", () => { hovered = -1; draw(); });
  canvas.addEventListener("click", e => { const i = under(e); pinned = i === pinned ? -1 : i; draw(); });
  canvas.addEventListener("keydown", e => {
    const n = scene.particles, act = {
      " ": turn,
      ArrowRight: () => go(frame() + 1),
      ArrowLeft: () => go(Math.ceil(time / scene.perFrame - 1e-9) - 1),
      ArrowDown: () => { pinned = (pinned + 1) % n; draw(); },
      ArrowUp: () => { pinned = (Math.max(pinned, 0) + n - 1) % n; draw(); },
      "]": () => head && showHead(view.heads.indexOf(head) + 1),
      "[": () => head && showHead(view.heads.indexOf(head) - 1),
      Escape: () => { pinned = hovered = -1; draw(); },
    }[e.key];
    if (!act || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    act();
  });

  const recolour = () => { readColours(); if (scene) draw(); };
  new MutationObserver(recolour).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
  fill($("which"), scenes.map(s => s.name), $("which-label"));
  readColours();
  await showScene(0);
  new ResizeObserver(() => draw()).observe(canvas);
  canvas.dataset.ready = "yes";
})();
