/* The number pad and the six boxes: they type into a real input, with real events. */
"use strict";
(() => {
  const announce = (input) => input.dispatchEvent(new Event("input", { bubbles: true }));

  function press(input, key) {
    if (key === "back") input.value = input.value.slice(0, -1);
    else if (key === "." && input.value.includes(".")) return;
    else if (input.maxLength < 0 || input.value.length < input.maxLength) {
      const text = key === "." && !input.value ? "0." : input.value + key;
      input.value = /^0\d/.test(text) && input.inputMode === "decimal" ? text.slice(1) : text;
    }
    announce(input);
  }

  document.addEventListener("click", (event) => {
    const key = event.target.closest("[data-pad] [data-key]");
    if (!key) return;
    const input = document.getElementById(key.closest("[data-pad]").dataset.pad);
    if (!input) return;
    if (key.dataset.key !== "go") press(input, key.dataset.key);
    else if (input.form) input.form.requestSubmit(input.form.querySelector("button[type=submit]") || undefined);
  });

  /* ---- boxes: one dot a digit; the value itself is never shown ---- */
  function draw(input) {
    const boxes = input.parentElement.querySelectorAll("i");
    boxes.forEach((box, index) => {
      box.className = index < input.value.length ? "on" : index === input.value.length ? "now" : "";
    });
  }
  document.addEventListener("input", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || input.dataset.pin === undefined) return;
    const digits = input.value.replace(/\D/g, "").slice(0, 6);
    if (digits !== input.value) input.value = digits;
    input.parentElement.classList.remove("pin--err");
    draw(input);
    if (digits.length === 6 && input.dataset.pin === "submit") {
      input.form.requestSubmit(input.form.querySelector("button[type=submit]") || undefined);
    }
  });
  /* typing always goes on at the end: there is no caret to see between the boxes */
  for (const name of ["focusin", "click", "keydown"]) {
    document.addEventListener(name, ({ target }) => {
      if (target instanceof HTMLInputElement && target.dataset.pin !== undefined) {
        target.setSelectionRange(target.value.length, target.value.length);
      }
    });
  }

  const drawAll = () => document.querySelectorAll("[data-pin]").forEach(draw);
  document.addEventListener("htmx:afterSettle", drawAll);
  window.addEventListener("pageshow", drawAll);
  drawAll();
})();
