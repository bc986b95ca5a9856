// The question some buttons ask first (docs.slack.dev, confirmation dialog object).

import { el } from "./dom.js";
import { mrkdwn, plain } from "./mrkdwn.js";

export function confirmed(question) {
  if (!question) return Promise.resolve(true);
  return new Promise((answer) => {
    const dialog = el(
      "dialog",
      { class: "modal", onclose: () => { answer(dialog.returnValue === "yes"); dialog.remove(); } },
      el(
        "form",
        { method: "dialog" },
        el("h2", {}, plain(question.title.text)),
        el("div", { class: "content" }, question.text.type === "mrkdwn" ? mrkdwn(question.text.text) : plain(question.text.text)),
        el(
          "footer",
          {},
          el("button", { class: "button", value: "no" }, plain(question.deny.text)),
          el("button", { class: `button ${question.style ?? "primary"}`, value: "yes" }, plain(question.confirm.text)),
        ),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}
