// Messages as Slack shows them: who, when, blocks, thread, and the menu of each.

import { draw } from "./blocks.js";
import { el } from "./dom.js";
import { emoji, mrkdwn } from "./mrkdwn.js";
import { act } from "./server.js";
import { replies, state } from "./state.js";
import { say, spoken } from "./words.js";

// Draws one message; `open` shows its thread, `fail` tells why something was not done.
export function message(one, { open, fail, threaded = false }) {
  const who = author(one);
  return el(
    "article",
    { class: one.ephemeral ? "message ephemeral" : "message", data: { ts: one.ts }, "aria-label": `${who.name} ${clock(one.ts)}` },
    el("div", { class: `face ${who.bot ? "bot" : ""}`, "aria-hidden": "true" }, who.bot ? "◆" : who.name[0].toUpperCase()),
    el(
      "div",
      { class: "body" },
      one.ephemeral && el("p", { class: "only" }, `👁 ${say("only")}`),
      el("p", { class: "byline" }, el("b", {}, who.name), who.bot && el("span", { class: "tag" }, say("app")), el("time", {}, clock(one.ts))),
      content(one, fail),
      (one.files ?? []).map(file),
      one.reactions && el("p", { class: "reactions" }, one.reactions.map((it) => el("span", { title: it.name }, `${emoji(it.name)} ${it.count}`))),
      !threaded && threadLink(one, open),
    ),
    !one.ephemeral && menu(one, { open, fail, threaded }),
  );
}

const clock = (ts) =>
  new Date(Number(ts) * 1000).toLocaleTimeString(spoken(), { hour: "2-digit", minute: "2-digit" });

function author(one) {
  const user = state.users[one.user];
  return { name: one.username ?? user?.name ?? "slackbot", bot: !user || user.bot };
}

function content(one, fail) {
  const press = (what) =>
    act("press", { channel: one.channel, ts: one.ts, ephemeral: Boolean(one.ephemeral), ...what }).catch(fail);
  const shown = one.bot_id && one.blocks?.length ? draw(one.blocks, press) : [el("div", { class: "section" }, el("div", { class: "body" }, mrkdwn(one.text)))];
  const attached = (one.attachments ?? []).map((it) => el("div", { class: "attachment" }, mrkdwn(it.text ?? it.fallback ?? "")));
  return [shown, one.edited && !one.bot_id && el("small", { class: "hint" }, say("edited")), attached];
}

function file(one) {
  return el("details", { class: "file" }, el("summary", {}, `📄 ${one.name} · ${one.size} B`), el("pre", { tabindex: "0" }, one.preview ?? ""));
}

function threadLink(one, open) {
  const count = replies(one).filter((it) => !it.ephemeral).length;
  return count > 0 && el("button", { type: "button", class: "replies", data: { key: `open ${one.ts}` }, onclick: () => open(one.ts) }, say("replies", count));
}

function menu(one, { open, fail, threaded }) {
  const use = (callback_id) => (event) => {
    event.currentTarget.closest("details").open = false;
    act("shortcut", { callback_id, channel: one.channel, ts: one.ts }).catch(fail);
  };
  const shortcuts = state.shortcuts.filter((it) => it.type === "message");
  return el(
    "div",
    { class: "tools" },
    !threaded && el("button", { type: "button", class: "button icon", title: say("reply"), "aria-label": say("reply"), data: { key: `reply ${one.ts}` }, onclick: () => open(one.ts) }, "💬"),
    shortcuts.length > 0 &&
      el(
        "details",
        { class: "menu" },
        el("summary", { class: "button icon", title: say("more"), "aria-label": say("more"), data: { key: `more ${one.ts}` } }, "⋮"),
        el("div", {}, shortcuts.map((it) => el("button", { type: "button", onclick: use(it.callback_id) }, it.name))),
      ),
  );
}
