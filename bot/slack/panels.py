"""The windows that buttons open, as Block Kit: pure, in the language of the answer."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from bot.core.answer import Answer
from bot.slack import button_words as words
from bot.slack import escape
from bot.slack.blocks import Block, context, section
from bot.slack.buttons import PREFIX, plain
from bot.slack.evidence import pages
from checks.text import Lang, Text

RESOLVE = f"{PREFIX}resolve"
REJECT = f"{PREFIX}reject"
"""Callback ids of the windows that are submitted."""

SEARCH = "entry"
BACK = "evidence_back"
NEXT = "evidence_next"
NONE = "-"
"""Says in a choice that it is none of the entries; a slug has a letter or a digit."""

HOW_LIMIT = 1_000
_TITLE = 24  # characters (docs.slack.dev, modal views)
_CHOICES = 9  # options of radio buttons beside `none`; ten are taken
_OPTION = 75
_OPTIONS = 100

View = dict[str, Any]


class Anchor(msgspec.Struct, frozen=True):
    """Which reply a window is about, kept in it as `private_metadata`."""

    key: str
    channel: str
    thread: str = ""
    ts: str = ""
    lang: Lang = "en"
    page: int = 0

    def packed(self) -> str:
        """Return it as the window keeps it."""
        return msgspec.json.encode(self).decode()


def anchor(view: Mapping[str, Any]) -> Anchor:
    """Return what a window is about."""
    return msgspec.json.decode(view.get("private_metadata") or "{}", type=Anchor)


def loading(title: Text) -> View:
    """Return a window to be filled: a trigger works for 3 s, the store may take longer."""
    said = f"{words.LOADING.en} {words.LOADING.zh_tw}"
    return _view(title.en, [section(said)])


def told(title: Text, text: str, lang: Lang) -> View:
    """Return a window that says why there is nothing else in it; `text` is mrkdwn of ours."""
    return _view(title.to(lang), [section(text)], close=words.CLOSE.to(lang))


def evidence(answer: Answer, about: Anchor) -> View:
    """Return one page of everything behind an answer; a page there is not is the nearest one."""
    every = pages(answer)
    number = min(max(about.page, 0), len(every) - 1)
    blocks = [*every[number]]
    if len(every) > 1:
        told = words.PAGE.fill(number=number + 1, count=len(every))
        blocks += [context(told.to(about.lang)), _turning(number, len(every), about.lang)]
    about = msgspec.structs.replace(about, page=number)
    return _view(words.EVIDENCE.to(about.lang), blocks, about, close=words.CLOSE.to(about.lang))


def resolve(about: Anchor) -> View:
    """Return the window that asks what mended it."""
    element = {
        "type": "plain_text_input",
        "action_id": "how",
        "multiline": True,
        "max_length": HOW_LIMIT,
        "focus_on_load": True,
    }
    fields = [field("how", words.RESOLVE_HOW, element, about.lang, words.RESOLVE_HINT)]
    return form(RESOLVE, words.RESOLVE_TITLE, words.RESOLVE_TITLE, fields, about)


def reject(answer: Answer, titles: Mapping[str, str], about: Anchor) -> View:
    """Return the window that asks what it is instead: another suspect, any entry, or none."""
    suspects = (*(one.entry for one in answer.causes), *(one.entry for one in answer.matches))
    others = [slug for slug in tuple(dict.fromkeys(suspects))[1:] if slug in titles]
    choices = [option(slug, titles[slug]) for slug in others[:_CHOICES]]
    choices.append(option(NONE, words.REJECT_NONE.to(about.lang)))
    radio = {"type": "radio_buttons", "action_id": "rather", "options": choices}
    search = {"type": "external_select", "action_id": SEARCH, "min_query_length": 1}
    fields = [
        field("rather", words.REJECT_RATHER, radio, about.lang, optional=True),
        field("other", words.REJECT_OTHER, search, about.lang, words.REJECT_HINT, optional=True),
    ]
    return form(REJECT, words.REJECT_TITLE, words.REJECT_SEND, fields, about)


def offered(slugs: Sequence[str], titles: Mapping[str, str]) -> list[Block]:
    """Return what a search offers; Slack shows a hundred."""
    return [option(slug, titles[slug]) for slug in slugs[:_OPTIONS] if slug in titles]


def option(value: str, title: str) -> Block:
    """Return something to choose."""
    shown = escape.clean(" ".join(title.split())) or value
    short = shown if len(shown) <= _OPTION else shown[: _OPTION - 1] + escape.MORE
    return {"text": plain(short), "value": value[:150]}


def chosen(view: Mapping[str, Any]) -> str:
    """Return the entry chosen in the window of `reject`, `NONE` for none, "" for no choice."""
    values = view["state"]["values"]
    search = (values.get("other", {}).get(SEARCH) or {}).get("selected_option") or {}
    radio = (values.get("rather", {}).get("rather") or {}).get("selected_option") or {}
    return str(search.get("value") or radio.get("value") or "")


def written(view: Mapping[str, Any]) -> str:
    """Return what was written in the window of `resolve`."""
    return (view["state"]["values"]["how"]["how"].get("value") or "").strip()


def _turning(number: int, count: int, lang: Lang) -> Block:
    buttons = []
    if number > 0:
        buttons.append(_turn(BACK, words.BACK, number - 1, lang))
    if number < count - 1:
        buttons.append(_turn(NEXT, words.NEXT, number + 1, lang))
    return {"type": "actions", "elements": buttons}


def _turn(name: str, label: Text, page: int, lang: Lang) -> Block:
    words_ = plain(label.to(lang))
    return {"type": "button", "action_id": name, "text": words_, "value": str(page)}


def field(
    name: str,
    label: Text,
    element: Block,
    lang: Lang,
    hint: Text | None = None,
    *,
    optional: bool = False,
) -> Block:
    """Return a field to fill in."""
    block = {"type": "input", "block_id": name, "label": plain(label.to(lang)), "element": element}
    if hint is not None:
        block["hint"] = plain(hint.to(lang))
    return block | ({"optional": True} if optional else {})


def form(callback: str, title: Text, submit: Text, fields: list[Block], about: Anchor) -> View:
    """Return a window that is submitted."""
    view = _view(title.to(about.lang), fields, about, close=words.CANCEL.to(about.lang))
    return {**view, "callback_id": callback, "submit": plain(submit.to(about.lang))}


def _view(title: str, blocks: list[Block], about: Anchor | None = None, close: str = "") -> View:
    view: View = {"type": "modal", "title": plain(title[:_TITLE]), "blocks": blocks}
    if about is not None:
        view["private_metadata"] = about.packed()
    return view | ({"close": plain(close)} if close else {})
