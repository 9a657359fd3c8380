/* The number pad and the six boxes: they type into a real input, with real events. */
"use strict";
(() => {
  const announce = (input) => input.dispatchEvent(new Event("input", { bubbles: true }));
  const isPin = (input) => input instanceof HTMLInputElement && input.dataset.pin !== undefined;

  function press(input, key) {
    if (key === "back") input.value = input.value.slice(0, -1);
    else if (key === "." && input.value.includes(".")) return;
    else if (input.maxLength < 0 || input.value.length < input.maxLength) {
      const text = key === "." && !input.value ? "0." : input.value + key;
      input.value = /^0\d/.test(text) && !isPin(input) ? text.slice(1) : text;
    }
    announce(input);
  }

  /* who hears the pad instead of seeing the box hears what stands in it; of a password, how much */
  function say(pad, input) {
    const said = pad.querySelector("[data-said]");
    if (!said) return;
    said.textContent = isPin(input) ? said.dataset.said.replace("{}", input.value.length) : input.value;
  }

  document.addEventListener("click", (event) => {
    const key = event.target.closest("[data-pad] [data-key]");
    if (!key) return;
    const pad = key.closest("[data-pad]");
    const input = document.getElementById(pad.dataset.pad);
    if (!input) return;
    if (key.dataset.key !== "go") {
      press(input, key.dataset.key);
      say(pad, input);
    } else if (input.form) input.form.requestSubmit(input.form.querySelector("button[type=submit]") || undefined);
  });

  /* ---- where our own pad is in sight, a touch screen needs no second one over it; a keyboard
     that is attached types into the box as before ---- */
  const touch = matchMedia("(pointer: coarse)");
  function quieten() {
    for (const pad of document.querySelectorAll("[data-pad]")) {
      const input = document.getElementById(pad.dataset.pad);
      if (!input) continue;
      input.dataset.mode ||= input.inputMode;
      input.inputMode = touch.matches && getComputedStyle(pad).display !== "none" ? "none" : input.dataset.mode;
    }
  }

  /* ---- boxes: one dot a digit; the value itself is never shown ---- */
  const pins = () => [...document.querySelectorAll("[data-pin]")];
  /* the one that is being typed into; before that, the first that is not complete */
  function current() {
    if (isPin(document.activeElement)) return document.activeElement;
    return pins().find((input) => input.value.length < 6 && input.getClientRects().length);
  }
  function drawAll() {
    const active = current();
    for (const input of pins()) {
      input.parentElement.querySelectorAll("i").forEach((box, index) => {
        const next = input === active && index === input.value.length;
        box.className = index < input.value.length ? "on" : next ? "now" : "";
      });
    }
  }
  document.addEventListener("input", (event) => {
    const input = event.target;
    if (!isPin(input)) return;
    const digits = input.value.replace(/\D/g, "").slice(0, 6);
    if (digits !== input.value) input.value = digits;
    input.parentElement.classList.remove("pin--err");
    drawAll();
    if (digits.length === 6 && input.dataset.pin === "submit") {
      input.form.requestSubmit(input.form.querySelector("button[type=submit]") || undefined);
    }
  });
  /* typing always goes on at the end: there is no caret to see between the boxes */
  for (const name of ["focusin", "click", "keydown"]) {
    document.addEventListener(name, ({ target }) => {
      if (isPin(target)) target.setSelectionRange(target.value.length, target.value.length);
    });
  }

  function look() {
    quieten();
    drawAll();
  }
  for (const name of ["focusin", "focusout", "close"]) document.addEventListener(name, () => setTimeout(drawAll), true);
  document.addEventListener("htmx:afterSettle", look);
  window.addEventListener("pageshow", look);
  window.addEventListener("resize", quieten);
  touch.addEventListener("change", quieten);
  look();
})();
