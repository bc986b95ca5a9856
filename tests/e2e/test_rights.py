"""Each rule of the role is needed, by exactly the checks that declared it, and none beside it.

One API server and one cluster for all; the account's role is edited between looks. Every optional
kind is served, by a CRD where it has to be, and every check that reads logs has one to read.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from checks.kinds import Pod
from checks.model import Check, See
from checks.rbac import manifest
from checks.registry import catalog
from tests.bot.cli.conftest import Run
from tests.cluster.admin import ApiError, Client, Manifest
from tests.cluster.audit import Request
from tests.cluster.control_plane import ControlPlane
from tests.cluster.fixtures import started
from tests.cluster.kubelet import FakeKubelet
from tests.cluster.rbac import RBAC, account_user, reviews
from tests.cluster.waiting import until
from tests.e2e import dns_faults, node_faults, objects
from tests.e2e.prepared import crds, is_allowed, rule_of, take_apart
from tests.e2e.scenario import SYSTEM, Stage
from tests.e2e.scenarios import SCENARIOS

HOME = "default"
WEBHOOK = {
    "apiVersion": "v1",
    "kind": "Config",
    "current-context": "webhook",
    "contexts": [{"name": "webhook", "context": {"cluster": "webhook", "user": ""}}],
    "clusters": [{"name": "webhook", "cluster": {"server": "https://127.0.0.1:1"}}],
}
RULES: list[Manifest] = manifest("D")["rules"]
RIGHTS = take_apart(RULES)
PROXY, AGENT = "kube-proxy-7xk2p", "kube-flannel-ds-q8wlm"
PASTES = [one.paste for one in SCENARIOS if isinstance(one.paste, str)][:5]
REVIEW = "create selfsubjectrulesreviews.authorization.k8s.io"
"""The one thing asked that the role does not hold: everybody may."""


@pytest.fixture(scope="module")
def control_plane() -> Iterator[ControlPlane]:
    """Start an API server of this module's own: CRDs would be seen by every other test."""
    with started() as plane:
        yield plane


@pytest.fixture(scope="module")
def admin(control_plane: ControlPlane) -> Iterator[Client]:
    """Give a client that may do anything."""
    with Client(control_plane) as client:
        yield client


@dataclass
class Bot:
    """An account whose role is edited, on a cluster where something is broken."""

    stage: Stage
    kubeconfig: Path
    run: Run
    held: set[str] = field(default_factory=lambda: set(RIGHTS))

    def hold(self, rights: Iterable[str]) -> None:
        """Let the role be exactly these rights, and wait until the API server goes by it."""
        wanted = set(rights)
        rules = [rule_of(one) for one in sorted(wanted)]
        self.stage.admin.patch("ClusterRole", account_user("bot", HOME), {"rules": rules})
        for one in wanted ^ self.held:
            until(partial(self._goes_by, one, held=one in wanted), what=one)
        self.held = wanted

    def _goes_by(self, right: str, *, held: bool) -> bool:
        """Tell whether the API server knows that the account has a right, or has it no more."""
        (review,) = reviews("bot", HOME, [rule_of(right)])
        return self.stage.admin._allowed(review) is held

    def ask(self, *command: str, stdin: str = "") -> Any:  # noqa: ANN401 a JSON document
        """Run a command on the cluster, as this account."""
        outcome = self.run(*command, "--json", "--kubeconfig", self.kubeconfig, stdin=stdin)
        assert outcome.err == ""
        return outcome.document

    def look(self) -> "Told":
        """Run every check."""
        return Told(self.ask("check", "all")["checks"])


