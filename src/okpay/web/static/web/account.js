/* Registering: buttons that wait until a code may be asked for again. Pages work without it. */
"use strict";
(() => {
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
