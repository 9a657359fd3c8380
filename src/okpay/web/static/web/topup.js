// Usual amounts go into the box without a round trip; without script they are plain links.
"use strict";
document
  .querySelectorAll("#topup-form .chip[aria-current]")
  .forEach((chip) => chip.scrollIntoView({ inline: "center", block: "nearest" }));
document.addEventListener("click", (event) => {
  const chip = event.target.closest("a[data-amount]");
  const box = document.querySelector("#topup-form input[name='amount']");
  if (!chip || !box) return;
  event.preventDefault();
  box.value = chip.dataset.amount;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  if (matchMedia("(min-width: 900px)").matches) box.focus();
});
