"""Answers to render: a few to read, and any at all for hypothesis."""

import msgspec
from hypothesis import strategies as st

from bot.core.answer import Answer, Cause, CheckResult, Mended, Pending, Seen
from bot.core.casebook import Opinion
from bot.slack.buttons import Under
from checks.model import Finding, Verdict, blind, clear, found, not_applicable
from checks.snapshot import Ledger
from checks.text import Text
from knowledge.model import Because, Match, Step

ENDPOINTS = Text("Service endpoints", "Service 端點")
DNS_PODS = Text("DNS pods", "DNS Pod")

PROVED = CheckResult(
    "service-endpoints",
    ENDPOINTS,
    found(
        "Service shop/cart",
        Text(
            "No Pod carries app=cart; the nearest one carries app=carts",
            "沒有 Pod 帶有 app=cart；最接近的是 app=carts",
        ),
        cause="service-no-endpoints",
        evidence=[
            "Service shop/cart: selector app=cart",
            "Pod shop/cart-7d9: labels app=carts",
            "EndpointSlice shop/cart-x: 0 endpoints",
            "EndpointSlice shop/cart-y: 0 endpoints",
        ],
        command="kubectl get endpointslices -n shop -l kubernetes.io/service-name=cart",
    ),
)
UNSEEN = CheckResult(
    "dns-pods",
    DNS_PODS,
    blind(
        "DNS",
        Text("I may not list Pods", "沒有列出 Pod 的權限"),
        needs=["list pods in kube-system"],
        command="kubectl get pods -n kube-system -l k8s-app=kube-dns",
    ),
)
HEALTHY = CheckResult(
    "pod-cidr",
    Text("Pod addresses", "Pod 位址"),
    clear(
        "Node worker-1",
        Text("12 of 254 addresses are taken", "254 個位址用了 12 個"),
        evidence=["podCIDR 10.244.1.0/24, 12 Pods"],
        command="kubectl get node worker-1",
    ),
)
IRRELEVANT = CheckResult(
    "cni-bridge",
    Text("Bridge", "橋接器"),
    not_applicable("Cluster", Text("Cilium has no bridge", "Cilium 沒有橋接器")),
)
SEEN = Seen(7, 3, "2026-05-12T09:14:00+00:00", "2026-05-13T09:14:00+00:00", "open")
MATCH = Match(
    "service-no-endpoints",
    0.98,
    (Because(3, 'no endpoints available for service "cart" <!channel> ```', "no endpoints", 1.0),),
    {"service": "cart", "namespace": "shop"},
)
NO_ENDPOINTS = Cause(
    "service-no-endpoints",
    "Service has no endpoints",
    "Service shop/cart",
    "confirmed",
    ("service-endpoints",),
    (
        Step("Make the selector match the Pods' labels", ("kubectl edit service cart -n shop",)),
        Step("Or let every Pod go", ("kubectl delete pod --all -n shop",), "all requests fail"),
    ),
)
DNS_DOWN = Cause("dns-pods-down", "DNS Pods are down", "", "could-not-check", ("dns-pods",))
EXHAUSTED = Cause("ipam-exhausted", "Pod addresses ran out", "", "not-confirmed", ("pod-cidr",))

CONFIRMED = Answer(
    lang="en",
    answer="match",
    matches=(MATCH,),
    titles={"service-no-endpoints": "Service has no endpoints"},
    causes=(NO_ENDPOINTS, DNS_DOWN, EXHAUSTED),
    checks=(PROVED, UNSEEN, HEALTHY),
    ledger=Ledger(requests=9, bytes=812_345, seconds=1.44),
    cluster="staging",
    seen=SEEN,
    done=True,
)
CHECKING = Answer(
    lang="en",
    answer="match",
    matches=(MATCH,),
    titles={"service-no-endpoints": "Service has no endpoints"},
    pending=(Pending("service-endpoints", ENDPOINTS), Pending("dns-pods", DNS_PODS)),
    cluster="staging",
)
CHINESE = Answer(
    lang="zh-TW",
    answer="perhaps",
    matches=(MATCH,),
    titles={"service-no-endpoints": "Service 沒有端點"},
    causes=(
        Cause(
            "service-no-endpoints",
            "Service 沒有端點",
            "Service shop/cart",
            "likely",
            ("service-endpoints",),
            (Step("讓 selector 與 Pod 的標籤一致", ("kubectl edit service cart -n shop",)),),
        ),
    ),
    checks=(PROVED,),
    ledger=Ledger(requests=4, bytes=1, seconds=0.31),
    cluster="staging",
    seen=Seen(8, 1, "2026-05-12T09:14:00+00:00", "2026-05-12T09:14:00+00:00", "open"),
    done=True,
)
REFUTED = Answer(
    lang="en",
    answer="match",
    matches=(MATCH,),
    titles={"service-no-endpoints": "Service has no endpoints"},
    causes=(EXHAUSTED, msgspec.structs.replace(EXHAUSTED, entry="x", title="Second suspect")),
    checks=(HEALTHY,),
    ledger=Ledger(2, 2, 0.2),
    cluster="staging",
    done=True,
)
HANDLED = msgspec.structs.replace(
    CONFIRMED,
    seen=msgspec.structs.replace(
        SEEN,
        owner="U0ANA",
        owned_at="2026-05-13T09:20:00Z",
        mended=Mended("U0BEN", "2026-05-12T10:00:00Z", "the selector said <crat>"),
    ),
)
UNDER = Under(
    "Ev1",
    opinions=(Opinion("U0BEN", "dns-pods-down"), Opinion("U0EVE", "")),
    lessons=(Opinion("U0EVE", "taught-frob"),),
    titles={"dns-pods-down": "DNS Pods are down", "taught-frob": "Frobnicator is out of phase"},
)
TAUGHT = msgspec.structs.replace(
    CHINESE,
    taught={"service-no-endpoints": "U0EVE"},
    seen=Seen(
        8,
        1,
        "2026-05-12T09:14:00Z",
        "2026-05-12T09:14:00Z",
        "resolved",
        mended=Mended("U0BEN", "2026-05-12T10:00:00Z", "改了 selector"),
    ),
)
NOTHING = Answer(lang="en", answer="nothing", titles={"dns": "DNS Pods are down"}, done=True)
ELSEWHERE = Answer(
    lang="en", answer="nothing", elsewhere="a container that ran out of memory", done=True
)
UNREACHABLE = Answer(
    lang="en",
    answer="match",
    matches=(MATCH,),
    titles={"service-no-endpoints": "Service has no endpoints"},
    causes=(msgspec.structs.replace(NO_ENDPOINTS, standing="could-not-check", subject=""),),
    ledger=Ledger(),
    trouble="no answer from https://10.0.0.1:6443 within 5 s: check the address in the kubeconfig",
    done=True,
)
BLIND_COMMAND = Answer(
    lang="en",
    checks=(UNSEEN, HEALTHY),
    ledger=Ledger(2, 2, 0.2),
    cluster="staging",
    done=True,
)

