"""Do the API servers answer where Service `kubernetes` leads, and is their certificate good.

The bot shakes hands with the Service's ClusterIP and with each endpoint (at most ten), under the
name that pods call, and holds the certificate to the cluster's CA. Found is an endpoint that
refuses or has no route, while silence may have several reasons; the ClusterIP where every endpoint
answers, which is kube-proxy's doing; and a certificate that has expired, is not valid yet, is not
for that name or not of that CA. What a NetworkPolicy may stop on the bot's own way stays open, and
other nodes have ways of their own. `/livez` is asked without credentials; an API server that takes
no anonymous requests says 401.

Source: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ and
https://kubernetes.io/docs/reference/using-api/health-checks/
"""

from collections.abc import Iterator, Mapping

import msgspec

from checks import dialing, tls
from checks.barriers import FENCE_SEES, Fence
from checks.dials import Dial, HttpDial, HttpDialed, Outcome, TlsDial, TlsDialed
from checks.kinds import EndpointSlice, Service
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, See, Tier, blind, clear, found, not_applicable
from checks.platform import CILIUM_CONFIG, PROXY_CONFIG, proxy_mode
from checks.quotes import short, some
from checks.snapshot import NotSeenError, View
from checks.text import Text

UNREACHABLE, PROXY, CERTIFICATE = "apiserver-unreachable", "kube-proxy-broken", "tls-certificate"
NAMESPACE = "default"
NAME = "kubernetes"
SUBJECT = f"Service {NAMESPACE}/{NAME}"
SECONDS = 2.0  # a handshake costs a loaded API server more than a connect
TRIES = 2  # with a handshake, and all within the time of one look
WRONG = 500  # HTTP: from here on the server's own fault
CA = Text(en="the cluster's CA", zh_tw="叢集的 CA")
SURE = {Outcome.REFUSED, Outcome.UNREACHABLE}  # silence may be a policy of another kind
UNMET = {*SURE, Outcome.TIMED_OUT}

NONE = Text(
    en="Service default/kubernetes has no address or no ready endpoint to dial.",
    zh_tw="Service default/kubernetes 沒有位址或就緒的端點可以連線測試。",
)
DEAD = Text(
    en="Service default/kubernetes leads to {addresses}, which does not answer from {place} "
    "({outcome}); {answering} of {count} API servers answer.",
    zh_tw="Service default/kubernetes 指向 {addresses}，但從 {place} 連線沒有回應（{outcome}）；"
    "{count} 個 API server 中有 {answering} 個會回應。",
)
OPEN = Text(
    en=" The way there, a firewall, the server or a policy of another kind than NetworkPolicy may "
    "be why.",
    zh_tw="可能是網路路徑、防火牆、伺服器，或 NetworkPolicy 以外的政策所致。",
)
RULES = Text(
    en="Every API server answers ({count}), and the ClusterIP {address} does not ({outcome}): "
    "{place} has no right rules for it, which is kube-proxy's doing.",
    zh_tw="{count} 個 API server 都會回應，但 ClusterIP {address} 沒有（{outcome}）：{place} 上"
    "沒有正確的規則，這是 kube-proxy 的工作。",
)
REPLACED = Text(
    en="Every API server answers ({count}), and the ClusterIP {address} does not ({outcome}): the "
    "fault is in what does kube-proxy's work on {place}.",
    zh_tw="{count} 個 API server 都會回應，但 ClusterIP {address} 沒有（{outcome}）："
    "問題在 {place} 上取代 kube-proxy 的元件。",
)
WELL = Text(
    en="The API servers answer from {place}, and so does the ClusterIP ({count} endpoints).",
    zh_tw="從 {place} 連線，API server（{count} 個端點）與 ClusterIP 都有回應。",
)
TRUSTED = Text(
    en=" Their certificate is for it and of the cluster's CA.",
    zh_tw="憑證適用於該位址，且由叢集的 CA 簽發。",
)
UNJUDGED = Text(
    en=" Their certificate could not be judged: {why}.",
    zh_tw="無法判斷其憑證：{why}。",
)
NOT_LIVE = Text(
    en=" Yet /livez answers {status}: {lines}.",
    zh_tw="但 /livez 回應 {status}：{lines}。",
)


class Servers(msgspec.Struct, frozen=True):
    """What is dialed: the ClusterIP, the endpoints behind it, how many are left out."""

    address: TlsDial
    endpoints: tuple[TlsDial, ...]
    left: int
    livez: HttpDial


def asks(view: View, _question: Question) -> Iterator[Dial]:
    """Dial the ClusterIP and every endpoint."""
    servers = _servers(view)
    if servers:
        yield from servers.endpoints
        yield servers.address
        yield servers.livez


def judge(view: View, _question: Question) -> Iterator[Finding]:
    """Judge endpoints first, then the ClusterIP, then the certificates that were shown."""
    servers = _servers(view)
    if servers is None:
        yield not_applicable(SUBJECT, NONE)
        return
    results = dialing.made((*servers.endpoints, servers.address), view.dial)
    reach = _endpoints(view, servers, results) or _address(view, servers, results)
    shown = list(_certificates(results))
    if reach:
        yield reach
    yield from shown
    if not reach and not shown:
        yield _well(view, servers, results)


