from tests.scoreboard.ask import Said
from tests.scoreboard.faults import Fault, Told, Wanted
from tests.scoreboard.score import Board, Result, alarms, count

CART = Said("service-no-endpoints", "Service shop/cart", "service-endpoints")
WEB = Said("service-no-endpoints", "Service shop/web", "service-endpoints")
DNS = Said("dns-pods-down", "cluster", "dns-pods")


def fault(*expect: Wanted, fair: tuple[str, ...] = (), symptoms: tuple[str, ...] = ()) -> Fault:
    told = Told("messy", "broken", expect, "paste", fair, symptoms)
    return Fault("broken", told, ())


def wanted(said: Said) -> Wanted:
    return Wanted(said.cause, said.subject)


def test_a_cause_of_another_subject_is_wrong_and_the_expected_one_missed() -> None:
    counted = count([WEB], fault(wanted(CART)), paste=False)

    assert (counted.right, counted.missed, counted.wrong) == ((), (wanted(CART),), (WEB,))


def test_what_is_fair_counts_neither_way() -> None:
    counted = count([CART, DNS], fault(wanted(CART), fair=("dns-pods-down",)), paste=False)

    assert (counted.right, counted.missed, counted.wrong) == ((CART,), (), ())


def test_a_symptom_is_wrong_even_where_it_is_called_fair() -> None:
    pair = fault(wanted(CART), fair=("dns-pods-down",), symptoms=("dns-pods-down",))

    assert count([CART, DNS], pair, paste=True).wrong == (DNS,)


def test_of_two_subjects_of_one_cause_a_paste_need_name_only_one() -> None:
    both = fault(wanted(CART), wanted(WEB))

    assert count([WEB], both, paste=True).good
    assert count([WEB], both, paste=False).missed == (wanted(CART),)


def test_what_takes_a_question_is_not_expected_without_one() -> None:
    asked = fault(Wanted(CART.cause, CART.subject, "paste"))

    assert count([], asked, paste=False).good
    assert not count([], asked, paste=True).good


def test_figures_count_every_question_and_false_alarms() -> None:
    one = fault(wanted(CART))
    good = count([CART], one, paste=True)
    bad = count([WEB], one, paste=False)
    board = Board([Result(one, bad, good, alarms([DNS]), 0.1)], {"messy": [DNS]})

    assert (board.recall, board.precision) == (0.5, 0.25)
    assert (board.false_alarms, board.wrong) == (2, 1)
    assert len(board.shortfalls) == 4
    assert board.by_check() == {"dns-pods": (0, 2), "service-endpoints": (1, 1)}


def test_a_board_without_a_fault_found_is_short_of_nothing_but_what_is_missing() -> None:
    one = fault(wanted(CART))
    good = count([CART], one, paste=True)
    board = Board([Result(one, good, good, alarms([]), 0.1)])

    assert board.shortfalls == []


def test_whatever_is_named_where_nothing_is_broken_is_a_false_alarm() -> None:
    quiet = fault()
    named = count([CART], quiet, paste=False)
    board = Board([Result(quiet, named, count([], quiet, paste=True), alarms([]), 0.1)])

    assert (board.false_alarms, board.wrong, board.recall) == (1, 0, 1.0)
