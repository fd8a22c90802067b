// The slider of a counterexample: shows what each place holds after so many effects.
"use strict";
for (const cex of document.querySelectorAll(".cex")) {
  const slider = cex.querySelector("input[type=range]");
  if (!slider) continue;
  const output = cex.querySelector("output");
  const effects = [...cex.querySelectorAll("[data-effect]")];
  const cells = [...cex.querySelectorAll("[data-moments]")].map((cell) => {
    const moments = JSON.parse(cell.dataset.moments);
    return { cell, moments, after: cell.textContent, look: cell.className };
  });
  const last = Number(slider.max);
  // Of the tables that effects change; the engine's own records are shown as the call leaves them.
  const heads = [...cex.querySelectorAll("table")]
    .filter((table) => table.querySelector("[data-moments]"))
    .map((table) => table.querySelector("thead th:nth-child(3)"));

  const show = () => {
    const at = Number(slider.value);
    for (const { cell, moments, after, look } of cells) {
      const text = at === last ? after : moments[Math.min(at, moments.length - 1)];
      cell.textContent = text;
      cell.className = at === last ? look : "engine " + (text === moments[0] ? "same" : "changed");
    }
    effects.forEach((effect, i) => {
      effect.classList.toggle("later", i >= at);
      effect.classList.toggle("now", i === at - 1 && at !== last);
    });
    for (const head of heads) head.textContent = at === last ? "engine, after" : `engine, after effect ${at}`;
    const what = at === 0 ? "before the first" : effects[at - 1].querySelector("code").textContent;
    output.textContent = `${at} of ${last}: ${what}`;
  };
  slider.addEventListener("input", show);
  show();
}
