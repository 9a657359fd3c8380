/* The console's keyboard and its passkey button. Everything works without it but the passkey. */
"use strict";
(() => {
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("[data-rows] tbody tr")];

  /* ---- rows: j, k, Enter ---- */
  let at = -1;
  function walk(step) {
    const all = rows();
    if (!all.length) return;
    if (all[at]) all[at].classList.remove("is-at");
    at = Math.max(0, Math.min(all.length - 1, at + step));
    all[at].classList.add("is-at");
    all[at].scrollIntoView({ block: "nearest" });
    const link = all[at].querySelector("a");
    if (link) link.focus({ preventScroll: true });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "j") walk(1);
    else if (event.key === "k") walk(-1);
    else if (event.key === "/") {
      const search = document.querySelector("[data-search]");
      if (!search) return;
      event.preventDefault();
      search.focus();
    } else if (event.key === "?") {
      const opener = document.querySelector('[data-open="keys"]');
      if (opener) opener.click();
    }
  });

  /* ---- the rail of a phone: the present place in sight ---- */
  const here = document.querySelector(".nav__list [aria-current]");
  if (here) here.scrollIntoView({ block: "nearest", inline: "center" });

  /* ---- passkey: ask the device, put its answer into the form, send it ---- */
  const form = document.querySelector("form[data-passkey]");
  if (form) {
    form.addEventListener("submit", async (event) => {
      if (form.response.value) return;
      event.preventDefault();
      event.stopPropagation();
      try {
        const given = JSON.parse(form.dataset.passkey);
        const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(given);
        const answer = await navigator.credentials.get({ publicKey });
        form.response.value = JSON.stringify(answer.toJSON());
        form.submit();
      } catch {
        window.okpay.toast(form.dataset.passkeyFailed);
      }
    });
  }
})();
