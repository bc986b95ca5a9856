"""YAML with times that count back from the moment it is set up: `!ago 4m`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cluster.http_client import Manifest

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
OLD = dt.timedelta(days=30)  # an object that does not say how old it is
YOUNG = dt.timedelta(minutes=5)
CLUSTER_FIRST = ("CustomResourceDefinition", "Namespace")


class WrittenWrongError(Exception):
    """A file of the scoreboard cannot be used; the message names it and the next step."""


@dataclass(frozen=True)
class Ago:
    """A time before the moment something is set up."""

    since: dt.timedelta

    def at(self, now: dt.datetime) -> str:
        """Write it as Kubernetes does; six digits, for MicroTime takes no fewer."""
        return stamp(now - self.since)


class Loader(yaml.SafeLoader):
    """Reads `!ago`, and leaves dates as text, for Kubernetes reads those itself."""


Loader.yaml_implicit_resolvers = {
    first: [one for one in resolvers if one[0] != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_ago(loader: Loader, node: yaml.ScalarNode) -> Ago:
    """Read `4m`."""
    told = str(loader.construct_scalar(node))
    try:
        return Ago(dt.timedelta(**{UNITS[told[-1:]]: float(told[:-1])}))
    except (KeyError, ValueError):
        problem = f"!ago takes a number and one of {', '.join(UNITS)}, not {told!r}"
        raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark) from None


Loader.add_constructor("!ago", read_ago)


def read_documents(path: Path) -> list[Any]:
    """Read every document of a file. Raises `WrittenWrongError`."""
    try:
        with path.open(encoding="utf-8") as stream:
            return [one for one in yaml.load_all(stream, Loader) if one is not None]
    except (OSError, yaml.YAMLError) as error:
        raise WrittenWrongError(f"{path}: {error}") from error


def read_objects(path: Path) -> list[Manifest]:
    """Read Kubernetes objects, those of a List one by one. Raises `WrittenWrongError`."""
    documents = read_documents(path)
    objects = [one for document in documents for one in document.get("items", [document])]
    for one in objects:
        if not (one.get("kind") and one.get("apiVersion") and one.get("metadata", {}).get("name")):
            raise WrittenWrongError(f"{path}: an object lacks apiVersion, kind or name: {one}")
    return objects


def settled(value: Any, now: dt.datetime) -> Any:  # noqa: ANN401 whatever YAML holds
    """Return a copy with every `!ago` written out."""
    if isinstance(value, Ago):
        return value.at(now)
    if isinstance(value, dict):
        return {key: settled(one, now) for key, one in value.items()}
    return [settled(one, now) for one in value] if isinstance(value, list) else value


def is_young(value: Any) -> bool:  # noqa: ANN401 whatever YAML holds
    """Tell whether something in an object is minutes old: it would be another in a few more."""
    if isinstance(value, Ago):
        return value.since < YOUNG
    if isinstance(value, dict):
        return any(map(is_young, value.values()))
    return isinstance(value, list) and any(map(is_young, value))


def born(manifest: Manifest, now: dt.datetime) -> str:
    """Return when an object was made."""
    told = manifest["metadata"].get("creationTimestamp")
    if not told and manifest["kind"] == "Event":
        times = ("firstTimestamp", "eventTime", "lastTimestamp")
        told = next((manifest[one] for one in times if manifest.get(one)), None)
    return str(told or stamp(now - OLD))


def in_order(manifests: list[Manifest]) -> list[Manifest]:
    """Return what others need first: definitions of kinds, then namespaces."""
    last = len(CLUSTER_FIRST)
    rank = {kind: number for number, kind in enumerate(CLUSTER_FIRST)}
    return sorted(manifests, key=lambda one: rank.get(one["kind"], last))


def stamp(moment: dt.datetime) -> str:
    """Write a moment as Kubernetes' MicroTime."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
