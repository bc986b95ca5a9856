"""Listens for the opening of the Home tab, and shows it: at once, and again with the clusters."""

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec
from slack_bolt.async_app import AsyncApp

from bot.core.archive import Wanted
from bot.core.errors import ClusterError, StoreError
from bot.core.health import Reach
from bot.slack.faults import Refused, SlackFault
from bot.slack.render_home import Home, Read, render_home
from bot.slack.surface import Surface
from checks.text import Lang

_INCIDENTS = 10
_LINKS = 20
_CLUSTERS = 20  # arbitrary; so many are greeted within a few seconds
_LATELY = timedelta(days=7)
_KEPT = 1_000  # events remembered; Slack sends one again within minutes

logger = logging.getLogger("netcheck.slack")


def listen(app: AsyncApp, surface: Surface) -> None:
    """Show somebody their Home whenever they open it."""
    homes = Homes(surface)

    @app.event("app_home_opened")
    async def opened(body: dict[str, Any]) -> None:
        event = body["event"]
        if event.get("tab", "home") == "home" and homes.is_new(body["event_id"]):
            surface.pipeline.background(homes.show(event["user"]), f"home of {event['user']}")


@dataclass(eq=False)
class _Turn:
    """Whoever shows one person's Home holds `lock`; `waiting` counts those who will."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class Homes:
    """Shows Homes. The openings of one person are shown one after the other, each once.

    In memory alone: an opening lost in a crash is made good by the next.
    """

    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        self._events: OrderedDict[str, None] = OrderedDict()
        self._turns: dict[str, _Turn] = {}

    def is_new(self, event_id: str) -> bool:
        """Whether an event comes for the first time; from then on it does not."""
        if event_id in self._events:
            return False
        self._events[event_id] = None
        while len(self._events) > _KEPT:
            self._events.popitem(last=False)
        return True

    async def show(self, user: str) -> None:
        """Show somebody's Home without the clusters' health, then, unless reopened, with it."""
        turn = self._turns.setdefault(user, _Turn())
        turn.waiting += 1
        try:
            async with turn.lock:
                turn.waiting -= 1
                home, lang = await self._read(user)
                shown = await self._publish(user, home, lang)
                if shown and home.clusters and not turn.waiting:
                    await self._publish(user, await self._with_health(home), lang)
        finally:
            if not turn.waiting and not turn.lock.locked():
                self._turns.pop(user, None)

    async def _read(self, user: str) -> tuple[Home, Lang | None]:
        """Return what is known without asking a cluster, and the language to tell it in."""
        back = self._surface.back
        now = back.now()
        home = Home(back.version, now.isoformat(timespec="seconds"), read=None)
        lang: Lang | None = None
        try:
            lang = await back.languages.of_person(user)
            read = Read(
                mine=await back.archive.find(Wanted(open=True, user=user), _INCIDENTS),
                links=await back.registry.links(_LINKS),
                digest=await back.archive.digest(now - _LATELY, now),
            )
            home = msgspec.structs.replace(home, read=read)
        except StoreError as error:
            home = msgspec.structs.replace(home, trouble=str(error))
        return self._with_clusters(home), lang

    def _with_clusters(self, home: Home) -> Home:
        """Return the Home with the clusters to ask, those that channels are linked to first."""
        try:
            every = self._surface.desk.clusters()
        except ClusterError as error:  # the kubeconfig cannot be read any more
            reach = {"kubeconfig": Reach("kubeconfig", trouble=error.reason)}
            return msgspec.structs.replace(home, reach=reach)
        linked = [link.cluster for link in home.read.links.links] if home.read else []
        names = tuple(dict.fromkeys((*linked, *every)))
        return msgspec.structs.replace(
            home, clusters=names[:_CLUSTERS], left=len(names[_CLUSTERS:])
        )

    async def _with_health(self, home: Home) -> Home:
        """Return the Home with how each cluster answers; takes some seconds at most."""
        reach = await self._surface.back.health.look(home.clusters)
        return msgspec.structs.replace(home, reach={one.cluster: one for one in reach})

    async def _publish(self, user: str, home: Home, lang: Lang | None) -> bool:
        """Show a Home; False when Slack does not take it, which is logged."""
        view = render_home(home, self._surface.back.library().entries, lang)
        try:
            await self._surface.views.publish_home(user, view)
        except SlackFault as fault:
            enable = isinstance(fault, Refused) and fault.error == "not_enabled"
            hint = ": enable it, `netcheck manifest` has it" if enable else ""
            logger.warning("the Home of %s was not shown (%s)%s", user, fault, hint)
            return False
        return True
