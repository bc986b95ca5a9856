"""Small entries written to a folder, for tests that need a library of their own."""

from pathlib import Path

from knowledge.model import Lang

ENGLISH = """\
---
title: {title}
area: cni
maturity: stable
reviewed: 2026-11-23
from: beyond
signatures:
{signatures}
symptoms:
{symptoms}
yields_to: [{yields_to}]
checks: [{checks}]
applies: {{}}
references:
  - https://example.com/{slug}
---
## Meaning

{meaning}

## Confirm

```sh
kubectl get pods
```

## Fix

{fix}

## If that was not it

Look further.
"""
CHINESE = """\
---
title: {title}
symptoms:
  - 網路不通
---
## 意義

說明。

## 確認方法

```sh
kubectl get pods
```

## 修復

{fix}

## 如果不是這個原因

再看看。
"""
FIX = """\
1. Look first.

   ```sh
   kubectl get nodes
   ```
"""
DANGEROUS_FIX = (
    FIX
    + """
2. > [!CAUTION]
   > Cuts every connection of the node.

   Flush.

   ```sh
   iptables -F
   ```
"""
)


def write_entry(  # noqa: PLR0913 one parameter a part of the file
    folder: Path,
    slug: str,
    signatures: tuple[str, ...] = ("the bridge said no",),
    *,
    cases: str | None = None,
    fix: str = FIX,
    chinese_fix: str | None = None,
    symptoms: tuple[str, ...] = ("the network is gone",),
    meaning: str = "It does not work.",
    yields_to: str = "",
    checks: str = "",
    lang: Lang | None = None,
) -> Path:
    """Write an entry's files, in one language or both; return the page with the signatures."""
    english = folder / f"{slug}.md"
    english.write_text(
        ENGLISH.format(
            slug=slug,
            title=slug.replace("-", " ").capitalize(),
            signatures="\n".join(
                f'  - text: "{text}"' for text in (one.replace('"', '\\"') for one in signatures)
            ),
            symptoms="\n".join(f"  - {text}" for text in symptoms),
            yields_to=yields_to,
            checks=checks,
            meaning=meaning,
            fix=fix,
        ),
        encoding="utf-8",
    )
    chinese = folder / f"{slug}.zh-TW.md"
    chinese.write_text(
        CHINESE.format(title=slug, fix=fix if chinese_fix is None else chinese_fix),
        encoding="utf-8",
    )
    (folder / f"{slug}.cases.yaml").write_text(
        cases if cases is not None else hit_and_miss(slug, signatures[0]), encoding="utf-8"
    )
    if lang == "en":
        chinese.unlink()
    if lang == "zh-TW":
        front = english.read_text(encoding="utf-8").partition("\n---\n")[0]
        body = chinese.read_text(encoding="utf-8").partition("\n---\n")[2]
        chinese.write_text(f"{front}\n---\n{body}", encoding="utf-8")
        english.unlink()
    return chinese if lang == "zh-TW" else english


def hit_and_miss(slug: str, paste: str) -> str:
    """Return a cases file with one hit and one near miss."""
    return f"""\
- paste: |
    {paste}
  expect: {slug}
- paste: |
    all is well here
  expect: null
  note: nothing is wrong
"""
