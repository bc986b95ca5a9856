import pytest

from bot.core.errors import PasteRefusedError
from bot.core.paste import LIMIT, decode, read_paste


@pytest.mark.parametrize("text", ["", "   \n\t\n", "\u200b\n", "```\n```"])
def test_a_paste_with_nothing_in_it_is_refused_with_what_to_send(text: str) -> None:
    with pytest.raises(PasteRefusedError, match="kubectl describe pod"):
        read_paste(text)


def test_a_paste_over_the_limit_is_refused_with_both_sizes() -> None:
    with pytest.raises(PasteRefusedError, match=r"1,000,001 bytes and at most 1,000,000"):
        decode(b"x" * (LIMIT + 1))


@pytest.mark.parametrize("data", [b"\x7fELF\x02\x01\x01\x00\x00", bytes(range(128, 256)) * 20])
def test_a_binary_file_is_refused(data: bytes) -> None:
    with pytest.raises(PasteRefusedError, match="not text"):
        decode(data)


def test_a_log_with_a_few_broken_bytes_is_read() -> None:
    assert decode(b"dial tcp \xff timeout" + b" ok" * 20).startswith("dial tcp \ufffd timeout")


def test_text_saved_by_powershell_is_read() -> None:
    assert decode("no such host".encode("utf-16")) == "no such host"


def test_a_lone_surrogate_is_replaced() -> None:
    paste = read_paste("dial tcp: lookup cart \ud800 no such host")

    assert "\ud800" not in paste.text
    assert "no such host" in paste.text


def test_secrets_are_masked_before_anything_else_sees_them() -> None:
    paste = read_paste("Authorization: Bearer abcdefghijklmnopqrstuvwxyz0123456789")

    assert "abcdefghijklmnopqrstuvwxyz" not in paste.text
