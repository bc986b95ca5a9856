// Block Kit as Slack draws it (docs.slack.dev/reference/block-kit/blocks).

import { confirmed } from "./confirm.js";
import { el } from "./dom.js";
import { field } from "./inputs.js";
import { emoji, mrkdwn, plain } from "./mrkdwn.js";
import { say } from "./words.js";

const BLOCKS = {
  actions: (block, press) => el("div", { class: "actions" }, parts(block, press)),
  context: (block) => el("div", { class: "context" }, block.elements.map(small)),
  context_actions: (block, press) => el("div", { class: "actions" }, parts(block, press)),
  divider: () => el("hr"),
  header: (block) => el("h3", {}, text(block.text)),
  image: (block) => el("figure", {}, el("img", { src: block.image_url, alt: block.alt_text })),
  input: (block, _press, suggest) => field(block, suggest),
  markdown: (block) => el("pre", { class: "markdown" }, block.text),
  rich_text: (block) => el("div", { class: "section" }, block.elements.map(rich)),
  section,
};

// Draws blocks; `press` is told what somebody uses: block_id, action_id and the chosen value.
// `suggest` is asked for the options of menus that the bot fills.
export function draw(blocks, press, suggest) {
  return blocks.map((block) => BLOCKS[block.type]?.(block, press, suggest) ?? unknown(block));
}

export function text(object) {
  if (!object) return "";
  return object.type === "mrkdwn" ? mrkdwn(object.text) : withEmoji(object.text);
}

const withEmoji = (said) => plain(said).replace(/:([a-z0-9_+-]+):/g, (_, name) => emoji(name));
const unknown = (block) => el("p", { class: "unknown" }, `[${block.type}]`);
const small = (one) =>
  one.type === "image"
    ? el("img", { src: one.image_url, alt: one.alt_text })
    : el("span", {}, text(one));

function section(block, press) {
  const fields = (block.fields ?? []).map((one) => el("div", {}, text(one)));
  return el(
    "div",
    { class: "section" },
    el(
      "div",
      { class: "body" },
      block.text && el("div", {}, text(block.text)),
      fields.length > 0 && el("div", { class: "fields" }, fields),
    ),
    block.accessory && el("div", { class: "accessory" }, element(block.accessory, block, press)),
  );
}

function rich(part) {
  const inside = (part.elements ?? []).map((one) => (one.elements ? rich(one) : richText(one)));
  if (part.type === "rich_text_preformatted") return el("pre", { tabindex: "0" }, inside);
  if (part.type === "rich_text_quote") return el("blockquote", {}, inside);
  if (part.type === "rich_text_list") return el("ul", {}, inside.map((one) => el("li", {}, one)));
  return el("div", {}, inside);
}

function richText(one) {
  if (one.type === "link") return el("a", { href: one.url, rel: "noreferrer", target: "_blank" }, one.text ?? one.url);
  if (one.type === "user") return el("span", { class: "mention" }, `@${one.user_id}`);
  if (one.type === "emoji") return emoji(one.name);
  const style = one.style ?? {};
  const tag = style.code ? "code" : style.bold ? "b" : style.italic ? "i" : style.strike ? "s" : "span";
  return el(tag, {}, one.text ?? "");
}

const parts = (block, press) => block.elements.map((one) => element(one, block, press));

function element(one, block, press) {
  const use = async (chosen = {}) => {
    if (await confirmed(one.confirm)) press({ block_id: block.block_id, action_id: one.action_id, ...chosen });
  };
  const draws = { button, feedback_buttons: feedback, icon_button: icon, overflow };
  return (draws[one.type] ?? select)(one, block, use);
}

const keyed = (one, block, more = "") => ({ key: `${block.block_id} ${one.action_id} ${more}` });

function button(one, block, use) {
  const kind = `button ${one.style ?? ""}`;
  if (one.url) return el("a", { class: kind, href: one.url, target: "_blank", rel: "noreferrer" }, text(one.text));
  return el(
    "button",
    {
      type: "button", class: kind, data: keyed(one, block), "aria-label": one.accessibility_label,
      onclick: () => use({ value: one.value ?? "" }),
    },
    text(one.text),
  );
}

function feedback(one, block, use) {
  return [["positive_button", "👍"], ["negative_button", "👎"]].map(([side, sign]) => {
    const said = one[side];
    return el(
      "button",
      {
        type: "button", class: "button icon", data: keyed(one, block, side),
        "aria-label": said.accessibility_label ?? said.text.text, title: said.text.text,
        onclick: () => use({ value: said.value }),
      },
      sign,
    );
  });
}

function icon(one, block, use) {
  return el(
    "button",
    {
      type: "button", class: "button icon", data: keyed(one, block),
      "aria-label": one.accessibility_label ?? one.text.text, title: one.text.text,
      onclick: () => use({ value: one.value ?? "" }),
    },
    one.icon === "trash" ? "🗑" : "•",
  );
}

function overflow(one, block, use) {
  const choose = (option) => (event) => {
    event.currentTarget.closest("details").open = false;
    use({ value: option.value });
  };
  return el(
    "details",
    { class: "menu" },
    el("summary", { "aria-label": say("more"), data: keyed(one, block) }, "⋯"),
    el("div", {}, one.options.map((option) => el("button", { type: "button", onclick: choose(option) }, text(option.text)))),
  );
}

function select(one, block, use) {
  const chosen = one.initial_option?.value ?? one.initial_conversation ?? "";
  return el(
    "select",
    {
      class: "button", data: keyed(one, block), "aria-label": plain(one.placeholder?.text ?? say("choose")),
      onchange: (event) => use({ value: event.target.value }),
    },
    !chosen && el("option", { value: "" }, plain(one.placeholder?.text ?? say("choose"))),
    (one.options ?? []).map((option) => choice(option, chosen)),
    (one.option_groups ?? []).map((group) =>
      el("optgroup", { label: plain(group.label.text) }, group.options.map((option) => choice(option, chosen))),
    ),
  );
}

const choice = (option, chosen) =>
  el("option", { value: option.value, selected: option.value === chosen }, plain(option.text.text));
