"""Drafts matched against each other: every error an import keeps finds its own section."""

from collections.abc import Mapping, Sequence

from knowledge.importer.draft import Draft, Hit
from knowledge.importer.errors import RefusedLine
from knowledge.match import Matcher, read
from knowledge.model import Matching


def settle(drafts: Sequence[Draft]) -> dict[str, list[RefusedLine]]:
    """Make each draft's errors find it, and return by slug the ones that had to be dropped.

    The first section that prints an error keeps it. Where another draft wins an error, it is made
    to yield; one that still cannot be told apart is dropped.
    """
    refused = _without_repeats(drafts)
    for slug, sharper in _lost(drafts):
        if sharper.slug not in _by_slug(drafts)[slug].yields_to:
            _by_slug(drafts)[slug].yields_to.append(sharper.slug)
    matcher = _matcher(drafts)
    for draft in drafts:
        kept = []
        for hit in draft.hits:
            matching = matcher.match(read(hit.error.paste))
            winner = _winner(matching)
            if winner == draft.slug and matching.answer != "nothing":
                kept.append(Hit(hit.error, hit.signature, matching.answer))
            else:
                why = f"{winner} is found by it instead" if winner else "nothing is found by it"
                refused[draft.slug].append(RefusedLine(hit.error.line, hit.error.text, why))
        draft.hits = kept
    return refused


def _without_repeats(drafts: Sequence[Draft]) -> dict[str, list[RefusedLine]]:
    owners: dict[str, str] = {}
    refused: dict[str, list[RefusedLine]] = {draft.slug: [] for draft in drafts}
    for draft in drafts:
        kept: list[Hit] = []
        for hit in draft.hits:
            owner = owners.setdefault(hit.signature.lower(), draft.slug)
            if owner == draft.slug:
                kept.append(hit)
            else:
                refused[draft.slug].append(
                    RefusedLine(hit.error.line, hit.error.text, f"also printed in {owner}")
                )
        draft.hits = kept
    return refused


def _lost(drafts: Sequence[Draft]) -> list[tuple[str, Draft]]:
    """Return which draft wins an error of which other one."""
    matcher = _matcher(drafts)
    winners = [
        (_winner(matcher.match(read(hit.error.paste))), draft)
        for draft in drafts
        for hit in draft.hits
    ]
    return [(slug, draft) for slug, draft in winners if slug and slug != draft.slug]


def _winner(matching: Matching) -> str:
    return matching.matches[0].entry if matching.matches else ""


def _matcher(drafts: Sequence[Draft]) -> Matcher:
    return Matcher({draft.slug: draft.entry() for draft in drafts})


def _by_slug(drafts: Sequence[Draft]) -> Mapping[str, Draft]:
    return {draft.slug: draft for draft in drafts}
