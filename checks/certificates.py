"""Certificates that stand in API objects: whom they are for, and from when until when they hold."""

import binascii
import re
from base64 import b64decode
from datetime import datetime
from functools import lru_cache

import msgspec
from cryptography import x509

_BLOCK = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


class Certificate(msgspec.Struct, frozen=True):
    """One certificate; Go, and so the API server, holds roots to their dates too."""

    subject: str
    begins: datetime
    ends: datetime

    def valid_at(self, time: datetime) -> bool:
        """Return whether it holds at a time."""
        return self.begins <= time <= self.ends

    def __str__(self) -> str:
        """Say it as a quote."""
        return f"{self.subject}: valid from {stamp(self.begins)} to {stamp(self.ends)}"


class Bundle(msgspec.Struct, frozen=True):
    """The certificates of a `caBundle`; `unread` counts those that could not be parsed here."""

    certificates: tuple[Certificate, ...]
    unread: int = 0

    @property
    def empty(self) -> bool:
        """Whether there is not one certificate in it."""
        return not self.certificates and not self.unread

    def outdated(self, time: datetime) -> bool:
        """Return whether none of them holds at a time; one that was not read might."""
        every = self.certificates
        return bool(every) and not self.unread and not any(one.valid_at(time) for one in every)


@lru_cache(maxsize=1000)  # the webhooks of one program share a bundle
def read_bundle(ca_bundle: str) -> Bundle:
    """Return what is in a `caBundle`, which is PEM in base64.

    Other blocks than certificates are passed over, as `AppendCertsFromPEM` of Go's crypto/x509
    does for the API server.
    """
    try:
        blocks = _BLOCK.findall(b64decode(ca_bundle, validate=True))
    except binascii.Error:
        return Bundle((), unread=1)
    read = [one for one in map(_certificate, blocks) if one]
    return Bundle(tuple(read), unread=len(blocks) - len(read))


def stamp(time: datetime) -> str:
    """Return a time as certificates and Events are quoted: `2026-11-23T10:00:00Z`."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def _certificate(block: bytes) -> Certificate | None:
    try:
        one = x509.load_pem_x509_certificate(block)
        subject = one.subject.rfc4514_string() or "certificate without a subject"
        return Certificate(subject, one.not_valid_before_utc, one.not_valid_after_utc)
    except ValueError:  # some certificates that Go takes break rules which cryptography holds to
        return None
