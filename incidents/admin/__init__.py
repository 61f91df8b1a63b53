"""The admin: one module per group of models."""

from . import evidence, incident, parts, registry, topics, users

__all__ = ["evidence", "incident", "parts", "registry", "topics", "users"]
