// Around textual-serve's terminal (textual.js): where its socket is, its font, the focus, and the last line.
"use strict";

const terminal = document.getElementById("terminal");
const here = new URL("socket", window.location.href);
here.protocol = window.location.protocol === "https:" ? "wss:" : "ws:";
terminal.dataset.sessionWebsocketUrl = here.href;

let words = "";

function end(said) {
  document.getElementById("words").textContent = said;
  document.getElementById("end").hidden = false;
  document.body.classList.add("over");
  document.getElementById("again").focus();
}

window.WebSocket = class extends window.WebSocket {
  constructor(...given) {
    super(...given);
    let opened = false;
    this.addEventListener("open", () => {
      opened = true;
      terminal.querySelector("textarea").focus();
    });
    this.addEventListener("message", (event) => {
      if (typeof event.data !== "string") return;
      const [kind, said] = JSON.parse(event.data);
      if (kind === "end") words = said;
    });
    this.addEventListener("close", () => {
      if (words) end(words);
      else if (opened) end("The connection was lost. Drafts are stored as they are written.");
      else end("The Message Center does not answer. Open it by the address that msgcenter serve prints.");
    });
  }

  send(data) {
    if (this.readyState === WebSocket.OPEN) super.send(data);
  }
};

document.getElementById("again").addEventListener("click", () => window.location.reload());
// A page that comes back from the browser's memory has no process any more.
window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
window.addEventListener("focus", () => terminal.querySelector("textarea")?.focus());

// ctrl+v is the browser's: it pastes what was copied anywhere, where the terminal would send a key.
terminal.addEventListener("keydown", (event) => {
  if (event.ctrlKey && !event.altKey && !event.shiftKey && event.code === "KeyV") event.stopPropagation();
}, true);

// The terminal measures its font once: it must be there by then. textual.js begins when the window has loaded.
const faces = ["16px", "bold 16px", "italic 16px"].map((face) => document.fonts.load(`${face} "Roboto Mono"`));
Promise.allSettled(faces).then(() => {
  const script = document.createElement("script");
  script.src = "textual.js";
  script.addEventListener("load", () => { if (document.readyState === "complete") window.onload(); });
  document.head.append(script);
});
