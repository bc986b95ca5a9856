"""Errors that say what to do next. Nothing a vendor raises crosses the ports."""


class NetcheckError(Exception):
    """Base of every error meant for a person: one line, with the next step in it."""


class PasteRefusedError(NetcheckError):
    """The paste cannot be read: empty, too large or not text."""


class SettingError(NetcheckError):
    """A setting is missing or wrong; the message names it."""


class ClusterError(NetcheckError):
    """Something about the cluster's API; `reason` is the short form an answer quotes."""

    @property
    def reason(self) -> str:
        """The message, short enough for an answer."""
        return str(self)


class ClusterUnknownError(ClusterError):
    """No such context, kubeconfig or snapshot file."""


class ClusterUnreachableError(ClusterError):
    """No connection, a timeout or a broken answer."""


class ClusterUnauthorizedError(ClusterError):
    """401: the credentials are not accepted."""


class ClusterForbiddenError(ClusterError):
    """403; `verb` and `resource` name the permission, as in `list`, `pods`."""

    def __init__(self, message: str, verb: str, resource: str) -> None:
        super().__init__(message)
        self.verb = verb
        self.resource = resource


class ClusterBusyError(ClusterError):
    """429 or 503; `delay` is how long the server asks to wait, in seconds."""

    def __init__(self, message: str, delay: float) -> None:
        super().__init__(message)
        self.delay = delay


class ClusterMissingError(ClusterError):
    """The API server does not serve this group or version."""


class BudgetSpentError(ClusterError):
    """The look took more requests, bytes or seconds than it may."""


class SnapshotRefusedError(ClusterError):
    """A snapshot file cannot be read or written, or was saved by an incompatible version."""


class StoreError(NetcheckError):
    """The database cannot be used: missing, read-only, full, locked or of another version."""
