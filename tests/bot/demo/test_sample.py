"""The sample cluster: broken as asked, proved by its own pastes, and mended again."""

import pytest

from bot import app
from bot.core.diagnose import Doctor
from bot.core.plan import Overrides
from bot.demo.sample import SampleCluster, load_sample
from checks.model import Verdict

FAULTS = tuple(load_sample("shop").faults)
CAUSES = {
    "addresses": ("ipam-exhausted", "confirmed"),
    "dns-loop": ("coredns-loop", "confirmed"),
    "forbidden": ("apiserver-forbidden", "confirmed"),
    "port": ("service-port-mismatch", "likely"),
    "selector": ("service-no-endpoints", "confirmed"),
}


@pytest.fixture(scope="module")
def doctor() -> Doctor:
    return app.build_doctor()


async def first(doctor: Doctor, paste: str, cluster: SampleCluster) -> tuple[str, str]:
    answer = await doctor.diagnose(paste, cluster, Overrides())
    return answer.causes[0].entry, answer.causes[0].standing


async def test_without_a_fault_nothing_is_found(doctor: Doctor) -> None:
    answer = await doctor.check("all", "", load_sample("shop", broken=()), Overrides())

    assert [one for one in answer.checks if one.finding.verdict is Verdict.FOUND] == []


@pytest.mark.parametrize("fault", FAULTS)
async def test_each_faults_paste_names_its_cause_in_both_languages(
    doctor: Doctor, fault: str
) -> None:
    cluster = load_sample("shop", broken=[fault])
    paste = cluster.faults[fault].paste

    for text in (paste.en, paste.zh_tw):
        assert await first(doctor, text, cluster) == CAUSES[fault]


@pytest.mark.parametrize("fault", [one for one in FAULTS if CAUSES[one][1] == "confirmed"])
async def test_once_mended_the_same_paste_is_not_confirmed(doctor: Doctor, fault: str) -> None:
    cluster = load_sample("shop", broken=[fault])
    cluster.break_with()

    entry, standing = await first(doctor, cluster.faults[fault].paste.en, cluster)

    assert (entry, standing) == (CAUSES[fault][0], "not-confirmed")


def test_several_faults_stand_beside_each_other() -> None:
    cluster = load_sample("shop", broken=())
    healthy = len(cluster.document["objects"])

    cluster.break_with("addresses", "selector")

    assert cluster.broken == ("addresses", "selector")
    assert len(cluster.document["objects"]) == healthy + 1  # the Event about addresses


def test_a_fault_that_is_not_known_is_refused() -> None:
    with pytest.raises(KeyError, match="typhoon"):
        load_sample("shop", broken=["typhoon"])
