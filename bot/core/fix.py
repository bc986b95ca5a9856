"""An entry's fix with its `<placeholders>` filled from what the answer is about."""

import re
from collections.abc import Iterable, Mapping

import msgspec

from checks.model import Question
from knowledge.model import Step

# Only what a Kubernetes name, user or port can hold: a filled command is pasted into a shell.
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@-]{0,252}\Z")
_PLACE = re.compile(r"<([a-z]+)>")


def fill(steps: Iterable[Step], question: Question, subject: str) -> tuple[Step, ...]:
    """Fill `<namespace>`, `<service>` and their like; what is unknown or unsafe stays open."""
    values = _values(question, subject)
    return tuple(
        Step(
            text=_fill(step.text, values),
            commands=tuple(_fill(command, values) for command in step.commands),
            danger=step.danger,
        )
        for step in steps
    )


def _values(question: Question, subject: str) -> dict[str, str]:
    values = {key: str(value) for key, value in msgspec.to_builtins(question).items() if value}
    if question.resource:
        # A right on `pods` in place of `pods/exec` would be another right, and a wider one.
        group = f".{question.group}" if question.group else ""
        part = f"/{question.subresource}" if question.subresource else ""
        values["resource"] = f"{question.resource}{group}{part}"
    if question.scope == "cluster":
        values.pop("namespace", None)  # the channel's, not the request's
    kind, _, path = subject.partition(" ")
    namespace, slash, name = path.rpartition("/")
    if name and re.fullmatch(r"[A-Z][A-Za-z]+", kind):
        values[kind.lower()] = name
        if slash:
            values["namespace"] = namespace
    return {key: value for key, value in values.items() if _SAFE.match(value)}


def _fill(text: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), text)
