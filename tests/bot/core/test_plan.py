import msgspec
import pytest

from bot.core.plan import (
    Overrides,
    Task,
    UnknownCheckError,
    names,
    tasks_for_group,
    tasks_for_matches,
)
from checks.model import Question
from checks.registry import catalog, union
from knowledge.model import CheckLink, Match
from tests.bot.core.samples import check, entry

CATALOG = {
    "service-endpoints": check("service-endpoints", about=("service",)),
    "dns-pods": check("dns-pods", group="dns"),
}


def question(entities: dict[str, str], overrides: Overrides) -> Question:
    matches = [Match("cause", 1.0, (), entities)]
    entries = {"cause": entry("cause", "service-endpoints")}
    (task,) = tasks_for_matches(matches, entries, CATALOG, overrides)
    return task.question


def test_the_namespace_the_user_states_wins_over_the_paste() -> None:
    asked = question({"namespace": "shop"}, Overrides(namespace="pay", default_namespace="dev"))

    assert asked == Question(namespace="pay")


def test_the_channels_namespace_only_fills_a_gap() -> None:
    overrides = Overrides(default_namespace="dev")

    assert question({"namespace": "shop"}, overrides) == Question(namespace="shop")
    assert question({}, overrides) == Question(namespace="dev")


def test_an_entity_no_check_can_use_is_left_out() -> None:
    assert question({"cni": "flannel", "service": "cart"}, Overrides()) == Question(service="cart")


def test_a_link_can_feed_a_field_from_another_hole() -> None:
    link = CheckLink("service-endpoints", {"service": "host"})
    entries = {"cause": msgspec.structs.replace(entry("cause"), checks=(link,))}
    matches = [Match("cause", 1.0, (), {"host": "cart"})]

    (task,) = tasks_for_matches(matches, entries, CATALOG, Overrides())

    assert task.question == Question(service="cart", host="cart")


def test_two_entries_with_the_same_question_ask_it_once() -> None:
    entries = {"a": entry("a", "dns-pods"), "b": entry("b", "dns-pods")}
    matches = [Match("a", 1.0, (), {}), Match("b", 0.8, (), {})]

    assert len(tasks_for_matches(matches, entries, CATALOG, Overrides())) == 1


def test_findings_are_leads_when_nothing_ties_them_to_the_paste() -> None:
    entries = {"a": entry("a", "service-endpoints", "dns-pods")}

    tasks = tasks_for_matches([Match("a", 1.0, (), {})], entries, CATALOG, Overrides())

    assert [(task.check.slug, task.lead) for task in tasks] == [
        ("service-endpoints", True),
        ("dns-pods", False),
    ]


@pytest.mark.parametrize(
    ("subject", "asked"),
    [
        ("shop/cart", Question(namespace="shop", service="cart")),
        ("cart", Question(service="cart")),
        ("", Question()),
    ],
)
def test_a_commands_subject_names_what_the_check_is_about(subject: str, asked: Question) -> None:
    (task,) = tasks_for_group("service", subject, CATALOG, Overrides())

    assert task.question == asked


def test_all_means_every_check_and_a_slug_just_one() -> None:
    assert len(tasks_for_group("all", "", CATALOG, Overrides())) == 2
    assert len(tasks_for_group("dns-pods", "", CATALOG, Overrides())) == 1


def test_an_unknown_name_lists_what_there_is() -> None:
    with pytest.raises(UnknownCheckError, match=r"'dsn'.*dns, service, all, dns-pods"):
        tasks_for_group("dsn", "", CATALOG, Overrides())


def test_names_are_groups_then_all_then_slugs() -> None:
    assert names(CATALOG) == ("dns", "service", "all", "dns-pods", "service-endpoints")


def test_a_question_about_one_namespace_is_read_there_and_no_further() -> None:
    real = catalog()
    listed = {
        "services",
        "pods/shop",
        "endpointslices.discovery.k8s.io/shop",
        "deployments.apps/shop",
        "statefulsets.apps/shop",
    }
    (asked,) = tasks_for_group("service-endpoints", "shop/cart", real, Overrides())
    entries = {"cause": entry("cause", "service-endpoints")}
    matches = [Match("cause", 1.0, (), {"namespace": "shop", "service": "cart"})]
    pasted = tasks_for_matches(matches, entries, real, Overrides())
    (everywhere,) = tasks_for_group("service-endpoints", "", real, Overrides())

    assert listed == keys(asked) == keys(*pasted)
    assert keys(everywhere) == {key.partition("/")[0] for key in listed}
    assert keys(everywhere) == keys(asked, everywhere)


def keys(*tasks: Task) -> set[str]:
    """Return what would be read for these, by key."""
    return {see.key for see in union(task.check for task in tasks)}
