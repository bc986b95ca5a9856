"""Secrets made up on the spot, put anywhere into made-up logs, broken anywhere: none comes out."""

import string
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.load import Library, load_library
from knowledge.match import read
from knowledge.redact import redact
from tests.knowledge.secrets import cut, folded, indented, quoted

PIECE = 5  # characters of a secret that may stay, where a break leaves them alone on a line
FORMS = (
    "DB_PASSWORD={} MODE=fast",
    'password="{}" user=app',
    '{{"user": "app", "password": "{}", "port": 1}}',
    "--token {} --server https://10.0.0.7:6443",
    "--client-secret={} --tenant x",
    "Authorization: Bearer {} Accept: text/plain",
    "https://deploy:{}@registry.example.com/v2/_catalog?n=3",
    "postgres://app:{}@db.shop.svc:5432/shop refused",
    "curl -u admin:{} https://10.0.0.7:9200/ -k",
    "access_token={}&scope=orders",
    "sent gh" + "p_{}0123456789abcdefghij again",
    "sent eyJ{}0123456789.{}.sig again",
    "AccountKey={}==;EndpointSuffix=core.windows.net",
)
# Capitals, so that a piece of a secret is none of the log's words.
SECRETS = st.text(string.ascii_uppercase + string.digits, min_size=16, max_size=60).filter(
    lambda text: any(sign.isdigit() for sign in text) and not text[0].isdigit()
)
WORDS = st.sampled_from(
    [
        *("dial tcp", "10.96.0.1:443:", "i/o timeout", "pods", "connection refused", "shop/cart"),
        *("lookup db.shop.svc:", "no such host", "failed", "err=", "level=warn", "(x3 over 5m)"),
        *("the secret", "a token", "in", "node-9", "https://example.com/", "網路不通", "->"),
    ]
)
LINES = st.lists(WORDS, max_size=9).map(" ".join)
WIDTHS = st.sampled_from([80, 100, 120, 132, 160])


@cache
def _library() -> Library:
    return load_library()


@st.composite
def planted(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a secret, and a text that holds it."""
    secret = draw(SECRETS)
    line = f"{draw(LINES)} {draw(st.sampled_from(FORMS)).format(secret, secret)} {draw(LINES)}"
    before, after = (draw(st.lists(LINES, max_size=4)) for _ in range(2))
    return secret, "\n".join([*before, line.strip(), *after])


def _left(secret: str, text: str) -> list[str]:
    """Return the pieces of a secret that can still be read."""
    return [
        secret[at : at + PIECE]
        for at in range(len(secret) - PIECE + 1)
        if secret[at : at + PIECE] in text
    ]


def _told(text: str) -> str:
    """Return all that reading and matching a text says of it."""
    paste = read(text)
    matching = _library().match(paste)
    said = [line.text for line in (*paste.lines, *paste.joined)]
    said += [because.text for match in matching.matches for because in match.because]
    said += matching.entities.values()
    said += [value for match in matching.matches for value in match.entities.values()]
    return "\n".join(said)


@given(planted())
@settings(max_examples=200, deadline=None)
def test_a_planted_secret_is_masked(drawn: tuple[str, str]) -> None:
    secret, text = drawn

    assert _left(secret, redact(text)) == []
    assert _left(secret, _told(text)) == []


@given(planted(), WIDTHS, st.sampled_from([str, indented, quoted]))
@settings(max_examples=300, deadline=None)
def test_a_secret_a_terminal_broke_is_masked(
    drawn: tuple[str, str], width: int, put: type[str]
) -> None:
    secret, text = drawn
    broken = put(cut(text, width))

    assert _left(secret, redact(broken)) == []
    assert _left(secret, _told(broken)) == []


@given(planted(), st.integers(60, 110))
@settings(max_examples=200, deadline=None)
def test_a_secret_people_folded_is_masked(drawn: tuple[str, str], width: int) -> None:
    secret, text = drawn
    broken = folded(text, width)

    assert _left(secret, redact(broken)) == []
    assert _left(secret, _told(broken)) == []
