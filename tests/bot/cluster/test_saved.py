"""A snapshot file stands for the cluster it was taken from."""

import asyncio
import os
from pathlib import Path

import msgspec
import pytest

from bot.cluster import saved
from bot.cluster.saved import SavedCluster
from bot.core.errors import SnapshotRefusedError
from bot.demo.sample import load_sample
from checks.kinds import ConfigMap, Event, Pod, Service
from checks.model import LogRequest, Question, See
from checks.registry import catalog, union
from checks.runner import run
from checks.snapshot import Gap, Snapshot
from checks.snapshot import save as dump

LOG = LogRequest("shop", "cart", "main")
OTHER = LogRequest("shop", "cart", "side")


async def taken() -> Snapshot:
    """Take a snapshot of the sample, with a gap and a log."""
    sees = [*union(catalog().values()), See(Pod), See(Service)]
    snapshot = await load_sample("shop").look({see.key: see for see in sees}.values())
    gaps = {"events": Gap("403: may not list events", "list events")}
    objects = {key: found for key, found in snapshot.objects.items() if key not in gaps}
    return Snapshot(
        cluster="prod",
        taken_at=snapshot.taken_at,
        version=snapshot.version,
        objects=objects,
        gaps=gaps,
        logs={LOG.key: "hello"},
    )


@pytest.fixture
async def sample() -> Snapshot:
    """Take it once."""
    return await taken()


@pytest.fixture
def file(tmp_path: Path, sample: Snapshot) -> Path:
    """Save it."""
    path = tmp_path / "shop.json"
    saved.save(sample, path)
    return path


async def test_every_check_says_the_same_as_before_it_was_saved(
    file: Path, sample: Snapshot
) -> None:
    after = await SavedCluster(file).look(union(catalog().values()))

    for check in catalog().values():
        assert run(check, after, Question()) == run(check, sample, Question())


async def test_a_saved_gap_keeps_its_reason_and_permission(file: Path) -> None:
    snapshot = await SavedCluster(file).look([See(Event)])

    assert snapshot.gaps == {"events": Gap("403: may not list events", "list events")}


async def test_what_was_never_asked_for_is_a_gap(file: Path, sample: Snapshot) -> None:
    saved.save(msgspec.structs.replace(sample, objects={}), file)
    see = See(ConfigMap, "nowhere", "nothing")
    snapshot = await SavedCluster(file).look([see])

    assert snapshot.objects == {}
    assert snapshot.gaps[see.key] == Gap(saved.NOT_SAVED)


async def test_a_saved_list_answers_for_one_of_its_objects(file: Path) -> None:
    there, absent = (See(Service, "shop", name) for name in ("cart", "absent"))
    snapshot = await SavedCluster(file).look([there, absent])

    assert [one.metadata.name for one in snapshot.objects[there.key]] == ["cart"]
    assert snapshot.objects[absent.key] == ()


async def test_logs_come_from_the_file_only(file: Path) -> None:
    cluster = SavedCluster(file)
    snapshot = await cluster.ask(await cluster.look([]), [LOG, OTHER])

    assert snapshot.logs == {LOG.key: "hello"}
    assert snapshot.log_gaps == {OTHER.key: Gap(saved.NOT_SAVED)}


async def test_a_file_taken_again_is_read_again(file: Path) -> None:
    cluster = SavedCluster(file)
    first = await cluster.look([See(ConfigMap, "shop", "new")])
    saved.save(Snapshot("prod", first.taken_at, "v9", {"configmaps/shop/new": ()}), file)

    assert (await cluster.look([See(ConfigMap, "shop", "new")])).version == "v9"


async def test_it_is_called_by_its_file_unless_named(file: Path) -> None:
    assert SavedCluster(file).name == "shop"
    assert SavedCluster(file, "staging").name == "staging"


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (b"", "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b"[1]", "cannot be read"),
        (b"{}", "no netcheck snapshot"),
        (b'{"format": 999}', "format 999"),
    ],
)
async def test_a_file_that_is_no_snapshot(document: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_bytes(document)

    with pytest.raises(SnapshotRefusedError) as raised:
        await SavedCluster(path).look([See(Pod)])

    assert str(raised.value).startswith(f"{path}: ")
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


async def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SnapshotRefusedError, match=r"nowhere.json: no such file .*snapshot -o"):
        await SavedCluster(tmp_path / "nowhere.json").look([See(Pod)])


async def test_a_folder_is_no_snapshot(tmp_path: Path) -> None:
    with pytest.raises(SnapshotRefusedError, match="is a directory"):
        await SavedCluster(tmp_path).look([See(Pod)])


def test_it_is_written_for_its_owner_only(file: Path) -> None:
    """Names of a cluster are nobody else's business."""
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("target", ["nowhere/a.json", "folder", "file/a.json"])
def test_a_target_that_cannot_be_written(target: str, tmp_path: Path, sample: Snapshot) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()

    with pytest.raises(SnapshotRefusedError) as raised:
        saved.save(sample, tmp_path / target)

    assert str(raised.value).startswith(f"{tmp_path / target}: ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_a_write_that_fails_leaves_the_old_file(
    file: Path, sample: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = file.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SnapshotRefusedError, match="no space left on device"):
        saved.save(sample, file)

    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


async def test_a_file_that_takes_its_time_does_not_hold_up_others(
    sample: Snapshot, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    look = asyncio.create_task(SavedCluster(pipe).look([See(Pod)]))
    await asyncio.to_thread(pipe.write_bytes, dump(sample))  # waits for the reader

    assert (await look).objects["pods"]


async def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path, sample: Snapshot) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    document, _ = await asyncio.gather(
        asyncio.to_thread(pipe.read_bytes), asyncio.to_thread(saved.save, sample, pipe)
    )

    assert document == dump(sample)
    assert pipe.is_fifo()


def test_a_link_stays_one_and_its_file_is_written(tmp_path: Path, sample: Snapshot) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(tmp_path / "file.json")

    saved.save(sample, link)

    assert link.is_symlink()
    assert (tmp_path / "file.json").read_bytes() == dump(sample)
