// Where one writes: Enter sends, Shift+Enter starts a line, files go along.

import { el } from "./dom.js";
import { act } from "./server.js";
import { say } from "./words.js";

// Makes a composer for a place ({ channel, thread_ts }); `label` names it.
export function composer(place, label, fail) {
  let files = [];
  const listed = el("ul", { class: "attached" });
  const box = el("textarea", { rows: "1", "aria-label": label, placeholder: label });
  const grow = () => {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 240)}px`;
  };
  const show = () => listed.replaceChildren(...files.map(shown));
  const shown = (one) =>
    el("li", {}, `📄 ${one.name} `, el("button", { type: "button", "aria-label": say("remove", one.name), onclick: () => { files = files.filter((it) => it !== one); show(); } }, "✕"));
  const send = async () => {
    const text = box.value;
    if (!text.trim() && !files.length) return;
    const sent = files;
    box.value = "";
    files = [];
    show();
    grow();
    try {
      await act("say", { ...place, text, files: sent });
    } catch (error) {
      box.value = text;
      files = sent;
      show();
      grow();
      fail(error);
    }
  };
  const attach = el("input", { type: "file", multiple: true, hidden: true });
  attach.addEventListener("change", async () => {
    const read = [...attach.files].map(async (one) => ({ name: one.name, text: await one.text() }));
    files = [...files, ...(await Promise.all(read))];
    attach.value = "";
    show();
  });
  box.addEventListener("input", grow);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  return el(
    "form",
    { class: "composer", onsubmit: (event) => { event.preventDefault(); send(); } },
    listed,
    el(
      "div",
      { class: "row" },
      el("button", { type: "button", class: "button icon", "aria-label": say("attach"), title: say("attach"), onclick: () => attach.click() }, "📎"),
      box,
      el("button", { class: "button primary", "aria-label": say("send"), title: say("send") }, "➤"),
      attach,
    ),
    el("small", { class: "hint" }, say("keys")),
  );
}
