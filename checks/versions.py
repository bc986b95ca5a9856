"""Versions of Kubernetes' own programs: how they are written, and until when they are supported."""

import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import msgspec

_VERSION = re.compile(r"v?1\.(\d+)(?:\D|$)")

AS_OF = date(2026, 11, 25)
"""When the dates below were read; of a release that came out later nothing is known here."""

# The end of upstream's support, by minor version: kubernetes.io/releases, and for those that had
# ended data/releases/eol.yaml of kubernetes/website. A date that is past stays true for ever.
ENDS: Mapping[int, date] = MappingProxyType(
    {
        16: date(2020, 9, 2),
        17: date(2021, 1, 13),
        18: date(2021, 6, 18),
        19: date(2021, 10, 28),
        20: date(2022, 2, 28),
        21: date(2022, 6, 28),
        22: date(2022, 12, 8),
        23: date(2023, 2, 28),
        24: date(2023, 7, 28),
        25: date(2023, 10, 28),
        26: date(2024, 2, 28),
        27: date(2024, 7, 16),
        28: date(2024, 10, 22),
        29: date(2025, 2, 28),
        30: date(2025, 7, 15),
        31: date(2025, 11, 11),
        32: date(2026, 2, 28),
        33: date(2026, 6, 28),
        34: date(2026, 10, 27),
        35: date(2027, 2, 28),
        36: date(2027, 6, 28),
        37: date(2027, 10, 28),
    }
)


class Version(msgspec.Struct, frozen=True, order=True):
    """A version 1.`minor`, and how it was written: `v1.34.1-gke.3355002`."""

    minor: int
    text: str

    def ended(self, today: date) -> date | None:
        """Return when upstream's support of it ended, None when it has not or is not known."""
        end = ENDS.get(self.minor)
        return end if end and end <= today else None


def read(text: str) -> Version | None:
    """Return a version, None for what is no version of Kubernetes 1."""
    match = _VERSION.match(text)
    return Version(int(match[1]), text) if match else None


def of_image(image: str) -> Version | None:
    """Return the version in an image's tag, None when it has no such tag."""
    name, _, _ = image.partition("@")
    _, colon, tag = name.rpartition("/")[2].partition(":")
    return read(tag) if colon else None
