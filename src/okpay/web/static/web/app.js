/* Shared behaviour of every page. Everything here is an addition: pages work without it. */
"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  /* ---- toast: one polite sentence, gone after five seconds ---- */
  function toast(text) {
    const place = livePlace();
    const made = document.getElementById("toast").content.cloneNode(true);
    const shown = made.querySelector(".toast");
    shown.querySelector("span").textContent = text;
    place.append(made);
    setTimeout(() => shown.remove(), 5000);
  }
  /* an open sheet covers the page and makes it inert, so what is said must stand inside it */
  function livePlace() {
    const sheet = document.querySelector("dialog:modal");
    if (!sheet) return document.getElementById("toasts");
    const found = sheet.querySelector(".toasts");
    if (found) return found;
    const made = document.getElementById("toasts").cloneNode(false);
    made.removeAttribute("id");
    sheet.append(made);
    return made;
  }
  window.okpay = { toast };
  document.addEventListener("okpay:toast", (event) => toast(event.detail.value || event.detail));

  /* ---- appearance: applied at once, remembered by the server's cookie ---- */
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-look]");
    const button = event.submitter;
    if (!form || !button) return;
    event.preventDefault();
    const { name, value } = button;
    const data = new FormData(form, button);
    if (value) root.dataset[name] = value;
    else delete root.dataset[name];
    for (const twin of all(`form[data-look] button[name="${name}"]`)) {
      twin.setAttribute("aria-pressed", String(value === twin.dataset.on));
      twin.value = value === twin.dataset.on ? twin.dataset.off || "" : twin.dataset.on;
    }
    fetch(form.action, { method: "POST", body: data, redirect: "manual" }).catch(() => undefined);
  });
  /* the theme button must know which theme the device itself is showing */
  const device = matchMedia("(prefers-color-scheme: dark)");
  function followDevice() {
    if (root.dataset.theme) return;
    for (const button of all('form[data-look] button[name="theme"]')) {
      button.value = device.matches ? "light" : "dark";
      button.setAttribute("aria-pressed", String(device.matches));
    }
  }
  device.addEventListener("change", followDevice);
  followDevice();

  /* ---- submit once: the button keeps its place and says what is happening ---- */
  function busy(button, on) {
    const idle = button.querySelector(".btn__idle");
    const label = button.querySelector(".btn__busy");
    if (idle && label) {
      idle.hidden = on;
      label.hidden = !on;
    }
    if (on) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
    button.disabled = on;
  }
  function reset(within) {
    for (const form of all("form[data-sent]", within)) delete form.dataset.sent;
    for (const button of all('button[aria-busy="true"]', within)) busy(button, false);
    follow();
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog" || form.matches("[data-look]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    const button = event.submitter || form.querySelector("button[type=submit]");
    /* after the browser has taken the form's values: a disabled button would not be sent */
    if (button) setTimeout(() => busy(button, true), 0);
  });
  window.addEventListener("pageshow", (event) => event.persisted && reset(document));
  document.addEventListener("htmx:afterRequest", (event) => reset(event.target.parentElement || document));

  /* no answer is not a refusal: say that it is unknown, and leave the page as it is */
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(name, () => toast(document.body.dataset.noAnswer));
  }

  /* ---- copy, show what is typed ---- */
  document.addEventListener("click", async (event) => {
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      try {
        await navigator.clipboard.writeText(copy.dataset.copy);
        toast(document.body.dataset.copied);
      } catch {
        toast(document.body.dataset.copyFailed);
      }
    }
    const reveal = event.target.closest("[data-reveal]");
    if (reveal) {
      const input = document.getElementById(reveal.dataset.reveal);
      const shown = input.type === "text";
      input.type = shown ? "password" : "text";
      reveal.setAttribute("aria-pressed", String(!shown));
    }
    const print = event.target.closest("[data-print]");
    if (print) window.print();
  });

  /* ---- offline: say so, say how old the page is, and stop what would move money ---- */
  function follow() {
    const off = !navigator.onLine;
    const strip = document.getElementById("offline");
    if (strip) strip.hidden = !off;
    for (const button of all("[data-pay]")) {
      if (button.getAttribute("aria-busy") === "true") continue;
      if (off && !button.disabled) {
        button.disabled = true;
        button.dataset.stopped = "1";
        const reason = document.getElementById("offline-reason");
        if (reason) button.after(reason.content.cloneNode(true));
      } else if (!off && button.dataset.stopped) {
        button.disabled = false;
        delete button.dataset.stopped;
        button.parentElement.querySelector("[data-offline-reason]")?.remove();
      }
    }
  }
  window.addEventListener("online", follow);
  window.addEventListener("offline", follow);
  document.addEventListener("htmx:afterSettle", follow);
  follow();

  /* ---- install: the shell works offline; personal pages are never stored ---- */
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => undefined);
})();
