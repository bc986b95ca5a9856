"""Which sightings are the same trouble: cause, cluster and subject, volatile parts left out."""

import hashlib
import re

# k8s.io/apimachinery/pkg/util/rand: generated suffixes are five of these; no vowel, no 0, 1, 3.
_SUFFIX = "[bcdfghjklmnpqrstvwxz2456789]{5}"
# A pod template's hash is a uint32 in decimal whose digits SafeEncodeString maps to these ten.
_HASH = "[456789bcdf]{6,10}"
_DEPLOYED = re.compile(rf"-{_HASH}-{_SUFFIX}$")
_REPLICAS = re.compile(rf"-{_HASH}$")
_GENERATED = re.compile(rf"-{_SUFFIX}$")
# CronJobs name a Job after its scheduled time, in minutes since 1970.
_SCHEDULED = re.compile(r"-\d{8}$")
_ORDINAL = re.compile(r"-\d{1,4}$")
# Names this long were cut before the suffix was added, so that no dash stands before it.
_LONGEST = 63
_CUT = re.compile(rf"{_SUFFIX}$")
_CUT_HASH = re.compile(r"-[456789bcdf]{0,10}$")

_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?"
    r"|(?<![\d:])\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?![\d:])"
)
_UID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
# Shorter than a whole SHA-256, an id must mix digits and letters: 123456789012 may be an account.
_ID = re.compile(r"\b(?:[0-9a-f]{64}|(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{12,63})\b")
_ADDRESS = r"(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:.]{2,45}\])"
_CLIENT = re.compile(rf"(?<![\d.]){_ADDRESS}:\d{{1,5}} ?(?:->|→) ?")
_PORT = re.compile(rf"(?<![\d.])({_ADDRESS}):(\d{{5}})\b")
_EPHEMERAL = range(32768, 65536)  # Linux's ip_local_port_range starts here, NodePorts end below


def fingerprint(entry: str, cluster: str, subject: str) -> str:
    """Return 64 hex digits, the same for every sighting of one incident."""
    parts = "\0".join((entry, cluster, stable(subject)))
    return hashlib.sha256(parts.encode("utf-8", "replace")).hexdigest()


def stable(subject: str) -> str:
    """Return the subject without what changes from one sighting to the next.

    `Pod shop/cart-7d9fbc5d8-x2x9z` becomes `Pod shop/cart`. A StatefulSet's pods are one subject
    (`db-0` becomes `db`); a client's address and an ephemeral port go; names of Services and
    other kinds that people choose stay whole.
    """
    text = _TIME.sub("", subject)
    text = _UID.sub("<id>", text)
    text = _ID.sub("<id>", text)
    text = _CLIENT.sub("", text)
    text = _PORT.sub(_without_ephemeral, text)
    kind, _, rest = " ".join(text.split()).partition(" ")
    name_of = _NAMES.get(kind.lower())
    if name_of is None or not rest:
        return " ".join(_deployed(word) for word in [kind, *rest.split()])
    target, *others = rest.split()
    return " ".join([kind, _named(target, name_of), *others])


def _without_ephemeral(match: re.Match[str]) -> str:
    return match[1] if int(match[2]) in _EPHEMERAL else match[0]


def _named(path: str, name_of: "_Namer") -> str:
    """Apply `name_of` to the name in `name`, `namespace/name` or `namespace/name/container`."""
    parts = path.split("/")
    place = min(1, len(parts) - 1)
    parts[place] = name_of(parts[place])
    return "/".join(parts)


def _deployed(word: str) -> str:
    return _DEPLOYED.sub("", word)
