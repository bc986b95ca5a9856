// The modal on top of everything (docs.slack.dev/surfaces/modals).

import { draw } from "./blocks.js";
import { el } from "./dom.js";
import { complain, filled, missing, restore } from "./inputs.js";
import { plain } from "./mrkdwn.js";
import { act } from "./server.js";
import { say } from "./words.js";

let dialog = null;

// Shows a view, or the newest form of it; null takes the modal away. What was filled in stays.
export function show(view) {
  if (!view) return hide();
  if (dialog?.dataset.hash === view.hash) return;
  const form = drawn(view);
  if (dialog?.dataset.view === view.id) restore(form, filled(dialog));
  if (!dialog) {
    dialog = el("dialog", { class: "modal" });
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      dismiss(dialog.dataset.view);
    });
    document.body.append(dialog);
  }
  Object.assign(dialog.dataset, { view: view.id, hash: view.hash });
  dialog.setAttribute("aria-label", plain(view.title.text));
  dialog.replaceChildren(form);
  if (!dialog.open) dialog.showModal();
  form.querySelector("input, textarea, select")?.focus();
}

function hide() {
  dialog?.close();
  dialog?.remove();
  dialog = null;
}

const dismiss = (view_id) => act("dismiss", { view_id }).catch(hide);

function drawn(view) {
  const trouble = el("p", { class: "error", role: "alert" });
  const fail = (error) => (trouble.textContent = error.message);
  const press = (what) => act("press_view", { view_id: view.id, values: filled(form), ...what }).catch(fail);
  const suggest = (action_id, typed) => act("suggest", { view_id: view.id, action_id, typed });
  const form = el(
    "form",
    { novalidate: true, onsubmit: (event) => { event.preventDefault(); submit(view, form, trouble); } },
    el("h2", {}, plain(view.title.text)),
    el("div", { class: "content" }, draw(view.blocks, press, suggest)),
    trouble,
    el(
      "footer",
      {},
      el("button", { type: "button", class: "button", onclick: () => dismiss(view.id) }, view.close ? plain(view.close.text) : say("cancel")),
      view.submit && el("button", { class: "button primary" }, plain(view.submit.text)),
    ),
  );
  return form;
}

async function submit(view, form, trouble) {
  trouble.textContent = "";
  if (complain(form, missing(form))) return;
  try {
    const answer = await act("submit", { view_id: view.id, values: filled(form) });
    complain(form, answer.errors ?? {});
    if (answer.late) trouble.textContent = say("trouble");
  } catch (error) {
    trouble.textContent = error.message;
  }
}
