"""The formats in which records leave. Every door asks for a name in `FORMATS` and passes a queryset of incidents."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from . import fixture


@dataclass(frozen=True)
class Format:
    """A way to write incidents: its media type, and a function from a queryset of incidents to bytes, piece by piece."""

    content_type: str
    write: Callable[..., Iterator[bytes]]


# Public formats: give them what `public()` or `listed()` gives.
FORMATS = {"fixture.json": Format("application/json", fixture.write)}

# For staff: private fields and drafts too. Never reached by a public door.
INTERNAL_FORMATS = {"internal.fixture.json": Format("application/json", fixture.write_internal)}
