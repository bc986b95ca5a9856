// The bar on top and the list at the side.

import { el } from "./dom.js";
import { act } from "./server.js";
import { state } from "./state.js";
import { LANGUAGES, say, spoken, told } from "./words.js";

const HEALTHY = "";

export function bar({ see, speak, theme, themed, example, fail }) {
  const people = Object.values(state.users).filter((one) => !one.bot);
  const broken = state.broken.length > 1 ? "*" : (state.broken[0] ?? HEALTHY);
  const faults = [
    [HEALTHY, say("healthy")],
    ...(broken === "*" ? [["*", say("custom")]] : []),
    ...state.faults.map((one) => [one.name, told(one.title)]),
  ];
  const breaks = (name) => name !== "*" && act("break", { faults: name ? [name] : [] }).catch(fail);
  return [
    el("strong", {}, "netcheck"),
    choice(say("cluster"), faults, broken, breaks),
    el("button", { type: "button", class: "button", disabled: state.broken.length === 0, data: { key: "example" }, onclick: example }, say("example")),
    el("span", { class: "space" }),
    el("span", { class: state.connections ? "on" : "off" }, say(state.connections ? "connected" : "disconnected")),
    choice(say("viewer"), people.map((one) => [one.id, one.name]), state.me, see),
    choice(say("language"), Object.entries(LANGUAGES), spoken(), speak),
    choice(say("theme"), Object.entries(say("themes")), themed, theme),
  ];
}

export function side({ go, fail }) {
  const channels = Object.values(state.channels).filter((one) => !one.im);
  const app = Object.values(state.channels).find((one) => one.im);
  const launch = (callback_id) => act("launch", { callback_id }).catch(fail);
  return [
    el("h2", {}, say("channels")),
    el("ul", {}, channels.map((one) => item(`${one.private ? "🔒" : "#"} ${one.name}`, one.id, go))),
    el("h2", {}, say("apps")),
    el("ul", {}, app && item("◆ netcheck", app.id, go)),
    el("h2", {}, say("shortcuts")),
    el("ul", {}, state.shortcuts.filter((one) => one.type === "global").map((one) =>
      el("li", {}, el("button", { type: "button", data: { key: one.callback_id }, onclick: () => launch(one.callback_id) }, `⚡ ${one.name}`)))),
  ];
}

function item(label, id, go) {
  const here = id === state.open;
  return el("li", {}, el("button", { type: "button", class: state.unread.has(id) ? "unread" : "", "aria-current": here ? "page" : null, data: { key: id }, onclick: () => go(id) }, label));
}

function choice(label, options, chosen, choose) {
  return el(
    "label",
    {},
    el("span", {}, label),
    el("select", { data: { key: label }, onchange: (event) => choose(event.target.value) },
      options.map(([value, shown]) => el("option", { value, selected: value === chosen }, shown))),
  );
}
