"""Where a fuzzer begins: pastes of the entries' cases, secrets, whole entries, and words."""

from collections.abc import Iterator
from pathlib import Path

from knowledge.cases import cases_path, read_cases
from knowledge.load import load_library
from knowledge.secret_names import WORDS
from knowledge.secret_rules import RULES
from tests.knowledge.secrets import look_alikes, samples

_PIECES = (
    *("```", "> ", "&lt;", "&gt;", "\r\n", "\x1b[31m", "\u201d", "\u200b", "[masked]", '\\"'),
    *('{"msg":"', '"}', "kind: Secret\n", "data:\n", "stringData:\n", "value: ", "\n  "),
    *("-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----", "-----BEGIN PGP "),
    *("namespace ", "pod ", "kubectl -n ", "Name: ", "Events:", "level=error msg=", "命名空間 "),
    *(
        "---\n",
        "signatures:\n",
        "## Fix",
        "## 修復",
        "1. ",
        "> [!CAUTION]",
        "<ip>",
        "<service:name>",
    ),
)


def write_seeds(target: str, folder: Path) -> None:
    """Fill an empty folder with one file a seed."""
    for number, text in enumerate(_entries() if target in {"entry", "import"} else _pastes()):
        (folder / f"{number:05}").write_text(text, encoding="utf-8")


def write_words(path: Path) -> None:
    """Write the words inputs are made of, in the form of libFuzzer's dictionaries."""
    words = {*WORDS, *_PIECES, *(word for rule in RULES for word in rule.words)}
    path.write_text("".join(f'"{_escaped(word)}"\n' for word in sorted(words)), encoding="utf-8")


def _pastes() -> Iterator[str]:
    for page in load_library().files.values():
        yield from (case.paste for case in read_cases(cases_path(page)))
    yield from (one.text for one in samples())
    yield from look_alikes()


def _entries() -> Iterator[str]:
    for page in load_library().files.values():
        english = page.read_text(encoding="utf-8")
        chinese = page.with_name(f"{page.stem}.zh-TW.md").read_text(encoding="utf-8")
        yield f"{english}\n=====\n{chinese}"
        yield cases_path(page).read_text(encoding="utf-8")


def _escaped(word: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word.encode())
