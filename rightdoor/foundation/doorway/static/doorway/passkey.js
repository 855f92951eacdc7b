// Passkeys: asks the server for a challenge, lets the browser answer it, and sends the answer as an ordinary form.
(() => {
  "use strict";
  // A passkey belongs to a name; at a bare number such as 127.0.0.1 the browser refuses to make one.
  const hasName = /[a-z]/i.test(location.hostname) && !location.hostname.startsWith("[");
  if (!hasName || !window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const ask = {
    create: (offer) =>
      navigator.credentials.create({
        publicKey: {
          ...offer,
          challenge: bytes(offer.challenge),
          user: { ...offer.user, id: bytes(offer.user.id) },
          excludeCredentials: named(offer.excludeCredentials),
        },
      }),
    get: (offer) =>
      navigator.credentials.get({
        publicKey: { ...offer, challenge: bytes(offer.challenge), allowCredentials: named(offer.allowCredentials) },
      }),
  };

  const answer = (credential) => {
    const from = credential.response;
    const response = { clientDataJSON: text(from.clientDataJSON) };
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (from[part]) response[part] = text(from[part]);
    }
    return {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response,
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    const problem = form.querySelector("[data-problem]");
    const button = form.querySelector("button");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      problem.hidden = true;
      button.disabled = true;
      try {
        const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
        const offered = await fetch(form.dataset.offer, { method: "POST", headers: { "X-CSRFToken": token } });
        if (!offered.ok) throw new Error("no offer");
        const credential = await ask[form.dataset.passkey]((await offered.json()).publicKey);
        form.querySelector("[name=answer]").value = JSON.stringify(answer(credential));
        form.submit();
      } catch {
        problem.hidden = false;
        button.disabled = false;
      }
    });
  }
  for (const part of document.querySelectorAll("[data-with-passkey]")) part.hidden = false;
})();
