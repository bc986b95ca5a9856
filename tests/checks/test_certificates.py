"""Bundles of certificates, as they stand in API objects."""

import base64
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from checks.certificates import read_bundle

KEY = ec.generate_private_key(ec.SECP256R1())


def year(number: int) -> datetime:
    return datetime(number, 1, 1, tzinfo=UTC)


def pem(begins: int, ends: int) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"from {begins}")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(KEY.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(year(begins))
        .not_valid_after(year(ends))
    )
    return builder.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def coded(*parts: bytes) -> str:
    return base64.b64encode(b"".join(parts)).decode()


@pytest.mark.parametrize(
    ("parts", "outdated"),
    [
        ([pem(2020, 2021)], True),
        ([pem(2030, 2031)], True),
        ([pem(2020, 2021), pem(2030, 2031)], True),
        ([pem(2020, 2030)], False),
        ([pem(2020, 2021), pem(2025, 2027)], False),
    ],
)
def test_a_bundle_is_outdated_when_nothing_in_it_holds(
    parts: list[bytes], *, outdated: bool
) -> None:
    assert read_bundle(coded(*parts)).outdated(year(2026)) is outdated


def test_a_certificate_is_quoted_with_its_dates() -> None:
    (one,) = read_bundle(coded(b"# a comment\n", pem(2020, 2021))).certificates

    assert str(one) == "CN=from 2020: valid from 2020-01-01T00:00:00Z to 2021-01-01T00:00:00Z"


def test_one_that_cannot_be_parsed_here_might_hold() -> None:
    broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"

    bundle = read_bundle(coded(pem(2020, 2021), broken))

    assert bundle.unread == 1
    assert not bundle.outdated(year(2026))
    assert not bundle.empty


@pytest.mark.parametrize("text", [coded(b"\n"), coded(b"-----BEGIN PUBLIC KEY-----\n")])
def test_other_bytes_than_certificates_make_an_empty_bundle(text: str) -> None:
    assert read_bundle(text).empty
    assert not read_bundle(text).outdated(year(2026))


def test_what_is_no_base64_is_not_read() -> None:
    assert read_bundle("%").unread == 1
