from collections.abc import Callable
from pathlib import Path

import pytest

from bot.app import build_doctor
from bot.core.casebook import Request
from bot.core.desk import Desk
from bot.core.errors import ClusterError, ClusterUnknownError
from bot.core.plan import Overrides
from bot.core.ports import Link, Place
from bot.demo.sample import SampleClusters, load_sample
from checks.model import Verdict
from knowledge.load import SHIPPED, load_library
from tests.fakes.memory import FakeMemory
from tests.knowledge.samples import write_entry

CART = 'no endpoints available for service "cart"'
PLACE = Place("mention", channel="C1", thread="1.0", user="U1", event="Ev1")


def desk(memory: FakeMemory, *names: str) -> Desk:
    document = load_sample("shop").document
    clusters = SampleClusters(*(type(load_sample("shop"))(name, document) for name in names))
    return Desk(build_doctor(), clusters, memory)


async def test_the_only_cluster_there_is_needs_no_link() -> None:
    answer = await desk(FakeMemory(), "shop").ask(CART, PLACE, overrides=Overrides())

    assert answer.cluster == "shop"


async def test_with_several_clusters_an_unlinked_channel_is_told_how_to_link() -> None:
    answer = await desk(FakeMemory(), "a", "b").ask(CART, PLACE, overrides=Overrides())

    assert "/netcheck link" in answer.trouble
    assert "`a`, `b`" in answer.trouble
    assert [cause.standing for cause in answer.causes] == ["could-not-check"]


async def test_a_link_gives_cluster_and_namespace() -> None:
    subject = desk(FakeMemory(), "a", "b")
    await subject.link(Link("C1", "b", "shop", "U1"))

    answer = await subject.ask(CART, PLACE, overrides=Overrides())

    assert answer.cluster == "b"
    assert answer.causes[0].subject == "Service shop/cart"


async def test_a_cluster_named_in_the_message_wins_over_the_link() -> None:
    subject = desk(FakeMemory(), "a", "b")
    await subject.link(Link("C1", "b", "shop", "U1"))

    answer = await subject.ask(CART, PLACE, overrides=Overrides(cluster="a"))

    assert answer.cluster == "a"


async def test_linking_to_a_cluster_that_is_not_there_keeps_the_old_link() -> None:
    subject = desk(FakeMemory(), "a", "b")
    await subject.link(Link("C1", "b", "shop", "U1"))

    with pytest.raises(ClusterUnknownError):
        await subject.link(Link("C1", "staging", "", "U1"))

    link = await subject.link_of("C1")
    assert link is not None
    assert link.cluster == "b"


async def test_the_second_paste_of_a_trouble_is_counted_on_the_same_incident() -> None:
    subject = desk(FakeMemory(), "shop")
    overrides = Overrides(namespace="shop")
    await subject.ask(CART, PLACE, overrides=overrides)
    again = Place("mention", channel="C1", thread="2.0", user="U2", event="Ev2")

    answer = await subject.ask(f"again: {CART}", again, overrides=overrides)

    assert answer.seen is not None
    assert answer.seen.count == 2


async def test_a_secret_in_the_paste_is_masked_before_it_is_kept() -> None:
    memory = FakeMemory()
    secret = "Authorization: Bearer abcdefghijklmnopqrstuvwxyz0123456789"

    await desk(memory, "shop").ask(f"{CART}\n{secret}", PLACE, overrides=Overrides())

    assert "abcdefghijklmnopqrstuvwxyz" not in repr(vars(memory))


async def test_commands_name_the_groups_that_have_checks() -> None:
    groups = desk(FakeMemory(), "shop").groups()

    assert groups[-1] == "all"
    assert {"dns", "service"} <= set(groups)


class Dawdling(FakeMemory):
    """Lets something happen while the desk looks up the channel's link."""

    meanwhile: Callable[[], None] = staticmethod(lambda: None)

    async def link_of(self, channel: str) -> Link | None:
        self.meanwhile()
        return await super().link_of(channel)


