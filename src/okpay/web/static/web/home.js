/* The currency menu of the balance slip closes when you press elsewhere or Escape. */
"use strict";
(() => {
  const menus = () => document.querySelectorAll("details.bal__menu[open]");
  document.addEventListener("click", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
})();
