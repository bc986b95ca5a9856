"""Clusters by name: contexts, the one this runs in, and files."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cluster.book import ClusterBook
from bot.cluster.saved import SavedCluster
from bot.core.errors import ClusterUnauthorizedError, ClusterUnknownError
from tests.bot.cluster.test_connect import kubeconfig, program

NAMES = ("in-cluster", "prod-eu", "saved", "staging")


@pytest.fixture
def book(tmp_path: Path) -> ClusterBook:
    """Hold two contexts, this cluster and a file."""
    path = kubeconfig(tmp_path, {})
    return ClusterBook(path, in_cluster=True, files={"saved": tmp_path / "saved.json"})


def test_it_knows_every_name(book: ClusterBook) -> None:
    assert book.names() == NAMES


def test_an_empty_one_knows_none() -> None:
    assert ClusterBook().names() == ()


async def test_a_cluster_is_opened_once(book: ClusterBook) -> None:
    both = await asyncio.gather(book.open("staging"), book.open("staging"))

    assert both[0] is both[1]
    assert both[0].name == "staging"
    await book.close()


async def test_a_closed_book_opens_anew(book: ClusterBook) -> None:
    first = await book.open("staging")
    await book.close()

    assert first is not await book.open("staging")
    await book.close()


async def test_a_file_is_opened_without_looking(book: ClusterBook) -> None:
    """A channel may be linked to a file that is not there yet."""
    assert isinstance(await book.open("saved"), SavedCluster)


async def test_an_unknown_name_gets_the_nearest(book: ClusterBook) -> None:
    with pytest.raises(ClusterUnknownError) as raised:
        await book.open("prod-us")

    assert raised.value.reason.startswith(
        "no cluster is called 'prod-us': did you mean prod-eu? "
        "There are: in-cluster, prod-eu, saved, staging. "
    )


async def test_what_fails_to_open_is_tried_again(tmp_path: Path) -> None:
    book = ClusterBook(kubeconfig(tmp_path, program(tmp_path, {})))
    for _ in range(2):
        with pytest.raises(ClusterUnauthorizedError):
            await book.open("staging")

    assert (tmp_path / "runs").read_text() == ".."


async def test_this_cluster_needs_an_account(
    book: ClusterBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)

    with pytest.raises(ClusterUnknownError, match="in-cluster: "):
        await book.open("in-cluster")


def test_a_missing_kubeconfig_is_named(tmp_path: Path) -> None:
    with pytest.raises(ClusterUnknownError, match="nowhere: no such file"):
        ClusterBook(tmp_path / "nowhere").names()


def test_the_current_context_is_the_default(tmp_path: Path) -> None:
    path = kubeconfig(tmp_path, {})
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("{", '{"current-context": "staging", ', 1), encoding="utf-8")

    assert ClusterBook(path, in_cluster=True).default() == "staging"


def test_without_a_current_context_it_is_this_cluster_or_the_only_file(book: ClusterBook) -> None:
    assert book.default() == "in-cluster"
    assert ClusterBook(files={"saved": Path("saved.json")}).default() == "saved"


def test_with_nothing_to_choose_from_the_options_are_named() -> None:
    with pytest.raises(ClusterUnknownError, match="`--context NAME`, `--kubeconfig FILE` or"):
        ClusterBook().default()


def test_files_do_not_pay_for_the_kubernetes_library() -> None:
    """Importing it takes longer than a whole diagnosis from a file may."""
    code = "import bot.cluster.book, sys; print(sorted({'kubernetes', 'aiohttp'} & {*sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
