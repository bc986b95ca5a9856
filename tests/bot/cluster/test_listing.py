"""A list is decoded while it comes, and comes out as if it had been decoded whole."""

import json
import tracemalloc
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cluster import listing
from bot.cluster.listing import Listing
from bot.cluster.sharing import Sharing
from bot.cluster.translate import BrokenAnswerError
from checks.kinds import Namespace, Pod
from tests.bot.cluster.fake_api import names, pods

SMALL = 64  # bytes: so that even a short list is decoded in many parts
TEXTS = st.text(max_size=8) | st.sampled_from(('},{"metadata":', '"items":[', '\\"', "]}", "{["))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(TEXTS, inner, max_size=3)
        | st.lists(st.fixed_dictionaries({"metadata": inner}), max_size=3)
    ),
    max_leaves=4,
)
SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine
WRITERS: tuple[dict[str, Any], ...] = (  # as Go writes, as Python does, and for reading
    {"separators": (",", ":")},
    {},
    {"indent": 2},
)


@st.composite
def documents(draw: st.DrawFn) -> tuple[list[str], str, str]:
    """Make names, a continue token, and the page that holds them, its fields in any order."""
    called = [f"ns-{number}" for number in range(draw(st.integers(0, 12)))]
    others = st.dictionaries(st.sampled_from(("spec", "status", "items")), VALUES, max_size=2)
    items = [{"metadata": {"name": name, "x": draw(VALUES)}, **draw(others)} for name in called]
    token = draw(TEXTS)
    fields = {
        "kind": "NamespaceList",
        "apiVersion": "v1",
        "metadata": {"continue": token, "x": draw(VALUES)},
        "items": items,
    }
    page = {key: fields[key] for key in draw(st.permutations(tuple(fields)))}
    text = json.dumps(page, ensure_ascii=draw(st.booleans()), **draw(st.sampled_from(WRITERS)))
    return called, token, text


@SLOW
@given(documents(), st.integers(1, 300))
def test_comes_out_as_if_decoded_whole(document: tuple[list[str], str, str], size: int) -> None:
    called, token, text = document
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "BATCH", SMALL)
        found, following = listed(Namespace, pieces(text.encode(), size))

    assert (called, token) == (names(found), following)


@SLOW
@given(documents(), st.integers(0, 5000))
def test_half_a_list_is_none(document: tuple[list[str], str, str], end: int) -> None:
    *_, text = document
    body = text.encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "BATCH", SMALL)
        with pytest.raises(BrokenAnswerError):
            listed(Namespace, pieces(body[: end % len(body)], SMALL))


@pytest.mark.parametrize("writer", WRITERS, ids=["Go", "Python", "indented"])
def test_what_is_decoded_is_let_go(writer: dict[str, Any]) -> None:
    """Twelve megabytes of list take two of memory, for next to nothing of them is kept."""
    item = {"metadata": {"name": "a", "annotations": {"note": "x" * 1500}}, "spec": {"a": [{}, {}]}}
    body = json.dumps(page([item] * 8000), **writer).encode()
    tracemalloc.start()
    try:
        found, _ = listed(Namespace, pieces(body, 100_000))
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(found) == 8000
    assert peak - kept < 2_000_000


def test_an_item_of_another_shape_is_refused_at_once() -> None:
    bad = [*pods(5000), {"metadata": {"name": 5}}, *pods(5000)]
    parts = pieces(json.dumps(page(bad, "Pod")).encode(), 10_000)
    with pytest.raises(BrokenAnswerError, match=r"cannot be read: Expected `str`, got `int`"):
        listed(Pod, parts)

    assert next(parts)


def test_places_that_only_look_like_the_end_of_an_item_are_not_believed() -> None:
    """Objects of a CRD begin with the key that owners and managers within them begin with."""
    owners = [{"apiVersion": "v1", "name": "o"}] * 30
    meta = {"name": "a", "ownerReferences": owners, "note": '},{"apiVersion":'}
    items = [{"apiVersion": "v1", "kind": "Namespace", "metadata": meta}] * 500
    body = json.dumps(page(items), separators=(",", ":")).encode()
    found, _ = listed(Namespace, pieces(body, 100_000))

    assert names(found) == ["a"] * 500


def test_a_list_without_a_place_to_cut_is_held_up_to_a_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listing, "HELD", 2_000_000)
    odd = [{"metadata": {"name": "a"}}, *({"x": 1, "metadata": {"name": "b"}} for _ in range(9000))]
    body = json.dumps(page(odd)).encode()
    assert len(listed(Namespace, pieces(body, 50_000))[0]) == 9001

    with pytest.raises(BrokenAnswerError, match="no end of an item in 2 MB"):
        listed(Namespace, pieces(b" " * 3_000_000, 50_000))


def page(items: list[Any], kind: str = "Namespace") -> dict[str, Any]:
    """Make a list as the API server words it."""
    return {"kind": f"{kind}List", "apiVersion": "v1", "metadata": {}, "items": items}


def pieces(body: bytes, size: int) -> Iterator[bytes]:
    """Cut a body."""
    return (body[start : start + size] for start in range(0, len(body), size))


def listed(kind: type[Namespace | Pod], parts: Iterable[bytes]) -> tuple[list[Any], str]:
    """Return what a listing makes of the parts."""
    one = Listing(kind, Sharing(kind))
    for part in parts:
        one.take(part)
    return one.finish()
