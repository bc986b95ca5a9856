"""Fit what wording weighs, and show how far its certainty can be trusted.

`python -m tests.calibrate FILE.jsonl...` reads pastes labelled as for `netcheck kb eval`. Those
that a signature decides, or that show a trouble from elsewhere, say nothing about wording and are
left out. The shipped entries' near misses count as pastes of no label, each an eighth, since they
are made to sound alike. Printed are the figures for `knowledge/confidence.py`, and a table in
which each paste is judged by weights that were fitted without it.
"""

import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from knowledge import confidence
from knowledge.cases import cases_path, read_cases
from knowledge.elsewhere import neighbours
from knowledge.evaluate import LEVELS, Labelled, read_labelled
from knowledge.lexical import Likeness
from knowledge.load import Library, load_library
from knowledge.match import read
from knowledge.search import SearchText
from tests.calibrate.fit import Example, fit, sure

FOLDS = 8
NEAR_MISS = 0.125


def main() -> None:
    """Print the weights and the table."""
    library = load_library()
    labelled = [case for name in sys.argv[1:] for case in read_labelled(Path(name))]
    examples = [one for case in labelled for one in example(library, case, 1.0)]
    examples += [one for case in near_misses(library) for one in example(library, case, NEAR_MISS)]
    weights = fit(examples)
    console = Console()
    console.print(f"{len(examples)} pastes that wording decides")
    console.print(f"_WEIGHTS = {tuple(round(one, 1) for one in weights.cosines)}")
    console.print(
        f"_NONE = {weights.none:.2f}, _NO_KUBERNETES = {weights.no_kubernetes:.2f}, "
        f"_NO_TROUBLE = {weights.no_trouble:.2f}"
    )
    console.print(_reliability(examples))


def near_misses(library: Library) -> Iterator[Labelled]:
    """Yield what the entries' authors made to sound like an entry without being it."""
    for slug, page in library.files.items():
        for case in read_cases(cases_path(page)):
            if case.expect is None:
                yield Labelled(f"{slug}:{case.line}", case.paste, None)


def example(library: Library, case: Labelled, weight: float) -> Iterator[Example]:
    """Yield the paste as an example, unless something else than its wording decides it."""
    matcher, paste = library._matcher, read(case.text)
    text = SearchText(paste)
    hits = matcher._hits(text)
    wording = matcher._lexicon.weigh(paste.lines)
    named = wording.kubernetes
    sure = [matcher._sure(found, paste, kubernetes=named) for found in hits.values()]
    if max(sure, default=0.0) >= confidence.MATCH or (neighbours().find(text) and not hits):
        return
    likely = [
        (matcher._slugs[index], likeness)
        for index, likeness in sorted(wording.likenesses.items(), key=_likeliest)
        if not matcher._yields(matcher._slugs[index], hits)
    ][: confidence.RIVALS]
    if likely:
        yield Example(
            cosines=tuple(msgspec.structs.astuple(likeness) for _, likeness in likely),
            right=tuple(slug in case.fair for slug, _ in likely),
            labelled=case.label is not None,
            kubernetes=wording.kubernetes,
            trouble=wording.trouble,
            weight=weight,
        )


def _likeliest(ranked: tuple[int, Likeness]) -> float:
    return -confidence.score(ranked[1])


def _reliability(examples: Sequence[Example]) -> Table:
    """Return how often the first entry was right at each level of certainty."""
    judged = [one for fold in range(FOLDS) for one in _judged(examples, fold)]
    table = Table(title="each paste judged by weights fitted without it")
    for column in ("from", "labelled", "right", "no label", "near misses"):
        table.add_column(column, justify="right")
    for low, high in pairwise((*LEVELS, 1.01)):
        here = [(one, right) for one, certain, right in judged if low <= certain < high]
        labelled = [right for one, right in here if one.labelled]
        others = [one.weight == 1.0 for one, _ in here if not one.labelled]
        figures = (len(labelled), sum(labelled), sum(others), len(others) - sum(others))
        table.add_row(f"{low:.2f}", *map(str, figures))
    return table


def _judged(examples: Sequence[Example], fold: int) -> Iterator[tuple[Example, float, bool]]:
    """Yield each example of a fold, how sure its first entry is, and whether that is right."""
    weights = fit([one for at, one in enumerate(examples) if at % FOLDS != fold])
    for one in examples[fold::FOLDS]:
        shares = sure(one, weights)
        best = max(range(len(shares)), key=shares.__getitem__)
        yield one, shares[best], one.right[best]


if __name__ == "__main__":
    main()
