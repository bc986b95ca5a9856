from pathlib import Path

import pytest

from knowledge import confidence
from knowledge.load import Library, load_library
from knowledge.match import read
from knowledge.model import Line, Matching
from tests.knowledge.samples import write_entry

LONG = "failed to set up the network of sandbox"
SHARP = "open /run/flannel/subnet.env: no such file"


def _match(library: Library, text: str) -> Matching:
    return library.match(read(text))


def _slugs(matching: Matching) -> list[str]:
    return [match.entry for match in matching.matches]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    write_entry(tmp_path, "loud", (f"{LONG} <text>",), yields_to="middle")
    write_entry(tmp_path, "middle", ("plugin not initialized yet",), yields_to="sharp")
    write_entry(tmp_path, "sharp", (SHARP, "lease gone", "flannel lease lost for <node>"))
    write_entry(
        tmp_path,
        "spoken",
        ("i/o timeouts",),
        symptoms=("names resolve slowly in every pod", "lookups take five seconds"),
        meaning="Lookups of names take five seconds, as conntrack loses one of two packets.",
    )
    return load_library(tmp_path)


def test_a_signature_is_a_match_with_its_line(library: Library) -> None:
    matching = _match(library, f"look:\n\n  {SHARP} or directory")

    assert matching.answer == "match"
    (because,) = matching.matches[0].because
    assert (3, SHARP, f"{SHARP} or directory") == (
        because.line,
        because.signature,
        because.text,
    )


def test_holes_become_entities(library: Library) -> None:
    matching = _match(library, "flannel lease lost for node-9")

    assert matching.matches[0].entities == {"node": "node-9", "cni": "flannel"}


@pytest.mark.parametrize("sharper", [SHARP, "plugin not initialized yet"])
def test_a_symptom_yields_to_its_cause(library: Library, sharper: str) -> None:
    matching = _match(library, f"{LONG} abc\n{sharper}")

    assert "loud" not in _slugs(matching)


def test_loud_noise_does_not_win(library: Library) -> None:
    once = _match(library, f"{LONG} abc")
    often = _match(library, f"{LONG} abc\n" * 50)

    assert once.matches[0].confidence == often.matches[0].confidence


def test_two_signatures_are_surer_than_one(library: Library) -> None:
    one = _match(library, "flannel lease lost for node-9")
    two = _match(library, "lease gone\nflannel lease lost for node-9")

    assert one.matches[0].confidence < two.matches[0].confidence


def test_a_short_signature_alone_is_perhaps(library: Library) -> None:
    matching = _match(library, "x i/o timeouts y")

    assert matching.answer == "perhaps"
    assert matching.matches[0].confidence < confidence.MATCH


@pytest.mark.parametrize(
    ("paste", "answer"),
    [
        ("git: no way to the host", "perhaps"),
        ("git: no way to the host\nin a pod of the cluster", "match"),
        ("git: no way to the host\nno route was left at all", "match"),
    ],
)
def test_what_is_printed_anywhere_is_a_match_only_beside_a_word_of_kubernetes(
    tmp_path: Path, paste: str, answer: str
) -> None:
    page = write_entry(tmp_path, "git", ("no way to the host", "no route was left at all"))
    text = page.read_text(encoding="utf-8")
    first, rest = text.split("no way to the host", 1)
    ending, rest = rest.split("\n", 1)
    page.write_text(
        f"{first}no way to the host{ending}\n    anywhere: true\n{rest}", encoding="utf-8"
    )

    assert _match(load_library(tmp_path), paste).answer == answer


def test_a_few_words_are_at_most_perhaps(library: Library) -> None:
    matching = _match(library, "hello\nlookups take five seconds in every pod")

    assert (matching.answer, _slugs(matching)) == ("perhaps", ["spoken"])
    (because,) = matching.matches[0].because
    assert (because.line, because.signature) == (2, "lookups take five seconds")


TOLD = "since the upgrade names resolve slowly in every pod, the lookups take five seconds"


