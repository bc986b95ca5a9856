"""Can the token that a pod was given still be good, as far as objects without Secrets tell.

Found is a pod that runs as a ServiceAccount which does not exist: its token died with the account,
and the API server answers 401 to it. An account made anew after the pod began is told, not found:
the kubelet renews the token within the hour, and when shows in no object. So do neither an end
of a token nor another signing key; tokens in Secrets are never read.

Source: kubernetes, `validator.Validate` in pkg/serviceaccount/claims.go;
https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/
"""

from collections import defaultdict
from collections.abc import Iterator

from checks.certificates import stamp
from checks.kinds import Pod, ServiceAccount
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, See, clear, found, not_applicable
from checks.quotes import some
from checks.snapshot import View
from checks.subject import CLUSTER, subject
from checks.text import Text

CAUSE = "apiserver-unauthorized"
MOST = 5  # findings of one look

GONE = Text(
    en="{account} does not exist, and pods run as it ({pods}): the API server refuses their tokens "
    "(401) until it is there again and they are started anew.",
    zh_tw="{account} 不存在，但有 Pod 以它執行（{pods}）：API server 會拒絕它們的 token（401），"
    "直到重新建立它並重啟這些 Pod。",
)
WELL = Text(
    en="{pod} runs as {account}, which is there. Whether its token has ended or was signed by "
    "another key shows only in kube-apiserver's log.",
    zh_tw="{pod} 以 {account} 執行，帳號存在。token 是否過期、是否由別的金鑰簽署，"
    "只有 kube-apiserver 的 log 看得出來。",
)
ANEW = Text(
    en=" The account was made after the pod began: the first token is no longer good, and the "
    "kubelet puts a new one in its place within the hour.",
    zh_tw="帳號是在 Pod 啟動之後才建立的：最初的 token 已失效，kubelet 會在一小時內換上新的。",
)
NO_TOKEN = Text(
    en=" The pod mounts no token of it (automountServiceAccountToken: false), so what it sends is "
    "something else, or nothing.",
    zh_tw="這個 Pod 沒有掛載它的 token（automountServiceAccountToken: false），"
    "送出的是別的憑證，或沒有憑證。",
)
ALL_WELL = Text(
    en="Every ServiceAccount that pods run as is there ({count}). Whether their tokens are good "
    "shows only in kube-apiserver's log.",
    zh_tw="Pod 所用的 ServiceAccount 都存在（{count} 個）。token 是否有效，"
    "只有 kube-apiserver 的 log 看得出來。",
)
NO_ACCOUNT = Text(
    en="{pod} names no ServiceAccount, as pods from files on a node do: it is given no token.",
    zh_tw="{pod} 沒有指定 ServiceAccount（例如由節點上的檔案產生的 Pod），不會拿到 token。",
)
NO_POD = Text(en="There is no pod {pod} that runs.", zh_tw="沒有執行中的 Pod {pod}。")
NONE = Text(
    en="No pod runs as a ServiceAccount.",
    zh_tw="沒有 Pod 以 ServiceAccount 執行。",
)
LEFT_OUT = Text(en=" Not shown: {count} more accounts.", zh_tw="另有 {count} 個帳號未列出。")


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Answer for the pod asked about, or look through all."""
    accounts = {one.path: one for one in view.all(ServiceAccount)}
    running = [one for one in view.all(Pod) if _runs(one, view)]
    if question.pod:
        meant = [one for one in running if _is_meant(one, question)]
        yield from [_answer(one, accounts) for one in meant[:MOST]] or [_absent(question)]
    else:
        yield from _look_through(running, accounts)


def _look_through(pods: list[Pod], accounts: dict[str, ServiceAccount]) -> Iterator[Finding]:
    users: defaultdict[str, list[Pod]] = defaultdict(list)
    for one in pods:
        if one.spec.service_account_name:
            users[_account(one)].append(one)
    gone = [_gone(users[path]) for path in users if path not in accounts]
    if len(gone) > MOST:
        gone[MOST - 1] = gone[MOST - 1].adding(LEFT_OUT.fill(count=len(gone) - MOST))
    if gone:
        yield from gone[:MOST]
    elif not users:
        yield not_applicable(CLUSTER, NONE)
    else:
        quote = f"ServiceAccounts: {len(accounts)}; pods run as {len(users)} of them"
        command = kubectl("get", "serviceaccounts", "-A")
        summary = ALL_WELL.fill(count=len(users))
        yield clear(CLUSTER, summary, evidence=[quote], command=command)


def _answer(pod: Pod, accounts: dict[str, ServiceAccount]) -> Finding:
    name = subject(pod)
    if not pod.spec.service_account_name:
        return not_applicable(name, NO_ACCOUNT.fill(pod=name))
    account = accounts.get(_account(pod))
    if account is None:
        return _gone([pod])
    summary = WELL.fill(pod=name, account=subject(account))
    made, began = account.metadata.creation_timestamp, pod.status.start_time
    quotes = [f"{subject(account)}: made {stamp(made) if made else '?'}"]
    if made and began and made > began:
        summary += ANEW
        quotes.append(f"{name}: began {stamp(began)}")
    if not _mounts(pod, account):
        summary += NO_TOKEN
        quotes.append("automountServiceAccountToken: false")
    return clear(name, summary, evidence=quotes, command=_get(pod))


def _gone(pods: list[Pod]) -> Finding:
    account = f"ServiceAccount {_account(pods[0])}"
    names = some(one.path for one in pods)
    quotes = [
        f"{account}: not there",
        f"pods {names}: serviceAccountName {pods[0].spec.service_account_name}",
    ]
    summary = GONE.fill(pods=names, account=account)
    return found(account, summary, cause=CAUSE, evidence=quotes, command=_get(pods[0]))


def _mounts(pod: Pod, account: ServiceAccount) -> bool:
    """Return whether the account's token is mounted; the pod's own word goes first."""
    own = pod.spec.automount_service_account_token
    return (account.automount_service_account_token if own is None else own) is not False


def _account(pod: Pod) -> str:
    return f"{pod.metadata.namespace}/{pod.spec.service_account_name}"


def _absent(question: Question) -> Finding:
    path = "/".join(filter(None, (question.namespace, question.pod)))
    return not_applicable(f"Pod {path}", NO_POD.fill(pod=path))


def _runs(pod: Pod, view: View) -> bool:
    """Return whether a pod had begun when the look did: a newer one's account may be newer too."""
    began = pod.status.start_time
    lives = not pod.terminal and not pod.terminating
    return lives and began is not None and began <= view.time


def _is_meant(pod: Pod, question: Question) -> bool:
    named = pod.metadata.name == question.pod
    return named and question.namespace in {None, pod.metadata.namespace}


def _get(pod: Pod) -> str:
    namespace = pod.metadata.namespace
    return kubectl("get", "serviceaccount", pod.spec.service_account_name, namespace=namespace)


CHECK = Check(
    slug="service-account-token",
    title=Text(en="ServiceAccounts of pods", zh_tw="Pod 的 ServiceAccount"),
    groups=("api", "pod"),
    proves=(CAUSE,),
    sees=(See(Pod), See(ServiceAccount)),
    judge=judge,
    about=("pod",),
)
