// Tables that add up as one types. The server checks the same again; without this script it says so afterwards.
"use strict";

(() => {
  const form = document.querySelector("form[data-sums]");
  if (!form) return;
  const numbers = (part) => [...part.querySelectorAll("input[name^='n.']")].map((one) => {
    const text = one.value.trim().replace(/,/g, "");
    return /^\d{1,7}$/.test(text) ? Number(text) : 0;
  });
  const sum = (part) => numbers(part).reduce((all, one) => all + one, 0);

  function show() {
    const parts = [...form.querySelectorAll("section[data-adds]")];
    const whole = new Map(parts.filter((one) => one.hasAttribute("data-whole") && one.dataset.adds === "whole")
      .map((one) => [one.dataset.counts, sum(one)]));
    for (const part of parts) {
      const line = part.querySelector("[data-sum]");
      if (part.hasAttribute("data-whole") || part.dataset.adds !== "whole") { line.textContent = ""; continue; }
      const told = sum(part), all = whole.get(part.dataset.counts);
      if (all === undefined) line.textContent = `Comes to ${told}.`;
      else if (told === all) line.textContent = `Comes to ${told}, as it should.`;
      else line.textContent = told < all ? `Comes to ${told}: ${all - told} are missing.` : `Comes to ${told}: ${told - all} too many.`;
    }
  }

  form.addEventListener("input", show);
  show();
})();
