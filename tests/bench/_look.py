"""Ask one thing some times in a process of its own, and print what it took as JSON.

`python -m tests.bench._look KUBECONFIG ROUNDS QUESTION` runs a group of checks, or one about a
subject: `service`, `service-endpoints team-1/service-1`. Before each time it fetches the same
lists raw, as packed as they come, and throws them away: a busy machine then slows both.
"""

import asyncio
import json
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Collection, Coroutine
from pathlib import Path
from urllib.parse import urlencode

from bot import app
from bot.cluster.book import ClusterBook
from bot.cluster.connect import connect
from bot.cluster.pages import WHOLE, path_of
from bot.cluster.wire import Wire
from bot.core.diagnose import Doctor
from bot.core.plan import Overrides
from bot.core.ports import Budget, Pace
from checks.model import See, Verdict
from checks.registry import union
from tests.cluster.kubeconfig import CONTEXT

CONCURRENT = Pace().at_once
PATIENCE = 300.0  # seconds: a look's own twenty would hide what a large cluster takes


def main(kubeconfig: str, rounds: str, question: str) -> None:
    """Print the figures of each time."""
    doctor = app.build_doctor()
    tasks = doctor.tasks(*_parts(question), Overrides())
    sees = union(task.check for task in tasks)
    path, before = Path(kubeconfig), _peak()
    raws, runs = [], []
    for _ in range(int(rounds)):
        raws.append(_timed(_raw(path, sees)))
        runs.append(_timed(_check(doctor, path, question)))
    sys.stdout.write(json.dumps({"raws": raws, "runs": runs, "before": before, "peak": _peak()}))


def _timed(work: Coroutine[None, None, dict[str, object]]) -> dict[str, object]:
    wall, cpu = time.perf_counter(), time.process_time()
    figures = asyncio.run(work)
    took = {"seconds": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    return {**figures, **took}


def _parts(question: str) -> tuple[str, str]:
    name, _, subject = question.partition(" ")
    return name, subject


async def _check(doctor: Doctor, kubeconfig: Path, question: str) -> dict[str, object]:
    book = ClusterBook(kubeconfig, budget=Budget(seconds=PATIENCE))
    cluster = await book.open(CONTEXT)
    answer = await doctor.check(*_parts(question), cluster, Overrides())
    await book.close()
    verdicts = [one.finding.verdict for one in answer.checks]
    told = {verdict: verdicts.count(verdict) for verdict in dict.fromkeys(verdicts)}
    ledger = answer.ledger
    assert ledger is not None
    blind = defaultdict(list)
    for one in answer.checks:
        if one.finding.verdict in {Verdict.BLIND, Verdict.BROKEN}:
            blind[one.finding.summary.en].append(one.check)
    return {"requests": ledger.requests, "bytes": ledger.bytes, "told": told, "blind": blind}


async def _raw(kubeconfig: Path, sees: Collection[See]) -> dict[str, object]:
    slots = asyncio.Semaphore(CONCURRENT)
    async with await connect(kubeconfig, CONTEXT) as wire:

        async def one(see: See) -> int:
            async with slots:
                return await _thrown_away(wire, see)

        sizes = await asyncio.gather(*map(one, sees))
    return {"requests": len(sizes), "bytes": sum(sizes)}


async def _thrown_away(wire: Wire, see: See) -> int:
    path = path_of(see.kind.resource, see.namespace, see.name)
    url = f"{wire.host}{path}?{urlencode(WHOLE)}"
    headers = await wire._headers(path)
    sent = await wire._client.call_api("GET", url, headers, _request_timeout=PATIENCE)
    async with sent.response as response:
        return sum([len(piece) async for piece in response.content.iter_any()])


def _peak() -> float:
    """Return the most memory that was resident so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


if __name__ == "__main__":
    main(*sys.argv[1:])
