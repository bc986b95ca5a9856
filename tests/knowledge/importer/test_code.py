import pytest

from knowledge.importer.code import parts
from knowledge.importer.programs import is_command, reads_only

BLOCKS = [
    ("sh", "$ ls /x\ngone\n$ pwd", [("sh", "ls /x"), ("text", "gone"), ("sh", "pwd")]),
    (
        "",
        "kubectl get pods\nNAME READY\nweb 0/1",
        [("sh", "kubectl get pods"), ("text", "NAME READY\nweb 0/1")],
    ),
    ("bash", "for a in 1 2; do\n  echo $a\ndone", [("sh", "for a in 1 2; do\n  echo $a\ndone")]),
    ("sh", "cat <<EOF\nerror: x\nEOF\nls", [("sh", "cat <<EOF\nerror: x\nEOF\nls")]),
    ("console", "ana@gw:~$ sudo ss -ltn\nState", [("sh", "sudo ss -ltn"), ("text", "State")]),
    (
        "sh",
        "# why\nkubectl apply -f x \\\n  --force",
        [("sh", "# why\nkubectl apply -f x \\\n  --force")],
    ),
    ("sh", "curl: (6) Could not resolve host", [("text", "curl: (6) Could not resolve host")]),
    (
        "",
        "find: cannot stat x\nfind / -name x",
        [("text", "find: cannot stat x"), ("sh", "find / -name x")],
    ),
    ("sh", "ls | wc -l\n  258 lines", [("sh", "ls | wc -l"), ("text", "  258 lines")]),
    ("yaml", "  a: 1\n  b: 2", [("yaml", "a: 1\nb: 2")]),
    ("powershell", "Stop-Service HNS", [("sh", "Stop-Service HNS")]),
    ("{.weird class}", "x", [("weird", "x")]),
    ("", "", []),
]


@pytest.mark.parametrize(("info", "code", "expected"), BLOCKS)
def test_commands_are_told_from_output(
    info: str, code: str, expected: list[tuple[str, str]]
) -> None:
    assert [(part.info, part.text) for part in parts(code, info)] == expected


def test_a_part_knows_its_line_in_the_block() -> None:
    assert [part.line for part in parts("$ ls\n\n\nerror: gone\n$ pwd", "sh")] == [0, 3, 4]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("kubectl describe pod failed-pod", True),
        ("sudo LANG=C ip route", True),
        ("route ip+net: no such network interface", False),
        ("service cart was not found: x", False),
        ("iptables v1.8.4 (legacy): no chain", False),
        ("dial tcp: i/o timeout", False),
    ],
)
def test_a_command_begins_with_a_program(line: str, expected: bool) -> None:  # noqa: FBT001
    assert is_command(line) is expected


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("kubectl -n shop get pods\nkubectl logs web", True),
        ("kubectl get pods | xargs rm", False),
        ("kubectl get pods\nkubectl apply -f x", False),
        ("iptables-save > /etc/rules", False),
        ("sysctl net.ipv4.ip_forward", True),
        ("sysctl -w net.ipv4.ip_forward=1", False),
    ],
)
def test_commands_that_only_look_are_told_from_others(
    command: str,
    expected: bool,  # noqa: FBT001
) -> None:
    assert reads_only(command) is expected
