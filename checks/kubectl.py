"""kubectl lines, safe to paste into a shell whatever the names in them are."""

import shlex


def kubectl(*words: str, namespace: str = "") -> str:
    """Return a kubectl line; a namespace comes first, as people look for it there."""
    where = ("-n", namespace) if namespace else ()
    return shlex.join(("kubectl", *where, *words))
