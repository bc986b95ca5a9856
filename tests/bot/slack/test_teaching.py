"""Teaching an entry from an answer: the real desk, a sample cluster, the real socket."""

from typing import Any

import pytest
from sqlalchemy import text

from bot.app import build_doctor
from bot.core.desk import Desk
from bot.core.followup import FollowUp
from bot.core.leave import Admins
from bot.demo.sample import SampleClusters, load_sample
from bot.demo.standin import ANA, BEN, OPS, Message, Options
from bot.slack import panels, teaching
from bot.store.casebook import SqlCasebook
from bot.store.memory import SqlMemory
from knowledge.teaching import propose
from tests.bot.slack.conftest import Office, Run
from tests.bot.slack.test_buttons import labels, pressed, shown
from tests.fakes.leave import Everyone
from tests.fakes.memory import FakeMemory

PASTE = (
    "frob is slow since noon, pod frob-0 too\n"
    "2026-11-25T09:00:01Z gateway says: wobble at 10.2.3.4:8443 failed with E4711, "
    "frobnicator is out of phase"
)
FILLED = {
    "title": "Frobnicator is out of phase",
    "fix": "Set its phase anew:\nkubectl -n shop annotate deploy/frob phase=0",
}


@pytest.fixture
def options() -> Options:
    """Wait longer than Slack: measured for coverage, the first look at an entry takes seconds."""
    return Options(ack_seconds=20)


def real_desk() -> Desk:
    return Desk(build_doctor(), SampleClusters(load_sample("shop")), FakeMemory())


async def unknown(office: Office, run: Run, paste: str = PASTE) -> Message:
    """Let somebody paste what no entry knows; return the reply."""
    event = await office.slack.mention(OPS, ANA, paste)
    reply = await office.reply(event, "I do not know this error")
    await run.settle()
    return reply


async def window(office: Office, run: Run, reply: Message, user: str = ANA) -> dict[str, Any]:
    """Press Teach; return the filled window."""
    await pressed(office, run, reply, "teach", user)
    return office.slack.views[-1]


async def taught(office: Office, run: Run, view: dict[str, Any], **more: str) -> dict[str, Any]:
    """Submit the window; return what the acknowledgement holds."""
    ack = await (await office.slack.submit(view, ANA, {**FILLED, **more})).acked
    await run.settle()
    return ack.payload


def field(view: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in view["blocks"] if one.get("block_id") == name)
    return found


async def test_the_window_shows_the_line_its_signature_and_what_the_holes_hold(
    office: Office,
) -> None:
    run = await office.start(real_desk())
    reply = await unknown(office, run)

    view = await window(office, run, reply)

    assert labels(reply)[-1] == "Teach"
    assert "wobble at 10.2.3.4:8443 failed with E4711" in shown(view["blocks"][0])
    assert "ip = `10.2.3.4` · port = `8443`" in shown(view["blocks"][1])
    proposed = field(view, "signature-0")["element"]["initial_value"]
    assert "wobble at <ip>:<port> failed with E4711" in proposed


async def test_what_was_taught_answers_the_next_paste_at_once_and_after_a_restart(
    office: Office,
) -> None:
    first = await office.start(real_desk())
    reply = await unknown(office, first)

    said = await taught(office, first, await window(office, first, reply))
    told = shown(reply.blocks)
    event = await office.slack.mention(OPS, BEN, PASTE.replace("10.2.3.4", "10.9.9.9"))
    again = await office.reply(event, "Likely")
    await first.settle()
    await first.kill()
    second = await office.start(real_desk())
    event = await office.slack.mention(OPS, BEN, PASTE)
    later = await office.reply(event, "Likely")
    await second.settle()

    assert said == {}
    assert f"<@{ANA}> taught me *Frobnicator is out of phase* from this paste" in told
    for answer in (again, later):
        assert "Frobnicator is out of phase" in answer.text
        assert f"was taught here by <@{ANA}>" in shown(answer.blocks)
        assert "kubectl -n shop annotate deploy/frob phase=0" in shown(answer.blocks)


async def test_the_answer_it_was_taught_from_can_be_checked_again_with_it(office: Office) -> None:
    run = await office.start(real_desk())
    reply = await unknown(office, run)
    await taught(office, run, await window(office, run, reply))

    await pressed(office, run, reply, "again")

    assert "Frobnicator is out of phase" in reply.text
    assert f"was taught here by <@{ANA}>" in shown(reply.blocks)


async def test_another_process_learns_it_within_its_next_look(office: Office) -> None:
    run = await office.start(real_desk())
    other = real_desk()
    reply = await unknown(office, run)
    await taught(office, run, await window(office, run, reply))

    follower = FollowUp(other, SqlCasebook(run.database), Everyone())
    before = (await other.match(PASTE)).answer
    await follower.learn()

    assert (before, (await other.match(PASTE)).answer) == ("nothing", "match")


