import socket
from pathlib import Path

import pytest
import yaml

from checks.snapshot import FORMAT
from tests.bot.cli.conftest import Run

CART = 'no endpoints available for service "cart"\n'


def kubeconfig(path: Path, server: str) -> Path:
    """Write a kubeconfig with one context, `prod`."""
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "prod",
        "contexts": [{"name": "prod", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": server}}],
        "users": [{"name": "u", "user": {"token": "secret-token"}}],
    }
    path.write_text(yaml.safe_dump(document))
    return path


def test_check_runs_a_group_about_a_subject(run: Run, shop: Path) -> None:
    document = run("check", "service", "shop/cart", "--snapshot", shop, "--json").document

    assert list(document) == ["lang", "causes", "checks", "ledger"]
    assert document["causes"][0]["standing"] == "confirmed"
    verdicts = {(one["check"], one["verdict"]) for one in document["checks"]}
    assert ("service-endpoints", "found") in verdicts


def test_check_without_a_subject_finds_the_broken_one(run: Run, shop: Path) -> None:
    checks = run("check", "service-endpoints", "--snapshot", shop, "--json").document["checks"]

    assert [one["subject"] for one in checks if one["verdict"] == "found"] == ["Service shop/cart"]


def test_an_unknown_check_lists_those_there_are(run: Run, shop: Path) -> None:
    outcome = run("check", "dsn", "--snapshot", shop)

    assert outcome.status == 1
    assert "'dsn'" in outcome.err
    assert "dns" in outcome.err


def test_a_snapshot_of_a_snapshot_reads_back_to_the_same_verdicts(
    run: Run, shop: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again.json"
    run("snapshot", "-o", again, "--snapshot", shop)

    first, second = (
        run("check", "all", "--snapshot", path, "--json").document["checks"]
        for path in (shop, again)
    )
    assert first == second


def test_dials_can_be_switched_by_a_flag(run: Run, shop: Path) -> None:
    document = run("check", "dns-answers", "--snapshot", shop, "--dials", "off", "--json").document
    assert [one["check"] for one in document["checks"]] == ["dns-answers"]

    refused = run("check", "dns", "--dials", "maybe")
    assert refused.status == 2
    assert "maybe" in refused.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--kubeconfig", "gone.yaml"], "gone.yaml"),
        (["--context", "prd"], "prod"),
        (["--snapshot", "gone.json"], "gone.json"),
        (["--snapshot", "shop.json", "--context", "prod"], "--snapshot"),
    ],
    ids=["no kubeconfig", "no such context", "no snapshot", "both"],
)
def test_a_cluster_that_is_not_there_ends_in_one_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(kubeconfig(tmp_path / "config", "https://127.0.0.1:1")))

    outcome = run("diagnose", *arguments, stdin=CART)

    assert (outcome.status, outcome.err.count("\n")) == (1, 1)
    assert words in outcome.err


def test_a_context_without_any_kubeconfig_says_what_to_name(run: Run) -> None:
    outcome = run("check", "all", "--context", "prod")

    assert (outcome.status, outcome.err.count("\n")) == (1, 1)
    assert "none is known at all: name a kubeconfig by `--kubeconfig FILE`" in outcome.err


def test_an_unreachable_cluster_still_gets_the_match_and_one_line(run: Run, tmp_path: Path) -> None:
    """A port nobody listens on: bound, so that no other program takes it, but never listening."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        server = f"https://127.0.0.1:{held.getsockname()[1]}"
        config = kubeconfig(tmp_path / "config", server)

        outcome = run("diagnose", "--kubeconfig", config, "--json", stdin=CART)

    assert outcome.status == 1
    assert outcome.document["answer"] == "match"
    assert [cause["standing"] for cause in outcome.document["causes"]] == ["could-not-check"]
    assert outcome.err.count("\n") == 1
    assert "secret-token" not in outcome.err


def test_a_snapshot_from_another_version_is_refused_with_what_to_do(
    run: Run, shop: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.json"
    other.write_text(shop.read_text().replace(f'"format":{FORMAT}', '"format":999', 1))

    outcome = run("check", "all", "--snapshot", other)

    assert (outcome.status, outcome.err.count("\n")) == (1, 1)
    assert "999" in outcome.err
