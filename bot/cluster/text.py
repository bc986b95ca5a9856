"""Words from outside, made fit for one line of an answer."""

from knowledge.redact import redact

LIMIT = 200  # characters; a server's message is quoted, not retold


def one_line(text: object) -> str:
    """Return what something says on one line, masked and no longer than `LIMIT`."""
    line = " ".join(redact(str(text)).split())
    return line if len(line) <= LIMIT else f"{line[: LIMIT - 1]}…"
