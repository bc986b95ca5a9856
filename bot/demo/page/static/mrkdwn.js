// Slack's mark-up as elements (docs.slack.dev/messaging/formatting-message-text).

import { el } from "./dom.js";
import { state } from "./state.js";

const EMOJI = {
  eyes: "👀", white_check_mark: "✅", warning: "⚠️", x: "❌", mag: "🔍", hourglass: "⌛",
  thumbsup: "👍", "+1": "👍", thumbsdown: "👎", "-1": "👎", tada: "🎉", red_circle: "🔴",
};

const INLINE = new RegExp(
  [
    "`(?<code>[^`\\n]+)`",
    "<(?<entity>[^<>\\n]+)>",
    "(?<![\\w*])\\*(?<bold>[^\\s*](?:[^*\\n]*[^\\s*])?)\\*(?![\\w*])",
    "(?<![\\w_])_(?<italic>[^\\s_](?:[^_\\n]*[^\\s_])?)_(?![\\w_])",
    "(?<![\\w~])~(?<struck>[^\\s~](?:[^~\\n]*[^\\s~])?)~(?![\\w~])",
    ":(?<emoji>[a-z0-9_+-]+):",
  ].join("|"),
  "g",
);

export const plain = (text) =>
  text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

export function mrkdwn(text) {
  return text.split("```").map((part, at) => (at % 2 ? fenced(part) : prose(part)));
}

export const emoji = (name) => EMOJI[name] ?? `:${name}:`;

function fenced(part) {
  return el("pre", { tabindex: "0" }, plain(part.replace(/^\n|\n$/g, "")));
}

function prose(part) {
  const lines = part.replace(/^\n|\n$/g, "").split("\n");
  const made = [];
  for (const line of lines) {
    const quoted = line.match(/^&gt; ?(.*)$/);
    const last = made.at(-1);
    if (quoted && last?.tagName === "BLOCKQUOTE") last.append(el("br"), ...inline(quoted[1]));
    else if (quoted) made.push(el("blockquote", {}, inline(quoted[1])));
    else made.push(...(made.length && last?.tagName !== "BLOCKQUOTE" ? [el("br")] : []), ...inline(line));
  }
  return made;
}

function inline(line) {
  const made = [];
  let at = 0;
  for (const found of line.matchAll(INLINE)) {
    made.push(plain(line.slice(at, found.index)), styled(found));
    at = found.index + found[0].length;
  }
  return [...made, plain(line.slice(at))];
}

function styled({ 0: whole, groups }) {
  if (groups.code !== undefined) return el("code", {}, codeText(groups.code));
  if (groups.entity !== undefined) return entity(groups.entity, whole);
  if (groups.bold !== undefined) return el("b", {}, inline(groups.bold));
  if (groups.italic !== undefined) return el("i", {}, inline(groups.italic));
  if (groups.struck !== undefined) return el("s", {}, inline(groups.struck));
  return emoji(groups.emoji);
}

const codeText = (code) => plain(code.replace(/<([^<>|]+)(?:\|([^<>]*))?>/g, (_, to, label) => label ?? to));

function entity(inside, whole) {
  const [target, label] = inside.split("|", 2);
  if (target.startsWith("@")) return el("span", { class: "mention" }, `@${label ?? person(target.slice(1))}`);
  if (target.startsWith("#")) return el("span", { class: "mention" }, `#${label ?? place(target.slice(1))}`);
  if (target.startsWith("!date^")) return label ?? whole;
  if (target.startsWith("!")) return el("span", { class: "mention loud" }, `@${label ?? target.slice(1)}`);
  if (!/^(https?:|mailto:)/.test(target)) return plain(whole);
  return el("a", { href: plain(target), target: "_blank", rel: "noreferrer" }, plain(label ?? target));
}

const person = (id) => state.users[id]?.name ?? id;
const place = (id) => state.channels[id]?.name ?? id;
