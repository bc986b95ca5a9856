from collections.abc import Collection
from pathlib import Path

import msgspec
import pytest

from bot.app import build_doctor, library
from bot.cluster.saved import SavedCluster
from bot.core.answer import Answer
from bot.core.diagnose import Doctor
from bot.core.errors import ClusterUnreachableError, PasteRefusedError
from bot.core.plan import Overrides, UnknownCheckError
from bot.core.ports import OnSeen
from bot.demo.sample import SampleCluster, load_sample
from checks.kinds import Pod
from checks.model import Ask, See, asks_nothing
from checks.registry import catalog
from checks.snapshot import Gap, Snapshot
from knowledge.load import load_library
from tests.knowledge.samples import write_entry

CART = 'no endpoints available for service "cart"'
SHOP = Overrides(namespace="shop")


class DownCluster(SampleCluster):
    """A cluster nobody reaches."""

    async def look(self, sees: Collection[See], on_seen: OnSeen | None = None) -> Snapshot:  # noqa: ARG002
        raise ClusterUnreachableError("cluster shop: connection refused")


class BlinkeredCluster(SampleCluster):
    """A cluster where one kind may not be listed."""

    hidden = ""

    async def look(self, sees: Collection[See], on_seen: OnSeen | None = None) -> Snapshot:
        snapshot = await super().look(sees, on_seen)
        objects = {key: one for key, one in snapshot.objects.items() if key != self.hidden}
        gaps = {self.hidden: Gap("forbidden", f"list {self.hidden.partition('/')[0]}")}
        return msgspec.structs.replace(snapshot, objects=objects, gaps=gaps)

    async def ask(self, snapshot: Snapshot, requests: Collection[Ask]) -> Snapshot:
        return await super().ask(snapshot, requests)


@pytest.fixture(scope="module")
def doctor() -> Doctor:
    return build_doctor()


def standings(answer: Answer) -> dict[str, str]:
    return {cause.entry: cause.standing for cause in answer.causes}


async def test_a_paste_is_matched_checked_and_proved(doctor: Doctor) -> None:
    answer = await doctor.diagnose(CART, load_sample("shop"), SHOP)

    assert standings(answer)["service-no-endpoints"] == "confirmed"
    assert answer.causes[0].subject == "Service shop/cart"
    assert answer.done
    assert answer.ledger is not None
    assert answer.ledger.requests > 0


async def test_the_same_paste_gives_the_same_answer(doctor: Doctor) -> None:
    first = await doctor.diagnose(CART, load_sample("shop"), SHOP)
    second = await doctor.diagnose(CART, load_sample("shop"), SHOP)

    assert first == second


async def test_progress_begins_with_what_is_being_checked(doctor: Doctor) -> None:
    forms: list[Answer] = []

    async def note(answer: Answer) -> None:
        forms.append(answer)

    await doctor.diagnose(CART, load_sample("shop"), SHOP, note)

    linked = [link.check for link in library().entries["service-no-endpoints"].checks]
    assert [one.check for one in forms[0].pending] == linked
    assert not any(form.done for form in forms)


async def test_a_kind_that_may_not_be_listed_makes_the_cause_unchecked(doctor: Doctor) -> None:
    seen = load_sample("shop")
    cluster = BlinkeredCluster(seen.name, seen.document)
    cluster.hidden = "endpointslices.discovery.k8s.io/shop"

    answer = await doctor.diagnose(CART, cluster, SHOP)

    assert standings(answer)["service-no-endpoints"] == "could-not-check"
    needs = [need for result in answer.checks for need in result.finding.needs]
    assert "list endpointslices.discovery.k8s.io" in needs


async def test_who_may_list_the_namespace_asked_about_proves_what_lies_there(
    doctor: Doctor,
) -> None:
    seen = load_sample("shop")
    cluster = BlinkeredCluster(seen.name, seen.document)
    cluster.hidden = "endpointslices.discovery.k8s.io"

    answer = await doctor.diagnose(CART, cluster, SHOP)

    assert standings(answer)["service-no-endpoints"] == "confirmed"


async def test_who_may_list_one_namespace_only_sees_what_lies_in_it(doctor: Doctor) -> None:
    """`all` would list every pod; the checks of DNS need those of kube-system."""
    seen = load_sample("shop")
    cluster = BlinkeredCluster(seen.name, seen.document)
    cluster.hidden = "pods"

    answer = await doctor.check("all", "", cluster, Overrides())
    alone = await doctor.check("dns-pods", "", seen, Overrides())

    blind = {one.check for one in answer.checks if "list pods" in one.finding.needs}
    every = {slug for slug, one in doctor.catalog.items() if See(Pod) in one.sees}
    assert every == blind
    assert alone.checks == tuple(one for one in answer.checks if one.check == "dns-pods")


async def test_an_unreachable_cluster_leaves_the_match_and_says_why(doctor: Doctor) -> None:
    cluster = DownCluster("shop", load_sample("shop").document)

    answer = await doctor.diagnose(CART, cluster, SHOP)

    assert answer.trouble == "cluster shop: connection refused"
    assert standings(answer) == {"service-no-endpoints": "could-not-check"}
    assert answer.done


