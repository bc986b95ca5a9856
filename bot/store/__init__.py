"""Incidents, links, inbox and outbox in SQL."""
