"""Handbooks of two languages and many shapes become drafts that load and find their errors."""

from pathlib import Path

import pytest

from knowledge.contract import problems
from knowledge.danger import DANGERS
from knowledge.errors import HandbookError
from knowledge.importer import Draft, Import, import_handbook, read_handbook
from knowledge.importer.wording import WORDINGS
from knowledge.load import Library, load_library
from knowledge.match import read
from tests.knowledge.handbooks import CHINESE, ENGLISH
from tests.knowledge.samples import write_entry

DAY = "2026-11-25"
X509 = "Handshake refused by x509: certificate has expired or is not yet valid"
HANDSHAKE = "handshake-refused-x509-certificate-has-expired"


def _imported(text: str) -> Import:
    return import_handbook(text, "book.md", DAY)


def _loaded(done: Import, folder: Path) -> Library:
    for name, text in done.files().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return load_library(folder)


def _only(text: str) -> Draft:
    (draft,) = _imported(f"## It fails\n\n{text}").drafts
    return draft


@pytest.mark.parametrize("book", [CHINESE, ENGLISH])
def test_what_is_written_loads_and_keeps_the_contract(tmp_path: Path, book: str) -> None:
    done = _imported(book)

    library = _loaded(done, tmp_path)

    assert sorted(library.entries) == sorted(draft.slug for draft in done.drafts)
    assert [str(one) for one in problems(library, frozenset())] == []


@pytest.mark.parametrize(
    ("book", "paste", "title"),
    [
        (
            CHINESE,
            '[error] 9#9: upstream closed early, upstream: "http://10.1.2.3:80/"',
            "Ingress 一直回 502",
        ),
        (
            CHINESE,
            'Failed to pull image "q.io/a/b:1": dial tcp 10.0.0.4:443: connect: no route to host',
            "節點抓不到映像檔",
        ),
        (CHINESE, "lookup api.x.svc on 10.0.0.10:53: read: i/o timeout", "名稱解析很慢"),
        (ENGLISH, "remote 198.51.100.4:5: tls: handshake failure at 2s", X509),
        (ENGLISH, "x509: certificate has expired or is not yet valid", X509),
        (
            ENGLISH,
            "kernel: nf_conntrack: nf_conntrack: table full, dropping packet",
            "Conntrack is full",
        ),
    ],
)
def test_another_paste_of_a_printed_error_finds_its_section(
    tmp_path: Path, book: str, paste: str, title: str
) -> None:
    library = _loaded(_imported(book), tmp_path)

    matching = library.match(read(paste))

    assert matching.answer == "match"
    assert library.entries[matching.matches[0].entry].page("en").title == title


def test_every_section_is_reported_with_its_lines_and_why_it_was_left() -> None:
    sections = _imported(CHINESE).sections

    rows = [(one.line, one.end, one.title, one.left) for one in sections]

    assert [CHINESE.split("\n")[row[0] - 1].lstrip("# ") for row in rows] == [r[2] for r in rows]
    assert rows == [
        (1, 4, "連線疑難手冊", "it introduces the sections below it"),
        (5, 24, "Ingress 一直回 502", ""),
        (25, 48, "節點抓不到映像檔", ""),
        (49, 52, "名稱解析很慢", ""),
        (53, 56, "目錄", "an index of other sections"),
        (57, 60, "相關文件", "only links"),
    ]


def test_sections_of_setext_headings_are_told_apart() -> None:
    left = {one.title: one.left for one in _imported(ENGLISH).sections if one.left}

    assert left == {
        "Field notes": "it introduces the sections below it",
        "Gateway": "it introduces the sections below it",
        "Nodes": "it introduces the sections below it",
        "Naming": "no trouble described",
        "Tiny": "too short to tell a trouble",
        "Empty": "nothing is written in it",
    }


