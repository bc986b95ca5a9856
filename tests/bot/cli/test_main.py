import subprocess
import sys

from bot.cli.main import COMMANDS, netcheck
from tests.bot.cli.conftest import Run


def test_help_lists_every_command_there_is(run: Run) -> None:
    out = run("--help").out

    assert all(f"  {name}" in out for name in COMMANDS)


def test_every_listed_command_loads_and_explains_itself(run: Run) -> None:
    for name in COMMANDS:
        outcome = run(name, "--help")

        assert outcome.status == 0
        assert outcome.out.startswith(f"Usage: {netcheck.name} {name}")


def test_help_imports_no_vendor() -> None:
    """What makes `netcheck --help` quick is what it does not import."""
    program = (
        "import sys\n"
        "from bot.cli.main import netcheck\n"
        "netcheck.main(['--help'], standalone_mode=False)\n"
        "print([name for name in ('kubernetes', 'slack_bolt', 'sqlalchemy', 're2', 'aiohttp')"
        " if name in sys.modules], file=sys.stderr)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stderr.strip() == "[]"


def test_an_unknown_command_is_a_usage_error(run: Run) -> None:
    outcome = run("dignose")

    assert outcome.status == 2
    assert "dignose" in outcome.err
