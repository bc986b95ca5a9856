"""Who may change how a channel is answered, against the stand-in."""

import pytest

from bot.core.leave import Act, Admins
from bot.demo.standin import ADMINS, ALL_SCOPES, ANA, BEN, OPS, Options
from bot.slack.faults import Refused, SlackFault, Throttled
from bot.slack.leave import FRESH, AdminsOnly
from tests.bot.slack.conftest import Office
from tests.bot.slack.desk import ScriptedDesk
from tests.bot.slack.test_command import posted

PASTE = 'no endpoints available for service "cart"'
SETTINGS = ["link staging", "watch on", "watch off", "lang en"]


class ScriptedGroups:
    """Tells of groups, or fails; counts how often it is asked."""

    def __init__(
        self, members: frozenset[str] = frozenset(), fault: SlackFault | None = None
    ) -> None:
        self.asked: list[str] = []
        self.members = members
        self.fault = fault

    async def group_members(self, group: str) -> frozenset[str]:
        """Return the members."""
        self.asked.append(group)
        if self.fault:
            raise self.fault
        return self.members


async def told(office: Office, typed: str, user: str) -> str:
    """Use a command and return what only that user sees."""
    known = len(office.slack.ephemerals)
    await office.slack.slash("/netcheck", typed, OPS, user)
    (message, *_) = await office.slack.until(lambda: office.slack.ephemerals[known:])
    assert message.ephemeral_to == user
    return message.text


@pytest.mark.parametrize("typed", SETTINGS)
async def test_somebody_else_is_told_who_may_and_nothing_is_changed(
    office: Office, typed: str
) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk, admins=Admins((ANA,)))

    said = await told(office, typed, BEN)
    await run.settle()

    assert f"Only <@{ANA}> may" in said
    assert "只有" in said
    assert desk.links == {}
    assert not [one for one in office.slack.messages if one.bot]


@pytest.mark.parametrize(
    "admins", [Admins((ANA,)), Admins((), (ADMINS,)), Admins((BEN,), (ADMINS,))]
)
@pytest.mark.parametrize("typed", SETTINGS)
async def test_one_of_them_may_by_id_or_by_group(
    office: Office, typed: str, admins: Admins
) -> None:
    await office.start(admins=admins)

    assert "Only" not in await told(office, typed, ANA)


@pytest.mark.parametrize("typed", ["watch status", "lang", "help link", "link"])
async def test_looking_needs_no_leave(office: Office, typed: str) -> None:
    await office.start(admins=Admins((ANA,)))

    assert "Only" not in await told(office, typed, BEN)


async def test_asking_is_for_everyone(office: Office) -> None:
    await office.start(admins=Admins((ANA,)))

    await office.slack.slash("/netcheck", f"ask {PASTE}", OPS, BEN)

    assert await posted(office, OPS, "Confirmed")


async def test_nobody_named_means_that_everybody_may_and_slack_is_not_asked(
    office: Office,
) -> None:
    await office.start()

    assert "now asks about cluster" in await told(office, "link staging", BEN)
    assert not [call for call in office.slack.calls if call.method == "usergroups.users.list"]


@pytest.mark.parametrize("options", [Options(scopes=ALL_SCOPES - {"usergroups:read"})])
async def test_without_the_scope_it_is_no_and_the_scope_is_named(office: Office) -> None:
    await office.start(admins=Admins((BEN,), (ADMINS,)))

    said = await told(office, "link staging", ANA)

    assert f"Only <@{BEN}>, <!subteam^{ADMINS}> may" in said
    assert "lacks the scope `usergroups:read`" in said
    assert "now asks about cluster" in await told(office, "link staging", BEN)


async def test_a_group_that_is_not_there_lets_nobody_in(office: Office) -> None:
    await office.start(admins=Admins((), ("S0GONE",)))

    assert "there is no such group" in await told(office, "link staging", ANA)


async def test_the_members_are_asked_for_again_after_some_minutes() -> None:
    groups = ScriptedGroups(frozenset({"U1"}))
    time = [0.0]
    leave = AdminsOnly(Admins((), ("S1", "S2")), groups, lambda: time[0])

    for _ in range(3):
        assert await leave.refusal("U1", "watch") is None
        assert await leave.refusal("U2", "watch") is not None
    assert sorted(groups.asked) == ["S1", "S2"]

    time[0] = FRESH
    groups.members = frozenset()
    assert await leave.refusal("U1", "watch") is not None


@pytest.mark.parametrize("fault", [Throttled(30), Refused("plan_upgrade_required")])
async def test_a_failure_is_not_remembered_and_lets_nobody_in(fault: SlackFault) -> None:
    groups = ScriptedGroups(frozenset({"U1"}), fault)
    leave = AdminsOnly(Admins((), ("S1",)), groups)

    refusal = await leave.refusal("U1", "resolve")
    assert refusal is not None
    assert str(fault) in refusal.en
    assert str(fault) in refusal.zh_tw

    groups.fault = None
    assert await leave.refusal("U1", "resolve") is None


@pytest.mark.parametrize("act", ["link", "watch", "teach", "resolve"])
async def test_every_refusal_says_what_may_not_be_done(act: Act) -> None:
    refusal = await AdminsOnly(Admins(("U1",)), ScriptedGroups()).refusal("U2", act)

    assert refusal is not None
    assert "<@U1>" in refusal.en
    assert "<@U1>" in refusal.zh_tw