async def test_a_new_library_answers_the_next_paste(tmp_path: Path) -> None:
    subject = desk(FakeMemory(), "shop")
    write_entry(tmp_path, "cart-is-shut", ("the cart is shut for today",))

    before = await subject.ask("the cart is shut for today", PLACE, overrides=Overrides())
    subject.take(load_library(SHIPPED, tmp_path))
    after = await subject.ask("the cart is shut for today", PLACE, overrides=Overrides())

    assert before.answer != "match"
    assert [one.entry for one in after.matches] == ["cart-is-shut"]


@pytest.mark.parametrize("clusters", [("shop",), ("a", "b")], ids=["proved", "unproved"])
async def test_an_answer_under_way_keeps_the_library_it_began_with(
    tmp_path: Path, clusters: tuple[str, ...]
) -> None:
    """The new library has no entry that the answer is about."""
    write_entry(tmp_path, "sample")
    memory = Dawdling()
    subject = desk(memory, *clusters)
    memory.meanwhile = lambda: subject.take(load_library(tmp_path))

    answer = await subject.ask(CART, PLACE, overrides=Overrides())

    assert answer.causes[0].entry == "service-no-endpoints"
    assert answer.causes[0].fix


async def test_watching_links_the_only_cluster_there_is() -> None:
    subject = desk(FakeMemory(), "shop")

    link = await subject.watch("C1", "people", "U1")

    assert link == Link("C1", "shop", by="U1", watch="people")
    assert (await subject.watch("C1", "", "U1")).watch == ""


async def test_of_several_clusters_one_must_be_linked_to_be_watched() -> None:
    subject = desk(FakeMemory(), "a", "b")

    with pytest.raises(ClusterError, match="/netcheck link"):
        await subject.watch("C1", "people", "U1")
    assert await subject.link_of("C1") is None


async def test_a_paste_told_again_is_counted_without_a_look() -> None:
    subject = desk(FakeMemory(), "shop")
    first = await subject.ask(CART, PLACE, overrides=Overrides())

    again = await subject.again(CART, first, Place("slack", channel="C1", event="Ev2"))

    assert first.seen is not None
    assert again.seen is not None
    assert (first.seen.count, again.seen.count) == (1, 2)
    assert again.checks == first.checks


async def test_who_checks_after_mending_sees_the_mended_cluster_at_once() -> None:
    cluster = load_sample("shop")
    subject = Desk(build_doctor(), SampleClusters(cluster), FakeMemory())
    await subject.ask(CART, PLACE, overrides=Overrides())
    cluster.break_with()

    again = await subject.look(Request(CART), "shop", "C1")
    checked = await subject.check("service", "shop/cart", PLACE, overrides=Overrides())

    assert [cause.standing for cause in again.causes] == ["not-confirmed"]
    assert all(one.finding.verdict is not Verdict.FOUND for one in checked.checks)


async def test_a_paste_is_matched_without_a_cluster() -> None:
    assert (await desk(FakeMemory()).match(CART)).answer == "match"


async def test_what_was_asked_is_asked_again_of_the_same_cluster_and_not_remembered() -> None:
    memory = FakeMemory()
    subject = desk(memory, "a", "b")
    request = Request(text=CART, default_namespace="shop")
    await subject.link(Link("C1", "b", "elsewhere", "U1"))

    answer = await subject.look(request, "a", "C1")

    assert answer.cluster == "a"
    assert answer.causes[0].subject == "Service shop/cart"
    assert memory.seen == {}


async def test_a_command_is_asked_again_as_a_command() -> None:
    request = Request(group="service", subject="cart", namespace="shop")

    answer = await desk(FakeMemory(), "a", "b").look(request, "a", "C1")

    assert answer.answer is None
    assert {result.check for result in answer.checks} >= {"service-endpoints"}


async def test_an_answer_that_had_no_cluster_is_asked_again_of_the_linked_one() -> None:
    subject = desk(FakeMemory(), "a", "b")
    await subject.link(Link("C1", "b", "shop", "U1"))

    answer = await subject.look(Request(text=CART), "", "C1")

    assert answer.cluster == "b"


async def test_entries_are_searched_by_words_of_either_language() -> None:
    subject = desk(FakeMemory())

    found = subject.search("no endpoints")

    assert found[0] == "service-no-endpoints"
    assert set(found) <= set(subject.titles("en"))
    assert subject.titles("en") != subject.titles("zh-TW")
    assert subject.search("no such words at all") == ()
