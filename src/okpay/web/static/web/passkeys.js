/* Passkeys (WebAuthn): ask the browser, put its answer into the form, send the form. */
"use strict";
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

  function read(options) {
    const made = { ...options, challenge: bytes(options.challenge) };
    if (options.user) made.user = { ...options.user, id: bytes(options.user.id) };
    if (options.allowCredentials) made.allowCredentials = known(options.allowCredentials);
    if (options.excludeCredentials) made.excludeCredentials = known(options.excludeCredentials);
    return made;
  }

  function write(credential) {
    const from = credential.response;
    const response = { clientDataJSON: text(from.clientDataJSON) };
    if (from.attestationObject) response.attestationObject = text(from.attestationObject);
    if (from.authenticatorData) response.authenticatorData = text(from.authenticatorData);
    if (from.signature) response.signature = text(from.signature);
    if (from.userHandle?.byteLength) response.userHandle = text(from.userHandle);
    return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: {} });
  }

  const asked = new WeakMap(); /* one challenge a form: two at once would each outdate the other */

  function optionsOf(form) {
    if (!asked.has(form)) asked.set(form, fetched(form));
    return asked.get(form);
  }

  async function fetched(form) {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(form.dataset.optionsFrom, { method: "POST", headers: { "X-CSRFToken": token }, credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  let waiting = null; /* the quiet offer in the sign-in field, which a button press ends */

  async function ask(form, more) {
    const publicKey = read(await optionsOf(form));
    const credential = await navigator.credentials[form.dataset.passkey]({ publicKey, ...more });
    form.querySelector("[name=response]").value = write(credential);
    form.requestSubmit();
  }

  function prepare(form) {
    const go = form.querySelector("[data-passkey-go]");
    const failed = form.querySelector("[data-passkey-failed]");
    form.querySelector("[data-passkey-none]")?.remove();
    go.hidden = false;
    go.addEventListener("click", async () => {
      if (!form.reportValidity()) return;
      waiting?.abort();
      go.disabled = true;
      failed.hidden = true;
      try {
        await ask(form, {});
      } catch {
        asked.delete(form);
        failed.hidden = false;
        go.disabled = false;
      }
    });
  }

  async function offerQuietly(form) {
    if (!(await window.PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    waiting = new AbortController();
    try {
      await ask(form, { mediation: "conditional", signal: waiting.signal });
    } catch {
      /* ended by the button, or nothing was chosen: the page works on without it */
    }
  }

  if (window.PublicKeyCredential)
    for (const form of document.querySelectorAll("form[data-passkey]")) {
      prepare(form);
      if ("conditional" in form.dataset) offerQuietly(form);
    }

  for (const button of document.querySelectorAll("[data-save]"))
    button.addEventListener("click", () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([`${button.dataset.save}\n`], { type: "text/plain" }));
      link.download = button.dataset.saveAs;
      link.click();
      URL.revokeObjectURL(link.href);
    });
  for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
})();
