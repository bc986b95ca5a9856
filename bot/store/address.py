"""Where a database is: from what a setting says to what the engine needs."""

from pathlib import Path
from urllib.parse import urlencode

import msgspec
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.core.errors import StoreError

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
_FORMS = "use sqlite:////absolute/path/netcheck.db or postgresql://USER:PASSWORD@HOST/DATABASE"


class Address(msgspec.Struct, frozen=True):
    """A database's engine URL, its libpq options, and how to name it without the password."""

    url: URL
    options: str = ""

    @property
    def file(self) -> Path | None:
        """The SQLite file, None for PostgreSQL."""
        if self.url.get_backend_name() == "sqlite":
            return Path(self.url.database or "")
        return None

    @property
    def shown(self) -> str:
        """What a message calls it."""
        if self.file is not None:
            return str(self.file)
        return self.url.set(drivername="postgresql").render_as_string(hide_password=True)


def read_address(text: str) -> Address:
    """Read a database URL. Raises `StoreError` when it is not one, or of another database.

    `postgresql://` takes libpq's options (`?sslmode=verify-full&host=/run/postgresql`).
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # the latter for a port that is no number
        shown = repr(text) if "@" not in text else "this"
        raise StoreError(f"{shown} is not a database URL: {_FORMS}") from None
    driver = _DRIVERS.get(url.drivername)
    if driver is None:
        raise StoreError(f"no database driver is called {url.drivername!r}: {_FORMS}")
    if driver == "sqlite+aiosqlite":
        return _sqlite(url.set(drivername=driver))
    options = f"postgresql:///?{urlencode(url.query, doseq=True)}" if url.query else ""
    return Address(url.set(drivername=driver, query={}), options)


def _sqlite(url: URL) -> Address:
    if url.query:
        raise StoreError(f"a sqlite URL takes no options ({', '.join(url.query)}): {_FORMS}")
    if url.database in {None, "", ":memory:"}:
        raise StoreError(f"incidents cannot be kept in memory, name a file: {_FORMS}")
    return Address(url)