async def test_a_paste_that_matches_nothing_asks_the_cluster_nothing(doctor: Doctor) -> None:
    cluster = DownCluster("shop", load_sample("shop").document)

    answer = await doctor.diagnose("Reason: OOMKilled, Exit Code: 137", cluster, SHOP)

    assert (answer.answer, answer.causes, answer.trouble) == ("nothing", (), "")


async def test_an_empty_paste_is_refused_before_the_cluster_is_asked(doctor: Doctor) -> None:
    with pytest.raises(PasteRefusedError):
        await doctor.diagnose(" ", DownCluster("shop", load_sample("shop").document), SHOP)


async def test_a_command_proves_what_it_finds_without_a_subject(doctor: Doctor) -> None:
    answer = await doctor.check("service", "", load_sample("shop"), Overrides())

    assert standings(answer)["service-no-endpoints"] == "confirmed"


async def test_a_command_about_a_healthy_subject_finds_nothing(doctor: Doctor) -> None:
    answer = await doctor.check("service", "shop/checkout", load_sample("shop"), Overrides())

    assert answer.causes == ()
    seeing = [one for one in answer.checks if not doctor.catalog[one.check].dials]
    assert {str(result.finding.verdict) for result in seeing} <= {"clear", "n/a"}


async def test_a_cluster_that_cannot_be_dialled_says_so(doctor: Doctor) -> None:
    answer = await doctor.check("service-dial", "shop/checkout", load_sample("shop"), Overrides())

    (result,) = answer.checks
    assert str(result.finding.verdict) == "blind"
    assert "answers no dials" in result.finding.summary.en


async def test_an_unknown_command_is_refused(doctor: Doctor) -> None:
    with pytest.raises(UnknownCheckError):
        await doctor.check("dsn", "", load_sample("shop"), Overrides())


async def test_a_survey_sees_what_every_check_declares(doctor: Doctor) -> None:
    snapshot = await doctor.survey(load_sample("shop"))

    for check in doctor.catalog.values():
        for see in check.sees:
            assert not isinstance(snapshot.read(see), Gap)


def test_a_check_that_asks_for_nothing_declares_neither_logs_nor_dials(doctor: Doctor) -> None:
    for check in doctor.catalog.values():
        assert (check.reads_logs or check.dials) == (check.asks is not asks_nothing)


def test_nothing_matched_names_the_nearest_entries_and_offers_none(doctor: Doctor) -> None:
    answer = doctor.match("our wiki page about DNS moved, please update your bookmarks", "en")

    assert (answer.answer, answer.matches) == ("nothing", ())
    assert answer.titles


def test_a_trouble_outside_the_network_is_named_in_the_answers_language(doctor: Doctor) -> None:
    paste = "our dns pod got OOMKilled"

    assert doctor.match(paste, "en").elsewhere == "a container that ran out of memory"
    assert doctor.match(paste, "zh-TW").elsewhere == "容器記憶體不足"


async def test_a_snapshot_file_that_cannot_be_read_leaves_the_match_too(
    doctor: Doctor, tmp_path: Path
) -> None:
    answer = await doctor.diagnose(CART, SavedCluster(tmp_path / "gone.json"), SHOP)

    assert "gone.json" in answer.trouble
    assert standings(answer) == {"service-no-endpoints": "could-not-check"}


async def test_a_refusal_at_the_cluster_scope_is_not_judged_in_the_channels_namespace(
    doctor: Doctor,
) -> None:
    """Allowed in one namespace is no answer to who may not list everywhere."""
    role = {
        "kind": "Role",
        "metadata": {"name": "reader", "namespace": "shop"},
        "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}],
    }
    binding = {
        "kind": "RoleBinding",
        "metadata": {"name": "reader", "namespace": "shop"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"},
        "subjects": [{"kind": "ServiceAccount", "name": "bot", "namespace": "shop"}],
    }
    document = {**load_sample("shop").document, "objects": [role, binding]}
    refusal = (
        'pods is forbidden: User "system:serviceaccount:shop:bot" cannot list resource "pods" '
        'in API group "" at the cluster scope'
    )

    answer = await doctor.diagnose(
        refusal, SampleCluster("shop", document), Overrides(default_namespace="shop")
    )

    assert standings(answer)["apiserver-forbidden"] == "confirmed"


async def test_an_entry_in_one_language_is_told_in_that_one(tmp_path: Path) -> None:
    write_entry(tmp_path, "sample", ("the bridge said no",), checks="dns-pods", lang="zh-TW")
    doctor = Doctor(load_library(tmp_path), catalog())

    answer = await doctor.diagnose("the bridge said no", load_sample("shop"), SHOP)

    assert answer.lang == "en"
    assert answer.titles == {"sample": "Sample"}
    assert answer.causes[0].meaning == "說明。"
    assert answer.causes[0].fix
