"""The answer to a paste or a command: what surfaces render and `--json` prints."""

from typing import Any, Literal

import msgspec

from checks.model import Finding, Question, Verdict
from checks.snapshot import Ledger
from checks.text import Lang, Text
from knowledge.model import Because, Match, Step

OPEN = "open"
RESOLVED = "resolved"
Standing = Literal["confirmed", "likely", "not-confirmed", "could-not-check"]


class Cause(msgspec.Struct, frozen=True):
    """A suspected cause and how it stands after the checks.

    `checks` are the slugs that bear on it; `fix` comes from the entry, in the answer's language.
    """

    entry: str
    title: str
    subject: str
    standing: Standing
    checks: tuple[str, ...] = ()
    fix: tuple[Step, ...] = ()
    meaning: str = ""


class CheckResult(msgspec.Struct, frozen=True):
    """One finding, under the check that made it and the question it answers.

    `lead` marks a finding about something the paste did not name: worth a look, no proof.
    """

    check: str
    title: Text
    finding: Finding
    question: Question = Question()
    lead: bool = False


class Pending(msgspec.Struct, frozen=True):
    """A check that has not answered yet."""

    check: str
    title: Text


class Mended(msgspec.Struct, frozen=True):
    """How an incident was last resolved: by whom (a user id), when (ISO 8601 UTC), in words."""

    by: str
    at: str
    how: str


class Seen(msgspec.Struct, frozen=True):
    """What memory knows of the incident: `count` includes this sighting; times are ISO 8601 UTC.

    `owner` is the user who is on it, since `owned_at`. `mended` stays when it is open again.
    """

    incident: int
    count: int
    first_seen: str
    last_seen: str
    status: str
    owner: str = ""
    owned_at: str = ""
    mended: Mended | None = None

    @property
    def resolved(self) -> bool:
        """Whether it is held to be over."""
        return self.status == RESOLVED


class Answer(msgspec.Struct, frozen=True):
    """Everything an answer can say; parts a command has not are None or empty.

    `answer` is None for commands without a paste (`netcheck check`). `trouble` is set when the
    cluster could not be looked at as a whole, with the next step in it. `titles` are those of the
    entries in `matches`, by slug, or of the nearest ones when nothing matched; `elsewhere` names
    the trouble outside the network that the paste shows instead. `taught` are the users who
    taught entries in `matches`, by slug.
    """

    lang: Lang
    answer: Literal["match", "perhaps", "nothing"] | None = None
    matches: tuple[Match, ...] = ()
    titles: dict[str, str] = {}
    elsewhere: str = ""
    taught: dict[str, str] = {}
    causes: tuple[Cause, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    pending: tuple[Pending, ...] = ()
    ledger: Ledger | None = None
    cluster: str = ""
    trouble: str = ""
    seen: Seen | None = None
    done: bool = False

    def document(self) -> dict[str, Any]:
        """Return the `--json` document: the parts this answer has, under their stable names."""
        parts: dict[str, Any] = {"lang": self.lang}
        if self.answer is not None:
            parts = {"answer": self.answer, **parts}
            parts["matches"] = [_match(match) for match in self.matches]
        if self.ledger is not None or self.trouble:
            parts["causes"] = [_cause(cause) for cause in self.causes]
            parts["checks"] = [_check(check, self.lang) for check in self.checks]
            parts["ledger"] = msgspec.to_builtins(self.ledger or Ledger())
        if self.trouble:
            parts["trouble"] = self.trouble
        return parts


def _match(match: Match) -> dict[str, Any]:
    return {
        "entry": match.entry,
        "confidence": round(match.confidence, 3),
        "because": [_because(one) for one in match.because],
        "entities": dict(match.entities),
    }


def _because(because: Because) -> dict[str, Any]:
    return {"line": because.line, "text": because.text, "signature": because.signature}


def _cause(cause: Cause) -> dict[str, Any]:
    return {
        "entry": cause.entry,
        "subject": cause.subject,
        "standing": cause.standing,
        "checks": list(cause.checks),
    }


def _check(result: CheckResult, lang: Lang) -> dict[str, Any]:
    finding = result.finding
    return {
        "check": result.check,
        "verdict": Verdict(finding.verdict).value,
        "cause": finding.cause,
        "subject": finding.subject,
        "summary": finding.summary.to(lang),
        "evidence": list(finding.evidence),
        "command": finding.command,
        "needs": list(finding.needs),
    }