@dataclass(frozen=True)
class Told:
    """What the checks said, with no dial made."""

    results: list[Mapping[str, Any]]

    @property
    def blind(self) -> dict[str, set[str]]:
        """The checks that are blind for want of a right, with the rights they name.

        A list of one namespace takes the right to a list.
        """
        named = {
            one["check"]: {need.partition(" in ")[0] for need in one["needs"]} & RIGHTS.keys()
            for one in self.results
            if one["verdict"] == "blind"
        }
        return {check: rights for check, rights in named.items() if rights}

    def judged(self, left_out: Iterable[str] = ()) -> list[tuple[str, ...]]:
        """Return what was said, in short and sorted, but for some checks."""
        kept = [one for one in self.results if one["check"] not in set(left_out)]
        parts = ("check", "verdict", "subject", "cause")
        return sorted(tuple(one.get(part, "") for part in parts) for one in kept)

    def said(self, check: str) -> str:
        """Return all that a check said."""
        return str([one for one in self.results if one["check"] == check])


@pytest.fixture(scope="module")
def stage(control_plane: ControlPlane, admin: Client) -> Iterator[Stage]:
    """Fill the cluster: CoreDNS, kube-proxy, flannel and its installer keep ending."""

    def applied(manifests: Iterable[Manifest], *, namespace: str | None = None) -> None:
        admin.apply(manifests, namespace=namespace)

    with FakeKubelet(control_plane.authority) as kubelet, ExitStack() as programs:
        made = Stage(control_plane, admin, kubelet, SYSTEM, applied, programs)
        admin.apply(crds())
        dns_faults.crash(made)
        node_faults.deny(made)
        crashed = objects.failing(objects.crashing("main", 1))
        home = f"dns-{made.mark}"
        labels = {"k8s-app": "kube-proxy"}
        made.inside(objects.pod(PROXY, labels=labels, at=home, status=crashed))
        kubelet.set_log(SYSTEM, PROXY, "main", "no modules\n", previous=True)
        owner = ("DaemonSet", "kube-flannel-ds")
        made.inside(objects.pod(AGENT, at=home, status=crashed, owner=owner))
        kubelet.set_log(SYSTEM, AGENT, "main", "no interface\n", previous=True)
        for crd in crds():
            until(partial(served, admin, crd), what=crd["metadata"]["name"])
        yield made


def served(admin: Client, crd: Manifest) -> bool:
    """Tell whether a list of what a CRD defines is answered."""
    spec = crd["spec"]
    path = f"/apis/{spec['group']}/{spec['versions'][0]['name']}/{spec['names']['plural']}"
    try:
        return bool(admin.connections.send("GET", path))
    except ApiError:  # not found, or not ready
        return False


@pytest.fixture(scope="module")
def account(stage: Stage) -> Path:
    """Make the account once."""
    return stage.admin.kubeconfig_for("bot", RULES, namespace=HOME)


@pytest.fixture(scope="module")
def held() -> set[str]:
    """Remember between tests what the role holds."""
    return set(RIGHTS)


@pytest.fixture
def bot(stage: Stage, account: Path, held: set[str], run: Run) -> Iterator[Bot]:
    """Give the account, with whatever role the test before left it."""
    made = Bot(stage, account, run, held)
    yield made
    held.clear()
    held.update(made.held)


@pytest.fixture(scope="module")
def whole() -> dict[str, Told]:
    """Keep what the checks say with the whole role, once somebody has asked."""
    return {}


@pytest.fixture
def healthy(bot: Bot, whole: dict[str, Told]) -> Told:
    """Return what the checks say with the whole role."""
    if not whole:
        bot.hold(RIGHTS)
        whole["told"] = bot.look()
    return whole["told"]


def test_with_exactly_the_role_nothing_is_blind_but_dials(bot: Bot, healthy: Told) -> None:
    bot.hold(RIGHTS)

    assert healthy.blind == {}
    needs = [need for one in healthy.results for need in one["needs"]]
    assert all(need.startswith(("dial ", "node probe")) for need in needs), needs
    assert {one["check"] for one in healthy.results} == set(catalog())
    assert "broken" not in {one["verdict"] for one in healthy.results}
    assert bot.ask("rbac", "--missing")["answer"] == "all"


