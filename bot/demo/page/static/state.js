// What the page knows: a copy of what the stand-in told, and what is being looked at.

export const state = {
  me: "",
  users: {},
  channels: {},
  messages: new Map(),
  commands: [],
  shortcuts: [],
  faults: [],
  broken: [],
  home: null,
  modal: null,
  connections: 0,
  open: "", // the channel on the screen
  tab: "messages", // or home, in the conversation with the app
  thread: "", // the ts of the thread on the screen
  unread: new Set(),
};

const key = (message) => `${message.channel} ${message.ts} ${message.ephemeral ? "e" : ""}`;

export function begin(whole) {
  const messages = new Map(whole.messages.map((one) => [key(one), one]));
  Object.assign(state, whole, { messages });
  if (!(state.open in state.channels)) state.open = whole.begin;
}

// Keeps a message and says whether it is new.
export function keep(message) {
  const fresh = !state.messages.has(key(message));
  state.messages.set(key(message), message);
  if (fresh && message.channel !== state.open) state.unread.add(message.channel);
  return fresh;
}

export const drop = (message) => state.messages.delete(key(message));

const ordered = (messages) => [...messages].sort((a, b) => Number(a.ts) - Number(b.ts));

export function inChannel() {
  return ordered(
    [...state.messages.values()].filter(
      (one) => one.channel === state.open && (!one.thread_ts || one.thread_ts === one.ts),
    ),
  );
}

export function inThread() {
  return ordered(
    [...state.messages.values()].filter(
      (one) => one.channel === state.open && (one.ts === state.thread || one.thread_ts === state.thread),
    ),
  );
}

export const replies = (message) =>
  [...state.messages.values()].filter(
    (one) => one.channel === message.channel && one.thread_ts === message.ts && one.ts !== message.ts,
  );
