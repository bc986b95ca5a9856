import re
import shutil
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

import migrations
from bot.store import schema
from migrations.__main__ import write_revision

SHIPPED = Path(migrations.__file__).parent


@pytest.fixture
def empty(tmp_path: Path) -> Config:
    """Copy the migrations, all revisions left out."""
    copy = shutil.copytree(SHIPPED, tmp_path / "migrations", ignore=lambda *_: {"__pycache__"})
    for revision in (copy / "versions").glob("*.py"):
        revision.unlink()
    config = schema.config()
    config.set_main_option("script_location", str(copy))
    return config


def test_revisions_are_one_line_and_their_files_are_named_by_date_and_number() -> None:
    scripts = list(ScriptDirectory.from_config(schema.config()).walk_revisions())

    numbers = [f"{number:04d}" for number in range(len(scripts), 0, -1)]
    assert [script.revision[:4] for script in scripts] == numbers
    for script in scripts:
        name = rf"\d{{4}}_\d\d_\d\d_{script.revision}_[a-z0-9_]+\.py"
        assert re.fullmatch(name, Path(script.path).name)


async def test_the_next_revision_is_written_from_the_models(
    empty: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await write_revision("teach from Slack", empty)

    (written,) = (tmp_path / "migrations" / "versions").glob("*.py")
    text = written.read_text()
    assert written.name.endswith("_0001_teach_from_slack.py")
    assert written.name in capsys.readouterr().out
    for part in ('revision = "0001"', "sa.DateTime(timezone=True)", "op.create_table('incident'"):
        assert part in text
    assert "bot.store" not in text  # a later change of our types must not change old revisions
