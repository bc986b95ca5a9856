"""Small entries, checks and findings for tests of core."""

from bot.core.answer import CheckResult
from checks.model import Check, Finding, Question, Verdict, found
from checks.text import Text
from knowledge.model import CheckLink, Entry, Match, Page, Step

TITLE = Text("Title", "標題")


def entry(slug: str, *checks: str, yields_to: tuple[str, ...] = ()) -> Entry:
    page = Page(slug.title(), "what it means", "look", (Step("mend <service>"),), "else")
    return Entry(
        slug=slug,
        area="service",
        maturity="stable",
        reviewed="2026-11-23",
        origin="beyond",
        pages={"en": page, "zh-TW": page},
        signatures=(),
        yields_to=yields_to,
        checks=tuple(CheckLink(check) for check in checks),
    )


def match(slug: str) -> Match:
    return Match(slug, 0.9, (), {})


def check(slug: str, *proves: str, about: tuple[str, ...] = (), group: str = "service") -> Check:
    return Check(
        slug=slug,
        title=TITLE,
        groups=(group,),
        proves=proves,
        sees=(),
        judge=lambda _view, _question: (),
        about=about,
    )


def result(
    slug: str, verdict: Verdict, *, cause: str = "", subject: str = "", lead: bool = False
) -> CheckResult:
    if verdict is Verdict.FOUND:
        finding = found(subject, TITLE, cause=cause, evidence=["seen"], command="kubectl get")
    else:
        finding = Finding(verdict, subject, TITLE, evidence=("seen",))
    return CheckResult(slug, TITLE, finding, Question(), lead)
