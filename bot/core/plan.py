"""Which checks answer a paste or a command, and the question each is asked."""

from collections.abc import Iterable, Mapping

import msgspec

from bot.core.errors import NetcheckError
from checks.model import Check, Question
from checks.text import Lang
from knowledge.model import CheckLink, Entry, Match

FIELDS = frozenset(Question.__struct_fields__)


class Overrides(msgspec.Struct, frozen=True):
    """What the user said beside the paste: `in CLUSTER`, `-n NAMESPACE`, a language.

    `namespace` wins over what the paste names; `default_namespace` only fills a gap.
    """

    cluster: str = ""
    namespace: str = ""
    default_namespace: str = ""
    lang: Lang | None = None


class Task(msgspec.Struct, frozen=True):
    """One check and the question it is to answer.

    `lead` says that nothing the paste names ties a finding to it: it is then worth a look, and
    no proof. A command asks about the cluster as it is, so its findings are never mere leads.
    """

    check: Check
    question: Question
    lead: bool = False


class UnknownCheckError(NetcheckError):
    """No check, group or kind of subject by that name."""


def tasks_for_matches(
    matches: Iterable[Match],
    entries: Mapping[str, Entry],
    catalog: Mapping[str, Check],
    overrides: Overrides,
) -> tuple[Task, ...]:
    """Return the checks of the matched entries, each question asked once."""
    tasks: dict[tuple[str, Question], Task] = {}
    for match in matches:
        for link in entries[match.entry].checks:
            if link.check in catalog:
                question = _question(match.entities, link, overrides)
                check = catalog[link.check].narrowed(question)
                tasks[link.check, question] = Task(check, question, _is_lead(check, question))
    return tuple(tasks.values())


def tasks_for_group(
    name: str, subject: str, catalog: Mapping[str, Check], overrides: Overrides
) -> tuple[Task, ...]:
    """Return the checks of a group, or the one of that slug, about a subject if one is named.

    Raises `UnknownCheckError` for a name that is neither.
    """
    if name in catalog:
        chosen = [catalog[name]]
    else:
        chosen = [check for check in catalog.values() if name in (*check.groups, "all")]
    if not chosen or name not in names(catalog):
        raise UnknownCheckError(_unknown(name, catalog))
    asked = ((one, subject_question(one, name, subject, overrides)) for one in chosen)
    return tuple(Task(check.narrowed(question), question) for check, question in asked)


def names(catalog: Mapping[str, Check]) -> tuple[str, ...]:
    """Return every group, `all`, and every slug, in that order."""
    groups = sorted({group for check in catalog.values() for group in check.groups})
    return (*groups, "all", *sorted(catalog))


def subject_question(check: Check, group: str, subject: str, overrides: Overrides) -> Question:
    """Read `shop/cart`, `cart` or `cart.shop` as what this check is about."""
    namespace, _, name = subject.rpartition("/")
    fields: dict[str, str] = {}
    field = group if group in check.about else next(iter(check.about), "")
    if name and field:
        fields[field] = name
    chosen = overrides.namespace or namespace or overrides.default_namespace
    if chosen:
        fields["namespace"] = chosen
    return Question(**fields)


def _question(entities: Mapping[str, str], link: CheckLink, overrides: Overrides) -> Question:
    fields = {key: value for key, value in entities.items() if key in FIELDS}
    for field, hole in link.holes.items():
        if hole in entities and field in FIELDS:
            fields[field] = entities[hole]
    if overrides.namespace:
        fields["namespace"] = overrides.namespace
    elif overrides.default_namespace:
        fields.setdefault("namespace", overrides.default_namespace)
    return Question(**fields)


def _is_lead(check: Check, question: Question) -> bool:
    return bool(check.about) and not any(getattr(question, field) for field in check.about)


def _unknown(name: str, catalog: Mapping[str, Check]) -> str:
    return f"no check or group is called {name!r}: choose one of {', '.join(names(catalog))}"
