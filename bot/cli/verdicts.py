"""Which verdicts a check can give, read from what its code calls, so that no page can drift.

A check answers through `found`, `clear`, `blind` and `not_applicable`. Whatever it calls, in its
own module and in those it shares, is followed by name; a class counts with all its methods.
"""

from collections.abc import Iterator
from functools import cached_property
from types import CodeType, FunctionType, ModuleType

from checks import model
from checks.model import Check, Verdict

_CONSTRUCTORS: dict[object, Verdict] = {
    model.found: Verdict.FOUND,
    model.clear: Verdict.CLEAR,
    model.not_applicable: Verdict.NOT_APPLICABLE,
    model.blind: Verdict.BLIND,
}


def verdicts(check: Check) -> tuple[Verdict, ...]:
    """Return what a check can say; `blind` always, since what it must see may be out of sight."""
    called = _reached(check.judge)
    said = {Verdict.BLIND} | {verdict for one, verdict in _CONSTRUCTORS.items() if one in called}
    return tuple(one for one in Verdict if one in said)


def _reached(start: object) -> set[object]:
    """Return every function of `checks` that can be reached from one, itself included."""
    seen: set[object] = set()
    todo = [start]
    while todo:
        one = todo.pop()
        if isinstance(one, FunctionType) and one not in seen:
            seen.add(one)
            todo += _called(one)
    return seen


def _called(one: FunctionType) -> Iterator[object]:
    """Yield what a function names: functions, and the methods of classes."""
    names = set(_names(one.__code__))
    held = [one.__globals__[name] for name in names if name in one.__globals__]
    shared = [vars(module) for module in held if _ours(module, ModuleType)]
    held += [module[name] for module in shared for name in names if name in module]
    for value in held:
        if _ours(value, FunctionType):
            yield value
        elif _ours(value, type):
            yield from _methods(value)


def _methods(kind: type) -> Iterator[object]:
    for value in vars(kind).values():
        if isinstance(value, property):
            yield value.fget
        elif isinstance(value, cached_property):
            yield value.func
        else:
            yield value


def _names(code: CodeType) -> Iterator[str]:
    """Yield the names a function uses, those of its comprehensions included."""
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


def _ours(value: object, kind: type) -> bool:
    where = getattr(value, "__module__", None) or getattr(value, "__name__", "")
    return isinstance(value, kind) and str(where).startswith("checks")
