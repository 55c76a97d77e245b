"use strict";

// Light or dark: the reader's system decides until #dark, #light or the button says otherwise.
(() => {
  const root = document.documentElement, button = document.getElementById("theme");
  const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const label = () => { button.textContent = dark() ? "Light" : "Dark"; button.title = `Switch to ${dark() ? "light" : "dark"} colours`; };
  const asked = () => /^#(dark|light)$/.exec(location.hash)?.[1];
  const turn = theme => { if (theme) root.dataset.theme = theme; label(); };
  turn(asked());
  addEventListener("hashchange", () => turn(asked()));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", label);
  button.addEventListener("click", () => turn(dark() ? "light" : "dark"));
  button.hidden = false;
})();

// The bar names the sections that this report has.
for (const section of document.querySelectorAll("main section[id]")) {
  const link = document.createElement("a");
  link.href = "#" + section.id;
  link.textContent = section.querySelector("h2")?.textContent ?? "Summary";
  document.querySelector(".bar nav").append(link);
}

// A click on a column's head sorts by it: numbers as numbers, largest first; words in order. A second click turns the order.
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const number = head.classList.contains("number");
      const rising = head.ariaSort === null ? !number : head.ariaSort === "descending";
      const key = row => number ? Number.parseFloat(row.cells[column].textContent) : row.cells[column].textContent;
      const order = (a, b) => number ? (Number.isNaN(a) ? -Infinity : a) - (Number.isNaN(b) ? -Infinity : b) || 0 : a.localeCompare(b, "en", { numeric: true });
      const rows = [...body.rows].sort((a, b) => (rising ? 1 : -1) * order(key(a), key(b)));
      for (const other of heads) other.ariaSort = null;
      head.ariaSort = rising ? "ascending" : "descending";
      body.append(...rows);
    });
  });
}
