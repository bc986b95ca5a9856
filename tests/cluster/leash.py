"""Become another program that dies with the process that started it.

Run by path, not as a module: ``python leash.py PARENT PROGRAM ARGS...``. The kernel keeps the
leash across ``exec``, so even a SIGKILLed pytest leaves nothing running. Only Linux has it;
elsewhere the program starts without.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Put on the leash, then become the program."""
    parent, program = int(sys.argv[1]), sys.argv[2]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before the leash was on
        return
    os.execv(program, sys.argv[2:])


if __name__ == "__main__":
    main()
