"""The last lines that containers wrote before they ended."""

from collections.abc import Iterable, Iterator

from checks.kinds import Pod
from checks.kinds.pods import ContainerStatus
from checks.model import LogRequest
from checks.quotes import short
from checks.snapshot import NotSeenError, View

MOST = 2  # logs asked for: pods of one kind run one program and mostly fail alike


def requests(pods: Iterable[Pod]) -> Iterator[LogRequest]:
    """Yield the logs that tell why containers of these pods keep ending."""
    ended = [(pod, status) for pod in pods for status in crashed(pod)]
    for pod, status in ended[:MOST]:
        yield last_log(pod, status)


def quotes(view: View, pods: Iterable[Pod]) -> list[str]:
    """Quote the last log line of crashed containers; without the right to read it, say so."""
    quoted = []
    for request in requests(pods):
        try:
            lines = view.log(request).splitlines()
        except NotSeenError as unseen:
            quoted.append(f"log of {request.pod} not read: {short(unseen.gap.reason)}")
        else:
            last = next((line for line in reversed(lines) if line.strip()), "(empty)")
            quoted.append(f"last log line of {request.pod}: {short(last)}")
    return quoted


def mixed(states: list[str], words: list[str]) -> list[str]:
    """Put last words behind the first pod, for a small screen shows few quotes."""
    return [*states[:1], *words, *states[1:]]


def crashed(pod: Pod) -> Iterator[ContainerStatus]:
    """Yield the containers of a pod that ended, not as they should, and are not back."""
    return (one for one in pod.statuses if failed(one))


def failed(one: ContainerStatus) -> bool:
    """Return whether a container ended, not as it should, and is not back."""
    return bool(one.ended) and not one.ready and not _done(one)


def last_log(pod: Pod, status: ContainerStatus) -> LogRequest:
    """Return the log of a container's run that ended last."""
    previous = status.last_state.terminated is not None
    where = pod.metadata
    return LogRequest(where.namespace, where.name, status.name, previous=previous)


def _done(status: ContainerStatus) -> bool:
    ended = status.state.terminated
    return ended is not None and ended.exit_code == 0
