/* The desk's own: a fact shown for a minute, and the pictures of a document. */
"use strict";
(() => {
  /* ---- a fact in full: count down, then take it off the page ---- */
  const shown = document.querySelector("[data-shown]");
  if (shown) {
    const value = shown.querySelector("[data-value]");
    const left = shown.querySelector("[data-left]");
    const end = Date.now() + Number(shown.dataset.shown) * 1000;
    const hide = () => { value.textContent = ""; shown.hidden = true; };
    const tick = () => {
      const seconds = Math.ceil((end - Date.now()) / 1000);
      if (seconds <= 0) return hide();
      left.textContent = `${seconds} s`;
      setTimeout(tick, 250);
    };
    tick();
    addEventListener("pagehide", hide); // nor does it come back with the browser's back button
  }

  /* ---- pictures: larger, smaller, turned ---- */
  for (const viewer of document.querySelectorAll("[data-viewer]")) {
    const picture = viewer.querySelector("img");
    let size = 0;
    let turn = 0;
    const steps = ["", "pic--2", "pic--3", "pic--4"];
    const draw = () => {
      picture.className = ["pic", steps[size], turn ? `pic--r${turn * 90}` : ""].join(" ").trim();
    };
    viewer.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-do]");
      if (!button) return;
      if (button.dataset.do === "in") size = Math.min(steps.length - 1, size + 1);
      if (button.dataset.do === "out") size = Math.max(0, size - 1);
      if (button.dataset.do === "turn") turn = (turn + 1) % 4;
      draw();
    });
  }

  /* ---- side by side: two of the pictures beside each other, or one below the other ---- */
  for (const button of document.querySelectorAll("[data-beside]")) {
    button.addEventListener("click", () => {
      const on = document.getElementById(button.dataset.beside).classList.toggle("cols--even");
      button.setAttribute("aria-pressed", String(on));
    });
  }
})();