def test_the_language_is_that_of_most_sections_unless_it_is_given() -> None:
    assert _imported(CHINESE).lang == "zh-TW"
    assert _imported(f"{ENGLISH}\n## 連線失敗\n\n無法連線到伺服器\n").lang == "en"
    assert import_handbook(ENGLISH, "book.md", DAY, "zh-TW").drafts[0].lang == "zh-TW"


def test_a_chinese_draft_is_a_chinese_page_alone() -> None:
    done = _imported(CHINESE)

    assert all(name.endswith((".zh-TW.md", ".cases.yaml")) for name in done.files())


def test_headings_and_labels_name_the_parts(tmp_path: Path) -> None:
    library = _loaded(_imported(CHINESE), tmp_path)

    page = library.entries["section-03"].pages["zh-TW"]

    assert "節點的路由被另一張網卡蓋掉。" in page.meaning
    assert page.confirm.startswith("- 執行 `ip route get 192.168.9.3`")
    assert [step.text for step in page.fix] == [
        "刪掉多餘的路由 `ip route del 192.168.0.0/16 dev eth1`",
        "把設定寫進網路設定檔",
    ]
    assert page.otherwise == WORDINGS["zh-TW"].unsaid["otherwise"]


def test_words_of_a_paragraph_name_the_part_it_goes_to(tmp_path: Path) -> None:
    library = _loaded(_imported(CHINESE), tmp_path)

    page = library.entries["ingress-502"].pages["zh-TW"]

    assert page.meaning == "這是因為後端的 keep-alive 時間比控制器短。"
    assert "kubectl -n edge logs ingress-7c9d8f6b54-x2k9p" in page.confirm
    assert page.fix[0].text == "解決方法：把後端的逾時調長，再重啟："
    assert page.fix[0].commands == (
        "kubectl -n shop set env deploy/web KEEPALIVE=75\nkubectl -n shop delete pod -l app=web",
    )
    assert page.otherwise == "參考 [上游文件](https://example.com/keepalive)。"


def test_dangerous_commands_are_marked_in_blocks_in_sentences_and_in_nested_lists(
    tmp_path: Path,
) -> None:
    (tmp_path / "en").mkdir()
    libraries = (
        _loaded(_imported(CHINESE), tmp_path),
        _loaded(_imported(ENGLISH), tmp_path / "en"),
    )

    dangers = {
        (slug, number): step.danger
        for library in libraries
        for slug, entry in library.entries.items()
        for number, step in enumerate(next(iter(entry.pages.values())).fix, 1)
        if step.danger
    }

    assert set(dangers) == {
        ("ingress-502", 1),
        ("section-03", 1),
        (HANDSHAKE, 3),
        ("conntrack-full", 1),
    }
    assert dangers["conntrack-full", 1].startswith("Drops tracked connections.")
    assert dangers["ingress-502", 1].startswith("會刪除物件。")


def test_a_dangerous_command_goes_to_the_fix_whatever_stands_around_it() -> None:
    draft = _only("### How to check\n\nLook:\n\n```sh\n$ ls -l | xargs rm\n```\n")

    assert draft.parts.confirm == []
    assert [step.dangers for step in draft.parts.fix] == [("deletes files",)]


def test_every_danger_has_a_chinese_sentence() -> None:
    assert {what for what, _ in DANGERS} == set(WORDINGS["zh-TW"].dangers)


def test_admonitions_indented_code_tables_and_comments_are_read(tmp_path: Path) -> None:
    library = _loaded(_imported(ENGLISH), tmp_path)
    entry = library.entries[HANDSHAKE]

    page = entry.pages["en"]

    assert page.meaning.startswith("Mind the clock\n\nNodes whose clock is wrong show the same:")
    assert "```sh\ndate\n```" in page.meaning
    assert "clock skew of <num> seconds detected on" in entry.signatures[1].text
    assert "openssl x509 -enddate" in page.confirm
    assert page.fix[0].text.startswith("Do this outside office hours.")
    assert "| 1 | renew |" in page.fix[0].text
    assert entry.references == ("https://example.com/manual",)
    assert page.otherwise == "[The manual](https://example.com/manual), the other page."
    assert not any("commented out" in text for text in _imported(ENGLISH).files().values())


