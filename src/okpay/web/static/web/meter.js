/* The password meter: an estimate of the guesses somebody needs, while typing, in this page alone.
   Nothing typed leaves the browser. The server's own rules decide; this only says it early.
   The idea (patterns and their cost, the cheapest way to cover the text) is zxcvbn's. */
"use strict";
(() => {
  const LEAST = 15;
  const KEYS = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz", "qazwsxedcrfvtgbyhnujmikolp"];
  const WORDS = (
    "password passwort admin login welcome letmein master monkey dragon shadow sunshine princess football iloveyou " +
    "superman trustno hello freedom whatever secret summer winter spring autumn money mother father family friend " +
    "woaini mima zhongguo beijing shanghai aini wang zhang qwerty azerty test user love baby angel michael jordan"
  ).split(" ");
  const LEET = { "@": "a", 4: "a", 3: "e", 1: "i", "!": "i", 0: "o", $: "s", 5: "s", 7: "t" };
  const plain = (text) => text.toLowerCase().replace(/[\W_]+/g, "");
  const unleet = (text) => text.replace(/[@431!0$57]/g, (sign) => LEET[sign]);

  /* what must not be part of a password: our name, and what stands in the same form */
  function ownWords(form) {
    const value = (name) => form?.querySelector(`[name="${name}"]`)?.value.trim().toLowerCase() || "";
    const local = value("email").split("@")[0];
    const phone = value("phone").replace(/\D/g, "");
    const words = ["okpay", plain(local), plain(value("name")), ...value("name").split(/\s+/)];
    return [...words, phone.slice(-8)].filter((word) => word.length >= 4);
  }

  function repeats(text) {
    if (new Set(text).size < 5) return true;
    for (let size = 1; size <= text.length / 2; size += 1)
      if (text.length % size === 0 && text.slice(0, size).repeat(text.length / size) === text) return true;
    let run = 0;
    for (let at = 1; at < text.length; at += 1) run += Math.abs(text.charCodeAt(at) - text.charCodeAt(at - 1)) === 1;
    return run * 4 >= (text.length - 1) * 3;
  }

  /* how many signs from here on follow one pattern, and its cost in bits */
  function piece(text, at) {
    const rest = text.slice(at);
    const word = WORDS.filter((one) => rest.startsWith(one) || unleet(rest).startsWith(one)).sort((a, b) => b.length - a.length)[0];
    if (word) return [word.length, 7];
    const date = /^(19|20)\d\d([01]\d([0-3]\d)?)?/.exec(rest);
    if (date) return [date[0].length, date[0].length > 4 ? 15 : 7];
    for (const row of [...KEYS, ...KEYS.map((one) => [...one].reverse().join(""))]) {
      let size = 0;
      while (size < rest.length && row.includes(rest.slice(0, size + 1))) size += 1;
      if (size >= 4) return [size, 6];
    }
    let same = 1;
    while (rest[same] === rest[0]) same += 1;
    if (same >= 3) return [same, 6];
    const letters = /^\p{L}{3,}/u.exec(rest);
    if (letters && /^[a-z]+$/.test(letters[0])) return [letters[0].length, Math.min(11 + letters[0].length, 4.7 * letters[0].length)];
    const sign = rest[0];
    return [1, /[a-z]/.test(sign) ? 4.7 : /\d/.test(sign) ? 3.3 : /[\s\-_.,]/.test(sign) ? 1 : /[!-~]/.test(sign) ? 5 : 9];
  }

  function bits(input) {
    const text = input.toLowerCase();
    const seen = new Set();
    let sum = /[A-Z]/.test(input.slice(1)) ? 3 : 0;
    for (let at = 0; at < text.length; ) {
      const [size, cost] = piece(text, at);
      const part = text.slice(at, at + size);
      sum += size > 1 && seen.has(part) ? 1 : cost;
      seen.add(part);
      at += size;
    }
    return sum;
  }

  function judge(text, form) {
    if (!text) return ["empty", 0];
    if (text.length < LEAST) return ["short", 1];
    if (ownWords(form).some((word) => plain(text).includes(word))) return ["own", 1];
    if (repeats(text.toLowerCase())) return ["plain", 1];
    const guess = bits(text);
    return guess < 36 ? ["plain", 2] : guess < 60 ? ["fair", 3] : ["good", 4];
  }
  window.okpayMeter = judge;

  for (const meter of document.querySelectorAll("[data-meter-for]")) {
    const input = document.getElementById(meter.dataset.meterFor);
    const bar = meter.querySelector("progress");
    const said = meter.querySelector("[role=status]");
    const show = () => {
      const [word, value] = judge(input.value, input.form);
      bar.value = value;
      bar.classList.toggle("prog--warn", value < 3);
      if (said.textContent !== meter.dataset[word]) said.textContent = meter.dataset[word];
    };
    input.form.addEventListener("input", show);
    show();
  }
})();
