"""What is taught passes the contract that `netcheck kb test` holds a page to, or is refused."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from knowledge.examine import examine as examine_folder
from knowledge.load import SHIPPED, Library, load_library
from knowledge.match import read
from knowledge.teaching import (
    Files,
    Mistake,
    Taught,
    answer_to,
    entries,
    examine,
    files,
    pastes,
    propose,
    slug_for,
)

PASTE = (
    "checkout is slow since noon\n"
    "2026-11-25T09:00:01Z gateway says: wobble at 10.2.3.4:8443 failed with E4711, "
    "frobnicator is out of phase\n"
)
LINE = propose(PASTE)[0]
TAUGHT = Taught(
    title="Frobnicator is out of phase",
    line=LINE.text,
    signature=LINE.signature,
    fix="- Set its phase anew:\nkubectl -n shop annotate deploy/frob phase=0\n- Look at it",
    by="U0ANA",
    day="2026-11-25",
)


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(SHIPPED)


@pytest.fixture(scope="module")
def cases(library: Library) -> tuple[tuple[str, str], ...]:
    return pastes(library)


def test_the_line_that_tells_an_error_is_proposed_first_with_what_its_holes_hold() -> None:
    assert LINE.number == 2
    assert "wobble at <ip>:<port> failed with E4711, frobnicator is out of phase" in LINE.signature
    assert LINE.holes == (("ip", "10.2.3.4"), ("port", "8443"))


def test_of_a_paste_without_any_line_that_can_be_known_again_nothing_is_proposed() -> None:
    assert propose("it\nis\n\nbroken") == ()


def test_a_secret_is_masked_in_what_is_proposed() -> None:
    (one, *_) = propose("gateway failed: Authorization: Bearer abcdefghijklmnop1234567890abcdef no")

    assert "abcdefghijklmnop" not in str(one)


def test_what_was_taught_is_a_folder_that_passes_the_contract(
    tmp_path: Path, library: Library
) -> None:
    for name, text in files(TAUGHT, "taught-frob", answer_to(TAUGHT, library)).named().items():
        (tmp_path / name).write_text(text)

    report = examine_folder((SHIPPED, tmp_path), (tmp_path,), frozenset())

    assert (report.entries, report.cases) == (1, 1)
    assert report.problems == report.warnings == ()


def test_what_was_taught_in_chinese_stands_alone(tmp_path: Path, library: Library) -> None:
    chinese = replace(TAUGHT, title="Frobnicator 相位不對", fix="1. 重設相位", lang="zh-TW")
    for name, text in files(chinese, "taught-frob", answer_to(chinese, library)).named().items():
        (tmp_path / name).write_text(text)

    report = examine_folder((SHIPPED, tmp_path), (tmp_path,), frozenset())

    assert (tmp_path / "taught-frob.zh-TW.md").exists()
    assert report.problems == ()


def test_what_was_taught_is_found_by_its_line_and_names_its_teacher(library: Library) -> None:
    found, refused = entries([files(TAUGHT, "taught-frob")])
    joined = Library({**library.entries, **found}, library.files)

    matching = joined.match(read(PASTE))

    assert (matching.answer, matching.matches[0].entry) == ("match", "taught-frob")
    assert found["taught-frob"].teacher == "U0ANA"
    assert refused == ()


def test_a_taught_entry_that_cannot_be_read_leaves_the_others() -> None:
    found, refused = entries([Files("taught-a", "no page", "[]"), files(TAUGHT, "taught-b")])

    assert list(found) == ["taught-b"]
    assert refused[0].path.name == "taught-a.md"


def test_nothing_is_wrong_with_a_good_one(
    library: Library, cases: tuple[tuple[str, str], ...]
) -> None:
    assert examine(TAUGHT, library, frozenset(), cases) == ()


@pytest.mark.parametrize(
    ("change", "field", "what", "detail"),
    [
        ({"title": "  "}, "title", "title-empty", ""),
        ({"fix": " \n "}, "fix", "fix-empty", ""),
        ({"signature": ""}, "signature", "signature-empty", ""),
        ({"signature": "wobble at <Ip>"}, "signature", "signature-hole", "lower case"),
        (
            {"signature": "wobble at <ip>:<prot>"},
            "signature",
            "signature-hole",
            "did you mean <port>",
        ),
        ({"signature": "<word> failed"}, "signature", "signature-broad", "6"),
        ({"signature": "frobnicator-is-out"}, "signature", "signature-broad", "18"),
        ({"signature": "frobnicator is out of order"}, "signature", "signature-misses", ""),
        (
            {
                "line": 'no endpoints available for service "cart"',
                "signature": 'no endpoints available for service "<service>"',
            },
            "signature",
            "signature-takes",
            "-",
        ),
        ({"fix": "iptables -F"}, "danger", "danger-unmarked", "flushes"),
        ({"fix": "Run:\n```\nkubectl delete pod x\n```"}, "danger", "danger-unmarked", "deletes"),
    ],
)
def test_what_breaks_the_contract_is_refused_at_its_field(
    library: Library,
    cases: tuple[tuple[str, str], ...],
    change: dict[str, str],
    field: str,
    what: str,
    detail: str,
) -> None:
    (mistake,) = examine(replace(TAUGHT, **change), library, frozenset(), cases)

    assert (mistake.field, mistake.what) == (field, what)
    assert detail in mistake.detail


def test_a_line_that_another_taught_entry_knows_is_refused(library: Library) -> None:
    first = files(TAUGHT, "taught-frob")
    known, _ = entries([first])
    joined = Library({**library.entries, **known}, {**library.files, "taught-frob": Path("x.md")})

    wrong = examine(TAUGHT, joined, frozenset(), pastes(joined, [first]))

    assert wrong == (Mistake("signature", "signature-takes", "taught-frob"),)


def test_a_danger_stands_before_the_step_that_can_hurt_and_no_other(library: Library) -> None:
    marked = replace(
        TAUGHT, fix="1. Look\nkubectl get pods\n2. Flush\niptables -F", danger="cuts all traffic"
    )

    assert examine(marked, library, frozenset(), ()) == ()
    fix = entries([files(marked, "taught-x")])[0]["taught-x"].page("en").fix
    assert [(step.commands, step.danger) for step in fix] == [
        (("kubectl get pods",), None),
        (("iptables -F",), "cuts all traffic"),
    ]


def test_commands_on_lines_of_their_own_are_one_block() -> None:
    fix = "Restart it:\n$ kubectl get pods\n$ kubectl get nodes\nand wait"
    (step,) = entries([files(replace(TAUGHT, fix=fix), "taught-x")])[0]["taught-x"].page("en").fix

    assert step.commands == ("kubectl get pods\nkubectl get nodes",)
    assert step.text == "Restart it:\n\nand wait"


@settings(deadline=None, max_examples=150)
@given(
    st.text(min_size=1, max_size=200).filter(str.strip)
    | st.text("#`->*1. \nab:[]!|~", min_size=1, max_size=80).filter(str.strip),
    st.text("abc`#>[]()!\n", max_size=40),
    st.text(min_size=1, max_size=40).filter(str.strip),
)
def test_whatever_is_written_makes_a_page_that_can_be_read_or_is_refused(
    fix: str, danger: str, title: str
) -> None:
    taught = replace(TAUGHT, fix=fix, danger=danger, title=title)
    library = Library({}, {})

    wrong = examine(taught, library, frozenset(), ())

    found, refused = entries([files(taught, "taught-x")])
    assert wrong or (found["taught-x"].page("en").fix and not refused)


def test_slugs_are_never_those_of_shipped_entries() -> None:
    assert slug_for("DNS is slow", {"dns-slow"}) == "taught-dns-slow"
    assert slug_for("DNS is slow", {"taught-dns-slow"}) == "taught-dns-slow-2"
    assert slug_for("網路很慢", {"taught-section-01"}) == "taught-section-02"
