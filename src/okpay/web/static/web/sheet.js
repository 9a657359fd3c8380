/* Sheets are <dialog>: focus stays inside, the background is inert, Escape closes, focus returns. */
"use strict";
(() => {
  function open(dialog) {
    if (dialog.matches(":modal")) return;
    if (dialog.open) dialog.close();
    dialog.showModal();
    /* the browser would take the close button; a password box comes first, else the sheet itself,
       whose title is then read */
    (dialog.querySelector("[autofocus], [data-pin]") || dialog).focus({ preventScroll: true });
  }

  /* a sheet that the server rendered open is a panel in the page; here it becomes modal */
  function raise(within) {
    for (const dialog of within.querySelectorAll("dialog[data-modal]")) open(dialog);
  }

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.open);
      if (dialog) {
        event.preventDefault();
        opener.closest("dialog")?.close();
        open(dialog);
      }
      return;
    }
    const closer = event.target.closest("[data-close]");
    const inside = event.target.closest("dialog");
    if (closer && inside && !closer.href) inside.close();
    /* a press on the backdrop is a press on the dialog itself, outside its box */
    if (inside && event.target === inside && inside.matches(":modal") && !inside.querySelector("[aria-busy=true]")) {
      const box = inside.getBoundingClientRect();
      const hit = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
      if (!hit && event.clientX + event.clientY > 0) dismiss(inside);
    }
  });

  /* where closing means going back (a confirm step of its own address), go there */
  function dismiss(dialog) {
    const back = dialog.querySelector("a[data-close]");
    if (back) location.assign(back.href);
    else dialog.close();
  }
  document.addEventListener("cancel", (event) => {
    const dialog = event.target;
    if (!(dialog instanceof HTMLDialogElement)) return;
    if (dialog.querySelector("[aria-busy=true]")) event.preventDefault();
    else if (dialog.querySelector("a[data-close]")) {
      event.preventDefault();
      dismiss(dialog);
    }
  }, true);

  document.addEventListener("htmx:afterSettle", (event) => raise(event.target.parentElement || document));
  raise(document);
})();
