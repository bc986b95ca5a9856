"""What a kubeconfig file names, read without the Kubernetes library."""

import difflib
import os
from collections.abc import Collection
from pathlib import Path

import msgspec
import yaml

from bot.core.errors import ClusterUnknownError

SHOWN = 5  # names worth listing beside the nearest one


class Server(msgspec.Struct, frozen=True):
    """What a cluster's entry must say."""

    server: str


class ClusterEntry(msgspec.Struct, frozen=True):
    """A named cluster; how to reach it is the library's business."""

    name: str
    cluster: Server


class Sides(msgspec.Struct, frozen=True):
    """What a context joins."""

    cluster: str
    user: str = ""


class ContextEntry(msgspec.Struct, frozen=True):
    """A named context."""

    name: str
    context: Sides


class Plugin(msgspec.Struct, frozen=True):
    """A program that signs in."""

    command: str


class User(msgspec.Struct, frozen=True):
    """How someone signs in, as far as it matters here."""

    exec: Plugin | None = None


class UserEntry(msgspec.Struct, frozen=True):
    """A named user."""

    name: str
    user: User | None = None


class Kubeconfig(msgspec.Struct, frozen=True, rename="kebab"):
    """The parts of kubeconfig files that are read here, merged as kubectl merges them."""

    contexts: tuple[ContextEntry, ...] | None = None
    clusters: tuple[ClusterEntry, ...] | None = None
    users: tuple[UserEntry, ...] | None = None
    current_context: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The contexts, sorted."""
        return tuple(sorted({context.name for context in self.contexts or ()}))

    def user(self, context: str) -> UserEntry:
        """Return who signs in for a context, or raise `ClusterUnknownError` when nobody does."""
        sides = next(one.context for one in self.contexts or () if one.name == context)
        for one in self.users or ():
            if one.name == sides.user:
                return one
        who = f"user {sides.user!r} is not in the file" if sides.user else "it names no user"
        raise ClusterUnknownError(
            f"context {context}: {who}: mend it by `kubectl config set-context {context} "
            "--user=NAME`, or name another by `--context NAME`"
        )


def read_kubeconfig(path: Path) -> Kubeconfig:
    """Read a file, or several joined as in KUBECONFIG; of these, any but not all may be missing.

    Raises `ClusterUnknownError` naming the file, and the line where it is not YAML.
    """
    files = [Path(part).expanduser() for part in str(path).split(os.pathsep) if part]
    there = [file for file in files if os.path.lexists(file)]  # one that may not be read is there
    if not there:
        raise ClusterUnknownError(
            f"{path}: no such file: name a kubeconfig by `--kubeconfig FILE`, "
            "or a saved cluster by `--snapshot FILE`"
        )
    configs = [_read(file) for file in there]
    current = (config.current_context for config in configs if config.current_context)
    return Kubeconfig(
        contexts=tuple(one for config in configs for one in config.contexts or ()),
        clusters=tuple(one for config in configs for one in config.clusters or ()),
        users=tuple(one for config in configs for one in config.users or ()),
        current_context=next(current, None),
    )


def unknown(what: str, name: str, names: Collection[str]) -> ClusterUnknownError:
    """Return the error for a name that is none of these: the nearest first, and a few more.

    `what` is "context" or "cluster".
    """
    if not names:
        return ClusterUnknownError(
            f"no {what} is called {name!r}, for none is known at all: name a kubeconfig by "
            "`--kubeconfig FILE`, or a saved cluster by `--snapshot FILE`"
        )
    near = difflib.get_close_matches(name, names, n=1)
    guess = f": did you mean {near[0]}?" if near else "."
    some = ", ".join(sorted(names)[:SHOWN])
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ClusterUnknownError(
        f"no {what} is called {name!r}{guess} There are: {some}{more}. "
        "Choose one by `--context NAME`, or a saved one by `--snapshot FILE`"
    )


def _read(file: Path) -> Kubeconfig:
    try:
        return msgspec.convert(yaml.safe_load(file.read_bytes()), Kubeconfig)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{file}:{mark.line + 1}" if mark else str(file)
        problem = getattr(error, "problem", None) or "cannot be read"
        raise _bad(where, f"not YAML: {problem}") from error
    except msgspec.ValidationError as error:
        raise _bad(str(file), f"not a kubeconfig: {error}") from error
    except OSError as error:
        raise _bad(str(file), (error.strerror or str(error)).lower()) from error


def _bad(where: str, problem: str) -> ClusterUnknownError:
    return ClusterUnknownError(
        f"{where}: {problem}: mend it, or name another by `--kubeconfig FILE`"
    )
