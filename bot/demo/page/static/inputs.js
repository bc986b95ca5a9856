// The fields of a modal: how each is drawn, and what was filled in.

import { el } from "./dom.js";
import { plain } from "./mrkdwn.js";
import { state } from "./state.js";
import { say } from "./words.js";

// Draws a field; `suggest` gives the options for what was typed into a menu that the bot fills.
export function field(block, suggest) {
  const id = `field-${block.block_id}`;
  const error = el("p", { class: "error", id: `${id}-error`, role: "alert" });
  const hint = block.hint && el("p", { class: "hint", id: `${id}-hint` }, plain(block.hint.text));
  const about = [block.hint && `${id}-hint`, `${id}-error`].filter(Boolean).join(" ");
  return el(
    "div",
    { class: "field", data: { block: block.block_id, optional: block.optional ? "yes" : "" } },
    el("label", { for: id }, plain(block.label.text), block.optional && el("span", { class: "hint" }, ` ${say("optional")}`)),
    control(block.element, id, about, suggest),
    hint,
    error,
  );
}

// Returns what each field holds, by block_id; files and several choices are lists.
export function filled(form) {
  return Object.fromEntries(
    [...form.querySelectorAll(".field")].map((one) => [one.dataset.block, held(one)]),
  );
}

// Puts back what fields of the same name held.
export function restore(form, values) {
  for (const one of form.querySelectorAll(".field")) {
    const value = values[one.dataset.block];
    const single = one.querySelector("select") ?? one.querySelector('input[type="text"], textarea');
    if (value === undefined) continue;
    if (single) single.value = value;
    else one.querySelectorAll("input").forEach((box) => (box.checked = [value].flat().includes(box.value)));
  }
}

// Shows errors by block_id; says whether there was any.
export function complain(form, errors) {
  for (const one of form.querySelectorAll(".field")) {
    const error = errors[one.dataset.block] ?? "";
    one.querySelector(".error").textContent = error;
    one.querySelector("input, textarea, select")?.setAttribute("aria-invalid", error ? "true" : "false");
  }
  const first = form.querySelector('[aria-invalid="true"]');
  first?.focus();
  return Object.keys(errors).length > 0;
}

// What Slack's own client does not let anybody submit.
export function missing(form) {
  const empty = [...form.querySelectorAll(".field")].filter((one) => !one.dataset.optional && !held(one).length);
  return Object.fromEntries(empty.map((one) => [one.dataset.block, say("invalid")]));
}

function held(one) {
  const ticked = [...one.querySelectorAll('input[type="checkbox"]')];
  if (ticked.length) return ticked.filter((box) => box.checked).map((box) => box.value);
  if (one.querySelector('input[type="radio"]')) return one.querySelector("input:checked")?.value ?? "";
  const holder = one.querySelector("select") ?? one.querySelector("textarea, input");
  return holder?.value ?? "";
}

function control(element, id, about, suggest) {
  const shared = { id, "aria-describedby": about };
  if (element.type === "external_select") return searched(element, shared, suggest);
  if (element.type === "plain_text_input") return typed(element, shared);
  if (element.type === "radio_buttons" || element.type === "checkboxes") return choices(element, shared);
  if (element.type === "conversations_select" || element.type === "channels_select") return places(element, shared);
  return menu(element, shared);
}

function typed(element, shared) {
  const more = { ...shared, maxlength: element.max_length, placeholder: plain(element.placeholder?.text ?? "") };
  const made = element.multiline ? el("textarea", { ...more, rows: "7" }) : el("input", { ...more, type: "text" });
  made.value = element.initial_value ?? "";
  return made;
}

function choices(element, shared) {
  const kind = element.type === "checkboxes" ? "checkbox" : "radio";
  const initial = [element.initial_option, ...(element.initial_options ?? [])].filter(Boolean).map((one) => one.value);
  return el(
    "div",
    { role: kind === "radio" ? "radiogroup" : "group", ...shared },
    element.options.map((option) =>
      el(
        "label",
        { class: "choice" },
        el("input", { type: kind, name: shared.id, value: option.value, checked: initial.includes(option.value) }),
        ` ${plain(option.text.text)}`,
      ),
    ),
  );
}

function searched(element, shared, suggest) {
  const chosen = el("select", { ...shared });
  const offer = async (text) => {
    const { options } = await suggest(element.action_id, text);
    chosen.replaceChildren(el("option", { value: "" }, say("choose")), ...options.map((one) => el("option", { value: one.value }, plain(one.text.text))));
  };
  const box = el("input", { type: "search", "aria-label": say("search"), placeholder: plain(element.placeholder?.text ?? say("search")) });
  let waits = 0;
  box.addEventListener("input", () => {
    clearTimeout(waits);
    waits = setTimeout(() => box.value.length >= (element.min_query_length ?? 3) && offer(box.value), 250);
  });
  if (element.min_query_length === 0) offer("");
  return el("div", { class: "searched" }, box, chosen);
}

function places(element, shared) {
  const chosen = element.initial_conversation ?? (element.default_to_current_conversation ? state.open : "");
  const open = Object.values(state.channels).filter((one) => !one.im && !one.archived);
  const options = open.map((one) => ({ value: one.id, text: { text: `#${one.name}` } }));
  return menu({ options, initial_option: { value: chosen } }, shared);
}

function menu(element, shared) {
  const chosen = element.initial_option?.value ?? "";
  const groups = element.option_groups ?? [{ options: element.options ?? [] }];
  const option = (one) => el("option", { value: one.value, selected: one.value === chosen }, plain(one.text.text));
  return el(
    "select",
    shared,
    el("option", { value: "" }, plain(element.placeholder?.text ?? say("choose"))),
    groups.map((one) =>
      one.label ? el("optgroup", { label: plain(one.label.text) }, one.options.map(option)) : one.options.map(option),
    ),
  );
}
