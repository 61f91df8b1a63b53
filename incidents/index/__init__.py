"""The index, write side: the public data derived from the records, and kept in step with them.

Triggers queue what changes (`triggers`), the indexer turns it into documents and posting lists (`indexer`), and every
public page, file and API answer reads these alone. docs/index.md describes the way from save to answer.
"""

from .comparison import differences, repair
from .indexer import (
    change_queue,
    current_version,
    ensure,
    read_record,
    record_of,
    refresh,
    refresh_beside_others,
)

__all__ = [
    "change_queue",
    "current_version",
    "differences",
    "ensure",
    "read_record",
    "record_of",
    "refresh",
    "refresh_beside_others",
    "repair",
]
