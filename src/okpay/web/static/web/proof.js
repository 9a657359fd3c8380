/* The page Proof of funds: fetches the proof, checks it here, and draws the way to the root. */
"use strict";
(() => {
  const place = document.querySelector("[data-proof]");
  const button = document.querySelector("[data-proof-check]");
  if (!place || !button) return;
  const said = place.querySelector("[data-proof-said]");
  const ladder = place.querySelector("[data-proof-ladder]");
  const words = document.getElementById("proof-words").content;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const pause = (ms) => new Promise((done) => setTimeout(done, calm.matches ? 0 : ms));

  const textOf = (code) => (words.querySelector(`[data-code="${code}"]`) || words.querySelector("p")).textContent;
  const stepOf = (name) => place.querySelector(`[data-step="${name}"]`);
  function mark(name, state, note = "") {
    const step = stepOf(name);
    step.className = state;
    const shown = step.querySelector("p");
    shown.textContent = note;
    shown.hidden = !note;
  }
  function money(minor, decimals) {
    const digits = minor.toString().padStart(decimals + 1, "0");
    const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, ",");
    const fraction = decimals ? `.${digits.slice(-decimals)}` : "";
    const { symbol, code } = place.dataset;
    return `${symbol}${whole}${fraction}${code ? ` ${code}` : ""}`;
  }
  function say(kind, code, step) {
    const shown = document.getElementById(`proof-${kind}`).content.cloneNode(true);
    shown.querySelector("[data-text]").textContent = textOf(code).replace("{step}", step || "");
    said.replaceChildren(shown);
  }

  /* ---- what this browser remembers: a key or a number that changes between visits is a sign ---- */
  const STORE = "okpay-proof";
  function remembered() {
    try {
      return JSON.parse(localStorage.getItem(STORE)) || {};
    } catch {
      return {};
    }
  }
  async function digestOf(text) {
    const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return [...new Uint8Array(bytes)].map((one) => one.toString(16).padStart(2, "0")).join("");
  }
  /* one memory for each customer number that signs in here: a shared computer is no sign of fraud */
  async function compare(proof, statement) {
    const all = remembered();
    const known = all[proof.customer];
    const days = known ? known.days : {};
    const digest = await digestOf(proof.statement);
    if (known && known.key !== proof.public_key) throw new window.okpayProof.ProofError("key");
    const before = new Date(`${statement.day}T00:00:00Z`);
    before.setUTCDate(before.getUTCDate() - 1);
    const yesterday = days[before.toISOString().slice(0, 10)];
    if (days[statement.day] && days[statement.day] !== digest) throw new window.okpayProof.ProofError("changed");
    if (yesterday && yesterday !== statement.previous) throw new window.okpayProof.ProofError("chain");
    const kept = Object.entries({ ...days, [statement.day]: digest }).sort().slice(-40);
    all[proof.customer] = { key: proof.public_key, days: Object.fromEntries(kept) };
    try {
      localStorage.setItem(STORE, JSON.stringify(all));
    } catch {
      /* a browser that keeps nothing compares nothing next time */
    }
    return known ? textOf("same") : textOf("first");
  }

  /* ---- the ladder: one rung a step, its bar the share of the total so far ---- */
  const SVG = "http://www.w3.org/2000/svg";
  function bar(part, whole) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 1000 6");
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    const filled = document.createElementNS(SVG, "rect");
    const share = whole ? Number((part * 1000n) / whole) : 1000;
    filled.setAttribute("width", String(Math.max(share, part ? 4 : 0)));
    filled.setAttribute("height", "6");
    filled.setAttribute("rx", "3");
    svg.append(filled);
    return svg;
  }
  function rung(what, added, sum, total) {
    const made = document.getElementById("proof-rung").content.cloneNode(true);
    made.querySelector("[data-what]").textContent = what;
    made.querySelector("[data-added]").textContent = added;
    made.querySelector("[data-sum]").textContent = sum;
    made.querySelector("li").append(bar(...total));
    ladder.append(made);
  }
  async function draw(found) {
    const { way, statement, total } = found;
    const shown = (minor) => money(minor, statement.decimals);
    ladder.hidden = false;
    rung(textOf("you"), "", shown(way.balance), [way.balance, total]);
    for (const [number, step] of way.steps.entries()) {
      await pause(110);
      rung(textOf("neighbour").replace("{step}", number + 1), `+ ${shown(step.theirs)}`, shown(step.sum), [step.sum, total]);
    }
    ladder.lastElementChild.classList.add("is-root");
  }

  /* ---- the check ---- */
  async function fetched(address, options) {
    let answer;
    try {
      answer = await fetch(address, { cache: "no-store", ...options });
    } catch {
      throw new window.okpayProof.ProofError("network");
    }
    if (!answer.ok || answer.redirected) throw new window.okpayProof.ProofError("network");
    return answer;
  }
  const STEP_OF = {
    signature: "signature", changed: "memory", chain: "memory", key: "memory", public: "public",
    customer: "leaf", balance: "leaf", root: "path", negative: "path", overflow: "path", total: "total",
  };
  async function run() {
    for (const step of place.querySelectorAll("[data-step]")) mark(step.dataset.step, "todo");
    ladder.replaceChildren();
    ladder.hidden = true;
    const proof = await (await fetched(place.dataset.file, { credentials: "same-origin" })).json();
    /* asked for without the sign-in, so that whoever answers cannot know who asks */
    const open = await (await fetched(place.dataset.statement, { credentials: "omit" })).text();
    if (open !== proof.statement) throw new window.okpayProof.ProofError("public");
    mark("public", "done", textOf("public-done"));
    if (proof.customer !== place.dataset.customer) throw new window.okpayProof.ProofError("customer");
    if (proof.balance !== place.dataset.balance) throw new window.okpayProof.ProofError("balance");
    mark("leaf", "done", proof.customer);
    const found = await window.okpayProof.check(proof, (_part, state) => {
      const valid = state === "valid";
      mark("signature", valid ? "done" : "wait", valid ? proof.public_key : textOf("unsupported"));
    });
    const known = found.signature === "valid";
    await draw(found);
    mark("path", "done", textOf("path-done").replace("{steps}", found.way.steps.length));
    mark("total", "done", money(found.total, found.statement.decimals));
    mark("memory", "done", await compare(proof, found.statement));
    say(known ? "ok" : "warn", known ? "ok" : "warn");
  }
  button.addEventListener("click", async () => {
    button.disabled = true;
    place.setAttribute("aria-busy", "true");
    said.replaceChildren();
    try {
      await run();
    } catch (error) {
      const code = error.code && words.querySelector(`[data-code="${error.code}"]`) ? error.code : "form";
      if (STEP_OF[code]) mark(STEP_OF[code], "bad");
      say(code === "network" || code === "browser" ? "warn" : "danger", code, error.step);
    }
    button.disabled = false;
    place.removeAttribute("aria-busy");
    said.focus();
  });
})();
