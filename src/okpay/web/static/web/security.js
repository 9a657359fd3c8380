/* Security questions: the field for own wording shows only where it is chosen. Works without it. */
"use strict";
(() => {
  for (const part of document.querySelectorAll("[data-question]")) {
    const choice = part.querySelector("select");
    const own = part.querySelector("[data-own]");
    const show = () => {
      own.hidden = choice.value !== "own";
    };
    choice.addEventListener("change", show);
    show();
  }
})();
