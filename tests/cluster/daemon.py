"""A background program: started on a leash, its output kept, stopped whatever happens."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

LEASH = Path(__file__).with_name("leash.py")
TAIL = 15  # lines of a dead program's log that its error quotes


class StartError(Exception):
    """A program of the control plane did not start; the message quotes the end of its log."""


class Daemon:
    """A running program in its own process group, so that Ctrl-C reaches only pytest."""

    def __init__(self, program: Path, flags: Sequence[str], log: Path) -> None:
        if threading.current_thread() is not threading.main_thread():
            # The kernel's leash ends with the thread that started the program.
            raise RuntimeError("start programs from the main thread: their leash is tied to it")
        self.name = program.name
        self.log = log
        command = [sys.executable, "-S", str(LEASH), str(os.getpid()), str(program), *flags]
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        atexit.register(self.stop)

    @property
    def pid(self) -> int:
        """The process, which leads its own group."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def tail(self) -> str:
        """Quote the end of the log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-TAIL:])

    def logged(self, text: str) -> bool:
        """Tell whether the log has this text; a program that has died is an error."""
        if not self.alive:
            raise StartError(f"{self.name} ended at once. The end of its log:\n{self.tail()}")
        return text in self.log.read_text(encoding="utf-8", errors="replace")

    def stop(self) -> None:
        """Kill the whole group: its data is thrown away, so nothing need be closed well."""
        atexit.unregister(self.stop)
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
