"""An answer that Slack does not take, told in the timeline of its incident."""

from datetime import datetime

from sqlalchemy import Connection, exists, insert, literal, select

from bot.store.models import Sighting, Timeline

UNSENT = "unsent"
"""What the turn is called; its detail is Slack's word, as in `channel_not_found`."""


def note(connection: Connection, event: str, why: str, now: datetime) -> None:
    """Add the turn to the incident an event was a sighting of, once, if there is one."""
    told = (
        exists()
        .where(
            Timeline.incident_id == Sighting.incident_id,
            Timeline.what == UNSENT,
            Timeline.at >= Sighting.at,
        )
        .correlate(Sighting)
    )
    columns = {
        Timeline.incident_id: Sighting.incident_id,
        Timeline.at: literal(now, Timeline.at.type),
        Timeline.what: literal(UNSENT),
        Timeline.who: literal(""),
        Timeline.detail: literal(why, Timeline.detail.type),
    }
    found = select(*columns.values()).where(Sighting.event == event, ~told)
    connection.execute(insert(Timeline).from_select(list(columns), found))