def test_a_sub_heading_of_the_fix_stands_above_its_first_step() -> None:
    draft = _only("### Fix\n\n#### On a cloud\n\nCall them.\n\nWait.\n")

    assert [step.text for step in draft.parts.fix] == ["**On a cloud**\n\nCall them.", "Wait."]


@pytest.mark.parametrize(
    "box",
    [
        ":::caution\n{}\n:::",
        ":::note Mind\n\n{}\n\n:::",
        "!!! note\n    {}",
        "!!! warning\n\n    {}",
        "> [!TIP]\n> {}",
        "{{{{< hint info >}}}}\n{}\n{{{{< /hint >}}}}",
        '{{% hint style="info" %}}\n{}\n{{% endhint %}}',
        "<details><summary>{}</summary></details>",
        "<!-- hidden -->{}",
    ],
)
def test_boxes_of_every_site_generator_leave_only_their_words(box: str) -> None:
    draft = _only(box.format("The bridge is broken when it rains on both of its ends."))

    assert " ".join(draft.parts.meaning).removeprefix("Mind ").removeprefix("> ") == (
        "The bridge is broken when it rains on both of its ends."
    )


def test_headings_that_count_steps_belong_to_the_trouble_above_them() -> None:
    text = """\
It has been down since the morning, all of it.

### Step 1: look

Check the log.

### Step 2

Restart the box.
"""

    draft = _only(text)

    assert draft.parts.confirm == ["**Step 1: look**", "Check the log."]
    assert [step.text for step in draft.parts.fix] == ["**Step 2**\n\nRestart the box."]


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    file = tmp_path / "book.md"
    file.write_bytes(b"\xef\xbb\xbf" + ENGLISH.replace("\n", "\r\n").encode())

    assert _imported(read_handbook(file)).files() == _imported(ENGLISH).files()


def test_the_title_of_front_matter_heads_a_document_without_one() -> None:
    done = _imported(
        "---\ntitle: Proxy fails\n---\nIt is down.\n\n## Solution\n\nMend the proxy.\n"
    )

    assert [(one.line, one.slug) for one in done.sections] == [(1, "proxy-fails")]
    assert done.drafts[0].parts.fix[0].text == "Mend the proxy."


def test_front_matter_alone_is_a_section_with_nothing_in_it() -> None:
    (report,) = _imported("---\ntitle: Proxy fails\n---").sections

    assert (report.title, report.left) == ("Proxy fails", "nothing is written in it")


def test_a_signature_in_two_sections_stays_with_the_first() -> None:
    sections = _imported(ENGLISH).sections

    again = next(one for one in sections if one.title == "Conntrack is full again")

    line = 1 + next(n for n, text in enumerate(ENGLISH.split("\n")) if "[600000" in text)
    assert again.signatures == 0
    assert [(one.line, one.why) for one in again.refused] == [
        (line, "also printed in conntrack-full")
    ]


def test_a_section_whose_error_holds_anothers_is_found_before_it(tmp_path: Path) -> None:
    tail = "connecting to the peer failed since it was refused by the wall between the two of them"
    done = _imported(f"## One fails\n\n    {tail}\n\n## Zwei fails\n\n    proxy in zone: {tail}\n")

    library = _loaded(done, tmp_path)

    assert library.match(read(tail)).matches[0].entry == "one-fails"
    assert library.match(read(f"proxy in zone: {tail}")).matches[0].entry == "zwei-fails"


