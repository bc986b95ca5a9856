"""Turns what the database drivers raise into one line that says what to do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.core.errors import StoreError
from bot.store.address import Address

_SQLITE = {
    sqlite3.SQLITE_FULL: "the disk is full: free some space",
    sqlite3.SQLITE_NOTADB: "the file is not a SQLite database: name another file, or move it away",
    sqlite3.SQLITE_CORRUPT: "the file is damaged: restore it from a backup, or move it away",
    sqlite3.SQLITE_BUSY: "another process keeps it locked: stop that one, or use PostgreSQL",
    sqlite3.SQLITE_IOERR: "the disk refuses to read or write: check it and its free space",
}
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRES = {
    "28P01": "the password is not accepted: set the right one in the database URL",
    "28000": "this user is not let in: check the user's name and the server's pg_hba.conf",
    "3D000": "there is no such database: make it with `createdb`",
    "42501": "the user lacks a right: GRANT it",
    "42704": "an option in the URL is not known to the server: leave it out",
    "25006": "the server takes no writes: name the primary, not a standby",
    "53100": "the server's disk is full: free some space there",
    "53300": "the server has no connection left: raise max_connections or stop other clients",
    "55P03": "a table stayed locked by another client: try again once it is done",
    "57014": "the server took too long: try again when it is less busy",
    "57P03": "the server is still starting: try again in a moment",
}


class ConflictError(StoreError):
    """Another transaction has just added a row that may exist once only: try again."""


@contextmanager
def translating(address: Address) -> Iterator[None]:
    """Let nothing of the drivers' out: every error becomes a `StoreError` about this address."""
    try:
        yield
    except IntegrityError as error:
        raise ConflictError(_say(address, error.orig or error)) from error
    except DBAPIError as error:
        raise StoreError(_say(address, error.orig or error)) from error
    except PoolTimeoutError as error:
        raise StoreError(f"database {address.shown}: too busy, no connection got free") from error
    except (SQLAlchemyError, CommandError) as error:
        raise StoreError(f"database {address.shown}: {_first_line(error)}") from error
    except (OSError, sqlite3.Error) as error:  # before the engine's own wrapping
        raise StoreError(_say(address, error)) from error


def _say(address: Address, error: BaseException) -> str:
    if address.file is not None:
        said = _sqlite(error, address.file)
    elif isinstance(error, OSError):
        why = "no answer in time" if isinstance(error, TimeoutError) else _first_line(error)
        said = f"no connection ({why}): check host and port, and that it runs"
    else:
        said = _postgres(error)
    return f"database {address.shown}: {said}"


def _sqlite(error: BaseException, file: Path) -> str:
    # The low byte is the primary code, https://www.sqlite.org/rescode.html
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}:
        return _unwritable(file)
    return _SQLITE.get(code, _first_line(error))


def _unwritable(file: Path) -> str:
    if not file.parent.is_dir():
        return f"the folder {file.parent} does not exist: make it"
    if file.is_dir():
        return "this is a folder: name a file in it"
    return f"the file or its folder {file.parent} cannot be written: change its owner or rights"


def _postgres(error: BaseException) -> str:
    advice = _POSTGRES.get(getattr(error, "sqlstate", None) or "")
    said = _first_line(error)
    return f"{said} ({advice})" if advice else said


def _first_line(error: BaseException) -> str:
    """Return what an error says, short; asyncpg's wrapped ones begin with their class."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rpartition("'>: ")[2]
