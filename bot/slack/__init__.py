"""Slack surfaces: one listener file each, pure rendering, the outbox worker."""
