"""The whole board against its targets, on a real API server."""

import pytest

from tests.cluster.build import find_programs
from tests.cluster.fixtures import absent
from tests.scoreboard import report
from tests.scoreboard.faults import read_clusters, read_faults
from tests.scoreboard.play import play
from tests.scoreboard.score import Board

# A second a fault and four a cluster; a busy machine needs more.
pytestmark = [pytest.mark.cluster, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def board() -> Board:
    programs = find_programs()
    if programs is None:
        absent()
    return play(programs, read_clusters(), read_faults())


def test_the_board_meets_its_targets(board: Board) -> None:
    assert board.shortfalls == [], "\n".join([*report.troubles(board), report.summary(board)])


def test_every_fault_was_asked_about_in_both_ways(board: Board) -> None:
    assert {one.fault.name for one in board.results} == {one.name for one in read_faults()}
    assert set(board.alarms) == {one.name for one in read_clusters()}
    for one in (one for one in board.results if not one.fault.quiet):
        counted = len(one.diagnosed.right) + len(one.diagnosed.missed)
        assert counted, one.fault.name
