"""Plays the whole board: each healthy cluster once, on it each fault in turn."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.scoreboard.ask import Netcheck, role
from tests.scoreboard.ground import Ground
from tests.scoreboard.manifests import WrittenWrongError
from tests.scoreboard.rivals import Contest
from tests.scoreboard.score import Board, Result, alarms, count

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.cluster.build import Programs
    from tests.scoreboard.faults import Fault, Healthy


def play(
    programs: Programs,
    clusters: Sequence[Healthy],
    faults: Sequence[Fault],
    on_done: Callable[[str, Board], None] = lambda _name, _board: None,
    contest: Contest | None = None,
) -> Board:
    """Ask about every cluster and fault; `on_done` hears of each. Raises `WrittenWrongError`.

    Other tools are asked as well where a contest is given.
    """
    contest = contest or Contest(rivals=[])
    board, started = Board(), time.monotonic()
    known = {one.name for one in clusters}
    if lost := next((one for one in faults if one.told.over not in known), None):
        raise WrittenWrongError(f"fault {lost.name}: there is no cluster {lost.told.over}")
    for healthy in clusters:
        with Ground(programs, healthy) as ground:
            netcheck = Netcheck(ground.load(role()))
            board.alarms[healthy.name] = netcheck.check_all().found
            contest.calm(ground)
            on_done(healthy.name, board)
            for fault in faults:
                if fault.told.over == healthy.name:
                    board.results.append(judge(ground, netcheck, fault, contest))
                    on_done(fault.name, board)
    board.seconds = time.monotonic() - started
    return board


def judge(ground: Ground, netcheck: Netcheck, fault: Fault, contest: Contest) -> Result:
    """Ask about one fault in both ways, and about its paste where the fault is not."""
    started = time.monotonic()
    ground.refresh()
    paste = fault.told.paste
    calm = alarms(netcheck.diagnose(paste).confirmed)
    with ground.broken(fault):
        checked = count(netcheck.check_all().found, fault, paste=False)
        diagnosed = count(netcheck.diagnose(paste).confirmed, fault, paste=True)
        seconds = time.monotonic() - started
        contest.broken(ground, fault)
    return Result(fault, checked, diagnosed, calm, seconds)
