import pytest

from knowledge.signature import BadHoleError, Pattern

MATCHES = [
    ("no endpoints available", "Error: NO endpoints available for it"),
    ("no endpoints available", "no endpoints\n      available"),
    ('service "<service>" not found', "service 'cart' not found"),
    ("dial tcp <ip>:<port>: i/o timeout", "dial tcp 10.96.0.1:443: i/o timeout"),
    ("dial tcp <ip>:<port>:", "dial tcp [fd00:10:96::1]:443: connect"),
    ("open <path>: no such file", "open /run/flannel/subnet.env: no such file"),
    ("EXTERNAL-IP <pending>", "EXTERNAL-IP   <pending>"),
    ("sandbox <text> failed", 'sandbox "abc" for pod x failed'),
    ("名稱解析失敗", "出現名稱解析失敗了"),
]
DOES_NOT_MATCH = [
    ("10.0.0.1", "110.0.0.11"),
    ("10.0.0.1", "10.0.0.10"),
    ("<ip>:53", "10.0.0.1:5353"),
    ("timeout", "timeouts"),
    ("open <path>: no such file", "open relative: no such file"),
    ("sandbox <text> failed", "sandbox here\nand there failed"),
    ("sandbox <text> failed", f"sandbox {'x' * 300} failed"),
    ("a <name> b", f"a {'x' * 300} b"),
    ("port <port>!", "port 123456!"),
]
HOLES = [
    ('"<namespace>/<service:name>"', 'no "shop/cart" here', {"namespace": "shop", "name": None}),
    ("to <ipport>:", "to 10.0.0.1:53: x", {"ip": "10.0.0.1", "port": "53"}),
    ("lookup <host> on", "lookup a.b.svc on", {"host": "a.b.svc"}),
    ("x <num> <word> <text> <hash> y", "x 1 two three abcdef0 y", {}),
    ('group "<group>"', 'group ""', {"group": ""}),
]


@pytest.mark.parametrize(("signature", "text"), MATCHES)
def test_matches_program_output(signature: str, text: str) -> None:
    assert Pattern(signature).search(text.encode()) is not None


@pytest.mark.parametrize(("signature", "text"), DOES_NOT_MATCH)
def test_does_not_match_look_alikes(signature: str, text: str) -> None:
    assert Pattern(signature).search(text.encode()) is None


@pytest.mark.parametrize(("signature", "text", "expected"), HOLES)
def test_holes_fill_entities(signature: str, text: str, expected: dict[str, str | None]) -> None:
    hit = Pattern(signature).search(text.encode())

    assert hit is not None
    holes = dict(hit.holes)
    assert expected == {key: holes.get(key) for key in expected}
    assert holes.keys() <= {"namespace", "service", "ip", "port", "host", "group"}


def test_a_too_long_hole_does_not_hide_a_later_match() -> None:
    text = f"sandbox {'x' * 300} and sandbox abc failed"

    hit = Pattern("sandbox <text> failed").search(text.encode())

    assert hit is not None
    assert text[hit.start : hit.end] == "sandbox abc failed"


@pytest.mark.parametrize(
    ("signature", "hint"), [("a <adress>", "types are"), ("a <prot>", "<port>"), ("a <IP>", "<ip>")]
)
def test_a_misspelt_hole_is_refused_with_what_to_write(signature: str, hint: str) -> None:
    with pytest.raises(BadHoleError, match=hint):
        Pattern(signature)


def test_only_words_that_must_stand_whole_preselect_a_signature() -> None:
    assert frozenset({"dial", "tcp", "i", "o"}) == Pattern("dial tcp pre<num> i/o time<num>").words
