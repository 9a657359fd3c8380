/* A passkey signs exactly what the sheet says: the server gives the challenge for this intent and
   this arrival. Without script, or without a passkey, the codes and the payment password remain. */
"use strict";
(() => {
  const form = document.querySelector("form[data-passkey-from]");
  const able = window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON;
  if (!form || !able) return;
  const button = form.querySelector("[data-passkey]");
  const said = form.querySelector("[data-passkey-said]");
  const answer = form.elements.passkey;
  button.hidden = false;

  function say(text) {
    said.textContent = text;
    said.hidden = !text;
  }

  async function sign() {
    const body = new FormData(form);
    body.delete("payment_password");
    const reply = await fetch(form.dataset.passkeyFrom, { method: "POST", body });
    if (!reply.ok) throw new Error((await reply.json()).detail || "");
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await reply.json());
    const credential = await navigator.credentials.get({ publicKey });
    return JSON.stringify(credential.toJSON());
  }

  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      answer.value = await sign();
      say(said.dataset.passkeySaid);
      if (form.dataset.passkeyInstead !== undefined) form.requestSubmit();
      else form.querySelector("[data-pin]")?.focus();
    } catch {
      answer.value = "";
      say(said.dataset.passkeyFailed);
    }
    button.disabled = false;
  });

  /* another arrival is another payment: what was signed holds no longer */
  form.addEventListener("change", (event) => {
    if (event.target.name !== "delay" || !answer.value) return;
    answer.value = "";
    say("");
  });
})();
