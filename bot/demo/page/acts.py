"""What a person does on the page, read from JSON and done on the stand-in."""

import msgspec

from bot.demo.page.shown import home
from bot.demo.sample import SampleCluster
from bot.demo.standin import Message, SlackStandIn, StandInError, Upload
from bot.demo.standin.workspace import Json

NOTHING: Json = {}


class Stage(msgspec.Struct, frozen=True):
    """What acts act on."""

    slack: SlackStandIn
    cluster: SampleCluster

    def message(self, channel: str, ts: str, *, ephemeral: bool = False) -> Message:
        """Return a message. Raises `StandInError` when it is gone."""
        held = self.slack.ephemerals if ephemeral else self.slack.messages
        for one in held:
            if (one.channel, one.ts, one.deleted) == (channel, ts, False):
                return one
        raise StandInError("this message is gone")

    def view(self, view_id: str) -> Json:
        """Return a modal or Home tab. Raises `StandInError` when it is gone."""
        homes = (home(self.slack, user) for user in self.slack.workspace.users)
        for one in (*self.slack.views, *filter(None, homes)):
            if one["id"] == view_id:
                return one
        raise StandInError("this view is gone")


class Act(msgspec.Struct, frozen=True, tag_field="do", kw_only=True):
    """One act of one person."""

    user: str

    async def play(self, stage: Stage) -> Json:
        """Do it; return what the page needs to know. Raises `StandInError`."""
        raise NotImplementedError


class File(msgspec.Struct, frozen=True):
    """A text file that goes along with a message."""

    name: str
    text: str


class Say(Act, frozen=True, tag="say"):
    """Write in a channel or thread, use a command, or speak to the bot alone."""

    channel: str
    text: str = ""
    thread_ts: str = ""
    files: tuple[File, ...] = ()

    async def play(self, stage: Stage) -> Json:
        """Write it as Slack's own client would send it."""
        text = self.text.strip()
        if text.startswith("/") and not self.files:
            await self._command(stage.slack, text)
        else:
            uploads = [Upload(one.name, one.text.encode()) for one in self.files]
            await stage.slack.say(self.channel, self.user, text, self.thread_ts or None, uploads)
        return NOTHING

    async def _command(self, slack: SlackStandIn, text: str) -> None:
        """Slack takes no commands in threads (slackapi/python-slack-sdk#1570)."""
        command, _, rest = text.partition(" ")
        if self.thread_ts:
            raise StandInError(f"{command} is not supported in threads. Sorry!")
        if command == "/invite":
            slack.invite(self.channel)
        elif command == "/netcheck":
            await slack.slash(command, rest.strip(), self.channel, self.user)
        else:
            raise StandInError(f"{command} is not a valid command.")


class Press(Act, frozen=True, tag="press"):
    """Use a button or menu of a message; `value` is what was chosen."""

    channel: str
    ts: str
    block_id: str
    action_id: str
    ephemeral: bool = False
    value: str = ""

    async def play(self, stage: Stage) -> Json:
        """Press it."""
        message = stage.message(self.channel, self.ts, ephemeral=self.ephemeral)
        await stage.slack.press(message, self.action_id, self.user, self.value)
        return NOTHING


class Shortcut(Act, frozen=True, tag="shortcut"):
    """Use a message shortcut."""

    callback_id: str
    channel: str
    ts: str

    async def play(self, stage: Stage) -> Json:
        """Choose it in the message's menu."""
        message = stage.message(self.channel, self.ts)
        await stage.slack.shortcut(self.callback_id, message, self.user)
        return NOTHING


class Launch(Act, frozen=True, tag="launch"):
    """Use a global shortcut."""

    callback_id: str

    async def play(self, stage: Stage) -> Json:
        """Choose it."""
        await stage.slack.global_shortcut(self.callback_id, self.user)
        return NOTHING


class Submit(Act, frozen=True, tag="submit"):
    """Submit a modal; `values` are by `block_id`, those of checkboxes a list."""

    view_id: str
    values: dict[str, str | list[str]] = {}

    async def play(self, stage: Stage) -> Json:
        """Submit it; return its errors by `block_id`, or that no answer came in time."""
        view = stage.view(self.view_id)
        filled = {name: _joined(value) for name, value in self.values.items()}
        delivery = await stage.slack.submit(view, self.user, filled)
        ack = await delivery.ended
        return {"late": True} if ack is None else {"errors": ack.payload.get("errors", {})}


class PressView(Act, frozen=True, tag="press_view"):
    """Use a button or menu of a modal or of the Home tab."""

    view_id: str
    block_id: str
    action_id: str
    value: str = ""
    values: dict[str, str | list[str]] = {}

    async def play(self, stage: Stage) -> Json:
        """Press it."""
        view = stage.view(self.view_id)
        await stage.slack.press_in(view, self.action_id, self.user, self.value)
        return NOTHING


class Suggest(Act, frozen=True, tag="suggest"):
    """Type into a menu whose options the bot gives."""

    view_id: str
    action_id: str
    typed: str

    async def play(self, stage: Stage) -> Json:
        """Return the options."""
        view = stage.view(self.view_id)
        options = await stage.slack.suggest(view, self.action_id, self.user, self.typed)
        return {"options": options}


class Dismiss(Act, frozen=True, tag="dismiss"):
    """Close a modal."""

    view_id: str

    async def play(self, stage: Stage) -> Json:
        """Close it."""
        stage.slack.dismiss(self.view_id, self.user)
        return NOTHING


class OpenHome(Act, frozen=True, tag="open_home"):
    """Open the app's Home tab."""

    async def play(self, stage: Stage) -> Json:
        """Open it."""
        await stage.slack.open_home(self.user)
        return NOTHING


class Break(Act, frozen=True, tag="break"):
    """Break the sample cluster with these faults and no other."""

    faults: tuple[str, ...]

    async def play(self, stage: Stage) -> Json:
        """Break it, or mend it."""
        unknown = set(self.faults) - stage.cluster.faults.keys()
        if unknown:
            raise StandInError(f"the sample cluster has no fault {', '.join(sorted(unknown))}")
        stage.cluster.break_with(*self.faults)
        return NOTHING


def _joined(value: str | list[str]) -> str:
    return value if isinstance(value, str) else ",".join(value)


ACTS = msgspec.json.Decoder(
    Say | Press | Shortcut | Launch | Submit | PressView | Suggest | Dismiss | OpenHome | Break
)
"""Reads an act by its `do`."""
