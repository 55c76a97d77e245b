
// A walk through one addition. The formulas are those of AdditionFormulas.cs.
(() => {
  const { order: p, frequencies } = JSON.parse(document.getElementById("addition-data").textContent);
  const $ = id => document.getElementById("add-" + id);
  const turn = 2 * Math.PI / p;
  const tag = (name, attributes, text = "") => `<${name} ${Object.entries(attributes).map(([key, value]) => `${key}="${value}"`).join(" ")}>${text}</${name}>`;

  // The y axis of a page points down, that of a circle up.
  const dot = (angle, length, kind, r = 0.07) => tag("circle", { cx: length * Math.cos(angle), cy: -length * Math.sin(angle), r, class: kind });
  const arm = (angle, length, kind) => tag("line", { x1: 0, y1: 0, x2: length * Math.cos(angle), y2: -length * Math.sin(angle), class: kind });
  const word = (angle, length, text, kind = "") => tag("text", { x: length * Math.cos(angle), y: -length * Math.sin(angle) + 0.045, class: kind }, text);
  const rim = tag("circle", { cx: 0, cy: 0, r: 1, class: "rim" });

  const pizza = (a, b, k) => Array.from({ length: p }, (_, c) => {
    const w = turn * k, x = Math.cos(w * a) + Math.cos(w * b), y = Math.sin(w * a) + Math.sin(w * b), u = Math.cos(w * c / 2), v = Math.sin(w * c / 2);
    return Math.abs(x * u + y * v) - Math.abs(y * u - x * v);
  });
  const clock = (a, b, k) => Array.from({ length: p }, (_, c) => Math.cos(turn * k * (a + b - c)));
  const sum = (logits, circles) => circles.map(logits).reduce((all, one) => all.map((value, c) => value + one[c]));

  function readOut(id, logits, answer, name) {
    const top = Math.max(...logits.map(Math.abs), 1e-9), width = 600 / p;
    $(id).innerHTML = tag("line", { x1: 0, y1: 75, x2: 600, y2: 75, class: "axis" }) + logits.map((value, c) => tag("rect", {
      x: c * width + 0.1 * width, width: 0.8 * width, y: value > 0 ? 75 - 70 * value / top : 75, height: Math.abs(70 * value / top), class: c === answer ? "answer" : "bar",
    }, tag("title", {}, `c = ${c}: ${value.toFixed(4)}`))).join("");
    const others = logits.filter((_, c) => c !== answer), said = logits.indexOf(Math.max(...logits)), margin = logits[answer] - Math.max(...others);
    // Two classes whose logits differ by rounding alone are not told apart.
    $(id + "-text").textContent = Math.abs(margin) < 1e-9 ? `${name}: no decision, other classes have the logit of ${answer} too.`
      : `${name} says ${said}${said === answer ? "" : `, not ${answer}`}. Logit of ${answer}: ${logits[answer].toFixed(3)}, ahead of the best other by ${margin.toFixed(4)}.`;
  }

  function draw() {
    const a = Number($("a").value), b = Number($("b").value), k = Number($("k").value), w = turn * k, answer = (a + b) % p;
    const half = w * (a + b) / 2, slice = Math.cos(w * (a - b) / 2);
    $("a-text").textContent = a;
    $("b-text").textContent = b;

    let ticks = "";
    for (let t = 0; t < p; t++) ticks += dot(w * t, 1, "tick", 0.02);
    $("embed").innerHTML = rim + ticks + arm(w * a, 1, "first") + arm(w * b, 1, "second") + dot(w * a, 1, "first") + dot(w * b, 1, "second") + word(w * a, 1.15, a) + word(w * b, 1.15, b);
    $("embed-text").textContent = `${a} and ${b} on the circle of frequency ${k}: one step further is ${(360 * k / p).toFixed(1)}° on.`;

    const chord = tag("line", { x1: Math.cos(w * a), y1: -Math.sin(w * a), x2: Math.cos(w * b), y2: -Math.sin(w * b), class: "chord" });
    const across = arm(half, 1, "either") + arm(half + Math.PI, 1, "either");
    $("mean").innerHTML = rim + across + chord + arm(half, slice, "mean") + dot(w * a, 1, "first", 0.05) + dot(w * b, 1, "second", 0.05) + dot(half, slice, "mean");
    $("mean-text").textContent = `The mean has length |cos(w(a − b)/2)| = ${Math.abs(slice).toFixed(3)}${Math.abs(slice) < 0.15 ? ": nearly opposite, this circle is of little use here" : ""}. Its direction is half the sum's angle, or the opposite one.`;

    $("fold").innerHTML = rim + ticks + arm(2 * half, Math.abs(slice), "mean") + dot(2 * half, Math.abs(slice), "mean") + dot(w * answer, 1, "answer", 0.05) + word(w * answer, 1.15, answer);
    $("fold-text").textContent = `|x·u| − |x·v| is the same for x and −x: the angle doubles, half a turn becomes a whole one, and the slice points at ${answer}.`;

    $("turn").innerHTML = rim + ticks + arm(w * a, 1, "first") + arm(w * (a + b), 1, "mean") + dot(w * (a + b), 1, "mean") + dot(w * a, 1, "first", 0.05) + word(w * answer, 1.15, answer);
    $("turn-text").textContent = `cos·cos − sin·sin turns a on by b: length 1 for every pair, straight at ${answer}.`;

    const circles = $("all").checked ? frequencies : [k];
    readOut("pizza", sum(f => pizza(a, b, f), circles), answer, "The Pizza");
    readOut("clock", sum(f => clock(a, b, f), circles), answer, "The Clock");
  }

  $("k").replaceChildren(...frequencies.map(k => new Option(k, k)));
  for (const [id, value] of [["a", Math.floor(p / 5)], ["b", Math.floor(p / 3)]]) { $(id).max = p - 1; $(id).value = value; }
  for (const id of ["a", "b", "k", "all"]) $(id).addEventListener("input", draw);
  $("all").closest("label").hidden = frequencies.length < 2;
  draw();
  document.getElementById("addition").dataset.ready = "yes";
})();
