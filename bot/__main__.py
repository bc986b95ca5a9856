"""The `netcheck` command."""

import io
import signal
import sys
from pathlib import Path
from types import FrameType


def main() -> None:
    """Run the command line."""
    _open_streams()
    signal.signal(signal.SIGTERM, _end)
    try:
        from bot.cli.main import netcheck  # noqa: PLC0415 Ctrl-C may come while it is imported

        netcheck.main(prog_name="netcheck")
    except KeyboardInterrupt:
        raise SystemExit(1) from None


def _end(number: int, _frame: FrameType | None) -> None:
    """End as by an error, so that temporary files go; `serve` minds the signal itself."""
    raise SystemExit(128 + number)


def _open_streams() -> None:
    """Have streams that take any text: a shell may close them, a locale may lack the letters."""
    if sys.stdout is None:
        sys.stdout = Path("/dev/null").open("w", encoding="utf-8")  # noqa: SIM115 open to the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    main()
