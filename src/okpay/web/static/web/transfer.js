/* Sharing hands a link to the device's own sheet; browsers without one keep the copy button. */
"use strict";
(() => {
  for (const button of document.querySelectorAll("[data-share]")) {
    if (!navigator.share) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      navigator.share({ url: button.dataset.share }).catch(() => undefined);
    });
  }
})();
