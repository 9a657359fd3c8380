/* Registering and passwords: a meter in plain words, and buttons that wait. Pages work without it. */
"use strict";
(() => {
  const LEAST = 15;
  const plain = (text) => text.toLowerCase().replace(/[\W_]+/g, "");

  /* what must not be part of a password: our name, and what stands in the same form */
  function ownWords(form) {
    const value = (name) => form.querySelector(`[name="${name}"]`)?.value.trim().toLowerCase() || "";
    const local = value("email").split("@")[0];
    const phone = value("phone").replace(/\D/g, "");
    const words = ["okpay", plain(local), plain(value("name")), ...value("name").split(/\s+/)];
    return [...words.filter((word) => word.length >= 4), phone.slice(-8)].filter((word) => word.length >= 4);
  }

  function repeats(text) {
    if (new Set(text).size < 5) return true;
    for (let size = 1; size <= text.length / 2; size += 1)
      if (text.length % size === 0 && text.slice(0, size).repeat(text.length / size) === text) return true;
    let run = 0;
    for (let at = 1; at < text.length; at += 1) run += Math.abs(text.charCodeAt(at) - text.charCodeAt(at - 1)) === 1;
    return run * 4 >= (text.length - 1) * 3;
  }

  function judge(input) {
    const text = input.value;
    const words = text.trim() ? text.trim().split(/[\s\-_.,]+/).length : 0;
    if (!text) return ["empty", 0];
    if (text.length < LEAST) return ["short", 1];
    if (ownWords(input.form).some((word) => plain(text).includes(word))) return ["own", 1];
    if (repeats(text.toLowerCase())) return ["plain", 1];
    return text.length >= 20 || words >= 4 ? ["good", 4] : ["fair", 3];
  }

  for (const meter of document.querySelectorAll("[data-meter-for]")) {
    const input = document.getElementById(meter.dataset.meterFor);
    const bar = meter.querySelector("progress");
    const said = meter.querySelector("[role=status]");
    const show = () => {
      const [word, value] = judge(input);
      bar.value = value;
      bar.classList.toggle("prog--warn", value < 3);
      if (said.textContent !== meter.dataset[word]) said.textContent = meter.dataset[word];
    };
    input.form.addEventListener("input", show);
    show();
  }

  for (const button of document.querySelectorAll("[data-wait]")) {
    const label = button.textContent;
    const end = Date.now() + 1000 * Number(button.dataset.wait);
    const tick = () => {
      const left = Math.ceil((end - Date.now()) / 1000);
      button.disabled = left > 0;
      button.textContent = left > 0 ? button.dataset.waitText.replace("{}", left) : label;
      if (left > 0) setTimeout(tick, 1000);
    };
    tick();
  }
})();
