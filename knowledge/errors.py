"""Errors about knowledge files: one line that names file, line and the next step."""

from pathlib import Path


class KnowledgeError(Exception):
    """Base of every error this package raises for a person to read."""


class EntryError(KnowledgeError):
    """An entry, its page or its cases cannot be used.

    The message reads `FILE:LINE: what is wrong, what to do`; lines count from 1.
    """

    def __init__(self, path: Path, line: int, what: str) -> None:
        super().__init__(f"{path}:{line}: {what}")
        self.path = path
        self.line = line
        self.what = what


class FolderError(KnowledgeError):
    """A folder of entries is missing, empty or cannot be read; the message begins with it."""


class HandbookError(KnowledgeError):
    """A handbook cannot be imported; the message begins with its name and says what to do."""


class CorpusError(KnowledgeError):
    """A file of labelled pastes cannot be read; the message reads `FILE:LINE: what, what to do`."""
