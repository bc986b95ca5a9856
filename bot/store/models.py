"""The tables. Times are UTC; text columns take anything (see `columns`)."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, MetaData, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from bot.store.columns import Fields, Instant, Plain, Quotes, Sentence
from checks.text import Text

# PostgreSQL and SQLite would each choose other names; migrations need to know them.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as an instance attribute
        str: Plain(),
        datetime: Instant(),
        tuple[str, ...]: Quotes(),
        Text: Sentence(),
        Mapping[str, str]: Fields(),
    }


class Incident(Base):
    """One trouble: a cause at a subject of a cluster. `count` is the number of its sightings.

    `owner` is who is on it, since `owned_at`; `mended_by`, `mended_at` and `mended_how` tell how
    it was last resolved, also once it is open again. "" and None: nobody, never.
    """

    __tablename__ = "incident"
    __table_args__ = (Index(None, "last_seen", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(unique=True)
    entry: Mapped[str]
    cluster: Mapped[str]
    subject: Mapped[str]
    status: Mapped[str]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    count: Mapped[int]
    owner: Mapped[str] = mapped_column(server_default="")
    owned_at: Mapped[datetime | None]
    mended_by: Mapped[str] = mapped_column(server_default="")
    mended_at: Mapped[datetime | None]
    mended_how: Mapped[str] = mapped_column(server_default="")


class Sighting(Base):
    """One time an incident was seen. `event` is what brought it; the same one counts once."""

    __tablename__ = "sighting"
    __table_args__ = (
        Index(None, "incident_id", "at"),
        Index(None, "user", "incident_id"),
        Index(None, "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey(Incident.id, ondelete="CASCADE"))
    at: Mapped[datetime]
    event: Mapped[str | None] = mapped_column(unique=True)
    source: Mapped[str]
    channel: Mapped[str]
    thread: Mapped[str]
    user: Mapped[str]
    subject: Mapped[str]
    standing: Mapped[str]
    paste: Mapped[str]
    requests: Mapped[int | None]
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    seconds: Mapped[float | None]
    check_runs: Mapped[list["CheckRun"]] = relationship(lazy="raise", order_by="CheckRun.id")


class CheckRun(Base):
    """One check that ran for a sighting."""

    __tablename__ = "check_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    sighting_id: Mapped[int] = mapped_column(
        ForeignKey(Sighting.id, ondelete="CASCADE"), index=True
    )
    slug: Mapped[str]
    findings: Mapped[list["Finding"]] = relationship(lazy="raise", order_by="Finding.id")


class Finding(Base):
    """One answer of a check."""

    __tablename__ = "finding"

    id: Mapped[int] = mapped_column(primary_key=True)
    check_run_id: Mapped[int] = mapped_column(
        ForeignKey(CheckRun.id, ondelete="CASCADE"), index=True
    )
    verdict: Mapped[str]
    subject: Mapped[str]
    summary: Mapped[Text]
    evidence: Mapped[tuple[str, ...]]
    command: Mapped[str]
    needs: Mapped[tuple[str, ...]]


class Timeline(Base):
    """One turn of an incident. `source` is where it came from, `event` what brought it, once."""

    __tablename__ = "timeline"
    __table_args__ = (Index(None, "incident_id", "at"), Index(None, "event", unique=True))

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey(Incident.id, ondelete="CASCADE"))
    at: Mapped[datetime]
    what: Mapped[str]
    who: Mapped[str]
    detail: Mapped[str]
    source: Mapped[str] = mapped_column(server_default="")
    event: Mapped[str | None]


class KeptAnswer(Base):
    """An answer as the buttons under it need it; `key` is the event it answers.

    `request` and `answer` are JSON of `bot.core.casebook.Request` and `bot.core.answer.Answer`.
    `run` counts how often it was checked again. The incident may be gone.
    """

    __tablename__ = "kept"

    key: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str]
    thread: Mapped[str]
    request: Mapped[str]
    answer: Mapped[str]
    incident_id: Mapped[int | None]
    run: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(index=True)


class Feedback(Base):
    """What one person says of one answer: `kind` is `helpful` (said: yes, no) or `cause`.

    Of a cause `said` is the entry it is instead, "" for none. `entry` is what the answer said.
    """

    __tablename__ = "feedback"
    __table_args__ = (UniqueConstraint("key", "user", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    user: Mapped[str]
    kind: Mapped[str]
    entry: Mapped[str]
    said: Mapped[str]
    incident_id: Mapped[int | None]
    at: Mapped[datetime]


class TaughtEntry(Base):
    """An entry taught in Slack: its page and its cases as files hold them.

    `key` is the answer it was taught from, `event` the submission that brought it.
    """

    __tablename__ = "taught"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    page: Mapped[str]
    cases: Mapped[str]
    lang: Mapped[str]
    key: Mapped[str] = mapped_column(index=True)
    taught_by: Mapped[str]
    event: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]


class ChannelLink(Base):
    """Which cluster a channel asks about, and whose messages are watched (see `ports.Watch`)."""

    __tablename__ = "link"

    channel: Mapped[str] = mapped_column(primary_key=True)
    cluster: Mapped[str]
    namespace: Mapped[str]
    set_by: Mapped[str]
    set_at: Mapped[datetime]
    watch: Mapped[str] = mapped_column(server_default="")


class ChannelLanguage(Base):
    """The language a channel is answered in, whatever the paste's."""

    __tablename__ = "channel_language"

    channel: Mapped[str] = mapped_column(primary_key=True)
    lang: Mapped[str]
    set_by: Mapped[str]
    set_at: Mapped[datetime]


class Person(Base):
    """The language of the last answer somebody got, since `at`."""

    __tablename__ = "person"

    user: Mapped[str] = mapped_column(primary_key=True)
    lang: Mapped[str]
    at: Mapped[datetime]


class InboxEvent(Base):
    """An event to answer. `owner` is the process that is at it, until `claimed_until`.

    `id` gives the order of arrival. The body is emptied once the event is answered.
    """

    __tablename__ = "inbox"
    __table_args__ = (Index(None, "done_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    body: Mapped[Mapping[str, str]]
    received_at: Mapped[datetime]
    owner: Mapped[str]
    claimed_until: Mapped[datetime]
    done_at: Mapped[datetime | None]


WAITS = text("sent < wanted AND dropped IS NULL")
"""What tells a message that waits, in every query word for word, so that its index is used."""


class OutboxMessage(Base):
    """A message Slack is to have; `wanted` is its newest form, `sent` the one Slack has.

    `id` gives the order. `dropped` is why it was given up, None while it was not. The second index
    holds only what waits.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_waiting", "channel", "id", sqlite_where=WAITS, postgresql_where=WAITS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[str]
    thread: Mapped[str]
    payload: Mapped[str]
    ts: Mapped[str]
    attempted: Mapped[bool]
    wanted: Mapped[int]
    sent: Mapped[int]
    dropped: Mapped[str | None]
    changed_at: Mapped[datetime] = mapped_column(index=True)


class ChannelTurn(Base):
    """Which process sends to a channel, until `held_until`. Needed where several serve."""

    __tablename__ = "turn"

    channel: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(index=True)
    held_until: Mapped[datetime]


class PasteStorm(Base):
    """A trouble told again and again: `event` has the reply, `answer` is JSON, "" while unknown."""

    __tablename__ = "storm"

    key: Mapped[str] = mapped_column(primary_key=True)
    event: Mapped[str]
    thread: Mapped[str]
    began_at: Mapped[datetime]
    count: Mapped[int]
    answer: Mapped[str]
