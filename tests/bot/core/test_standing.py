import msgspec
import pytest

from bot.core.answer import CheckResult, Standing
from bot.core.standing import pertinent, weigh, worst_first
from checks.model import Tier, Verdict
from tests.bot.core.samples import check, entry, match, result

ENTRIES = {
    "cause": entry("cause", "prove"),
    "other": entry("other", "prove"),
    "symptom": entry("symptom", "prove", yields_to=("cause",)),
}
CATALOG = {"prove": check("prove", "cause", "other")}


def standings(matched: list[str], results: list[CheckResult]) -> list[tuple[str, Standing]]:
    causes = weigh([match(one) for one in matched], results, ENTRIES, CATALOG, "en")
    return [(cause.entry, cause.standing) for cause in causes]


def test_a_finding_that_names_the_cause_confirms_it() -> None:
    results = [result("prove", Verdict.FOUND, cause="cause", subject="Service shop/cart")]

    assert standings(["cause"], results) == [("cause", "confirmed")]


@pytest.mark.parametrize(
    ("verdict", "standing"),
    [
        (Verdict.CLEAR, "not-confirmed"),
        (Verdict.NOT_APPLICABLE, "could-not-check"),
        (Verdict.BLIND, "could-not-check"),
        (Verdict.BROKEN, "could-not-check"),
    ],
)
def test_without_proof_the_verdict_of_the_able_checks_decides(
    verdict: Verdict, standing: Standing
) -> None:
    assert standings(["cause"], [result("prove", verdict)]) == [("cause", standing)]


def test_what_is_in_order_and_settles_nothing_refutes_nothing() -> None:
    seen = result("prove", Verdict.CLEAR)
    open_still = msgspec.structs.replace(seen.finding, settles=False)

    results = [msgspec.structs.replace(seen, finding=open_still)]

    assert standings(["cause"], results) == [("cause", "likely")]


@pytest.mark.parametrize(
    ("verdict", "standing"),
    [
        (Verdict.CLEAR, "likely"),
        (Verdict.NOT_APPLICABLE, "could-not-check"),
        (Verdict.BLIND, "could-not-check"),
    ],
)
def test_a_check_that_sees_one_reason_of_many_refutes_nothing(
    verdict: Verdict, standing: Standing
) -> None:
    catalog = {"prove": msgspec.structs.replace(CATALOG["prove"], rules_out=False)}

    causes = weigh([match("cause")], [result("prove", verdict)], ENTRIES, catalog, "en")

    assert [cause.standing for cause in causes] == [standing]


def test_one_blind_check_among_clear_ones_leaves_the_cause_open() -> None:
    results = [result("prove", Verdict.CLEAR), result("prove", Verdict.BLIND)]

    assert standings(["cause"], results) == [("cause", "could-not-check")]


def test_a_cause_no_check_looked_at_is_not_called_refuted() -> None:
    assert standings(["cause"], []) == [("cause", "could-not-check")]


def test_a_finding_about_something_the_paste_did_not_name_is_a_lead() -> None:
    lead = result("prove", Verdict.FOUND, cause="cause", subject="Service a/b", lead=True)

    assert standings(["cause"], [lead]) == [("cause", "likely")]


def test_a_fault_of_one_of_two_services_of_that_name_is_a_lead() -> None:
    """The paste may mean the one that works."""
    catalog = {"prove": msgspec.structs.replace(CATALOG["prove"], about=("service",))}
    results = [
        result("prove", Verdict.CLEAR, subject="Service shop/cart"),
        result("prove", Verdict.FOUND, cause="cause", subject="Service staging/cart"),
    ]

    causes = weigh([match("cause")], results, ENTRIES, catalog, "en")

    assert [cause.standing for cause in causes] == ["likely"]


def test_a_cause_the_paste_did_not_suggest_appears_when_proved() -> None:
    results = [result("prove", Verdict.FOUND, cause="other")]

    assert standings(["cause"], results) == [("other", "confirmed"), ("cause", "not-confirmed")]


def test_a_symptom_steps_back_once_its_sharper_cause_is_proved() -> None:
    results = [result("prove", Verdict.FOUND, cause="cause")]

    assert standings(["symptom"], results) == [("cause", "confirmed")]


def test_a_symptom_with_nothing_sharper_found_stays_likely() -> None:
    results = [result("prove", Verdict.CLEAR)]

    assert standings(["symptom"], results) == [("symptom", "likely")]


def test_the_fix_is_filled_with_the_subject_of_the_proof() -> None:
    proof = result("prove", Verdict.FOUND, cause="cause", subject="Service shop/cart")

    (cause,) = weigh([match("cause")], [proof], ENTRIES, CATALOG, "en")

    assert cause.fix[0].text == "mend cart"


@pytest.mark.parametrize(
    ("dialed", "standing"),
    [
        (Verdict.BLIND, "not-confirmed"),
        (Verdict.BROKEN, "could-not-check"),
        (Verdict.CLEAR, "not-confirmed"),
    ],
)
def test_dials_that_could_not_be_made_take_nothing_from_what_objects_show(
    dialed: Verdict, standing: Standing
) -> None:
    """Most bots that look from outside can make none."""
    entries = {"cause": entry("cause", "prove", "dial")}
    dialing = msgspec.structs.replace(check("dial", "cause"), tier=Tier.D, dials=True)
    results = [result("prove", Verdict.CLEAR), result("dial", dialed)]

    catalog = {**CATALOG, "dial": dialing}
    causes = weigh([match("cause")], results, entries, catalog, "en")

    assert [cause.standing for cause in causes] == [standing]


def test_a_cause_that_only_dials_could_show_was_not_checked_without_them() -> None:
    entries = {"cause": entry("cause", "dial")}
    dialing = msgspec.structs.replace(check("dial", "cause"), tier=Tier.D, dials=True)

    causes = weigh(
        [match("cause")], [result("dial", Verdict.BLIND)], entries, {"dial": dialing}, "en"
    )

    assert [cause.standing for cause in causes] == ["could-not-check"]


def test_of_two_proved_causes_the_one_that_explains_the_other_goes_first() -> None:
    results = [
        result("prove", Verdict.FOUND, cause=cause, subject=f"Node {cause}")
        for cause in ("other", "symptom", "cause")
    ]

    assert standings([], results)[0] == ("cause", "confirmed")


def test_what_was_found_goes_before_what_was_not_seen_and_that_before_the_rest() -> None:
    given = [Verdict.CLEAR, Verdict.NOT_APPLICABLE, Verdict.BLIND, Verdict.FOUND, Verdict.BROKEN]
    results = [
        result("prove", verdict, cause="cause" if verdict is Verdict.FOUND else "")
        for verdict in given
    ]

    ranked = [one.finding.verdict for one in worst_first(results)]

    assert ranked == [
        *(Verdict.FOUND, Verdict.BLIND, Verdict.BROKEN),
        *(Verdict.CLEAR, Verdict.NOT_APPLICABLE),
    ]


def test_leads_to_what_the_paste_does_not_suggest_go_once_something_is_proved() -> None:
    proof = result("prove", Verdict.FOUND, cause="cause", subject="Service shop/cart")
    suspected = result("prove", Verdict.FOUND, cause="other", subject="Node a", lead=True)
    stray = result("prove", Verdict.FOUND, cause="stray", subject="Node b", lead=True)

    matches = [match("cause"), match("other")]

    assert pertinent((proof, suspected, stray), matches) == (proof, suspected)
    assert pertinent((suspected, stray), matches) == (suspected, stray)
    assert pertinent((proof, stray), []) == (proof, stray)
