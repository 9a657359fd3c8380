/* Records: a download leaves the page where it is, so its form must not stay busy. */
"use strict";
(() => {
  for (const form of document.querySelectorAll("form[data-plain]")) {
    form.addEventListener("submit", (event) => event.stopPropagation());
  }
})();