def test_a_person_who_describes_it_is_a_match_among_entries_enough(
    library: Library, tmp_path: Path
) -> None:
    for number in range(confidence.RIVALS):
        write_entry(tmp_path, f"other-{number}", (f"the {number}th pod of names is full",))

    assert _match(library, TOLD).answer == "perhaps"

    matching = _match(load_library(tmp_path), TOLD)
    assert (matching.answer, _slugs(matching)) == ("match", ["spoken"])


def test_the_same_description_of_something_else_than_kubernetes_is_no_match(
    library: Library,
) -> None:
    matching = _match(
        library, "since the upgrade names resolve slowly on my phone, the lookups take five seconds"
    )

    assert matching.answer != "match"


def test_wording_does_not_overrule_a_signature(library: Library) -> None:
    matching = _match(library, f"names resolve slowly in every pod, five seconds\n{SHARP}")

    assert _slugs(matching) == ["sharp"]


def test_nothing_is_an_answer(library: Library) -> None:
    matching = _match(library, "lunch at noon?")

    assert (matching.answer, matching.matches) == ("nothing", ())


def test_an_empty_library_answers_nothing() -> None:
    assert Library({}, {}).match(read("anything")).answer == "nothing"


def test_a_message_broken_by_a_terminal_still_matches_on_its_own_line(library: Library) -> None:
    text = f"{'x' * 70} {SHARP}"
    broken = f"{text[:80]}\n{text[80:]}"

    matching = _match(library, f"hello\n\n{broken}")

    assert _slugs(matching) == ["sharp"]
    assert matching.matches[0].because[0].line == 3


def test_the_same_paste_gives_the_same_answer(library: Library, tmp_path: Path) -> None:
    text = f"{SHARP}\n{LONG} pod shop/cart\nlookups take five seconds"

    assert _match(library, text) == _match(load_library(tmp_path), text)


def test_equal_entries_stand_in_the_order_of_their_slugs(tmp_path: Path) -> None:
    for slug in ("b-side", "a-side"):
        write_entry(tmp_path, slug, ("the same words in both",))

    assert _slugs(_match(load_library(tmp_path), "the same words in both")) == ["a-side", "b-side"]


def test_reading_masks_secrets_and_keeps_numbers() -> None:
    paste = read("\npassword=hunter2\n\nok")

    assert paste.lines == (Line(2, "password=[masked]"), Line(4, "ok"))


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("pod cannot resolve", "en"),
        ("pod 無法解析名稱", "zh-TW"),
        ("pod 里解析不了 dial tcp: i/o timeout", "zh-TW"),
        ("Pod の中で名前解決ができない", "en"),
        ("파드에서 이름 解決 안 됩니다", "en"),
        ("", "en"),
    ],
)
def test_the_language_is_that_of_the_person(text: str, lang: str) -> None:
    assert read(text).lang == lang


WARNED = f"W1123 09:00:00.000001    12 cni.go:1] {SHARP} or directory"


def test_a_warning_before_another_fatal_line_is_at_most_perhaps(library: Library) -> None:
    matching = _match(library, f"{WARNED}\nF1123 09:00:01.000001    12 server.go:9] bad flag")

    assert (matching.answer, _slugs(matching)) == ("perhaps", ["sharp"])


def test_a_preflight_warning_beside_a_preflight_error_is_at_most_perhaps(library: Library) -> None:
    warning = f"\t[WARNING Sample]: {SHARP} or directory"

    assert _match(library, warning).answer == "match"
    assert _match(library, f"{warning}\n\t[ERROR CRI]: not running").answer == "perhaps"


def test_what_the_fatal_line_itself_says_is_a_match(library: Library) -> None:
    matching = _match(library, f"x\nF1123 09:00:01.000001    12 server.go:9] {SHARP} or directory")

    assert matching.answer == "match"


def test_a_warning_without_a_fatal_line_is_a_match(library: Library) -> None:
    assert _match(library, WARNED).answer == "match"
