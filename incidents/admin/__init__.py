"""The desk: Django's admin, arranged as a researcher thinks. One file a desk."""

from .evidence import SourceAdmin
from .incident import IncidentAdmin
from .registry import AccountAdmin, PartyAdmin, PlatformAdmin

__all__ = ["AccountAdmin", "IncidentAdmin", "PartyAdmin", "PlatformAdmin", "SourceAdmin"]
