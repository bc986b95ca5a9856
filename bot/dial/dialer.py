"""Makes the dials of one look, under a budget of its own."""

import asyncio
from collections.abc import Collection

from bot.core.ports import DialBudget
from bot.dial.names import dial_dns
from bot.dial.outcome import detail_of
from bot.dial.tcp import dial_tcp
from bot.dial.tls import dial_tls
from bot.dial.vantage import placed
from bot.dial.web import dial_http
from checks.dials import Dial, Dialed, DnsDial, HttpDial, TcpDial, TlsDial, Vantage
from checks.snapshot import Gap, Snapshot

DEFAULT_BUDGET = DialBudget()


class PodDialer:
    """Dials from the network this process is in. Fulfils `bot.core.ports.Dialer`."""

    def __init__(self, vantage: Vantage, budget: DialBudget = DEFAULT_BUDGET) -> None:
        self._vantage = vantage
        self._budget = budget

    def vantage(self, snapshot: Snapshot) -> Vantage:
        """Return where this process is, its node by the snapshot where nothing else tells it."""
        return placed(self._vantage, snapshot)

    async def dial(self, requests: Collection[Dial]) -> dict[str, Dialed | Gap]:
        """Return what came of each, by its key; those the budget did not reach are gaps."""
        wanted = list({one.key: one for one in requests}.values())
        most = self._budget.dials
        results: dict[str, Dialed | Gap] = {
            one.key: Gap(f"one look makes no more than {most} dials", one.need)
            for one in wanted[most:]
        }
        slots = asyncio.Semaphore(self._budget.at_once)
        deadline = asyncio.get_running_loop().time() + self._budget.seconds

        async def make(request: Dial) -> None:
            results[request.key] = await self._in_time(request, slots, deadline)

        async with asyncio.TaskGroup() as group:
            for request in wanted[:most]:
                group.create_task(make(request))
        return {one.key: results[one.key] for one in wanted}

    async def _in_time(
        self, request: Dial, slots: asyncio.Semaphore, deadline: float
    ) -> Dialed | Gap:
        try:
            async with asyncio.timeout_at(deadline):
                await asyncio.sleep(request.after)
                async with slots:
                    return await _dial(request)
        except TimeoutError:
            late = f"the dials of one look take no more than {self._budget.seconds:g} s"
            return Gap(late, request.need)
        except ValueError as error:  # a host or a path that no socket takes
            return Gap(f"cannot be dialed: {detail_of(error)}", request.need)


async def _dial(request: Dial) -> Dialed:
    match request:
        case TcpDial():
            return await dial_tcp(request)
        case TlsDial():
            return await dial_tls(request)
        case HttpDial():
            return await dial_http(request)
        case DnsDial():
            return await dial_dns(request)
