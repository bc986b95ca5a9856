"""Which sightings are the same trouble: cause, cluster and subject, volatile parts left out."""

import hashlib
import re
from collections.abc import Callable, Mapping

# k8s.io/apimachinery pkg/util/rand: a generated suffix is five of these (no vowel, y, 0, 1, 3).
_SUFFIX = "[bcdfghjklmnpqrstvwxz2456789]{5}"
# A pod template's hash is a decimal uint32 whose digits SafeEncodeString turns into these ten.
_HASH = "[456789bcdf]{6,10}"
_DEPLOYED = re.compile(rf"-{_HASH}-{_SUFFIX}$")
_REPLICAS = re.compile(rf"-{_HASH}$")
_GENERATED = re.compile(rf"-{_SUFFIX}$")
_SCHEDULED = re.compile(r"-\d{8}$")  # a CronJob's run: minutes since 1970
_ORDINAL = re.compile(r"-\d{1,4}$")
_LONGEST = 63  # a name this long was cut to make room for its suffix, dash and hash as need be
_CUT_SUFFIX = re.compile(rf"-?{_SUFFIX}$")
_CUT_HASH = re.compile(r"-[456789bcdf]{0,10}$")

_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?"
    r"|(?<![\d:])\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?![\d:])"
)
_UID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
# Below a whole SHA-256 an id must mix digits and letters: twelve digits may be an account.
_ID = re.compile(r"\b(?:[0-9a-f]{64}|(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{12,63})\b")
_IP = r"(?<![\d.])(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:.]{2,45}\])"
_CLIENT = re.compile(rf"{_IP}:\d{{1,5}} ?(?:->|→) ?")
_PORT = re.compile(rf"({_IP}):(\d{{5}})\b")
_EPHEMERAL = range(32768, 65536)  # Linux's ip_local_port_range starts here; NodePorts end below


def fingerprint(entry: str, cluster: str, subject: str) -> str:
    """Return 64 hex digits, the same for every sighting of one incident."""
    parts = "\0".join((entry, cluster, stable(subject)))
    return hashlib.sha256(parts.encode("utf-8", "replace")).hexdigest()


def stable(subject: str) -> str:
    """Return the subject without what changes from one sighting to the next.

    `Pod shop/cart-7d9fbc5d8-x2x9z` becomes `Pod shop/cart`. The pods of a StatefulSet are one
    subject (`db-0` becomes `db`). A client's address and an ephemeral port go. Names that people
    choose, such as a Service's, stay whole.
    """
    text = _UID.sub("<id>", _TIME.sub("", subject))
    text = _PORT.sub(_listening, _CLIENT.sub("", _ID.sub("<id>", text)))
    kind, *rest = text.split() or [""]
    named = _NAMERS.get(kind.lower())
    if named is None or not rest:
        return " ".join(_DEPLOYED.sub("", word) for word in (kind, *rest))
    return " ".join((kind, _rename(rest[0], named), *rest[1:]))


def _listening(match: re.Match[str]) -> str:
    """Keep a port somebody listens on."""
    return match[1] if int(match[2]) in _EPHEMERAL else match[0]


def _rename(path: str, named: Callable[[str], str]) -> str:
    """Rename the object in `name`, `namespace/name` or `namespace/name/container`."""
    parts = path.split("/")
    place = min(1, len(parts) - 1)
    parts[place] = named(parts[place])
    return "/".join(parts)


def _pod(name: str) -> str:
    """Return the name of what runs the pod: its Deployment, DaemonSet, Job, StatefulSet."""
    if _DEPLOYED.search(name):
        return _DEPLOYED.sub("", name)
    if len(name) == _LONGEST and _CUT_SUFFIX.search(name):
        return _CUT_HASH.sub("", _CUT_SUFFIX.sub("", name))
    if _GENERATED.search(name):
        return _SCHEDULED.sub("", _GENERATED.sub("", name))
    return _ORDINAL.sub("", name)


def _job(name: str) -> str:
    return _GENERATED.sub("", _SCHEDULED.sub("", name))


_NAMERS: Mapping[str, Callable[[str], str]] = {
    "pod": _pod,
    "container": _pod,
    "replicaset": lambda name: _REPLICAS.sub("", name),
    "job": _job,
    "endpointslice": lambda name: _GENERATED.sub("", name),
}
