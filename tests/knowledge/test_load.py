from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.errors import EntryError, FolderError
from knowledge.front import parse
from knowledge.load import load_library, load_readable
from knowledge.match import read
from knowledge.model import CheckLink, Step
from tests.knowledge.samples import DANGEROUS_FIX, write_entry

Edit = Callable[[str], str]


def _replace(old: str, new: str) -> Edit:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return edit


BAD_PAGES: list[tuple[Edit, int, str]] = [
    (
        _replace("title:", "titel:"),
        2,
        "unknown key 'titel' in the front matter: did you mean 'title'",
    ),
    (_replace("area: cni", "area: cmi"), 3, "unknown area 'cmi': did you mean 'cni'"),
    (_replace("area: cni\n", ""), 2, "no area in the front matter: add a line `area: ...`"),
    (_replace("maturity: stable", "maturity: done"), 4, "unknown maturity 'done': choose one of"),
    (_replace("2026-11-23", "yesterday"), 5, "reviewed is 'yesterday': write the day as"),
    (_replace("said no", "said <prot>"), 8, "<prot> is no hole type: did you mean <port>"),
    (_replace('"the bridge said no"', "'<ip>'"), 8, "a signature of holes only"),
    (_replace("  - text:", "  - texts:"), 8, "unknown key 'texts' in a signature"),
    (_replace('"the bridge said no"', "['a']"), 8, "text must be text"),
    (_replace('no"', 'no"\n    anywhere: yes'), 9, "anywhere must be true or false"),
    (_replace("signatures:\n", "signatures: 'x'\nx:\n"), 8, "unknown key 'x' in the front matter"),
    (_replace("bridge said no", "bridge said " + "no" * 300), 8, "a signature of 616 characters"),
    (_replace("applies: {}", f"applies: {'[' * 99_999}{']' * 99_999}"), 13, "nested more than 20"),
    (_replace("checks: []", "checks: [{a: b}]"), 12, "a check's holes must be `key: value` lines"),
    (_replace("title: ", "title: x\ntitle: "), 3, "'title' stands twice in the front matter"),
    (_replace("title: ", "title: [\n"), 4, "not valid YAML"),
    (_replace("---\ntitle", "title"), 1, "no front matter"),
    (_replace("\n---\n## M", "\n## M"), 1, "front matter has no end"),
    (_replace("## Confirm", "## Confrim"), 21, "unknown section 'Confrim': did you mean 'Confirm'"),
    (_replace("## If that was not it\n\nLook further.\n", ""), 17, "no section `## If that was"),
    (_replace("Look further.", ""), 17, "no section `## If that was not it`, or nothing in it"),
    (_replace("1. Look first.", "Look first."), 29, "the fix has no numbered step"),
    (_replace("1. Look first.", "Mind you.\n\n1. Look."), 29, "text outside the numbered steps"),
]


@pytest.mark.parametrize(("edit", "line", "message"), BAD_PAGES)
def test_a_bad_page_is_refused_with_its_line(
    tmp_path: Path, edit: Edit, line: int, message: str
) -> None:
    page = write_entry(tmp_path, "sample")
    page.write_text(edit(page.read_text(encoding="utf-8")), encoding="utf-8")

    with pytest.raises(EntryError) as caught:
        load_library(tmp_path)

    assert str(caught.value).startswith(f"{page}:{line}: {message}")


def test_an_entry_is_read_whole(tmp_path: Path) -> None:
    write_entry(
        tmp_path,
        "sample",
        ("no <service> here", "it's gone"),
        checks="one, {two: {service: host}}",
        yields_to="other",
        fix=DANGEROUS_FIX,
    )

    (entry,) = load_library(tmp_path)

    assert entry.slug == "sample"
    assert [one.text for one in entry.signatures] == ["no <service> here", "it's gone"]
    assert entry.checks == (CheckLink("one"), CheckLink("two", {"service": "host"}))
    assert entry.yields_to == ("other",)
    assert entry.pages["zh-TW"].meaning == "說明。"
    assert entry.pages["en"].fix == (
        Step("Look first.", ("kubectl get nodes",)),
        Step("Flush.", ("iptables -F",), "Cuts every connection of the node."),
    )


def test_an_entry_may_be_written_in_english_only(tmp_path: Path) -> None:
    write_entry(tmp_path, "sample", lang="en")

    (entry,) = load_library(tmp_path)

    assert list(entry.pages) == ["en"]
    assert entry.page("zh-TW").title == "Sample"


def test_an_entry_may_be_written_in_chinese_only(tmp_path: Path) -> None:
    page = write_entry(tmp_path, "sample", ("no <service> here",), lang="zh-TW")

    library = load_library(tmp_path)

    entry = library.entries["sample"]
    assert list(entry.pages) == ["zh-TW"]
    assert [one.text for one in entry.signatures] == ["no <service> here"]
    assert (entry.area, entry.page("en").meaning) == ("cni", "說明。")
    assert library.files["sample"] == page == tmp_path / "sample.zh-TW.md"
    assert library.match(read("no cart here")).matches[0].entry == "sample"


def test_a_chinese_page_that_lost_its_english_one_is_told_both_ways_out(tmp_path: Path) -> None:
    write_entry(tmp_path, "sample").rename(tmp_path / "simple.md")

    with pytest.raises(EntryError) as caught:
        load_library(tmp_path)

    assert str(caught.value) == (
        f"{tmp_path}/sample.zh-TW.md:2: no area in the front matter: add a line `area: ...`, "
        "or name the file after its English page"
    )


