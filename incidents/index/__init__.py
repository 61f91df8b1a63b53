"""The public archive: what the public doors read. It is derived from the records and kept in step with them.

`watch` notes what has changed, `keeper` brings it in as the next edition, `terms` tells what a record is found by,
`postings` holds the sets of incidents by term, and `listing` answers what is asked of them. See docs/index.md.
"""

from .indexer import change_queue, compare, current_version, ensure, read_record, record_of, refresh, repair

__all__ = [
    "change_queue",
    "compare",
    "current_version",
    "ensure",
    "read_record",
    "record_of",
    "refresh",
    "repair",
]
