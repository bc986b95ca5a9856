"""The window to teach an entry in, as Block Kit; and what was filled in."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.slack import button_words as words
from bot.slack import escape
from bot.slack.blocks import Block, context, section
from bot.slack.buttons import PREFIX, plain
from bot.slack.panels import Anchor, View, field, form, option
from checks.text import Lang
from knowledge.teaching import TITLE, Mistake, Proposal, Taught

TEACH = f"{PREFIX}teach"
"""The window's callback id."""

LINE = "teach_line"
"""The menu that chooses another line of the paste."""

_FIX = 3_000  # characters a text field takes (docs.slack.dev, plain-text input element)
_DANGER = 500
_SHOWN = 5  # holes; arbitrary, the signature has them all


def window(proposals: Sequence[Proposal], about: Anchor) -> View:
    """Return the window for the line that `about.page` counts, the first being 0.

    The field of the signature is named after its line, so that another line brings another
    signature into it while the other fields keep what was written.
    """
    lang, chosen = about.lang, proposals[about.page]
    blocks: list[Block] = [section(_line(chosen, lang))]
    if chosen.holes:
        blocks.append(context(_holes(chosen, lang)))
    if len(proposals) > 1:
        blocks.append(_menu(proposals, lang))
    signature = {**_input("signature"), "max_length": 500, "initial_value": chosen.signature}
    blocks += [
        field("title", words.TEACH_NAME, _input("title", TITLE), lang, words.TEACH_NAME_HINT),
        field(
            _signature(about), words.TEACH_SIGNATURE, signature, lang, words.TEACH_SIGNATURE_HINT
        ),
        field("fix", words.TEACH_FIX, _long("fix", _FIX), lang, words.TEACH_FIX_HINT),
        field(
            "danger",
            words.TEACH_DANGER,
            _input("danger", _DANGER),
            lang,
            words.TEACH_DANGER_HINT,
            optional=True,
        ),
    ]
    return form(TEACH, words.TEACH_TITLE, words.TEACH_SEND, blocks, about)


def read(view: Mapping[str, Any], about: Anchor, line: str, by: str, day: str) -> Taught:
    """Return what was filled in about a line."""
    fields = {
        name: (next(iter(one.values())).get("value") or "").strip()
        for name, one in view["state"]["values"].items()
        if name != "line"
    }
    return Taught(
        title=fields["title"],
        line=line,
        signature=fields[_signature(about)],
        fix=fields["fix"],
        danger=fields.get("danger", ""),
        by=by,
        day=day,
        lang=about.lang,
    )


def errors(mistakes: Sequence[Mistake], about: Anchor) -> dict[str, str]:
    """Return what is wrong, by the field that shows it."""
    told: dict[str, str] = {}
    for mistake in mistakes:
        name = _signature(about) if mistake.field == "signature" else mistake.field
        text = words.MISTAKES[mistake.what].fill(detail=escape.clean(mistake.detail))
        told.setdefault(name, text.to(about.lang)[:2_000])
    return told


def _signature(about: Anchor) -> str:
    return f"signature-{about.page}"


def _line(chosen: Proposal, lang: Lang) -> str:
    head = words.TEACH_FROM.fill(number=chosen.number).to(lang)
    return f"{head}\n{escape.code(chosen.text, 2_800)}"


def _holes(chosen: Proposal, lang: Lang) -> str:
    named = [
        f"{escape.line(name, 40)} = {escape.inline(value, 120)}"
        for name, value in chosen.holes[:_SHOWN]
    ]
    return words.TEACH_HOLES.fill(holes=" · ".join(named)).to(lang)


def _menu(proposals: Sequence[Proposal], lang: Lang) -> Block:
    options = [option(str(at), f"{one.number}: {one.text}") for at, one in enumerate(proposals)]
    menu = {
        "type": "static_select",
        "action_id": LINE,
        "placeholder": plain(words.TEACH_LINE.to(lang)),
        "options": options,
    }
    return {"type": "actions", "block_id": "line", "elements": [menu]}


def _input(name: str, most: int = 0) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": name}
    return element | ({"max_length": most} if most else {})


def _long(name: str, most: int) -> Block:
    return {**_input(name, most), "multiline": True}
