"""Print the benchmarks' figures: `python -m tests.bench [NAME ...]`."""

import importlib
import pkgutil
import sys

import tests.bench


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all of them, each a module here with a `main()`."""
    known = sorted(
        module.name
        for module in pkgutil.iter_modules(tests.bench.__path__)
        if not module.name.startswith("_")
    )
    unknown = sorted(set(names) - set(known))
    if unknown:
        sys.stderr.write(f"no benchmark {', '.join(unknown)}: choose from {', '.join(known)}\n")
        return 2
    for name in names or known:
        importlib.import_module(f"tests.bench.{name}").main()
    return 0


sys.exit(main(sys.argv[1:]))
