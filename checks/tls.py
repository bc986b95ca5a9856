"""What is wrong with a certificate that a dial was shown: its dates, its names, its signer.

The reasons are OpenSSL's own words (crypto/x509/x509_txt.c, and Python's for a name that does not
fit); OpenSSL tells one reason, a signer it does not know before anything else.
"""

from datetime import datetime, timedelta

from checks.dials import Leaf, TlsDial, TlsDialed
from checks.quotes import some
from checks.text import EMPTY, Text

SOON = timedelta(days=14)  # arbitrary; every program that renews by itself has done so by then

EXPIRED = Text(
    en="The certificate that {whose} shows, or a CA of its chain, has expired (it ends {ends}).",
    zh_tw="{whose} 出示的憑證或其憑證鏈中的 CA 已過期（到期時間 {ends}）。",
)
NOT_YET = Text(
    en="The certificate that {whose} shows is not valid yet (it begins {begins}): it was made by a "
    "clock ahead, or the clock here is behind.",
    zh_tw="{whose} 出示的憑證尚未生效（生效時間 {begins}）：簽發時的時鐘太快，或這裡的時鐘太慢。",
)
NAME = Text(
    en="The certificate that {whose} shows is not for {name}, but for {names}.",
    zh_tw="{whose} 出示的憑證不適用於 {name}，只適用於 {names}。",
)
SIGNER = Text(
    en="The certificate that {whose} shows is not signed by {ca}, but by {issuer}.",
    zh_tw="{whose} 出示的憑證不是由 {ca} 簽發，而是由 {issuer}。",
)
ENDS_SOON = Text(
    en=" The certificate of {whose} ends {ends}.",
    zh_tw="{whose} 的憑證將於 {ends} 到期。",
)

NO_NAMES = Text(en="no name at all", zh_tw="（沒有任何名稱）")

_REASONS = (
    ("certificate has expired", EXPIRED),
    ("certificate is not yet valid", NOT_YET),
    ("mismatch, certificate is not valid for", NAME),
    ("self-signed certificate", SIGNER),
    ("self signed certificate", SIGNER),
    ("unable to get local issuer certificate", SIGNER),
    ("unable to get issuer certificate", SIGNER),
    ("unable to verify the first certificate", SIGNER),
    ("certificate signature failure", SIGNER),
)


def fault(request: TlsDial, result: TlsDialed, whose: str, ca: Text) -> Text | None:
    """Return what is wrong with the certificate shown, None when nothing is known to be.

    `ca` is what the signer ought to be, in words.
    """
    said = result.mistrust
    text = next((one for words, one in _REASONS if words.lower() in said.lower()), None)
    if text is None:
        return None
    leaf = result.leaf or Leaf()
    return text.fill(
        whose=whose,
        ends=leaf.not_after or "?",
        begins=leaf.not_before or "?",
        name=request.server_name,
        names=some(leaf.names) or NO_NAMES,
        ca=ca,
        issuer=leaf.issuer or "?",
    )


def ends_soon(result: TlsDialed, whose: str, now: datetime) -> Text:
    """Return that a certificate ends within days, "" when it does not."""
    ends = result.leaf.not_after if result.leaf else ""
    if ends and timedelta() < datetime.fromisoformat(ends) - now < SOON:
        return ENDS_SOON.fill(whose=whose, ends=ends)
    return EMPTY


def quote(request: TlsDial, result: TlsDialed) -> str:
    """Return the certificate that was shown, and what was thought of it."""
    leaf = result.leaf
    if leaf is None:
        return f"{request.where}: {result.mistrust or 'no certificate that can be read'}"
    names = some(leaf.names) or "no names"
    dates = f"valid from {leaf.not_before} to {leaf.not_after}"
    trust = result.mistrust or "trusted"
    return f"{request.where}: {leaf.subject}, for {names}, by {leaf.issuer}, {dates}: {trust}"
