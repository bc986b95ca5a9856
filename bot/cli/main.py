"""The command's frame: which file holds which command, and how errors end it.

Commands are imported only when they run, so that `netcheck --help` stays quick.
"""

import errno
import os
import sys
from importlib import import_module
from typing import Any, NoReturn

import click

from bot.core.errors import NetcheckError
from knowledge.errors import KnowledgeError

# Where each command lives, and its line in the help; importing them all would take a second.
COMMANDS = {
    "serve": ("serve", "Run the bot."),
    "demo": ("serve", "Play the bot against a Slack stand-in and a sample cluster."),
    "match": ("paste", "Say what a paste looks like; no cluster."),
    "diagnose": ("paste", "Match a paste, check the cluster, give the verdict."),
    "check": ("cluster", "Run a group of checks, or one, on a cluster."),
    "snapshot": ("cluster", "Save what the checks would see, redacted."),
    "rbac": ("rbac", "Print the ClusterRole the checks need."),
    "kb": ("kb", "Read, test and fill the knowledge base."),
    "incidents": ("incidents", "Read the incidents the bot has kept."),
    "digest": ("digest", "Count what happened lately."),
    "manifest": ("manifest", "Print the Slack app's manifest."),
    "db": ("db", "Prepare and inspect the database."),
}

# What writing to a file without room raises; every other file is written where its errors are met.
UNWRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


class Lazy(click.Group):
    """A group that imports a command when it is called, and ends errors in one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 click's signature
        """Return the commands in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"bot.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 click's signature
        """Run the command; an error meant for people becomes one line and status 1."""
        try:
            done = super().invoke(ctx)
            sys.stdout.flush()
        except (NetcheckError, KnowledgeError) as error:
            fail(str(error))
        except BrokenPipeError:  # the reader went away (`| head`): nothing more to say
            _hush()
            ctx.exit(0)
        except OSError as error:
            if error.errno not in UNWRITABLE:
                raise
            _hush()
            fail(f"standard output: {str(error.strerror).lower()}: write it where there is room")
        return done


def _hush() -> None:
    """Drop what standard output still holds, so that nothing fails once more at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def fail(message: str) -> NoReturn:
    """End with one line on standard error and status 1."""
    click.echo(f"netcheck: {message}", err=True)
    raise SystemExit(1)


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="netcheck-bot", prog_name="netcheck")
def netcheck() -> None:
    """Turn a pasted Kubernetes network error into a proven cause."""