def test_a_section_that_would_take_anothers_error_yields_to_it(tmp_path: Path) -> None:
    pieces = ["peer failed to say so", "failed to say so z"]
    first = "".join(f"    {piece}\n" for piece in pieces)
    whole = "peer failed to say so z"  # both pieces together tell more than the whole

    library = _loaded(
        _imported(f"## One fails\n\n{first}\n## Zwei fails\n\n    {whole}\n"), tmp_path
    )

    assert library.entries["one-fails"].yields_to == ("zwei-fails",)
    assert library.match(read(whole)).matches[0].entry == "zwei-fails"
    assert library.match(read(pieces[0])).matches[0].entry == "one-fails"


def test_an_entry_that_is_there_already_is_named_and_its_slug_left_to_it(tmp_path: Path) -> None:
    write_entry(tmp_path, "bridge-fails", ("the bridge said no to packet <num>",))
    text = "## Bridge fails\n\n    the bridge said no to packet 7, it failed\n"

    done = import_handbook(text, "book.md", DAY, known=load_library(tmp_path))

    assert (done.sections[0].slug, done.sections[0].known) == ("bridge-fails-2", ("bridge-fails",))


def test_secrets_are_masked_before_anything_is_kept() -> None:
    draft = _only("    Error: login failed with password=hunter2secret for all\n")

    assert "hunter2secret" not in "".join(draft.files().values())
    assert draft.signatures == ("Error: login failed with password=<word> for all",)


def test_a_line_that_says_too_little_is_reported_with_its_line() -> None:
    (report,) = _imported("## It fails\n\n    Error: i/o timeout\n    i/o timeout\n").sections

    assert [(one.line, one.text, one.why) for one in report.refused] == [
        (4, "i/o timeout", "only 11 characters of it stay the same")
    ]


def test_commands_comments_settings_and_chinese_sentences_are_no_signatures() -> None:
    text = """\
```sh
# this failed once: error in the proxy
kubectl get events | grep -i "failed to start"
--max-failed-attempts=5 and more
這裡 failed to connect 是說明
```
Set `failurePolicy: Fail`, run `grep error /var/log/proxy`, see "connection was refused".
"""

    assert _only(text).signatures == ()


def test_a_log_dump_gives_a_bounded_number_of_signatures() -> None:
    words = ["alpha", "beta", "gamma", "delta", "kappa", "omega"]
    lines = [f"    error in {one} near {two}: failed" for one in words for two in words]

    (report,) = _imported("## It fails\n\n" + "\n".join(lines)).sections

    assert report.signatures == 20
    assert report.refused[0].why == "the section has 20 already"


def test_messages_in_yaml_and_json_are_output() -> None:
    draft = _only(
        '```yaml\nstatus:\n  reason: X\n  message: "cannot bind port 8080: in use"\n```\n'
    )

    assert draft.signatures == ("cannot bind port <port>: in use",)


@pytest.mark.parametrize("text", ["", "no heading\n\nat all\n", "    # indented code\n"])
def test_a_text_without_a_heading_is_refused(text: str) -> None:
    with pytest.raises(HandbookError, match=r"book\.md: no heading in it: begin each trouble with"):
        _imported(text)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty: name a Markdown file"),
        (b"\n \n", "empty: name a Markdown file"),
        (b"\x7fELF\x00\x00", "not text: name a Markdown file, saved as UTF-8"),
        ("# 標題\n".encode("utf-16"), "not text: name a Markdown file, saved as UTF-8"),
        (b"# a\n\nb\n" + "無法".encode("big5"), "4: not UTF-8: save the file as UTF-8"),
        (
            b"# a\n" * 1_300_000,
            "larger than the 2,000,000 bytes that are read: import its chapters",
        ),
    ],
)
def test_what_is_no_handbook_is_refused_with_the_next_step(
    tmp_path: Path, data: bytes, message: str
) -> None:
    file = tmp_path / "book.md"
    file.write_bytes(data)

    with pytest.raises(HandbookError) as caught:
        read_handbook(file)

    assert str(caught.value).startswith(f"{file}:")
    assert message in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HandbookError, match="no such file or directory: name a Markdown file"):
        read_handbook(tmp_path / "nowhere.md")
