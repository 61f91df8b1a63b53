"""The admin: one module per group of models."""

from . import evidence, incident, part_pages, registry, topics, users

__all__ = ["evidence", "incident", "part_pages", "registry", "topics", "users"]