async def test_another_line_brings_its_signature_and_leaves_the_other_fields(
    office: Office,
) -> None:
    run = await office.start(real_desk())
    view = await window(office, run, await unknown(office, run))

    await (await office.slack.press_in(view, teaching.LINE, ANA, "1")).acked
    await run.settle()
    changed = office.slack.views[-1]

    assert "frob is slow since noon" in shown(changed["blocks"][0])
    names = [block["block_id"] for block in changed["blocks"] if block["type"] == "input"]
    assert names == ["title", "signature-1", "fix", "danger"]
    assert panels.anchor(changed).page == 1


@pytest.mark.parametrize(
    ("more", "name", "message"),
    [
        ({"title": " "}, "title", "Give it a title."),
        ({"fix": " "}, "fix", "Say what mends it."),
        ({"signature-0": "<word> failed"}, "signature-0", "Too broad"),
        ({"signature-0": "wobble at <ipp>"}, "signature-0", "is no hole type"),
        ({"signature-0": "frobnicator is in order"}, "signature-0", "does not meet the line"),
        ({"fix": "iptables -F"}, "danger", "Say here what it breaks."),
    ],
)
async def test_what_breaks_the_contract_is_told_at_the_field(
    office: Office, more: dict[str, str], name: str, message: str
) -> None:
    run = await office.start(real_desk())
    view = await window(office, run, await unknown(office, run))

    said = await taught(office, run, view, **more)

    assert said["response_action"] == "errors"
    assert list(said["errors"]) == [name]
    assert message in said["errors"][name]
    assert await SqlCasebook(run.database).lessons() == ()


async def test_a_signature_that_meets_another_entry_s_paste_is_refused(office: Office) -> None:
    run = await office.start(real_desk())
    event = await office.slack.mention(
        OPS, ANA, 'no endpoints available for service "cart" in namespace "shop"'
    )
    reply = await office.reply(event, "Confirmed")
    await run.settle()
    refusal = (await pressed_and_submitted(office, run, reply, {"rather": "-"})).blocks
    view = await window(office, run, reply)

    broad = 'no endpoints available for service "<service>"'
    said = await taught(office, run, view, **{"signature-0": broad})

    assert "nor another one I know" in shown(refusal)
    (message,) = said["errors"].values()
    assert "also meets a paste of the entry" in message


async def pressed_and_submitted(
    office: Office, run: Run, reply: Message, filled: dict[str, str]
) -> Message:
    """Say that it is not this cause; return the reply."""
    await pressed(office, run, reply, "reject")
    await (await office.slack.submit(office.slack.views[-1], ANA, filled)).acked
    await run.settle()
    return reply


async def test_who_may_not_teach_is_told_who_may(office: Office) -> None:
    run = await office.start(real_desk(), admins=Admins(users=(BEN,)))
    reply = await unknown(office, run)

    view = await window(office, run, reply)

    assert f"<@{BEN}>" in shown(view)
    assert "submit" not in view


async def test_a_paste_without_a_line_to_know_it_by_says_so(office: Office) -> None:
    run = await office.start(real_desk())
    reply = await unknown(office, run, "it\nis\nbroken")

    view = await window(office, run, reply)

    assert "No line of this paste can be known again" in shown(view)


async def test_a_lesson_cut_off_by_a_crash_is_kept_once(office: Office) -> None:
    first = await office.start(real_desk())
    reply = await unknown(office, first)
    view = await window(office, first, reply)
    await first.kill()
    second = await office.start(real_desk(), freeze="wanted")
    await (await office.slack.submit(view, ANA, FILLED)).acked
    await second.ice.reached.wait()
    await second.kill()

    third = await office.start(real_desk())
    await third.settle()

    assert [one.by for one in await SqlCasebook(third.database).lessons()] == [ANA]


async def test_a_lesson_is_on_the_incident_s_timeline(office: Office) -> None:
    desk = real_desk()
    run = await office.start(desk)
    desk._memory = SqlMemory(run.database)
    paste = f'no endpoints available for service "cart" in namespace "shop"\n{PASTE}'
    event = await office.slack.mention(OPS, ANA, paste)
    reply = await office.reply(event, "Confirmed")
    await run.settle()
    await pressed_and_submitted(office, run, reply, {"rather": "-"})
    view = await window(office, run, reply)
    at = next(n for n, one in enumerate(propose(paste)) if "E4711" in one.text)
    await (await office.slack.press_in(view, teaching.LINE, ANA, str(at))).acked
    await run.settle()

    said = await taught(office, run, office.slack.views[-1])

    assert said == {}
    detail = await SqlMemory(run.database).show(1)
    assert detail is not None
    assert (detail.timeline[-1].what, detail.timeline[-1].detail) == (
        "taught",
        "taught-frobnicator-out-phase",
    )


async def test_a_secret_in_what_is_taught_is_masked(office: Office) -> None:
    run = await office.start(real_desk())
    view = await window(office, run, await unknown(office, run))

    fix = "curl -H 'Authorization: Bearer s3cr3t.t0k3n.1234567890'"
    await taught(office, run, view, fix=fix)

    async with run.database.read() as session:
        kept = (await session.execute(text("SELECT page FROM taught"))).scalar_one()
    assert "t0k3n" not in kept