def _endpoints(
    view: View, servers: Servers, results: Mapping[TlsDial, TlsDialed]
) -> Finding | None:
    """Return that endpoints do not answer, and whether a policy may be why."""
    dialed = [one for one in servers.endpoints if one in results]
    failed = [one for one in dialed if results[one].outcome is not Outcome.ANSWERED]
    if not failed:
        return None
    outcomes = list(dict.fromkeys(results[one].outcome for one in failed))
    told = DEAD.fill(
        addresses=some(one.where.split()[1] for one in failed),
        outcome=", ".join(outcomes),
        answering=len(dialed) - len(failed),
        count=len(dialed),
        place=dialing.place(view.vantage),
    )
    fence = Fence(view)
    doubts = (fence.doubt_at(one.host, one.port) for one in failed)
    doubt = next((one for one in doubts if one.en), None)
    if doubt is None and not SURE & set(outcomes):
        doubt = OPEN
    quotes, command = _quotes(results), _show()
    if doubt:
        return blind(SUBJECT, told + doubt, needs=(), evidence=quotes, command=command)
    return found(SUBJECT, told, cause=UNREACHABLE, evidence=quotes, command=command)


def _address(view: View, servers: Servers, results: Mapping[TlsDial, TlsDialed]) -> Finding | None:
    """Return that the ClusterIP does not answer though every endpoint does."""
    result = results.get(servers.address)
    count = sum(one in results for one in servers.endpoints)
    if result is None or result.outcome is Outcome.ANSWERED or not count:
        return None
    replaced = proxy_mode(view) == "none"
    told = (REPLACED if replaced else RULES).fill(
        count=count,
        address=servers.address.host,
        outcome=result.outcome,
        place=dialing.place(view.vantage),
    )
    quotes = _quotes(results)
    if replaced or result.outcome not in UNMET:
        return blind(SUBJECT, told, needs=(), evidence=quotes, command=_show())
    return found(SUBJECT, told, cause=PROXY, evidence=quotes, command=_show())


def _certificates(results: Mapping[TlsDial, TlsDialed]) -> Iterator[Finding]:
    """Yield a fault for each kind of wrong certificate, the first server that shows it."""
    told: dict[str, Finding] = {}
    for one, result in results.items():
        where = one.where.split()[1]
        text = tls.fault(one, result, where, CA)
        if text and result.mistrust not in told:
            quotes = [tls.quote(one, result)]
            told[result.mistrust] = found(
                SUBJECT, text, cause=CERTIFICATE, evidence=quotes, command=_show()
            )
    yield from told.values()


def _well(view: View, servers: Servers, results: Mapping[TlsDial, TlsDialed]) -> Finding:
    count = sum(one in results for one in servers.endpoints)
    told = WELL.fill(place=dialing.place(view.vantage), count=count)
    strange = next((one.mistrust for one in results.values() if one.mistrust), "")
    told += UNJUDGED.fill(why=short(strange).rstrip(".")) if strange else TRUSTED
    first, result = next(iter(results.items()))
    told += tls.ends_soon(result, first.where.split()[1], view.time)
    if servers.left:
        told += dialing.CAPPED.fill(count=servers.left)
    quotes = [*_quotes(results), tls.quote(first, result)]
    livez = _livez(view, servers)
    if livez:
        quotes.append(dialing.quote(servers.livez.where, livez))
        if livez.status >= WRONG:
            lines = some([one for one in livez.lines if one.startswith("[-]")] or ["?"])
            told += NOT_LIVE.fill(status=livez.status, lines=short(lines).rstrip("."))
    return clear(SUBJECT, told, evidence=quotes, command=_show())


def _livez(view: View, servers: Servers) -> HttpDialed | None:
    try:
        return view.dial(servers.livez)
    except NotSeenError:
        return None


def _quotes(results: Mapping[TlsDial, TlsDialed]) -> list[str]:
    ordered = sorted(results.items(), key=lambda pair: pair[1].outcome is Outcome.ANSWERED)
    return [dialing.quote(one.where, result) for one, result in ordered]


def _servers(view: View) -> Servers | None:
    services = (one for one in view.all(Service, NAMESPACE) if one.metadata.name == NAME)
    service = next(services, None)
    address = next(iter(service.addresses), "") if service else ""
    port = next((one.port for one in service.ports), 0) if service else 0
    listed = [_dial(*one, name=address) for one in _listed(view)]
    if not (address and port and listed):
        return None
    return Servers(
        _dial(address, port, name=address),
        tuple(listed[: dialing.MOST]),
        len(listed[dialing.MOST :]),
        HttpDial(host=address, port=port, path="/livez", scheme="https", seconds=SECONDS),
    )


def _listed(view: View) -> Iterator[tuple[str, int]]:
    """Yield where the ready endpoints are."""
    for part in view.all(EndpointSlice, NAMESPACE):
        if part.service == NAME:
            for endpoint in part.endpoints or ():
                for port in part.ports or ():
                    if endpoint.ready and endpoint.addresses and port.port:
                        yield endpoint.addresses[0], port.port


def _dial(host: str, port: int, *, name: str) -> TlsDial:
    return TlsDial(host=host, port=port, server_name=name, seconds=SECONDS, tries=TRIES)


def _show() -> str:
    return kubectl("get", "endpointslices", "-l", f"kubernetes.io/service-name={NAME}")


CHECK = Check(
    slug="apiserver-dial",
    title=Text(en="Connections to the API servers", zh_tw="API server 連線測試"),
    groups=("api",),
    proves=(UNREACHABLE, PROXY, CERTIFICATE),
    sees=(
        See(Service),
        See(EndpointSlice, NAMESPACE),
        PROXY_CONFIG,
        CILIUM_CONFIG,
        *FENCE_SEES,
    ),
    asks=asks,
    dials=True,
    judge=judge,
    rules_out=False,
    tier=Tier.D,
)