@pytest.mark.parametrize("right", RIGHTS)
def test_without_one_right_exactly_the_checks_that_declared_it_are_blind(
    right: str, bot: Bot, healthy: Told
) -> None:
    declared = {one.slug for one in catalog().values() if right in decisive(one)}
    quoting = {one.slug for one in catalog().values() if right in declarations(one)} - declared
    bot.hold(RIGHTS.keys() - {right})

    told = bot.look()
    foretold = bot.ask("rbac", "--missing")

    assert declared | quoting
    assert told.blind == {one: {right} for one in declared}
    assert told.judged(declared) == healthy.judged(declared)
    assert all("403: may not " in told.said(one) for one in declared | quoting)
    assert all(f"may not {right}" in told.said(one) for one in quoting)
    (lack,) = foretold["missing"]
    assert (set(lack["blind"]), set(lack["duller"])) == (declared, quoting)
    assert lack["need"].partition(" in ")[0] == right


def declarations(check: Check) -> set[str]:
    """Return every right a check declares."""
    sees = {see.need.partition(" in ")[0] for see in check.sees}
    return {*sees, "get pods/log"} if check.reads_logs else sees


def decisive(check: Check) -> set[str]:
    """Return the rights a check cannot judge without."""
    return declarations(check) - (set() if check.logs_decide else {"get pods/log"})


def test_a_full_run_asks_for_nothing_outside_the_role(bot: Bot, run: Run, tmp_path: Path) -> None:
    bot.hold(RIGHTS)
    offset = bot.stage.plane.audit_offset()

    bot.look()
    for paste in PASTES:
        assert bot.ask("diagnose", stdin=bot.stage.named(paste))["checks"]
    saved = tmp_path / "saved.json"
    assert run("snapshot", "-o", saved, "--kubeconfig", bot.kubeconfig).status == 0
    bot.ask("rbac", "--missing", "-n", "shop")

    asked = until(partial(complete, bot, offset), what="the audit of the last review")
    reading = [one for one in asked if one.resource]
    assert {one.verb for one in reading if right_of(one) != REVIEW} <= {"get", "list", "watch"}
    assert {right_of(one) for one in reading} == {*RIGHTS, REVIEW}
    assert [one for one in reading if right_of(one) != REVIEW and not allowed(one)] == []
    assert not {"secrets", "nodes/proxy"} & {one.resource for one in reading}
    paths = {one.uri.partition("?")[0] for one in asked if not one.resource}
    assert paths == {"/version"}
    assert {one.code for one in asked} <= {200, 201, 404}
    every = bot.stage.plane.requests(since=offset)
    assert {one.user for one in every if one.agent == "netcheck"} == {account_user("bot", HOME)}


def complete(bot: Bot, offset: int) -> list[Request]:
    """Return all that the account asked, once its last request is in the log."""
    asked = bot.stage.plane.requests(user=account_user("bot", HOME), since=offset)
    spaces = [one for one in asked if right_of(one) == REVIEW]
    return asked if len(spaces) == 4 else []


def right_of(request: Request) -> str:
    """Name the right that a request takes, as the role is taken apart."""
    base, slash, sub = request.resource.partition("/")
    qualified = f"{base}.{request.group}" if request.group else base
    name = f" {request.name}" if request.resource == "configmaps" else ""
    return f"{request.verb} {qualified}{slash}{sub}{name}"


def allowed(request: Request) -> bool:
    """Tell whether a rule of the printed role allows a request."""
    return any(is_allowed(rule, request) for rule in RULES)


@contextmanager
def stripped(admin: Client, *bindings: str) -> Iterator[None]:
    """Take ClusterRoleBindings of Kubernetes' own away for a while."""
    kept = [admin.get("ClusterRoleBinding", one) for one in bindings]
    for one in bindings:
        admin.delete("ClusterRoleBinding", one)
    try:
        yield
    finally:
        for binding in kept:
            metadata = {"name": binding["metadata"]["name"]}
            admin.create({**binding, "metadata": metadata})


@pytest.fixture
def without_defaults(stage: Stage, bot: Bot) -> Callable[..., Any]:
    """Return how the account's own rights are told once others' defaults are gone."""

    def foretell(*rights: str, until_answer: str) -> Any:  # noqa: ANN401 a JSON document
        bot.hold(rights)
        with stripped(stage.admin, "system:basic-user"):
            return until(
                lambda: (
                    told if (told := bot.ask("rbac", "--missing"))["answer"] == until_answer else {}
                ),
                what=until_answer,
            )

    return foretell


