"""What keeps the structure: rules no linter knows."""

import ast
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "checks", "knowledge", "migrations")
BROAD = {
    "bot/slack/command.py": "the Slack boundary: whoever typed a command gets an answer",
    "bot/slack/pipeline.py": "the Slack boundary: whoever asked gets an answer",
    "checks/runner.py": "one failing check leaves the others alone",
}


def sources() -> list[Path]:
    return [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]


def catches_all(path: Path) -> bool:
    broad = {"Exception", "BaseException"}
    nodes = ast.walk(ast.parse(path.read_text()))
    handlers = [node for node in nodes if isinstance(node, ast.ExceptHandler)]
    kept = [handler for handler in handlers if not _raises_on(handler)]
    return any(_caught(handler) & broad or not _caught(handler) for handler in kept)


def _raises_on(handler: ast.ExceptHandler) -> bool:
    """Tidying up and raising again swallows nothing."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def _caught(handler: ast.ExceptHandler) -> set[str]:
    names = list(ast.walk(handler.type)) if handler.type is not None else []
    return {node.id for node in names if isinstance(node, ast.Name)} | {
        node.attr for node in names if isinstance(node, ast.Attribute)
    }


def test_broad_excepts_stand_only_in_the_runner_and_at_the_slack_boundary() -> None:
    found = {str(path.relative_to(ROOT)) for path in sources() if catches_all(path)}

    assert found == set(BROAD)


def test_every_package_is_in_the_wheel_and_under_the_import_contracts() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    assert tuple(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == PACKAGES
    assert tuple(project["tool"]["importlinter"]["root_packages"]) == PACKAGES


def test_every_test_folder_is_a_package() -> None:
    """Two test files of one name would otherwise hide each other."""
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}

    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []
