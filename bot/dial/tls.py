"""Dials over TLS: what a server presents, and whether it would be trusted."""

import asyncio
import ssl
import time
from pathlib import Path

from cryptography import x509

from bot.dial.outcome import detail_of, outcome_of
from checks.dials import Leaf, TlsDial, TlsDialed

CLUSTER_CA = Path("/var/run/secrets/kubernetes.io/serviceaccount/ca.crt")


class NoCaError(Exception):
    """There is no CA to hold a certificate to; the message says which."""


async def dial_tls(request: TlsDial) -> TlsDialed:
    """Shake hands, up to `tries` times; a certificate that is not trusted is read all the same."""
    result = TlsDialed()
    for number in range(1, request.tries + 1):
        started = time.monotonic()
        try:
            leaf, mistrust = await _presented(request)
        except OSError as error:
            spent = time.monotonic() - started
            result = TlsDialed(outcome_of(error), spent, number, detail_of(error))
            continue
        spent = time.monotonic() - started
        return TlsDialed(seconds=spent, tries=number, mistrust=mistrust, leaf=leaf)
    return result


async def _presented(request: TlsDial) -> tuple[Leaf | None, str]:
    """Return the leaf, and why it is not trusted, "" when it is."""
    try:
        return await _shake(request, trusting(request.ca)), ""
    except NoCaError as error:
        mistrust = str(error)
    except ssl.SSLCertVerificationError as error:
        mistrust = error.verify_message or detail_of(error)
    return await _shake(request, _believing()), mistrust


async def _shake(request: TlsDial, context: ssl.SSLContext) -> Leaf | None:
    async with asyncio.timeout(request.seconds):
        _, writer = await asyncio.open_connection(
            request.host, request.port, ssl=context, server_hostname=request.server_name
        )
    try:
        session = writer.get_extra_info("ssl_object")
        encoded = session.getpeercert(binary_form=True) if session else None
    finally:
        writer.transport.abort()
    return read_leaf(encoded) if encoded else None


def trusting(ca: str) -> ssl.SSLContext:
    """Return a context that trusts this CA, as `TlsDial.ca` names it. Raises `NoCaError`."""
    try:
        match ca:
            case "system":
                context = ssl.create_default_context()
            case "cluster":
                context = ssl.create_default_context(cafile=str(CLUSTER_CA))
            case text:
                context = ssl.create_default_context(cadata=text)
    except (OSError, ValueError) as error:
        which = CLUSTER_CA if ca == "cluster" else "the CA given"
        raise NoCaError(f"{which} cannot be read: {detail_of(error)}") from error
    # As Go, and so Kubernetes, has it: any certificate given is an anchor, one without a key
    # identifier too (which Python 3.13 refuses), and a name must stand among the alternative names.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.hostname_checks_common_name = False
    return context


def _believing() -> ssl.SSLContext:
    """Return a context that accepts any certificate: it is looked at, and nothing is sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def read_leaf(encoded: bytes) -> Leaf | None:
    """Return the facts of a DER certificate, None when it cannot be parsed."""
    try:
        one = x509.load_der_x509_certificate(encoded)
        return Leaf(
            subject=one.subject.rfc4514_string(),
            issuer=one.issuer.rfc4514_string(),
            names=_names(one),
            not_before=one.not_valid_before_utc.isoformat(),
            not_after=one.not_valid_after_utc.isoformat(),
        )
    except ValueError:
        return None


def _names(one: x509.Certificate) -> tuple[str, ...]:
    try:
        san = one.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    addresses = map(str, san.get_values_for_type(x509.IPAddress))
    return (*san.get_values_for_type(x509.DNSName), *addresses)
