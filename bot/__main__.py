"""The `netcheck` command."""