def test_what_is_granted_in_one_namespace_is_seen_there(bot: Bot, stage: Stage) -> None:
    right = "list pods"
    everywhere = {one.slug for one in catalog().values() if See(Pod) in one.sees}
    bot.hold(RIGHTS.keys() - {right})
    role = {"kind": "Role", "metadata": {"name": "pods"}, "rules": [rule_of(right)]}
    account = {"kind": "ServiceAccount", "name": "bot", "namespace": HOME}
    bound = {
        "kind": "RoleBinding",
        "metadata": {"name": "pods"},
        "roleRef": {"apiGroup": RBAC, "kind": "Role", "name": "pods"},
        "subjects": [account],
    }

    with stage.admin.applied(
        [{"apiVersion": f"{RBAC}/v1", **one} for one in (role, bound)], namespace=SYSTEM
    ):
        until(lambda: bot.ask("rbac", "--missing")["missing"][0]["only_in"], what="the binding")
        (lack,) = bot.ask("rbac", "--missing")["missing"]
        told = bot.look()

    assert (lack["only_in"], set(lack["blind"])) == ([SYSTEM], everywhere)
    assert told.blind == {one: {right} for one in everywhere}
    within = {one.slug for one in catalog().values() if See(Pod, SYSTEM) in one.sees}
    assert within - everywhere


def test_without_the_version_the_checks_that_read_it_are_blind(bot: Bot, stage: Stage) -> None:
    """Which takes away what Kubernetes grants to everybody: /version is in no role of ours."""
    reading = {one.slug for one in catalog().values() if one.reads_version}
    bot.hold(RIGHTS)

    with stripped(stage.admin, "system:discovery", "system:public-info-viewer"):
        foretold = until(
            lambda: told if (told := bot.ask("rbac", "--missing"))["missing"] else {},
            what="the loss of /version",
        )
        told = bot.look()

    (lack,) = foretold["missing"]
    assert (lack["need"], set(lack["blind"])) == ("get /version", reading)
    assert lack["rule"] == {"nonResourceURLs": ["/version"], "verbs": ["get"]}
    named = {one["check"] for one in told.results if "get /version" in one["needs"]}
    assert named == reading
    assert told.blind == {}


def test_the_review_alone_tells_what_will_not_be_seen(
    bot: Bot, without_defaults: Callable[..., Any]
) -> None:
    told = without_defaults(REVIEW, until_answer="missing")

    assert set(told["blind"]) == set(catalog())
    assert {one["need"].partition(" in ")[0] for one in told["missing"]} == RIGHTS.keys()
    assert set(bot.look().blind) == set(catalog())


def test_that_nobody_may_ask_is_said(without_defaults: Callable[..., Any]) -> None:
    told = without_defaults(until_answer="refused")

    assert "may not create selfsubjectrulesreviews" in told["why"]
    assert not told["missing"]


@pytest.fixture
def webhooked(tmp_path: Path) -> Iterator[ControlPlane]:
    """Start an API server that asks a webhook too, which nobody has started."""
    file = tmp_path / "webhook"
    file.write_text(json.dumps(WEBHOOK), encoding="utf-8")
    flags = ["--authorization-mode=Webhook", f"--authorization-webhook-config-file={file}"]
    with started(apiserver_flags=flags) as plane:
        yield plane


def test_where_an_authorizer_lists_no_rules_it_is_not_sure(
    webhooked: ControlPlane, run: Run
) -> None:
    with Client(webhooked) as client:
        kubeconfig = client.kubeconfig_for("bot", [], namespace=HOME)

    outcome = run("rbac", "--missing", "--json", "--kubeconfig", kubeconfig)

    told = outcome.document
    assert (outcome.status, told["answer"], told["incomplete"]) == (1, "unsure", True)
    assert "webhook authorizer does not support user rule resolution" in told["why"]
