"""Checks are found by looking, and a bad one is refused by name."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from zipfile import ZipFile

import pytest

import checks
from checks.kinds import ConfigMap, Pod, Service
from checks.model import Check, See
from checks.registry import GROUPS, CatalogError, catalog, discover, groups, in_group, union, within
from tests.checks.test_runner import sample

GOOD = """
from checks.kinds import Pod
from checks.model import Check, See
from checks.text import Text
CHECK = Check(slug="{slug}", title=Text("x", "x"), groups={groups}, proves=(), sees={sees},
              judge=lambda view, question: ())
"""


def package(
    folder: Path, monkeypatch: pytest.MonkeyPatch, source: str, name: str = "my_check"
) -> ModuleType:
    """Write a package with one module and import it."""
    inside = folder / f"found_{folder.name.replace('-', '_')}"
    inside.mkdir()
    (inside / "__init__.py").write_text("")
    (inside / f"{name}.py").write_text(source)
    monkeypatch.syspath_prepend(str(folder))
    return import_module(inside.name)


def write(slug: str = "my-check", groups: str = '("pod",)', sees: str = "(See(Pod),)") -> str:
    """Write a check's module."""
    return GOOD.format(slug=slug, groups=groups, sees=sees)


def test_the_catalog_is_keyed_by_slug_and_sorted() -> None:
    found = catalog()

    assert list(found) == sorted(found)
    assert all(check.slug == slug for slug, check in found.items())


def test_a_new_file_is_found_without_a_list_to_edit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(discover(package(tmp_path, monkeypatch, write()))) == ["my-check"]


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("", "has no CHECK"),
        (write(slug="other"), "holds a check called other"),
        (write(groups='("pods",)'), "no group there is: pods"),
        (write(groups="()"), "no group there is"),
        (write(sees="()"), "looks at nothing"),
    ],
)
def test_a_file_that_is_no_proper_check_is_refused_by_name(
    source: str, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CatalogError, match=rf"my_check.* {complaint}|my_check {complaint}"):
        discover(package(tmp_path, monkeypatch, source))


def test_two_checks_of_one_name_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = package(tmp_path, monkeypatch, write())
    (tmp_path / inside.__name__ / "my-check.py").write_text(write())

    with pytest.raises(CatalogError, match="two checks are called my-check"):
        discover(inside)


def test_the_catalog_is_found_in_a_zip_as_in_a_folder(tmp_path: Path) -> None:
    """Nothing but the import system says where the files are."""
    archive = tmp_path / "checks.zip"
    root = Path(checks.__file__).parent
    with ZipFile(archive, "w") as packed:
        for path in root.rglob("*.py"):
            packed.write(path, path.relative_to(root.parent))
    program = (
        f"import sys; sys.path.insert(0, {str(archive)!r})\n"
        "import checks; from checks.registry import catalog\n"
        "print(checks.__file__, *catalog())"
    )

    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, check=True, capture_output=True, text=True
    )

    assert ran.stdout.split() == [str(archive / "checks" / "__init__.py"), *catalog()]


def test_only_groups_with_checks_are_offered() -> None:
    assert groups() == ("dns", "service", "pod", "node", "api", "cni", "policy", "ingress", "all")
    assert all(in_group(name) for name in groups())


def test_a_group_holds_its_checks_and_all_holds_every_one() -> None:
    assert {check.slug for check in in_group("dns")} >= {"dns-pods", "dns-service"}
    assert all("dns" in check.groups for check in in_group("dns"))
    assert in_group("all") == tuple(catalog().values())
    assert in_group("nonsense") == ()


def test_a_wider_list_covers_what_lies_within_it() -> None:
    config, pods, some = See(ConfigMap, "a", "x"), See(Pod), See(Pod, "kube-system")

    assert needs(sample(sees=(some, config)), sample(sees=(pods, some))) == (config, pods)
    assert needs(sample(sees=(some,)), sample(sees=(See(Pod, "kube-system", "x"),))) == (some,)
    assert needs(sample(sees=(some,)), sample(sees=(See(Pod, "web"),))) == (some, See(Pod, "web"))
    assert needs(sample(sees=(See(Service), pods))) == (pods, See(Service))


def test_of_a_refused_list_what_lies_within_it_is_left() -> None:
    config, pods, some = See(ConfigMap, "a", "x"), See(Pod), See(Pod, "kube-system")
    checks = [sample(sees=(pods, config)), sample(sees=(some, See(Pod, "web", "cart")))]

    assert within(checks, {"pods"}) == (some, See(Pod, "web", "cart"))
    assert within(checks, {"pods/web"}) == (See(Pod, "web", "cart"),)
    assert within(checks, {"services", "configmaps/a/x"}) == ()


def needs(*checks: Check) -> tuple[See, ...]:
    """Unite what checks see."""
    return union(checks)


@pytest.mark.parametrize("group", GROUPS)
def test_the_checks_of_a_group_list_at_most_twelve_kinds(group: str) -> None:
    """Each list is one request whose answer grows with the cluster.

    Optional kinds are counted apart: most clusters answer 404 to most of them.
    """
    listed = [see for see in union(in_group(group)) if not see.name]

    assert len([see for see in listed if not see.optional]) <= 12
    assert len([see for see in listed if see.optional]) <= 8
