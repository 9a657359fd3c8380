/* Check a proof of liabilities (form okpay-proof-of-liabilities/1) with WebCrypto and nothing else.
   The same steps, in the same order, as the stand-alone verifier okpay_proof.py. */
"use strict";
window.okpayProof = (() => {
  const FORMAT = "okpay-proof-of-liabilities/1";
  const LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"; /* Crockford's base32 */
  const LIMIT = 1n << 128n; /* sums are 128 bits wide and never wrap */
  const MOST_STEPS = 64;
  const HEAD = new RegExp(
    "^OKPay proof of liabilities, version 1\\nday (\\d{4}-\\d\\d-\\d\\d)\\n" +
      "as-of (\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z)\\n" +
      "previous (none|[0-9a-f]{64})\\n((?:tree [^\\n]*\\n)*)$",
  );
  const TREE = /^tree ([A-Z0-9]{2,12}) (\d{1,2}) (\S+) ([0-9a-f]{64})$/;

  /* `code` names what is wrong; the page has the words for it */
  class ProofError extends Error {
    constructor(code, step = 0) {
      super(code);
      this.code = code;
      this.step = step;
    }
  }
  const refuse = (code, step) => {
    throw new ProofError(code, step);
  };

  function bytesOf(text, size) {
    if (typeof text !== "string" || !new RegExp(`^[0-9a-f]{${2 * size}}$`).test(text)) refuse("form");
    return Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
  }
  const hexOf = (bytes) => [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
  const numberOf = (bytes) => bytes.reduce((sum, one) => (sum << 8n) | BigInt(one), 0n);
  function packed(number) {
    const bytes = new Uint8Array(16);
    for (let place = 15; place >= 0; place -= 1, number >>= 8n) bytes[place] = Number(number & 255n);
    return bytes;
  }
  function joined(...parts) {
    const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
  function minorOf(text, decimals, step) {
    if (typeof text !== "string") refuse("form", step);
    if (text.startsWith("-")) refuse("negative", step);
    const fraction = decimals ? `\\.[0-9]{${decimals}}` : "";
    if (!new RegExp(`^(0|[1-9][0-9]{0,38})${fraction}$`).test(text)) refuse("form", step);
    return fit(BigInt(text.replace(".", "")), step);
  }
  const fit = (number, step) => (number < LIMIT ? number : refuse("overflow", step));
  function customerOf(text) {
    if (!new RegExp(`^cus_[0-7][${LETTERS}]{25}$`).test(text)) refuse("form");
    let value = 0n;
    for (const letter of text.slice(4)) value = (value << 5n) | BigInt(LETTERS.indexOf(letter));
    return packed(value);
  }
  /* a node: 32 bytes of SHA-256, then its sum in 16 */
  async function nodeOf(mark, content, sum) {
    const digest = await crypto.subtle.digest("SHA-256", joined(new Uint8Array([mark]), content));
    return joined(new Uint8Array(digest), packed(sum));
  }

  function statementOf(text, asset) {
    const head = HEAD.exec(text);
    if (!head) refuse("form");
    const trees = head[4].split("\n").slice(0, -1).map((line) => TREE.exec(line) || refuse("form"));
    const mine = trees.filter((tree) => tree[1] === asset);
    if (mine.length !== 1) refuse("asset");
    const [, , decimals, total, root] = mine[0];
    return { day: head[1], asOf: head[2], previous: head[3], decimals: Number(decimals), total, root };
  }

  /* "valid", or "unsupported" where the browser has no Ed25519; throws where it is not valid */
  async function signatureOf(proof) {
    const key = bytesOf(proof.public_key, 32);
    const signature = bytesOf(proof.signature, 64);
    let imported;
    try {
      imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
    } catch (error) {
      if (error.name === "NotSupportedError" || error.name === "SyntaxError") return "unsupported";
      refuse("signature");
    }
    const text = new TextEncoder().encode(proof.statement);
    const holds = await crypto.subtle.verify({ name: "Ed25519" }, imported, signature, text);
    return holds ? "valid" : refuse("signature");
  }

  function formOf(proof) {
    if (!proof || proof.format !== FORMAT || !Array.isArray(proof.path)) refuse("form");
    if (typeof proof.statement !== "string" || proof.path.length > MOST_STEPS) refuse("form");
    return proof;
  }

  /* every step up: the neighbour's sum and the sum with it */
  async function climb(proof, decimals) {
    const balance = minorOf(proof.balance, decimals, 0);
    const leaf = joined(customerOf(proof.customer), bytesOf(proof.nonce, 32), packed(balance));
    let here = await nodeOf(0, leaf, balance);
    const steps = [];
    for (const [place, step] of proof.path.entries()) {
      const theirs = minorOf(step.sum, decimals, place + 1);
      const other = joined(bytesOf(step.hash, 32), packed(theirs));
      const sum = fit(numberOf(here.slice(32)) + theirs, place + 1);
      if (step.side !== "left" && step.side !== "right") refuse("form", place + 1);
      here = await nodeOf(1, step.side === "left" ? joined(other, here) : joined(here, other), sum);
      steps.push({ theirs, sum });
    }
    return { balance, steps, root: hexOf(here.slice(0, 32)), sum: numberOf(here.slice(32)) };
  }

  /* Recompute all that a proof claims. Resolves to what was found; rejects with a ProofError.
     `tell` hears of each part that was looked at, as it is known. */
  async function check(proof, tell = () => undefined) {
    formOf(proof);
    if (!globalThis.crypto || !crypto.subtle) refuse("browser");
    const signature = await signatureOf(proof);
    tell("signature", signature);
    const statement = statementOf(proof.statement, proof.asset);
    const way = await climb(proof, statement.decimals);
    if (way.root !== statement.root) refuse("root");
    const total = minorOf(statement.total, statement.decimals, 0);
    if (way.sum !== total) refuse("total");
    return { signature, statement, way, total };
  }
  return { check, ProofError };
})();
