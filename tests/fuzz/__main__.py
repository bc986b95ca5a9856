"""Coverage-guided fuzzing: `python -m tests.fuzz TARGET [SECONDS]`, TARGET `all` for each in turn.

Inputs that broke something and the slowest ones are kept in `.fuzz/TARGET/`. An input is too slow
when it takes more than `LIMIT` microseconds a byte beside a fixed start; the slowest so far is
told as it is found. Needs the dependency group `fuzz` (`make fuzz` brings it along).
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

try:
    import atheris
except ImportError:
    sys.exit("atheris is not installed: run `make fuzz`, or `uv sync --group fuzz` first")

with atheris.instrument_imports(include=["knowledge"], enable_loader_override=False):
    from tests.fuzz.seeds import write_seeds, write_words
    from tests.fuzz.targets import TARGETS

KEPT = Path(".fuzz")
LONGEST = 20_000  # bytes of an input, as long as the paste the budget is for
START_MS = 50.0  # what an input may take whatever its size; the instrumented code is slow
LIMIT = 60.0  # microseconds a byte; ten times what ordinary pastes take when instrumented
_SHORT = 200  # bytes below which a figure a byte says nothing


class Watch:
    """Calls a target with text, and keeps the input that took the longest for its size."""

    def __init__(self, check: Callable[[str], None], kept: Path) -> None:
        self._check = check
        self._kept = kept
        self._worst = 0.0
        check("")  # what is loaded once is no input's cost

    def __call__(self, data: bytes) -> None:
        """Run one input. Raises what the target raises, or `TimeoutError` for a slow one."""
        text = data.decode("utf-8", errors="surrogateescape")
        start = time.process_time()
        self._check(text)
        took = (time.process_time() - start) * 1e6
        a_byte = (took - START_MS * 1000) / max(len(data), _SHORT)
        if a_byte > max(0.0, self._worst * 1.2):
            self._worst = a_byte
            (self._kept / "slowest").write_bytes(data)
            sys.stderr.write(f"slowest so far: {took / 1000:.0f} ms for {len(data)} bytes\n")
        if a_byte > LIMIT:
            raise TimeoutError(f"{took / 1000:.0f} ms for {len(data)} bytes")


def main() -> None:
    """Fuzz one target for some seconds; exits with 1 when an input broke something."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", choices=(*TARGETS, "all"))
    parser.add_argument("seconds", type=int, nargs="?", default=60)
    asked = parser.parse_args()
    if asked.target == "all":
        sys.exit(max(_apart(target, asked.seconds) for target in TARGETS))
    _fuzz(asked.target, asked.seconds)


def _apart(target: str, seconds: int) -> int:
    """Fuzz in a process of its own, since the fuzzer ends the one it runs in."""
    command = [sys.executable, "-m", "tests.fuzz", target, str(seconds)]
    return subprocess.run(command, check=False).returncode


def _fuzz(target: str, seconds: int) -> None:
    kept = KEPT / target
    kept.mkdir(parents=True, exist_ok=True)
    grown = kept / "corpus"
    grown.mkdir(exist_ok=True)
    seeds = Path(tempfile.mkdtemp(prefix="netcheck-seeds-"))
    write_seeds(target, seeds)
    write_words(kept / "words")
    options = [
        *(f"-max_total_time={seconds}", f"-max_len={LONGEST}", f"-dict={kept / 'words'}"),
        *(f"-artifact_prefix={kept}/", "-timeout=30", "-rss_limit_mb=0", "-print_final_stats=1"),
    ]
    atheris.Setup([sys.argv[0], *options, str(grown), str(seeds)], Watch(TARGETS[target], kept))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