ANY_STRING = (
    st.text(max_size=60)
    | st.text("`<!channel>@here&*_~\n\u202e👩\u200d", max_size=60)
    | st.text(max_size=10).map(lambda text: (text or "&") * 1_500)
)
_TEXTS = st.builds(Text, ANY_STRING, ANY_STRING)
_STRINGS = st.lists(ANY_STRING, max_size=8).map(tuple)
_LANGS = st.sampled_from(["en", "zh-TW"])
_QUOTES = _STRINGS.map(lambda quotes: ("q", *quotes))
_FINDINGS = st.builds(
    Finding,
    verdict=st.sampled_from(Verdict),
    subject=ANY_STRING,
    summary=_TEXTS,
    evidence=_QUOTES,
    command=ANY_STRING,
    cause=st.sampled_from(["a", "b"]),
    needs=_STRINGS,
)
_RESULTS = st.builds(CheckResult, st.sampled_from(["a", "b", "c"]), _TEXTS, _FINDINGS)
_STEPS = st.builds(Step, ANY_STRING, _STRINGS, st.none() | ANY_STRING)
_CAUSES = st.builds(
    Cause,
    entry=st.sampled_from(["a", "b"]),
    title=ANY_STRING,
    subject=ANY_STRING,
    standing=st.sampled_from(["confirmed", "likely", "not-confirmed", "could-not-check"]),
    checks=st.lists(st.sampled_from(["a", "b", "c"]), max_size=3).map(tuple),
    fix=st.lists(_STEPS, max_size=8).map(tuple),
)
_BECAUSE = st.builds(Because, st.integers(1, 9_999), ANY_STRING, ANY_STRING, st.just(1.0))
_MATCHES = st.builds(
    Match,
    st.sampled_from(["a", "b"]),
    st.floats(0, 1),
    st.lists(_BECAUSE, max_size=4).map(tuple),
    st.just({}),
)
ANY_ANSWER = st.builds(
    Answer,
    lang=_LANGS,
    answer=st.sampled_from(["match", "perhaps", "nothing", None]),
    elsewhere=st.just("") | ANY_STRING,
    matches=st.lists(_MATCHES, max_size=3).map(tuple),
    titles=st.dictionaries(st.sampled_from(["a", "b"]), ANY_STRING),
    causes=st.lists(_CAUSES, max_size=30).map(tuple),
    checks=st.lists(_RESULTS, max_size=40).map(tuple),
    pending=st.lists(st.builds(Pending, ANY_STRING, _TEXTS), max_size=20).map(tuple),
    ledger=st.none() | st.builds(Ledger, st.integers(0, 99), st.integers(0), st.floats(0, 99)),
    cluster=ANY_STRING,
    trouble=ANY_STRING,
    seen=st.none()
    | st.builds(
        Seen,
        st.integers(0),
        st.integers(0),
        ANY_STRING,
        ANY_STRING,
        st.sampled_from(["open", "resolved"]) | ANY_STRING,
        ANY_STRING | st.just("U024BE7LH"),
        ANY_STRING,
        st.none() | st.builds(Mended, ANY_STRING, ANY_STRING, ANY_STRING),
    ),
    done=st.booleans(),
)
ANY_UNDER = st.builds(
    Under,
    key=st.text("Ev0189.abcdef view", min_size=1, max_size=60),
    opinions=st.lists(st.builds(Opinion, ANY_STRING, st.sampled_from(["", "a", "b"]))).map(tuple),
    titles=st.dictionaries(st.sampled_from(["a", "b"]), ANY_STRING),
)
