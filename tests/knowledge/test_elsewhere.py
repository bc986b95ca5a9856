from pathlib import Path

import pytest

from knowledge.elsewhere import FILE, Neighbours, neighbours, read_elsewhere
from knowledge.errors import EntryError
from knowledge.load import load_library
from knowledge.match import read
from knowledge.model import Paste
from knowledge.search import SearchText
from knowledge.signature import Pattern

KINDS = read_elsewhere(FILE)


def _found(text: str) -> str | None:
    kind = neighbours().find(SearchText(read(text)))
    return kind.slug if kind else None


def test_every_kind_has_a_name_in_both_languages_and_signatures_that_compile() -> None:
    for kind in KINDS:
        assert kind.titles["en"]
        assert kind.titles["zh-TW"]
        assert all(Pattern(signature).literal for signature in kind.signatures)
    assert len({kind.slug for kind in KINDS}) == len(KINDS)


def test_no_signature_stands_under_two_kinds() -> None:
    signatures = [signature for kind in KINDS for signature in kind.signatures]

    assert len(set(signatures)) == len(signatures)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Last State: Terminated\n  Reason: OOMKilled", "out-of-memory"),
        ("manifest for shop/cart:v2 not found: manifest unknown", "image-not-found"),
        ('MountVolume.SetUp failed for volume "data" : secret "x" not found', "volume"),
        ("0/3 nodes are available: 3 Insufficient cpu.", "scheduling"),
        ('pods "web" is forbidden: exceeded quota: team, requested: cpu=1', "quota"),
        ('admission webhook "policy.example" denied the request: no label', "admission-denied"),
        ("Traceback (most recent call last):", "application"),
        ("failed to get cpu utilization: missing request for cpu", "autoscaler"),
        ("Liveness probe failed: HTTP probe failed with statuscode: 500", "probe"),
        ("Not authorized to perform sts:AssumeRoleWithWebIdentity", "cloud-account"),
        ("[ERROR NumCPU]: the number of available CPUs 1 is less than the required 2", "host"),
        ("unexpected status from HEAD request to https://r.example/v2/a: 403", "image-not-found"),
        ("Readiness probe failed: HTTP probe failed with statuscode: 503", None),
        ("no endpoints available for service", None),
        ("", None),
    ],
)
def test_a_trouble_outside_the_network_is_named(text: str, slug: str | None) -> None:
    assert _found(text) == slug


def test_the_first_line_that_names_one_decides() -> None:
    assert _found("npm ERR! code ELIFECYCLE\nReason: OOMKilled") == "build"


def test_wording_makes_no_network_trouble_of_it() -> None:
    text = "pods cannot resolve names, DNS does not work inside pods"
    library = load_library()

    assert library.match(read(text)).answer != "nothing"

    matching = library.match(read(f"{text}\nReason: OOMKilled"))
    assert (matching.answer, matching.nearest) == ("nothing", ())
    assert matching.elsewhere["en"] == "a container that ran out of memory"


def test_a_signature_stands_beside_it() -> None:
    text = 'no endpoints available for service "cart"\nReason: OOMKilled'

    matching = load_library().match(read(text))

    assert (matching.answer, dict(matching.elsewhere)) == ("match", {})


def test_a_file_that_cannot_be_used_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "kinds.yaml"
    path.write_text("- slug: one\n  titel: {}\n", encoding="utf-8")

    with pytest.raises(EntryError, match=r"kinds\.yaml:2: unknown key 'titel'"):
        read_elsewhere(path)


def test_nothing_is_found_where_there_are_no_kinds() -> None:
    assert Neighbours(()).find(SearchText(Paste(lines=(), lang="en"))) is None
