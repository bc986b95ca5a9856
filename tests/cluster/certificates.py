"""Certificates for one control plane: an authority, and what it signs."""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LIFETIME = dt.timedelta(days=2)
LOOPBACK = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
SERVER_AND_CLIENT = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
# Python 3.13 and newer refuse an authority that does not say what its key is for.
SIGNS_CERTIFICATES = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


@dataclass(frozen=True)
class Pair:
    """A certificate and its private key, as PEM files."""

    certificate: Path
    key: Path


class Authority:
    """Signs certificates that serve, on 127.0.0.1 or elsewhere, and sign in as a client too."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = common_name("netcheck test authority")
        builder = (
            blank(self._name, self._name, self._key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(SIGNS_CERTIFICATES, critical=True)
            .add_extension(self._identifier(), critical=False)
        )
        self.path = folder / "ca.crt"
        self.path.write_bytes(pem(builder.sign(self._key, hashes.SHA256())))

    def issue(
        self,
        name: str,
        organization: str | None = None,
        *,
        names: Sequence[x509.GeneralName] = LOOPBACK,
        begins: dt.datetime | None = None,
    ) -> Pair:
        """Sign a certificate; Kubernetes reads the organization as a group."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = (
            blank(common_name(name, organization), self._name, key, begins)
            .add_extension(x509.ExtendedKeyUsage(SERVER_AND_CLIENT), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(self._identifier()),
                critical=False,
            )
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        certificate = self._folder / f"{name}.crt"
        certificate.write_bytes(pem(builder.sign(self._key, hashes.SHA256())))
        return Pair(certificate, write_key(key, self._folder / f"{name}.key"))

    def _identifier(self) -> x509.SubjectKeyIdentifier:
        return x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())


def signing_key(folder: Path) -> Pair:
    """Make the key pair for ServiceAccount tokens; the public half stands as certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    public = folder / "tokens.pub"
    public.write_bytes(
        key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    return Pair(public, write_key(key, folder / "tokens.key"))


def blank(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    begins: dt.datetime | None = None,
) -> x509.CertificateBuilder:
    """Begin a certificate that is valid for `LIFETIME`, from an hour ago when nothing is said."""
    start = begins or dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + LIFETIME)
    )


def common_name(name: str, organization: str | None = None) -> x509.Name:
    """Name a subject."""
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if organization:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization))
    return x509.Name(parts)


def pem(certificate: x509.Certificate) -> bytes:
    """Encode a certificate."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def write_key(key: ec.EllipticCurvePrivateKey, path: Path) -> Path:
    """Write a private key that only its owner can read."""
    path.touch(mode=0o600)
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path
