"""Is the request that got a 403 still refused, and which Role would let it through.

Found is that no binding of the user, or of a group that its name implies, allows the request as
the RBAC authorizer reads it. Blind where a node's own authorizer, or a group the user may be in,
could allow it; clear where a binding allows it by now.

Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/; see `checks/authorizer.py`.
"""

import re
from collections.abc import Iterator

from checks.authorizer import (
    SEES,
    Authorizer,
    Binding,
    Grant,
    Request,
    User,
    user_of,
)
from checks.kinds.rbac import PolicyRule
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, blind, clear, found, not_applicable
from checks.quotes import short, some
from checks.snapshot import View
from checks.subject import CLUSTER, subject
from checks.text import EMPTY, Text

CAUSE = "apiserver-forbidden"
MOST = 5  # bindings quoted
REVIEW = "create subjectaccessreviews.authorization.k8s.io"

# Resources without a namespace: a refusal about one has none, whatever the channel's default.
_CLUSTER_WIDE = frozenset(
    {
        "certificatesigningrequests",
        "clusterrolebindings",
        "clusterroles",
        "customresourcedefinitions",
        "ingressclasses",
        "nodes",
        "persistentvolumes",
        "storageclasses",
    }
)
# Where a name is worth keeping to: these objects keep theirs, and the rest of them is sensitive.
_NAMED = frozenset({"configmaps", "leases", "secrets"})
_NAMED_VERBS = frozenset({"get", "update", "patch", "delete"})

MISSING = Text(
    en="The refusal does not say {missing}, so there is nothing to evaluate.",
    zh_tw="錯誤訊息沒有提到{missing}，無從判斷。",
)
UNASKED = Text(
    en="No refused request was given: this check evaluates the one in a pasted 403.",
    zh_tw="沒有提供被拒絕的請求：這項檢查要有貼上的 403 訊息才能判斷。",
)
WHO = Text(en="who was refused", zh_tw="被拒絕的使用者")
WHAT = Text(en="which verb and resource were refused", zh_tw="被拒絕的動作與資源")
DENIED = Text(
    en="{user} may not {what}{where}: nothing bound to it allows that.",
    zh_tw="{user} 不能{where} {what}：綁定給它的角色都不允許。",
)
DANGLING = Text(
    en=" {binding} grants nothing, because {role} does not exist.",
    zh_tw="{binding} 沒有作用，因為 {role} 不存在。",
)
ALLOWED = Text(
    en="{user} may {what}{where} by now: {binding} allows it.",
    zh_tw="{user} 目前可以{where} {what}：由 {binding} 允許。",
)
GROUPS_UNKNOWN = Text(
    en="Nothing bound to {user} itself allows it to {what}{where}, but members of {groups} may. "
    "The API does not show which groups a user is in.",
    zh_tw="沒有角色直接允許 {user} {where} {what}，但 {groups} 的成員可以。"
    "API 不會顯示使用者屬於哪些群組。",
)
NODE = Text(
    en="No RBAC rule allows {user} to {what}{where}. The Node authorizer may, depending on what "
    "runs on that node, and no object shows that.",
    zh_tw="沒有 RBAC 規則允許 {user} {where} {what}。Node authorizer 可能依該節點上執行的內容允許，"
    "這從物件上看不出來。",
)
INSIDE = Text(en=" in namespace {namespace}", zh_tw="在命名空間 {namespace}")
EVERYWHERE = Text(en=" at the cluster scope", zh_tw="在整個叢集範圍")


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Evaluate the request as the API server would by now."""
    if not (question.user or question.verb or question.resource or question.path):
        yield not_applicable(CLUSTER, UNASKED)
        return
    if not question.user:
        yield not_applicable(CLUSTER, MISSING.fill(missing=WHO))
        return
    user = user_of(question.user)
    if not question.verb or not (question.resource or question.path):
        yield not_applicable(_name(user), MISSING.fill(missing=WHAT))
        return
    request = _request(question)
    authorizer = Authorizer(view)
    held = authorizer.held(user, request)
    grant = next(authorizer.grants(held, request), None)
    if grant:
        yield _allowed(user, request, grant)
    else:
        yield _refused(authorizer, user, request, held)


def _request(question: Question) -> Request:
    """Read the question as the authorizer's attributes; `pods/log` and `rs.apps` are split."""
    verb = question.verb or ""
    if question.path and not question.resource:
        return Request(verb, path=question.path)
    resource, _, subresource = (question.resource or "").partition("/")
    resource, _, group = resource.partition(".")
    cluster_wide = question.scope == "cluster" or resource in _CLUSTER_WIDE
    return Request(
        verb,
        group=question.group or group,
        resource=resource,
        subresource=question.subresource or subresource,
        name=question.name or "",
        namespace="" if cluster_wide else question.namespace or "",
    )


def _allowed(user: User, request: Request, grant: Grant) -> Finding:
    summary = _say(ALLOWED, user, request, binding=subject(grant.binding))
    evidence = [f"{_bound(grant.binding)} allows {_rule(grant.rule)}"]
    return clear(_name(user), summary, evidence=evidence, command=_can_i(user, request))


