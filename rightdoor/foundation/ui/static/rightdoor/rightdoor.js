// What pages do beyond plain links and forms. Everything works without this file; nothing here decides anything.
(() => {
  "use strict";

  const body = document.body;
  const announcer = document.getElementById("announcer");
  const say = (text) => {
    if (!announcer || !text) return;
    announcer.textContent = "";
    window.setTimeout(() => { announcer.textContent = text; }, 50);
  };
  const isTyping = (target) => target instanceof Element && target.closest("input, textarea, select, [contenteditable]");

  // ------------------------------------------------------------------------------------------------------ quick exit
  // Covers the page in the same instant, leaves no entry to come back to, and lets the server ask the browser to forget.
  const exit = document.querySelector("[data-quick-exit]");
  if (exit) {
    const leave = () => {
      document.documentElement.classList.add("covered");
      document.title = " ";
      try { fetch(exit.href, { keepalive: true, redirect: "manual", credentials: "same-origin" }).catch(() => {}); } catch { /* leaving matters more */ }
      window.location.replace(exit.dataset.to);
    };
    exit.addEventListener("click", (event) => { event.preventDefault(); leave(); });
    let shifts = [];
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Shift" || event.repeat) { if (event.key !== "Shift") shifts = []; return; }
      shifts = [...shifts, event.timeStamp].filter((at) => event.timeStamp - at < 3000);
      if (shifts.length >= 3) leave();
    });
    // One entry in the history, however many steps were taken; and nothing to see when the page is taken from the cache.
    window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
  }

  // ----------------------------------------------------------------------------------------------------------- find
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const find = document.getElementById("masthead-find");
    if (find && find.offsetParent !== null) { event.preventDefault(); find.focus(); find.select(); }
  });

  // ---------------------------------------------------------------------------------------------------------- menus
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
  });

  // ----------------------------------------------------------------------------------------------------------- veil
  const veil = document.getElementById("veil");
  const veilAfter = Number(body.dataset.veilMinutes || 0) * 60000;
  if (veil && veilAfter && "signedIn" in body.dataset) {
    let touched = Date.now();
    let from = null;
    const title = document.title;
    const others = () => [...body.children].filter((child) => child !== veil && child !== announcer);
    const cover = () => {
      if (!veil.hidden) return;
      from = document.activeElement;
      veil.hidden = false;
      others().forEach((child) => { child.inert = true; });
      document.title = "Rightdoor";
      veil.querySelector("[data-unveil]").focus();
    };
    const uncover = () => {
      touched = Date.now();
      veil.hidden = true;
      others().forEach((child) => { child.inert = false; });
      document.title = title;
      if (from instanceof HTMLElement) from.focus();
    };
    veil.querySelector("[data-unveil]").addEventListener("click", uncover);
    const touch = () => { if (veil.hidden) touched = Date.now(); };
    ["pointerdown", "keydown", "scroll", "touchstart"].forEach((kind) => document.addEventListener(kind, touch, { passive: true, capture: true }));
    const look = () => { if (Date.now() - touched >= veilAfter) cover(); };
    window.setInterval(look, 5000);
    document.addEventListener("visibilitychange", look);
    document.addEventListener("rightdoor:veil", cover);

    // The server locks after the same span without a request. Ask it then, unless something typed would be lost.
    const lockAfter = Number(body.dataset.lockMinutes || 0) * 60000;
    if (lockAfter) {
      let asked = Date.now();
      document.addEventListener("htmx:afterRequest", () => { asked = Date.now(); });
      document.addEventListener("rightdoor:kept", () => { asked = Date.now(); });
      window.setInterval(() => {
        if (!veil.hidden && Date.now() - asked > lockAfter + 5000 && !anyDirty()) window.location.reload();
      }, 15000);
    }
  }

  // ------------------------------------------------------------------------------------- forms: typing is never lost
  const dirty = new Set();
  function anyDirty() {
    dirty.forEach((form) => { if (!form.isConnected) dirty.delete(form); });
    return dirty.size > 0;
  }
  const isGuarded = (form) => form instanceof HTMLFormElement && form.method === "post" && form.closest("main") && !("noGuard" in form.dataset);
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (isGuarded(form)) dirty.add(form);
    if (form && "draft" in form.dataset) { strokes.set(form, (strokes.get(form) || 0) + 1); keepSoon(form); }
    if (event.target.matches("textarea[data-limit]")) count(event.target);
  });
  window.addEventListener("beforeunload", (event) => {
    if (!anyDirty() || document.documentElement.classList.contains("covered")) return;
    event.preventDefault();
    event.returnValue = "";
  });

  // Once sent is sent: the second press of a button does nothing until an answer is there.
  const release = (form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[type=submit]").forEach((button) => button.removeAttribute("aria-disabled"));
    if (form.hasAttribute("hx-post")) form.querySelectorAll("textarea").forEach((area) => { area.readOnly = false; });
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    if (keeping.has(form)) { // a draft is on its way, and must not arrive after what is newer
      event.preventDefault();
      event.stopImmediatePropagation();
      const button = event.submitter;
      keeping.get(form).then(() => { if (form.isConnected) form.requestSubmit(button); });
      return;
    }
    form.dataset.sent = "1";
    window.clearTimeout(timers.get(form));
    window.setTimeout(() => {
      form.querySelectorAll("[type=submit]").forEach((button) => button.setAttribute("aria-disabled", "true"));
      // The answer takes the form's place: a stroke that came before it would be gone.
      if (form.hasAttribute("hx-post")) form.querySelectorAll("textarea").forEach((area) => { area.readOnly = true; });
    }, 0);
    if (!form.hasAttribute("hx-post")) dirty.delete(form);
    say("Sending.");
    // A file comes back and the page stays: it can be asked for again, in another language or size.
    if ("saves" in form.dataset) window.setTimeout(() => release(form), 3000);
  }, true);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
  });

  // ---------------------------------------------------------------------------------------------------------- drafts
  const timers = new WeakMap();
  const keeping = new WeakMap(); // forms of which a draft is on its way, each with the promise of its end
  const strokes = new WeakMap(); // how often was typed in a form
  const unkeptSince = new WeakMap();
  const KEEP_AFTER = 3000; // without a stroke
  const KEEP_BY = 10000; // also while somebody types on and on
  const KEEP_AGAIN = 15000;
  const GIVE_UP = 20000;
  const note = (form, text) => { const place = form.querySelector("[data-kept]"); if (place) place.textContent = text; };
  const keepIn = (form, wait) => { window.clearTimeout(timers.get(form)); timers.set(form, window.setTimeout(() => keep(form), wait)); };
  function keepSoon(form) {
    if (!unkeptSince.has(form)) unkeptSince.set(form, Date.now());
    keepIn(form, Math.max(0, Math.min(KEEP_AFTER, unkeptSince.get(form) + KEEP_BY - Date.now())));
  }
  function keep(form) {
    if (form.dataset.sent || !form.isConnected) return;
    if (keeping.has(form)) { keepIn(form, 300); return; } // one after the other: the older must not arrive last
    unkeptSince.delete(form);
    keeping.set(form, send(form).finally(() => keeping.delete(form)));
  }
  async function send(form) {
    const typed = strokes.get(form);
    try {
      const answer = await fetch(form.dataset.draftUrl, { method: "POST", body: new FormData(form), credentials: "same-origin", redirect: "error", headers: { "X-Draft": "1" }, signal: AbortSignal.timeout ? AbortSignal.timeout(GIVE_UP) : undefined });
      const text = (answer.headers.get("Content-Type") || "").startsWith("text/plain") ? (await answer.text()).slice(0, 200) : "";
      if (answer.ok) {
        note(form, text || `Kept ${clockTime(new Date())}`);
        if (strokes.get(form) === typed) dirty.delete(form);
        document.dispatchEvent(new CustomEvent("rightdoor:kept"));
      } else {
        note(form, text || "Not kept yet. It stays in this window.");
        keepIn(form, KEEP_AGAIN);
      }
    } catch {
      note(form, "No connection. It stays in this window and is kept later.");
      keepIn(form, KEEP_AGAIN);
    }
  }
  const clockTime = (at) => `${at.getHours() % 12 || 12}:${String(at.getMinutes()).padStart(2, "0")} ${at.getHours() < 12 ? "a.m." : "p.m."}`;

  // ----------------------------------------------------------------------------------------------------- long texts
  function count(area) {
    const limit = Number(area.dataset.limit);
    let place = area.nextElementSibling;
    if (!place || !place.classList.contains("count")) {
      place = document.createElement("span");
      place.className = "count";
      area.after(place);
    }
    const length = area.value.length;
    if (length < limit * 0.5 && !place.textContent) return;
    const text = length > limit ? `${(length - limit).toLocaleString("en-US")} characters too many` : `${length.toLocaleString("en-US")} of ${limit.toLocaleString("en-US")} characters`;
    if (length > limit && !place.dataset.over) say(text);
    if (length > limit) place.dataset.over = "1"; else delete place.dataset.over;
    place.textContent = text;
  }

  // ---------------------------------------------------------------------------------------- focus, before and after
  function prepare(root) {
    // Our own words, beside the field, are better than the browser's bubble.
    root.querySelectorAll("form[method=post]").forEach((form) => { form.noValidate = true; });
    root.querySelectorAll("textarea[data-limit]").forEach(count);
    root.querySelectorAll("form[data-unsaved]").forEach((form) => dirty.add(form)); // holds what stands nowhere else yet
  }
  let wasInside = false;
  document.addEventListener("htmx:beforeSwap", (event) => { wasInside = event.detail.target.contains(document.activeElement); });
  function settle(root, verb) {
    // An answer that came while somebody is choosing elsewhere is said, and takes nothing out of their hands.
    if ("keepFocus" in root.dataset) { say(root.dataset.announce); return; }
    if (verb === "get" && !wasInside) return; // it came by itself, as the page was read
    const target = root.querySelector("[data-error-summary]") || root.querySelector("h1, h2, h3") || root;
    if (!target.hasAttribute("tabindex")) target.setAttribute("tabindex", "-1");
    target.focus({ preventScroll: false });
    say(root.dataset.announce || target.textContent.trim().slice(0, 200));
  }
  prepare(document);
  const summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();

  document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.elt) prepare(event.detail.elt.parentElement || document); });
  document.addEventListener("htmx:afterSettle", (event) => {
    const root = event.detail.elt;
    if (!(root instanceof HTMLElement) || ["flash", "clocks", "announcer"].includes(root.id)) return;
    settle(root, event.detail.requestConfig ? event.detail.requestConfig.verb : "get");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (!(form instanceof HTMLFormElement)) return;
    release(form);
    if (event.detail.successful) dirty.delete(form);
  });
  // Before htmx follows a redirect: what was accepted needs no question about leaving.
  document.addEventListener("htmx:beforeOnLoad", (event) => { if (event.detail.xhr.status < 400) dirty.delete(event.detail.elt); });
  const failed = (text) => {
    const flash = document.getElementById("flash");
    if (!flash) return;
    const line = document.createElement("p");
    line.className = "flash__line";
    line.textContent = text;
    flash.replaceChildren(line);
    flash.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 403) failed("This was not accepted. What you typed is still here; load the page again in a second window to see why.");
    else if (status === 404) failed("What this belongs to is not here any more. Nothing was changed.");
    else failed("Something failed on our side. Nothing was lost; try again in a minute.");
  });
  document.addEventListener("htmx:sendError", () => failed("No connection. What you typed is still here; try again."));
  document.addEventListener("htmx:timeout", () => failed("This takes longer than it should. What you typed is still here; look before you send it again."));
})();
