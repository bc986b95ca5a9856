"""From a kubeconfig file, or a pod's own ServiceAccount, to a wire that is ready to ask.

Importing `kubernetes` costs about 0.6 s and 20 MB on top of aiohttp's 0.4 s and 29 MB: its package
imports the synchronous client first. The models are imported one by one when used, and none is
here. So only what opens a live cluster imports this module.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiohttp
from kubernetes.aio.client import ApiClient, Configuration
from kubernetes.aio.config import (
    ConfigException,
    kube_config,
    load_incluster_config,
    load_kube_config,
)

from bot.cluster.kubeconfig import read_kubeconfig, unknown
from bot.cluster.text import one_line
from bot.cluster.wire import SESSION, Wire
from bot.core.errors import ClusterUnauthorizedError, ClusterUnknownError

SIGN_IN_SECONDS = 10.0  # for a program that signs in; those of the big clouds take one or two
RENEW_SECONDS = 60.0  # how often the in-cluster loader looks for a new token, too
# What the library lets out when a kubeconfig has a shape it does not expect.
UNUSABLE = (ConfigException, OSError, ValueError, TypeError, AttributeError)


async def connect(kubeconfig: Path, context: str) -> Wire:
    """Return a wire to a context's API server; nothing is sent yet.

    A program that signs in is run. The kubeconfig is never written to. Raises
    `ClusterUnknownError` for a file or context that is missing or unusable, and
    `ClusterUnauthorizedError` when that program gives no credentials.
    """
    config = read_kubeconfig(kubeconfig)
    if context not in config.names:
        raise unknown("context", context, config.names)
    user = config.user(context).user
    plugin = user.exec.command if user and user.exec else ""
    sign_in = _SignIn(kubeconfig, context, plugin)
    with _unusable(f"{kubeconfig}, context {context}"):
        client = await sign_in.first()
    return Wire(client, sign_in.again)


async def connect_in_cluster() -> Wire:
    """Return a wire to the API server of the cluster this runs in, as its ServiceAccount.

    Raises `ClusterUnknownError` outside a cluster, or in a pod without a token.
    """
    configuration = _blank()
    with _unusable("in-cluster"):
        load_incluster_config(client_configuration=configuration)  # type: ignore[no-untyped-call]
        client = ApiClient(configuration)
    return Wire(client, _nothing)


class _SignIn:
    """Gets credentials as a kubeconfig says, and again when they may have run out."""

    def __init__(self, kubeconfig: Path, context: str, plugin: str) -> None:
        self._kubeconfig = kubeconfig
        self._context = context
        self._plugin = plugin
        self._configuration = _blank()
        self._loader: Any = None
        self._at = 0.0

    async def first(self) -> ApiClient:
        """Sign in and return the client."""
        with _quoted() as said:
            async with self._in_time():
                self._loader = await load_kube_config(  # type: ignore[no-untyped-call]
                    config_file=str(self._kubeconfig),
                    context=self._context,
                    client_configuration=self._configuration,
                    persist_config=False,
                )
        # No await until the client has read the certificates: another sign-in would remove them.
        client = ApiClient(self._configuration)
        self._forget()
        if self._plugin and not (self._configuration.api_key or self._configuration.cert_file):
            await client.close()  # type: ignore[no-untyped-call]
            raise self._failed("gave no credentials" + "".join(f": {one}" for one in said[:1]))
        return client

    async def again(self) -> None:
        """Renew tokens from files and programs, at most once in `RENEW_SECONDS`.

        A program that fails leaves the old token, and the API server will say what it thinks.
        """
        if time.monotonic() - self._at < RENEW_SECONDS:
            return
        with _quoted():
            async with self._in_time():
                await self._loader.load_and_set(self._configuration)
        self._forget()

    def _forget(self) -> None:
        """Remove the certificates and keys that the library wrote to temporary files.

        It would do so only when the process ends, and has no public way to do it sooner.
        """
        kube_config._cleanup_temp_files()  # type: ignore[no-untyped-call]  # noqa: SLF001
        self._at = time.monotonic()

    @asynccontextmanager
    async def _in_time(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(SIGN_IN_SECONDS):
                yield
        except TimeoutError as error:
            raise self._failed(f"took more than {SIGN_IN_SECONDS:g} s") from error
        except aiohttp.ClientError as error:
            raise self._failed(f"reached no one: {one_line(error)}") from error

    def _failed(self, problem: str) -> ClusterUnauthorizedError:
        who = f"`{self._plugin}`" if self._plugin else "signing in"
        return ClusterUnauthorizedError(
            f"{self._kubeconfig}, context {self._context}: {who} {problem}; "
            f"see whether `kubectl --context {self._context} version` can sign in"
        )


async def _nothing() -> None:
    """Renew nothing."""


def _blank() -> Configuration:
    return Configuration(client_session_kwargs=dict(SESSION))


@contextmanager
def _unusable(where: str) -> Iterator[None]:
    """Turn what the library makes of a bad kubeconfig into one line."""
    try:
        yield
    except UNUSABLE as error:
        raise ClusterUnknownError(
            f"{where}: {one_line(error)}: mend it, or name another cluster by "
            "`--kubeconfig FILE`, `--context NAME` or `--snapshot FILE`"
        ) from error


@contextmanager
def _quoted() -> Iterator[list[str]]:
    """Collect what the library logs about a sign-in that fails, for it raises nothing."""
    said: list[str] = []

    def collect(record: logging.LogRecord) -> bool:
        if record.levelno >= logging.WARNING:
            said.append(one_line(record.getMessage()))
        return False

    log = logging.getLogger(kube_config.__name__)
    log.addFilter(collect)
    try:
        yield said
    finally:
        log.removeFilter(collect)
