"""Healthy clusters and faults, read from their folders."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec

from tests.scoreboard.manifests import WrittenWrongError, read_documents, read_objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cluster.http_client import Manifest

HERE = Path(__file__).parent
SETTINGS = "cluster.yaml"
FAULT = "fault.yaml"
T = TypeVar("T")


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cause that is there, and whom the answer must say it of.

    `by` is "paste" for one that takes a question to find, such as which request was refused:
    `check all` is then not expected to name it.
    """

    cause: str
    subject: str
    by: Literal["both", "paste"] = "both"


class Gone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An object of the healthy cluster that the fault takes away."""

    kind: str
    name: str
    namespace: str = ""


class Logs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one container's log answers; without a previous run there is none to read."""

    current: str = ""
    previous: str | None = None


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A `fault.yaml`, as README.md describes it."""

    over: str
    title: str
    expect: tuple[Wanted, ...]
    paste: str
    fair: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    remove: tuple[Gone, ...] = ()
    logs: dict[str, Logs] = {}


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A `cluster.yaml`: what it is, and what its API server was started with."""

    title: str
    services: str = "10.96.0.0/12"
    logs: dict[str, Logs] = {}


@dataclass(frozen=True)
class Fault:
    """A fault, and the objects that make it."""

    name: str
    told: Told
    objects: tuple[Manifest, ...]

    @property
    def quiet(self) -> bool:
        """Whether nothing is broken: only what a cluster that works may look like."""
        return not self.told.expect

    @property
    def pair(self) -> bool:
        """Whether two things are broken at once."""
        return len(self.told.expect) > 1 or bool(self.told.symptoms)


@dataclass(frozen=True)
class Healthy:
    """A cluster in which nothing is broken."""

    name: str
    settings: Settings
    objects: tuple[Manifest, ...]


def read_clusters(root: Path = HERE) -> list[Healthy]:
    """Read every healthy cluster. Raises `WrittenWrongError`."""
    return [read_cluster(folder) for folder in folders(root / "clusters", SETTINGS)]


def read_cluster(folder: Path) -> Healthy:
    """Read one healthy cluster."""
    files = sorted(one for one in folder.glob("*.yaml") if one.name != SETTINGS)
    objects = tuple(one for file in files for one in read_objects(file))
    return Healthy(folder.name, read_told(folder / SETTINGS, Settings), objects)


def read_faults(root: Path = HERE) -> list[Fault]:
    """Read every fault, pairs last. Raises `WrittenWrongError`."""
    found = [*folders(root / "faults", FAULT), *folders(root / "pairs", FAULT)]
    faults = [read_fault(folder) for folder in found]
    names = [one.name for one in faults]
    if twice := sorted({one for one in names if names.count(one) > 1}):
        raise WrittenWrongError(f"{root}: two faults are called {twice[0]}: rename one folder")
    return faults


def read_fault(folder: Path) -> Fault:
    """Read one fault."""
    file = folder / "objects.yaml"
    objects = tuple(read_objects(file)) if file.exists() else ()
    return Fault(folder.name, read_told(folder / FAULT, Told), objects)


def folders(root: Path, file: str) -> Iterator[Path]:
    """Yield the folders that hold such a file, by name."""
    yield from (one.parent for one in sorted(root.glob(f"*/{file}")))


def read_told(path: Path, kind: type[T]) -> T:
    """Read a file of one document as what it describes. Raises `WrittenWrongError`."""
    documents = read_documents(path)
    if len(documents) != 1:
        raise WrittenWrongError(f"{path}: holds {len(documents)} documents: write one")
    try:
        return msgspec.convert(documents[0], kind)
    except msgspec.ValidationError as error:
        raise WrittenWrongError(f"{path}: {error}: see tests/scoreboard/README.md") from error
