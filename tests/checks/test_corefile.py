"""Corefiles are read as CoreDNS' own parser groups them."""

import pytest

from checks.corefile import parse

CASES = [
    (".:53 {\n errors\n}\n", [((".:53",), ["errors"])]),
    ("a b:54 {\n log {\n  class error\n }\n cache 30\n}", [(("a", "b:54"), ["log", "cache"])]),
    (".\nerrors\nforward . 8.8.8.8 {\n policy random\n}\ncache", [
        ((".",), ["errors", "forward", "cache"])
    ]),
    ("a,\nb {\n log\n}\nc {\n log\n}", [(("a,", "b"), ["log"]), (("c",), ["log"])]),
    (".\n{\n log\n}", [((".",), ["log"])]),
    ("# all {\n. {\n log # } \n}", [((".",), ["log"])]),
    (". {\n log { class error }\n}", [((".",), ["log"])]),
    (". {\n bind {$HOST}\n}", [((".",), ["bind"])]),
    ("", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "servers"), CASES)
def test_servers_have_zones_and_plugins(
    text: str, servers: list[tuple[tuple[str, ...], list[str]]]
) -> None:
    read, fault = parse(text)

    plain = [(one.zones, [line.words[0] for line in one.lines if not line.nested]) for one in read]
    assert (plain, fault) == (servers, "")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (". {\n forward . 8.8.8.8 {\n cache\n}\n", "1 '{' without a '}' after it"),
        (". {\n cache\n}\n}\n", "line 4: '}' without a '{' before it"),
    ],
)
def test_braces_that_do_not_agree_are_a_fault(text: str, fault: str) -> None:
    assert parse(text)[1] == fault


def test_a_file_of_lines_is_read_as_the_inside_of_a_server() -> None:
    servers, fault = parse("log {\n class error\n}\nhosts {\n fallthrough\n}", inside=True)

    assert fault == ""
    assert [one.words[0] for one in servers[0].lines if not one.nested] == ["log", "hosts"]


def test_a_line_knows_its_number_and_what_stands_in_a_block() -> None:
    servers, _ = parse(". {\n\n forward . 8.8.8.8 {\n  policy random\n }\n}")

    assert [str(line) for line in servers[0].lines] == [
        "line 3: forward . 8.8.8.8",
        "line 4: policy random",
    ]
    assert [line.words[0] for line in servers[0].plugin("forward")] == ["forward"]
    assert servers[0].plugin("policy") == []
