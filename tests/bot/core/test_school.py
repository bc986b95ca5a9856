from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.app import build_doctor
from bot.core.desk import Desk
from bot.core.school import School
from bot.demo.sample import SampleClusters, load_sample
from knowledge.load import SHIPPED, Library, load_library
from knowledge.match import read
from knowledge.teaching import Files, Taught, files
from tests.fakes.memory import FakeMemory
from tests.knowledge.samples import write_entry

LINE = "gateway: wobble failed with E4711, frobnicator is out of phase"
TAUGHT = Taught("Out of phase", LINE, LINE, "Set it anew", by="U0ANA", day="2026-11-25")


@pytest.fixture(scope="module")
def shipped() -> Library:
    return load_library(SHIPPED)


def best(library: Library) -> str:
    matching = library.match(read(LINE))
    return matching.matches[0].entry if matching.matches else ""


async def test_what_is_learnt_is_used_at_once(shipped: Library) -> None:
    school = School(shipped)

    await school.learn((files(TAUGHT, "taught-a"),))

    assert best(school.library) == "taught-a"
    assert not school.library.is_shipped("taught-a")


async def test_a_reload_of_the_folders_keeps_what_was_learnt(
    shipped: Library, tmp_path: Path
) -> None:
    school = School(shipped)
    await school.learn((files(TAUGHT, "taught-a"),))
    write_entry(tmp_path, "cart-is-shut", ("the cart is shut for today",))

    school.take(load_library(SHIPPED, tmp_path))

    assert best(school.library) == "taught-a"
    assert "cart-is-shut" in school.library.entries


async def test_an_exported_entry_in_a_folder_is_used_instead(
    shipped: Library, tmp_path: Path
) -> None:
    lesson = files(replace(TAUGHT, title="Mended since"), "taught-a")
    for name, text in lesson.named().items():
        (tmp_path / name).write_text(text)
    school = School(shipped)
    await school.learn((files(TAUGHT, "taught-a"),))

    school.take(load_library(SHIPPED, tmp_path))

    assert school.library.entries["taught-a"].page("en").title == "Mended since"


async def test_a_lesson_that_cannot_be_read_is_logged_and_left_out(
    shipped: Library, caplog: pytest.LogCaptureFixture
) -> None:
    school = School(shipped)

    await school.learn((Files("taught-a", "no page", "[]"), files(TAUGHT, "taught-b")))

    assert best(school.library) == "taught-b"
    assert "taught-a.md: no front matter" in caplog.text


async def test_the_same_line_is_not_taught_twice(shipped: Library) -> None:
    school = School(shipped)
    first = await school.examine(TAUGHT, frozenset())
    await school.learn((await school.compose(TAUGHT),))

    (second,) = await school.examine(TAUGHT, frozenset())

    assert first == ()
    assert (second.what, second.detail) == ("signature-takes", "taught-out-phase")
    assert (await school.compose(TAUGHT)).slug == "taught-out-phase-2"


async def test_an_answer_by_a_taught_entry_names_its_teacher_and_is_likely() -> None:
    desk = Desk(build_doctor(), SampleClusters(load_sample("shop")), FakeMemory())
    await desk.learn((files(TAUGHT, "taught-a"),))

    answer = await desk.match(LINE)

    assert answer.taught == {"taught-a": "U0ANA"}
    assert answer.titles["taught-a"] == "Out of phase"
