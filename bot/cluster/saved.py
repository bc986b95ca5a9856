"""A cluster saved in a file: what `netcheck snapshot` wrote, read back as if it were live."""

import asyncio
import contextlib
import os
import tempfile
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

import msgspec

from bot.core.errors import SnapshotRefusedError
from bot.core.ports import OnSeen
from checks import snapshot as files
from checks.model import Ask, LogRequest, See
from checks.snapshot import Gap, Ledger, Snapshot, SnapshotFormatError

NOT_SAVED = "the snapshot file does not hold it: take it again with this version"
TAKE = "take one by `netcheck snapshot -o FILE`"


class SavedCluster:
    """Looks at a snapshot file. Fulfils `bot.core.ports.Cluster`.

    Each look reads the file anew, so that one that was taken again is seen.
    """

    def __init__(self, path: Path, name: str = "") -> None:
        self._path = path
        self._name = name or path.stem

    @property
    def name(self) -> str:
        """The name people link channels to."""
        return self._name

    async def look(self, sees: Collection[See], on_seen: OnSeen | None = None) -> Snapshot:
        """Return what the file holds of what is declared; the rest are gaps.

        The ledger says what this look cost, not what taking the snapshot did. A large file takes
        its time in a thread. Raises `SnapshotRefusedError` for a file that cannot be read.
        """
        started = time.monotonic()
        saved = await asyncio.to_thread(read, self._path)
        objects: dict[str, tuple[Any, ...]] = {}
        gaps: dict[str, Gap] = {}
        for see in {one.key: one for one in sees}.values():
            seen = _seen(saved, see)
            if isinstance(seen, Gap):
                gaps[see.key] = seen
                continue
            objects[see.key] = seen
            if on_seen:
                on_seen(see.key, len(seen))
        seconds = round(time.monotonic() - started, 3)
        return msgspec.structs.replace(
            saved, objects=objects, gaps=gaps, ledger=Ledger(seconds=seconds)
        )

    async def ask(self, snapshot: Snapshot, requests: Collection[Ask]) -> Snapshot:
        """Return the snapshot, which has the file's logs and dials, with gaps for the others."""
        held = {*snapshot.logs, *snapshot.log_gaps, *snapshot.dials, *snapshot.dial_gaps}
        absent = [one for one in requests if one.key not in held]
        logs = {one.key: Gap(NOT_SAVED) for one in absent if isinstance(one, LogRequest)}
        dials = {one.key: Gap(NOT_SAVED) for one in absent if not isinstance(one, LogRequest)}
        return snapshot.with_logs({}, logs).with_dials(dials)

    async def close(self) -> None:
        """Let go of nothing: the file is open only while it is read."""


def read(path: Path) -> Snapshot:
    """Return the snapshot in a file, or raise `SnapshotRefusedError` naming the file."""
    try:
        return files.load(path.read_bytes())
    except OSError as error:
        raise SnapshotRefusedError(f"{path}: {_words(error)}: {TAKE}") from error
    except SnapshotFormatError as error:
        raise SnapshotRefusedError(f"{path}: {error}") from error


def save(snapshot: Snapshot, path: Path) -> None:
    """Write a snapshot to a file, whole or not at all, for its owner's eyes only.

    Raises `SnapshotRefusedError` when it cannot be written; a file that was there then stays.
    """
    try:
        _replace(path, files.save(snapshot))
    except OSError as error:
        raise SnapshotRefusedError(
            f"{path}: {_words(error)}: name a file in a folder that can be written to"
        ) from error


def _seen(saved: Snapshot, see: See) -> tuple[Any, ...] | Gap:
    """Return what was saved; what was not even tried gets a reason that says so."""
    tried = {see.key, *(one.key for one in see.widened())} & {*saved.objects, *saved.gaps}
    return saved.read(see) if tried else Gap(NOT_SAVED)


def _replace(path: Path, document: bytes) -> None:
    path = path.resolve()  # a link stays a link
    if path.is_dir():
        raise IsADirectoryError(21, "is a folder")
    if path.exists() and not path.is_file():  # a pipe or a device, as /dev/stdout
        path.write_bytes(document)
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(document)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _words(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
