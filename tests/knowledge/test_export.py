"""The document other programs read: it holds everything, and reads back."""

from pathlib import Path

import msgspec
import pytest

from knowledge.errors import EntryError
from knowledge.export import Export, export
from knowledge.load import SHIPPED, load_library
from knowledge.model import Entry
from tests.knowledge.samples import DANGEROUS_FIX, write_entry


def _entry(document: Export, slug: str) -> Entry:
    """Return an entry of the document without what the document adds."""
    (found,) = (one for one in document.entries if one.slug == slug)
    return Entry(**{name: getattr(found, name) for name in Entry.__struct_fields__})


def test_what_was_written_reads_back_as_the_same_entries() -> None:
    library = load_library()

    text = msgspec.json.encode(export(library))
    read = msgspec.json.decode(text, type=Export)

    assert read.version == 1
    assert [one.slug for one in read.entries] == list(library.entries)
    assert {slug: _entry(read, slug) for slug in library.entries} == dict(library.entries)


def test_the_same_files_give_the_same_document() -> None:
    first, second = (msgspec.json.encode(export(load_library())) for _ in range(2))

    assert first == second


def test_an_entry_says_where_it_is_from_and_brings_its_cases(tmp_path: Path) -> None:
    write_entry(tmp_path, "dns-pods-down", ("no resolver in sight",), fix=DANGEROUS_FIX)
    write_entry(tmp_path, "sample", lang="zh-TW")

    entries = {one.slug: one for one in export(load_library(SHIPPED, tmp_path)).entries}

    assert (entries["dns-pods-down"].folder, entries["dns-pods-down"].overrides) == (
        str(tmp_path),
        (None,),
    )
    assert entries["dns-service-broken"].folder is None
    assert entries["dns-pods-down"].pages["en"].fix[1].danger
    assert [(one.paste, one.expect) for one in entries["sample"].cases] == [
        ("the bridge said no\n", "sample"),
        ("all is well here\n", None),
    ]
    assert list(entries["sample"].pages) == ["zh-TW"]


def test_an_entry_without_cases_is_exported_and_one_with_bad_cases_is_refused(
    tmp_path: Path,
) -> None:
    cases = write_entry(tmp_path, "sample").with_name("sample.cases.yaml")
    cases.unlink()
    assert export(load_library(tmp_path)).entries[0].cases == ()

    cases.write_text("- past: x\n", encoding="utf-8")
    with pytest.raises(EntryError, match=r"sample\.cases\.yaml:1: unknown key 'past'"):
        export(load_library(tmp_path))
