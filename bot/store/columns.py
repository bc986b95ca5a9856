"""Column types: what a row holds as Python sees it, on SQLite and PostgreSQL alike."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from checks.text import Text

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """Replace what no database takes in text: NUL (PostgreSQL) and lone surrogates (both)."""
    return _UNSTORABLE.sub("\ufffd", text)


class Plain(TypeDecorator[str]):
    """Text from anywhere."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        """Make the text storable."""
        del dialect
        return None if value is None else storable(value)


class Instant(TypeDecorator[datetime]):
    """A moment, aware and in UTC on both sides; SQLite keeps no zone, so it is put back."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Turn into UTC; a naive time is a bug."""
        del dialect
        if value is not None and value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value}")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Put UTC back where the database dropped it."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Quotes(TypeDecorator[tuple[str, ...]]):
    """Several texts, kept as a JSON list."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: sa.Dialect) -> list[str]:
        """Turn into a list of storable texts."""
        del dialect
        return [storable(one) for one in value or ()]

    def process_result_value(self, value: list[str] | None, dialect: sa.Dialect) -> tuple[str, ...]:
        """Turn back into a tuple."""
        del dialect
        return tuple(value or ())


class Sentence(TypeDecorator[Text]):
    """A sentence in every language, kept as a JSON object."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: Text | None, dialect: sa.Dialect) -> dict[str, str] | None:
        """Turn into an object of storable texts."""
        del dialect
        if value is None:
            return None
        return {lang: storable(text) for lang, text in msgspec.to_builtins(value).items()}

    def process_result_value(
        self, value: dict[str, str] | None, dialect: sa.Dialect
    ) -> Text | None:
        """Turn back into a `Text`."""
        del dialect
        return None if value is None else msgspec.convert(value, Text)


class Fields(TypeDecorator[Mapping[str, str]]):
    """Named texts, kept as a JSON object exactly as given."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(
        self, value: Mapping[str, str] | None, dialect: sa.Dialect
    ) -> dict[str, str] | None:
        """Turn into a plain dict."""
        del dialect
        return None if value is None else dict(value)
