"""The program's own streams: closed, full, cut off, in another encoding, interrupted."""

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

NETCHECK = [sys.executable, "-m", "bot"]
CART = 'no endpoints available for service "cart"\n'


def start(
    *arguments: str,
    stdin: str | None = None,
    out: IO[str] | int = subprocess.PIPE,
    **variables: str,
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*NETCHECK, *arguments],
        input=stdin,
        stdout=out,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env={**os.environ, **variables},
        check=False,
    )


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
def test_a_full_disk_is_said_in_one_line(form: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = start("kb", "list", *form, out=full)

    assert done.returncode == 1
    assert done.stderr == (
        "netcheck: standard output: no space left on device: write it where there is room\n"
    )


def test_a_reader_that_goes_away_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as gone:
        done = start("kb", "show", "service-no-endpoints", out=gone)

    assert (done.returncode, done.stderr) == (0, "")


def shell(line: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["/bin/sh", "-c", f'"{sys.executable}" -m bot {line}'],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_closed_input_is_an_empty_paste() -> None:
    done = shell("match <&-")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("netcheck: the paste is empty")
    assert done.stderr.count("\n") == 1


def test_a_closed_output_takes_nothing_and_breaks_nothing() -> None:
    done = shell("kb list >&-")

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_json_is_whole_in_any_encoding(encoding: str) -> None:
    done = start("kb", "list", "--lang", "zh-TW", "--json", PYTHONIOENCODING=encoding)

    titles = [entry["title"] for entry in json.loads(done.stdout)]
    assert "Service 沒有任何 endpoint" in titles


def test_letters_an_encoding_lacks_are_spelt_out() -> None:
    done = start("match", "--lang", "zh-TW", stdin=CART, PYTHONIOENCODING="latin-1")

    assert (done.returncode, done.stderr) == (0, "")
    assert "\\u6c92" in done.stdout


def test_an_interrupt_while_waiting_for_a_paste_ends_without_a_traceback() -> None:
    """A terminal is waited at: the prompt says when."""
    master, slave = pty.openpty()
    try:
        with subprocess.Popen(
            [*NETCHECK, "match"], stdin=slave, stderr=subprocess.PIPE, text=True
        ) as waiting:
            assert waiting.stderr is not None
            assert waiting.stderr.readline() == "Paste the error, then press Ctrl-D.\n"
            waiting.send_signal(signal.SIGINT)
            rest = waiting.stderr.read()
    finally:
        os.close(master)
        os.close(slave)

    assert waiting.returncode == 1
    assert rest.split() == ["Aborted!"]


def test_serve_that_cannot_start_says_one_line_and_no_librarys_chatter(tmp_path: Path) -> None:
    done = start(
        "serve",
        HOME=str(tmp_path),
        XDG_DATA_HOME=str(tmp_path),
        SLACK_BOT_TOKEN="xoxb-private",
        SLACK_APP_TOKEN="xoxb-private",
    )

    assert done.returncode == 1
    assert done.stderr.startswith("netcheck: SLACK_APP_TOKEN must begin with xapp-")
    assert done.stderr.count("\n") == 1
    assert "private" not in done.stderr


def test_a_demo_that_is_told_to_end_leaves_no_files(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*NETCHECK, "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    ) as demo:
        assert demo.stdout is not None
        while "(posted)" not in demo.stdout.readline():
            assert demo.poll() is None
        assert list(tmp_path.glob("netcheck-demo-*"))
        demo.terminate()
        _, errors = demo.communicate()

    assert (demo.returncode, errors) == (128 + signal.SIGTERM, "")
    assert list(tmp_path.iterdir()) == []