def test_the_later_of_two_folders_wins_and_the_other_page_is_known(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two", "three")]
    for folder in folders:
        folder.mkdir()
        write_entry(folder, "sample", (f"a signature of {folder.name}",))
    write_entry(folders[0], "other", ("a signature of its own",))

    library = load_library(*folders)

    assert library.entries["sample"].signatures[0].text == "a signature of three"
    assert library.files["sample"] == folders[2] / "sample.md"
    assert library.overridden == {"sample": (folders[1] / "sample.md", folders[0] / "sample.md")}


def test_a_folder_named_twice_counts_once(tmp_path: Path) -> None:
    folder = tmp_path / "real"
    folder.mkdir()
    write_entry(folder, "sample")
    link = tmp_path / "link"
    link.symlink_to(folder)

    assert load_library(folder, link).overridden == {}


def test_what_is_wrong_with_every_file_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    for slug in ("a", "b", "c"):
        write_entry(tmp_path, slug)
    (tmp_path / "a.md").write_text("nothing", encoding="utf-8")
    (tmp_path / "b.zh-TW.md").write_text("nothing", encoding="utf-8")

    library, refused = load_readable(tmp_path)

    assert list(library.entries) == ["c"]
    assert [one.path.name for one in refused] == ["a.md", "b.zh-TW.md"]


@pytest.mark.parametrize("name", ["sample.zh-tw.md", "sample.fr.md", "old.sample.md"])
def test_a_page_with_an_ending_that_means_nothing_is_refused(tmp_path: Path, name: str) -> None:
    write_entry(tmp_path, "sample")
    (tmp_path / name).touch()

    with pytest.raises(EntryError, match=rf"{name}:1: no page ends in \."):
        load_library(tmp_path)


def test_a_readme_and_hidden_files_are_no_entries(tmp_path: Path) -> None:
    write_entry(tmp_path, "sample")
    for name in ("README.md", "._sample.md", ".#sample.md", "sample.md~"):
        (tmp_path / name).touch()

    assert list(load_library(tmp_path).entries) == ["sample"]


def test_a_file_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    page = write_entry(tmp_path, "sample")
    page.write_bytes(page.read_bytes().replace(b"Look further", b"Look \xff"))

    with pytest.raises(EntryError, match=r"sample\.md:\d+: not UTF-8: save the file as UTF-8"):
        load_library(tmp_path)


def test_a_name_that_is_no_slug_is_refused(tmp_path: Path) -> None:
    write_entry(tmp_path, "Not A Slug")

    with pytest.raises(EntryError, match="the file's name must be words joined by `-`"):
        load_library(tmp_path)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="nowhere: no such file or directory: name a folder"):
        load_library(tmp_path / "nowhere")


def test_a_file_in_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    page = write_entry(tmp_path, "sample")

    with pytest.raises(FolderError, match=r"sample\.md: not a directory: name a folder"):
        load_library(page)


def test_a_folder_without_entries_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sample.cases.yaml").touch()

    with pytest.raises(FolderError, match=r"no entry in it: an entry is a file <slug>\.md"):
        load_library(tmp_path)


def test_entries_stand_in_the_order_of_their_slugs(tmp_path: Path) -> None:
    for slug in ("b", "a"):
        write_entry(tmp_path, slug)

    library = load_library(tmp_path)

    assert (list(library.entries), len(library)) == (["a", "b"], 2)


def test_windows_line_ends_are_read(tmp_path: Path) -> None:
    page = write_entry(tmp_path, "sample")
    page.write_bytes(page.read_bytes().replace(b"\n", b"\r\n"))

    assert load_library(tmp_path).entries["sample"].pages["en"].otherwise == "Look further."


def test_a_file_quoted_in_a_step_keeps_its_indentation(tmp_path: Path) -> None:
    quoted = "\n   ```yaml\n   conntrack:\n     min: 0\n   ```\n"
    write_entry(tmp_path, "sample", fix=f"1. Set it.\n{quoted}")

    step = load_library(tmp_path).entries["sample"].pages["en"].fix[0]

    assert step.text == "Set it.\n\n```yaml\nconntrack:\n  min: 0\n```"


def test_a_step_is_one_line_wherever_the_file_breaks_it(tmp_path: Path) -> None:
    page = write_entry(tmp_path, "sample")
    text = page.read_text(encoding="utf-8")
    broken = text.replace("1. Look first.", "1. Look\n   first, 再看\n   第二次。")
    page.write_text(broken, encoding="utf-8")

    step = load_library(tmp_path).entries["sample"].pages["en"].fix[0]

    assert step.text == "Look first, 再看第二次。"


def test_yaml_nested_without_end_is_refused_and_not_run_into(tmp_path: Path) -> None:
    with pytest.raises(EntryError, match=r"x\.yaml:2: nested more than 20 deep: write it flatter"):
        parse("a: b\nc: " + "[" * 200_000, tmp_path / "x.yaml")


def test_a_page_without_sections_is_refused_with_the_first_one_to_write(tmp_path: Path) -> None:
    page = write_entry(tmp_path, "x")
    head, _, _ = page.read_text(encoding="utf-8").partition("## Meaning")
    page.write_text(head, encoding="utf-8")

    with pytest.raises(EntryError, match=r"no section `## Meaning`, or nothing in it: write it"):
        load_library(tmp_path)


def test_a_page_with_the_line_ends_of_an_old_mac_is_read(tmp_path: Path) -> None:
    page = write_entry(tmp_path, "sample")
    page.write_bytes(page.read_bytes().replace(b"\n", b"\r"))

    assert load_library(tmp_path).entries["sample"].pages["en"].meaning