def _refused(authorizer: Authorizer, user: User, request: Request, held: list[Binding]) -> Finding:
    """Say that nothing grants it, unless somebody who is no RBAC object, or a group, might."""
    quotes = _held(authorizer, user, held)
    command = _can_i(user, request)
    groups = () if user.all_known else authorizer.granting_groups(request)
    if user.is_node:
        summary, needs = _say(NODE, user, request), [REVIEW]
    elif groups:
        summary = _say(GROUPS_UNKNOWN, user, request, groups=some(groups))
        needs = [f"groups of {user.name}"]
    else:
        # Second, for a small screen shows few quotes.
        evidence = [quotes[0], *_repair(user, request), *quotes[1:]]
        summary = _say(DENIED, user, request) + _dangling(authorizer, held)
        return found(_name(user), summary, cause=CAUSE, evidence=evidence, command=command)
    return blind(_name(user), summary, needs=needs, evidence=quotes, command=command)


def _held(authorizer: Authorizer, user: User, held: list[Binding]) -> list[str]:
    """Quote the bindings a user has, its own before those of a group."""
    if not held:
        return [f"no binding names {user.name} or its groups"]
    return [
        f"{_bound(one)} allows {_rules(authorizer.rules(one))}"
        for one in sorted(held, key=_is_shared)[:MOST]
    ]


def _is_shared(binding: Binding) -> bool:
    return all(one.kind == "Group" for one in binding.subjects or ())


def _dangling(authorizer: Authorizer, held: list[Binding]) -> Text:
    for one in held:
        if authorizer.rules(one) is None:
            role = f"{one.role_ref.kind} {one.role_ref.name}"
            return DANGLING.fill(binding=subject(one), role=role)
    return EMPTY


def _bound(binding: Binding) -> str:
    return f"{subject(binding)} -> {binding.role_ref.kind} {binding.role_ref.name}"


def _rules(rules: tuple[PolicyRule, ...] | None) -> str:
    if rules is None:
        return "nothing: that role does not exist"
    return short("; ".join(map(_rule, rules))) or "nothing"


def _rule(rule: PolicyRule) -> str:
    """Return a rule in short: `get,list deployments.apps`."""
    what = [
        f"{resource}.{group}" if group else resource
        for group in rule.api_groups or ()
        for resource in rule.resources or ()
    ]
    names = f" named {','.join(rule.resource_names)}" if rule.resource_names else ""
    listed = ",".join([*what, *(rule.non_resource_urls or ())])
    return f"{','.join(rule.verbs or ())} {listed}{names}"


def _say(text: Text, user: User, request: Request, **more: str) -> Text:
    """Put user, request and scope into a sentence, and what else it has places for."""
    what = f"{request.verb} {request.path or _resource(request)}"
    if request.name:
        what += f" {request.name}"
    where = EMPTY
    if not request.path:
        inside = INSIDE.fill(namespace=request.namespace)
        where = inside if request.namespace else EVERYWHERE
    return text.fill(user=user.name, what=what, where=where, **more)


def _resource(request: Request) -> str:
    """Return `pods/log` or `deployments.apps/scale`, as kubectl takes it."""
    qualified = f"{request.resource}.{request.group}" if request.group else request.resource
    return f"{qualified}/{request.subresource}" if request.subresource else qualified


def _can_i(user: User, request: Request) -> str:
    """Return the line that asks the API server itself."""
    what = request.path or (
        f"{request.resource}.{request.group}" if request.group else request.resource
    )
    if request.name:
        what += f"/{request.name}"
    words = ["auth", "can-i", request.verb, what, f"--as={user.name}"]
    if request.subresource:
        words.append(f"--subresource={request.subresource}")
    if not (request.path or request.namespace or request.resource in _CLUSTER_WIDE):
        words.append("-A")
    return kubectl(*words, namespace=request.namespace)


def _repair(user: User, request: Request) -> list[str]:
    """Return the two lines that make and bind the smallest role."""
    name = _role_name(user, request)
    role = "role" if request.namespace else "clusterrole"
    rule = [f"--verb={request.verb}"]
    if request.path:
        rule.append(f"--non-resource-url={request.path}")
    else:
        rule.append(f"--resource={_resource(request)}")
    if request.name and request.resource in _NAMED and request.verb in _NAMED_VERBS:
        rule.append(f"--resource-name={request.name}")
    whom = f"--serviceaccount={':'.join(user.account)}" if user.account else f"--user={user.name}"
    make = kubectl("create", role, name, *rule, namespace=request.namespace)
    bind = kubectl(
        "create", f"{role}binding", name, f"--{role}={name}", whom, namespace=request.namespace
    )
    return [f"to allow it: {make}", f"and then: {bind}"]


def _role_name(user: User, request: Request) -> str:
    who = user.account[1] if user.account else user.name
    what = request.path or request.combined
    words = re.findall(r"[a-z0-9]+", f"{who} {request.verb} {what}".lower())
    return "-".join(words)[:63].strip("-")


def _name(user: User) -> str:
    return f"User {user.name}"


CHECK = Check(
    slug="rbac-denied",
    title=Text(en="RBAC for the refused request", zh_tw="被拒請求的 RBAC"),
    groups=("api",),
    proves=(CAUSE,),
    sees=SEES,
    judge=judge,
    about=("user",),
)
