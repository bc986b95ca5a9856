// The line to the demo: what people do goes out, what Slack shows comes back.

import { state } from "./state.js";

export async function act(kind, what = {}) {
  const response = await fetch("/do", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ do: kind, user: state.me, ...what }),
  });
  if (!response.ok) throw new Error((await response.text()) || response.statusText);
  const answer = await response.json();
  if (answer.refused) throw new Error(answer.refused);
  return answer;
}

// Calls `hear` with each thing told, and `lost` when the demo is gone; tries to come back.
export function listen(user, hear, lost) {
  const socket = new WebSocket(`ws://${location.host}/live?user=${encodeURIComponent(user)}`);
  let closed = false;
  socket.addEventListener("message", (event) => hear(JSON.parse(event.data)));
  socket.addEventListener("close", () => {
    if (closed) return;
    lost();
    setTimeout(() => !closed && (again = listen(user, hear, lost)), 1500);
  });
  let again = null;
  return () => {
    closed = true;
    socket.close();
    again?.();
  };
}
