"""`status`: how the bot does, and how this channel is answered."""

from bot.core.errors import ClusterError
from bot.core.health import Reach
from bot.slack.commands import read_options, too_many
from bot.slack.render_status import Status, render_status
from bot.slack.surface import Surface
from bot.slack.verbs.base import Reply, Said, Verb
from bot.slack.verbs.reading import reading_lang
from checks.text import Text

_MOST = 20  # arbitrary; so many clusters are greeted within a few seconds


async def _status(surface: Surface, said: Said) -> Reply:
    left, options = read_options(said.rest.split())
    if left:
        raise too_many(left[0], STATUS.form)
    back, library = surface.back, surface.back.library()
    link = await surface.desk.link_of(said.channel)
    backlog = await back.registry.backlog()
    reach, unasked = await _reach(surface, options.cluster, link.cluster if link else "")
    shipped = sum(map(library.is_shipped, library.entries))
    status = Status(
        version=back.version,
        uptime=back.uptime(),
        reach=reach,
        unasked=unasked,
        link=link,
        lang=said.lang,
        shipped=shipped,
        own=len(library) - shipped,
        backlog=backlog,
    )
    return render_status(status, await reading_lang(surface, said, options))


async def _reach(surface: Surface, named: str, linked: str) -> tuple[tuple[Reach, ...], int]:
    """Greet the cluster that is named, or all there are, the channel's first."""
    if named:
        return await surface.back.health.look([named]), 0
    try:
        every = surface.desk.clusters()
    except ClusterError as error:  # the kubeconfig cannot be read any more
        return (Reach("kubeconfig", trouble=error.reason),), 0
    names = sorted(every, key=lambda name: name != linked)
    return await surface.back.health.look(names[:_MOST]), len(names[_MOST:])


STATUS = Verb(
    name="status",
    form="status [in CLUSTER]",
    about=Text(
        "tells whether the clusters answer, how this channel is set, and what waits.",
        "查看叢集是否有回應、此頻道的設定，以及等待中的工作。",
    ),
    take=_status,
)
