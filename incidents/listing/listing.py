"""A listing: the incidents that match some criteria, how many they are, and any page of them in their order."""

from collections.abc import Iterator

from pyroaring import BitMap

from ..index.posting_lists import IndexReader
from .counts import action_count, counted_action_count
from .criteria import Criteria
from .matching import Matching
from .ordering import Cursor, Ordering, Page


class Listing:
    """The incidents that match some criteria, as one dataset version has them.

    It is what every door takes its incidents from: pages, API, feeds and, as a selection, exports.
    """

    def __init__(self, reader: IndexReader, criteria: Criteria):
        self.reader, self.criteria = reader, criteria
        self.matching = Matching(reader, criteria)
        self.ordering = Ordering(self.matching)

    def __len__(self) -> int:
        return len(self.found)

    def __iter__(self) -> Iterator[int]:
        """The keys of all incidents in their order."""
        return (pk for (pk,) in self.entries("pk"))

    @property
    def found(self) -> BitMap:
        """The keys of the incidents, as a set."""
        return self.matching.incidents

    def lines(self) -> int:
        """How many actions these incidents have, counted or not: the rows of a table of actions."""
        return action_count(self.matching)

    def counted_action_count(self) -> int:
        """How many counted account actions they have, of those that match."""
        return counted_action_count(self.matching)

    def page(self, size: int, *, after: Cursor | None = None, before: Cursor | None = None) -> Page:
        """The Page of up to `size` incidents after or before a Cursor, or from the first on."""
        return self.ordering.page(size, after=after, before=before)

    def sample(self, size: int) -> list[int]:
        """The keys of up to `size` of these incidents, from all over the index, in their order."""
        size = min(size, len(self))
        sample = Listing(self.reader, self.criteria)
        sample.matching.incidents = BitMap(self.found[n * len(self) // size] for n in range(size))
        return list(sample)

    def entries(self, *fields: str) -> Iterator[tuple]:
        """These fields of all documents in their order, without holding many at a time."""
        return self.ordering.stream(fields)
