"""Alembic migrations of the incident database."""
