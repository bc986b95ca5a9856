from pathlib import Path

import pytest

from tests.bot.cli.conftest import Run

CART = 'Error from server (ServiceUnavailable): no endpoints available for service "cart"\n'


def test_match_prints_one_document_with_its_stable_names(run: Run) -> None:
    document = run("match", "--json", stdin=CART).document

    assert list(document) == ["answer", "lang", "matches"]
    assert document["answer"] == "match"
    (match,) = document["matches"]
    assert list(match) == ["entry", "confidence", "because", "entities"]
    assert match["entry"] == "service-no-endpoints"
    assert match["entities"]["service"] == "cart"
    assert match["because"][0]["line"] == 1


def test_diagnose_proves_the_cause_from_a_snapshot_file(run: Run, shop: Path) -> None:
    document = run("diagnose", "--snapshot", shop, "-n", "shop", "--json", stdin=CART).document

    assert list(document) == ["answer", "lang", "matches", "causes", "checks", "ledger"]
    assert document["causes"][0] == {
        "entry": "service-no-endpoints",
        "subject": "Service shop/cart",
        "standing": "confirmed",
        "checks": ["service-endpoints"],
    }
    (check,) = [one for one in document["checks"] if one["verdict"] == "found"]
    assert list(check) == [
        "check",
        "verdict",
        "cause",
        "subject",
        "summary",
        "evidence",
        "command",
        "needs",
    ]
    assert any("app=cart-svc" in quote for quote in check["evidence"])
    assert check["command"].startswith("kubectl -n shop get")


def test_the_answer_speaks_the_language_of_the_paste_or_the_one_asked_for(
    run: Run, shop: Path
) -> None:
    chinese = "服務沒有端點，錯誤訊息如下：\n" + CART

    assert run("match", "--json", stdin=chinese).document["lang"] == "zh-TW"
    assert run("match", "--json", "--lang", "en", stdin=chinese).document["lang"] == "en"
    asked = run("diagnose", "--snapshot", shop, "--lang", "zh-TW", "-n", "shop", stdin=CART)
    assert "已證實" in asked.out


def test_reading_text_names_cause_evidence_command_and_danger(run: Run, shop: Path) -> None:
    out = run("diagnose", "--snapshot", shop, "-n", "shop", stdin=CART).out

    for part in ("Confirmed", "Service shop/cart", "app=cart-svc", "$ kubectl -n shop", "Danger:"):
        assert part in out


def test_a_pipe_gets_no_colour_and_no_wrapping(run: Run, shop: Path) -> None:
    out = run("diagnose", "--snapshot", shop, "-n", "shop", stdin=CART).out

    assert "\x1b" not in out
    assert CART.strip() in out


@pytest.mark.parametrize(
    ("stdin", "words"),
    [
        (b"", "the paste is empty"),
        (b" \n\t \n", "the paste is empty"),
        (b"\x7fELF\x02\x00\x00\x00" * 9, "not text"),
        (b"x" * 5_000_000, "send the lines around the error"),
    ],
    ids=["empty", "blank", "binary", "5 MB"],
)
@pytest.mark.parametrize("command", ["match", "diagnose"])
def test_a_paste_that_cannot_be_read_ends_in_one_line(
    run: Run, command: str, stdin: bytes, words: str
) -> None:
    outcome = run(command, stdin=stdin)

    assert outcome.status == 1
    assert words in outcome.err
    assert outcome.err.count("\n") == 1
    assert outcome.out == ""


def test_a_lone_surrogate_in_the_input_is_no_obstacle(run: Run) -> None:
    outcome = run("match", "--json", stdin=CART.encode() + b"\xed\xa0\x80\n")

    assert outcome.document["answer"] == "match"


def test_a_file_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    outcome = run("match", tmp_path / "gone.log")

    assert (outcome.status, outcome.err.count("\n")) == (1, 1)
    assert "gone.log: no such file or directory" in outcome.err


def test_a_line_that_meets_two_signatures_is_quoted_once(run: Run) -> None:
    assert run("match", stdin=CART).out.count(CART.strip()) == 1


def test_every_result_is_headed_by_its_check_and_what_needs_attention_comes_first(
    run: Run, shop: Path
) -> None:
    out = run("check", "all", "--snapshot", shop).out
    rest = out[out.rindex("\n\n") :].splitlines()

    heads = [line.strip() for line in rest if line.startswith("  ") and line[2] != " "]
    assert "clear: DNS pods" in heads
    order = ["could not look", "clear", "does not apply"]
    verdicts = [head.partition(":")[0] for head in heads]
    assert verdicts == sorted(verdicts, key=order.index)


def test_chinese_has_its_own_colon(run: Run, shop: Path) -> None:
    out = run("diagnose", "--snapshot", shop, "-n", "shop", "--lang", "zh-TW", stdin=CART).out

    assert "發現問題：Service 端點" in out
    assert "第 1 行：" in out
