// Shows new messages by themselves, and keeps a paying button from being pressed twice.
"use strict";
const list = document.querySelector("[data-watch]");
if (list) {
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(list.dataset.watch);
      const newest = (await answer.json()).data[0];
      if (newest && newest.id !== list.dataset.newest && !location.search.includes("to=")) {
        location.reload();
      }
    } catch {
      // the box is restarting; the next round finds it again
    }
  }, 3000);
}
document.querySelectorAll("form").forEach((form) => {
  form.addEventListener("submit", () => {
    const button = form.querySelector("[data-once]");
    if (button) button.setAttribute("aria-busy", "true");
  });
});
