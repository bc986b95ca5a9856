// Puts the page together: what the demo tells is kept, and what changed is drawn again.

import { draw } from "./blocks.js";
import { composer } from "./composer.js";
import { el, fill } from "./dom.js";
import { bar, side } from "./frame.js";
import { message } from "./messages.js";
import * as modal from "./modal.js";
import { plain } from "./mrkdwn.js";
import { act, listen } from "./server.js";
import { begin, drop, inChannel, inThread, keep, state } from "./state.js";
import { say, speak, told } from "./words.js";

const at = (id) => document.getElementById(id);
const fail = (error) => news(error.message, true);
let hangUp = () => {};
let themed = "auto";

function news(text, loud = false) {
  at("news").textContent = text;
  at("news").classList.toggle("unseen", !loud);
  if (loud) setTimeout(() => at("news").classList.add("unseen"), 6000);
}

const HEARD = {
  state: (it) => { begin(it.state); all(); },
  message: (it) => {
    const fresh = keep(it.message);
    if (it.message.bot_id && it.message.channel === state.open) news(plain(it.message.text));
    drawMessages(fresh);
    drawFrame();
  },
  removed: (it) => { drop(it.message); drawMessages(); },
  modal: (it) => modal.show(it.view),
  home: (it) => { state.home = it.view; if (state.tab === "home") drawChannel(); },
  link: (it) => { state.connections = it.connections; drawFrame(); },
  sample: (it) => { state.broken = it.broken; drawFrame(); },
};

function see(user) {
  hangUp();
  state.me = user;
  modal.show(null);
  hangUp = listen(user, (it) => HEARD[it.type](it), () => fail(new Error(say("lost"))));
}

function drawFrame() {
  fill(at("bar"), bar({ see, speak: changeLanguage, theme, themed, example, fail }));
  fill(at("side"), side({ go, fail }));
}

function all() {
  drawFrame();
  drawChannel();
  drawThread();
  modal.show(state.modal);
}

function go(channel) {
  Object.assign(state, { open: channel, thread: "", tab: "messages" });
  state.unread.delete(channel);
  drawFrame();
  drawChannel();
  drawThread();
}

function drawChannel() {
  const here = state.channels[state.open];
  const home = here.im && state.tab === "home";
  const name = here.im ? "netcheck" : `${here.private ? "🔒" : "#"}${here.name}`;
  fill(
    at("channel"),
    el("header", {}, el("h1", {}, name), here.im && tabs()),
    el("div", { class: "scroll", id: home ? "home" : "messages", role: home ? null : "log", tabindex: "0", "aria-label": name }),
    !home && notes(here),
    !home && !here.archived && composer({ channel: here.id, thread_ts: "" }, say("write", name), fail),
  );
  if (home) drawHome();
  else drawMessages(true);
}

const notes = (here) =>
  (here.archived || !here.member) && el("p", { class: "hint note" }, say(here.archived ? "archived" : "absent"));

function tabs() {
  const tab = (name) =>
    el("button", { type: "button", role: "tab", "aria-selected": String(state.tab === name), data: { key: `tab ${name}` }, onclick: () => openTab(name) }, say(name));
  return el("div", { role: "tablist" }, tab("home"), tab("messages"));
}

function openTab(name) {
  state.tab = name;
  drawChannel();
  if (name === "home") act("open_home").catch(fail);
}

function drawHome() {
  const view = state.home;
  const press = (what) => act("press_view", { view_id: view.id, ...what }).catch(fail);
  fill(at("home"), view ? draw(view.blocks, press) : el("p", { class: "hint" }, say("homeEmpty")));
}

function drawMessages(down = false) {
  const list = at("messages");
  if (list) {
    const shown = inChannel().map((one) => message(one, { open, fail }));
    follow(list, down, () => fill(list, shown.length ? shown : el("p", { class: "hint" }, say("empty"))));
  }
  const replies = at("replies");
  if (replies) follow(replies, down, () => fill(replies, inThread().map((one) => message(one, { open, fail, threaded: true }))));
}

// Draws, and stays at the end when the reader was there or something new came; of a message
// taller than the screen its beginning is shown.
function follow(list, down, change) {
  const ended = list.scrollTop + list.clientHeight >= list.scrollHeight - 40;
  change();
  if (!ended && !down) return;
  const last = list.lastElementChild;
  const tall = last && last.offsetHeight > list.clientHeight;
  list.scrollTop = tall ? last.offsetTop - list.offsetTop : list.scrollHeight;
}

function open(ts) {
  state.thread = ts;
  drawThread();
  at("thread").querySelector("textarea")?.focus();
}

function drawThread() {
  at("thread").hidden = !state.thread;
  document.body.classList.toggle("threaded", Boolean(state.thread));
  if (!state.thread) return at("thread").replaceChildren();
  fill(
    at("thread"),
    el("header", {}, el("h1", {}, say("thread")), el("button", { type: "button", class: "button icon", "aria-label": say("close"), data: { key: "close thread" }, onclick: () => { state.thread = ""; drawThread(); } }, "✕")),
    el("div", { class: "scroll", id: "replies", role: "log", tabindex: "0", "aria-label": say("thread") }),
    composer({ channel: state.open, thread_ts: state.thread }, say("reply"), fail),
  );
  drawMessages(true);
}

// Writes the paste of what is broken into the box, for its reader to send.
function example() {
  const box = at("channel").querySelector(".composer textarea");
  const fault = state.faults.find((one) => one.name === state.broken[0]);
  if (!box || !fault) return;
  box.value = `@netcheck ${told(fault.paste)}`;
  box.dispatchEvent(new Event("input"));
  box.focus();
}

function changeLanguage(lang) {
  speak(lang);
  localStorage.setItem("language", lang);
  all();
}

function theme(name) {
  themed = name;
  localStorage.setItem("theme", name);
  document.documentElement.dataset.theme = name;
}

speak(localStorage.getItem("language") ?? (navigator.language.startsWith("zh") ? "zh-TW" : "en"));
theme(localStorage.getItem("theme") ?? "auto");
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
see("");
