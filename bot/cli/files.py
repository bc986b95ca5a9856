"""New files in a folder of the user's."""

from collections.abc import Mapping
from pathlib import Path

from bot.core.errors import NetcheckError


class FilesRefusedError(NetcheckError):
    """Files cannot be written, or would write over others; the message names the file."""


def write_new(files: Mapping[str, str], folder: Path, *, force: bool) -> list[Path]:
    """Write files by name into a folder, which is made, and return their paths.

    Unless `force` is given, nothing is written when one of them exists. Raises
    `FilesRefusedError`.
    """
    paths = [folder / name for name in files]
    if not paths:
        return []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        there = next((path for path in paths if path.exists() or path.is_symlink()), None)
        if there is not None and not force:
            raise FilesRefusedError(
                f"{there}: exists already: --force writes over it, or name another folder"
            )
        for path, text in zip(paths, files.values(), strict=True):
            path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise FilesRefusedError(
            f"{error.filename or folder}: {why}: name a folder that can be written"
        ) from error
    return paths
