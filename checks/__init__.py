"""Read-only checks: what they must see, and what a frozen Snapshot proves."""
