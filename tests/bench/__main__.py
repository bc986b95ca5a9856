"""Print the benchmarks' figures: `python -m tests.bench [NAME ...]`.

What follows a single NAME and begins with a dash are options of that benchmark.
"""

import importlib
import pkgutil
import sys

import tests.bench


def main(arguments: list[str]) -> int:
    """Run the named benchmarks, or all of them, each a module here with a `main()`."""
    known = sorted(
        module.name
        for module in pkgutil.iter_modules(tests.bench.__path__)
        if not module.name.startswith("_")
    )
    names, options = _split(arguments)
    unknown = sorted(set(names) - set(known))
    if unknown:
        sys.stderr.write(f"no benchmark {', '.join(unknown)}: choose from {', '.join(known)}\n")
        return 2
    if options and len(names) != 1:
        sys.stderr.write(f"{options[0]} is an option of one benchmark: name that one\n")
        return 2
    status = 0
    for name in names or known:
        run = importlib.import_module(f"tests.bench.{name}").main
        status = max(status, (run(options) if options else run()) or 0)
    return status


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Part names from the options that follow them."""
    first = next((at for at, one in enumerate(arguments) if one.startswith("-")), len(arguments))
    return arguments[:first], arguments[first:]


sys.exit(main(sys.argv[1:]))
