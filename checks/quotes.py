"""How objects are quoted as evidence: short, in the words kubectl uses, English in any language."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from checks.kinds.network import ServicePort
from checks.kinds.pods import ContainerStatus, Pod, Probe

BEFORE, AFTER = 40, 80  # characters of a message around what matters in it
LONGEST = 300  # characters of somebody else's message; enough for a scheduler's reasons


def short(text: str) -> str:
    """Return a message on one line, cut when it is long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def around(text: str, phrase: str) -> str:
    """Return what stands around a phrase in a message, on one line."""
    line = " ".join(text.split())
    at = line.lower().find(phrase.lower())
    if at < 0:
        return short(line)
    start = line.rfind(" ", 0, max(0, at - BEFORE)) + 1
    end = at + len(phrase) + AFTER
    return ("…" if start else "") + line[start:end] + ("…" if end < len(line) else "")


def labels(pairs: Mapping[str, str]) -> str:
    """Return labels as selectors are written: `app=cart,tier=web`."""
    return ",".join(f"{key}={value}" for key, value in sorted(pairs.items()))


def some(names: Iterable[str], most: int = 5) -> str:
    """Return the first few names and how many more there are."""
    every = list(names)
    rest = len(every) - most
    return ", ".join(every[:most]) + (f" and {rest} more" if rest > 0 else "")


def port(one: ServicePort) -> str:
    """Return a Service's port and where it leads: `http 80/TCP -> 8080`."""
    name = f"{one.name} " if one.name else ""
    return f"{name}{one.port}/{one.protocol} -> {one.target}"


def span(time: timedelta) -> str:
    """Return how long something has lasted, in its largest unit: `40 s`, `12 min`, `3 h`, `9 d`."""
    seconds = max(0, int(time.total_seconds()))
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"


def why_unready(pod: Pod) -> str:
    """Return a line that says why a pod takes no traffic: the container at fault, or the pod."""
    return f"pod {pod.metadata.name}: {_reason(pod)}"


def state(status: ContainerStatus) -> str:
    """Return a container's state as `kubectl describe` tells it, with its last end."""
    return "; ".join(part for part in (_now(status), _before(status)) if part)


def _reason(pod: Pod) -> str:
    if pod.terminating:
        return "is being deleted"
    if pod.terminal:
        return short(f"{pod.status.phase} {pod.status.reason} {pod.status.message}".strip())
    scheduled = pod.condition("PodScheduled")
    if scheduled and scheduled.status == "False":
        return short(f"not scheduled: {scheduled.reason} {scheduled.message}".strip())
    ready = pod.condition("Ready")
    told = f"{ready.reason} {ready.message}".strip() if ready else ""
    return (
        _container_fault(pod) or short(told) or f"not ready, phase {pod.status.phase or 'unknown'}"
    )


def _container_fault(pod: Pod) -> str:
    """Return what holds a pod back: its first init container not done, else container not ready."""
    sidecars = {one.name for one in pod.init_containers if one.restart_policy == "Always"}
    for status in pod.status.init_container_statuses or ():
        done = status.state.terminated is not None and status.state.terminated.exit_code == 0
        if status.name not in sidecars and not done:
            return f"init container {status.name} {state(status)}"
    probes = {one.name: one.readiness_probe for one in pod.serving_containers()}
    for status in pod.statuses:
        if status.name in probes and not status.ready:
            return f"container {status.name} {state(status)}{_probe(status, probes[status.name])}"
    return ""


def _now(status: ContainerStatus) -> str:
    if status.state.running:
        return "running" if status.ready else "running, not ready"
    if status.state.terminated:
        return f"terminated: {_end(status)}"
    waiting = status.state.waiting
    told = f"{waiting.reason} {waiting.message}".strip() if waiting else ""
    return short(f"waiting: {told or 'to start'}")


def _before(status: ContainerStatus) -> str:
    parts = [f"restarts: {status.restart_count}"] if status.restart_count else []
    if status.last_state.terminated and not status.state.terminated:
        parts.append(f"last ended with {_end(status)}")
    return ", ".join(parts)


def _end(status: ContainerStatus) -> str:
    ended = status.ended
    if ended is None:
        return ""
    return short(f"exit code {ended.exit_code} {ended.reason} {ended.message}".strip())


def _probe(status: ContainerStatus, probe: Probe | None) -> str:
    if probe is None or not status.state.running:
        return ""
    if probe.http_get:
        return f"; readiness probe GET :{probe.http_get.port}{probe.http_get.path} fails"
    if probe.tcp_socket:
        return f"; readiness probe to TCP port {probe.tcp_socket.port} fails"
    return "; its readiness probe fails"
