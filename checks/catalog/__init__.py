"""One check a file; `checks.registry` finds them by looking here."""
