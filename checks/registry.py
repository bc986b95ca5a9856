"""The catalog: every check in `checks/catalog/`, found by looking there."""

import pkgutil
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType, ModuleType

import checks.catalog
from checks.model import Check, See

GROUPS = ("dns", "service", "pod", "node", "api", "cni", "policy", "ingress")
"""What `/netcheck` can be asked for, in the order help shows them; `all` comes on top."""

ALL = "all"


class CatalogError(Exception):
    """A file of the catalog is no proper check."""


@cache
def catalog() -> Mapping[str, Check]:
    """Return every check by slug, in alphabetical order."""
    return discover(checks.catalog)


def discover(package: ModuleType) -> Mapping[str, Check]:
    """Return the checks in a package's modules, by slug.

    Raises `CatalogError` for a module without a proper `CHECK` or a slug that is not its name.
    """
    found: dict[str, Check] = {}
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda one: one.name):
        check = _check_of(import_module(f"{package.__name__}.{module.name}"))
        if check.slug in found:
            raise CatalogError(f"two checks are called {check.slug}")
        found[check.slug] = check
    return MappingProxyType(found)


def in_group(name: str) -> tuple[Check, ...]:
    """Return the checks of a group, of every group for `all`; none for an unknown name."""
    every = catalog().values()
    return tuple(check for check in every if name == ALL or name in check.groups)


def groups() -> tuple[str, ...]:
    """Return the groups that have checks, `all` last."""
    return (*(name for name in GROUPS if in_group(name)), ALL)


def union(checks: Iterable[Check]) -> tuple[See, ...]:
    """Return what these checks must see, each once; a wider list covers what lies within it."""
    sees = {see.key: see for check in checks for see in check.sees}
    needed = [see for see in sees.values() if not any(wide.key in sees for wide in see.widened())]
    return tuple(sorted(needed, key=lambda see: see.key))


def within(checks: Iterable[Check], refused: Collection[str]) -> tuple[See, ...]:
    """Return what lies within lists that were refused, by their keys, to be asked for by itself.

    Who may not list the pods of all namespaces may still list those of one.
    """
    sees = {see.key: see for check in checks for see in check.sees}
    inside = (see for see in sees.values() if any(one.key in refused for one in see.widened()))
    return tuple(sorted(inside, key=lambda see: see.key))


def _check_of(module: ModuleType) -> Check:
    name = module.__name__
    check = getattr(module, "CHECK", None)
    if not isinstance(check, Check):
        raise CatalogError(f"{name} has no CHECK")
    if check.slug != name.rpartition(".")[2].replace("_", "-"):
        raise CatalogError(f"{name} holds a check called {check.slug}")
    unknown = set(check.groups) - set(GROUPS)
    if unknown or not check.groups:
        raise CatalogError(f"{name} is in no group there is: {', '.join(sorted(unknown))}")
    if not check.sees:
        raise CatalogError(f"{name} looks at nothing")
    return check
