"""Events are recent for an hour, come in the order of time, and are quoted on one line."""

from typing import Any

from checks import events
from checks.kinds import Event
from checks.manifests import snapshot_of
from checks.model import See
from checks.snapshot import View


def event(name: str, last: str | None, **fields: object) -> dict[str, Any]:
    """Write an Event about a pod."""
    meta = {"name": name, "namespace": "shop"}
    about = {"kind": "Pod", "namespace": "shop", "name": "cart-1"}
    return {
        "kind": "Event",
        "metadata": meta,
        "involvedObject": about,
        "lastTimestamp": last,
        **fields,
    }


def view(*manifests: dict[str, Any]) -> View:
    """Return what a check would see at ten o'clock."""
    return View(snapshot_of(manifests, taken_at="2026-11-23T10:00:00Z"), [See(Event)])


def test_the_last_hour_is_recent_and_the_newest_comes_last() -> None:
    seen = view(
        event("new", "2026-11-23T09:59:00Z"),
        event("old", "2026-11-23T08:59:00Z"),
        event("early", "2026-11-23T09:01:00Z"),
        event("never", None),
    )

    assert [one.metadata.name for one in events.recent(seen)] == ["early", "new"]


def test_only_the_newest_are_quoted_around_what_matters() -> None:
    told = [
        event(
            str(minute), f"2026-11-23T09:0{minute}:00Z", reason="Failed", message=f"it is {minute}"
        )
        for minute in range(5)
    ]

    quoted = events.quotes(events.recent(view(*told)), "it is")

    assert quoted[-1] == (
        "Event: it is 4 (Failed of Pod shop/cart-1, 1 times, last 2026-11-23T09:04:00+00:00)"
    )
    assert len(quoted) == events.MOST
