"""Which incidents match: operations on sets of them, read from the posting lists."""

from collections.abc import Iterable, Iterator
from functools import cached_property, reduce
from itertools import chain, islice
from operator import and_

from django.db.models import Q
from pyroaring import BitMap

from ..analysis import is_unigram
from ..choices import Occurrence
from ..index.documents import NAMES, SOURCES, TEXTS
from ..index.facets import FACET, NONE, VALUE
from ..index.posting_lists import EMPTY, IndexReader, Layers
from ..index.terms import LISTED, MARKS, STEM, bigrams, terms_between
from ..models import PublicIncident
from .criteria import Criteria

MAX_PHRASE_CANDIDATES = 20_000  # incidents whose texts one query looks through for a phrase
MAX_SCORED_GROUPS = 8
BATCH_SIZE = 1_000
SPAN = "from"  # the name under which the days are left out of a match


class Matching:
    """The listed incidents that match some criteria, as one dataset version has them."""

    def __init__(self, reader: IndexReader, criteria: Criteria):
        self.reader, self.criteria = reader, criteria
        # Whether there may be more: a phrase had too many candidates to look through all of them.
        self.is_cut = False

    @cached_property
    def incidents(self) -> BitMap:
        return self.without("")

    def without(self, name: str) -> BitMap:
        """The incidents that match all criteria but those of this name: a facet, `q` or `from`."""
        return self.of_actions(self.of_incidents(name), name)

    def of_incidents(self, but: str = "") -> BitMap:
        """Those that match what is asked of the incident as a whole."""
        found = self.words if but != "q" else self.reader.incidents(LISTED)
        for name, values in self.criteria.values.items():
            if name != but and values and not FACET[name].of_action:
                found = found & self._any_or_all(FACET[name], values)
        for name, values in self.criteria.without.items():
            if name != but and values:
                found = found - self._union(FACET[name], values).get(0, EMPTY)
        return found

    def _any_or_all(self, facet, values):
        if facet.name in self.criteria.all_of:
            return reduce(and_, (self.reader.incidents(facet.term(value)) for value in values))
        return self._union(facet, values).get(0, EMPTY)

    def _union(self, facet, values):
        return self.reader.union([facet.term(value) for value in values])

    def of_actions(self, incidents: BitMap, but: str = "") -> BitMap:
        """Those of these incidents that have one action matching all conditions on actions."""
        conditions = self._conditions(but)
        all_of = [name for name in conditions if name in self.criteria.all_of and len(conditions[name]) > 1]
        if all_of:
            each = [conditions | {name: [value]} for name in all_of for value in conditions[name]]
            return reduce(and_, (self._one_action(incidents, these, but) for these in each))
        return self._one_action(incidents, conditions, but)

    def _conditions(self, but="", counted=""):
        """What is asked of actions, with what it implies; and with what the facet would imply whose values are counted."""
        conditions = {
            name: values
            for name, values in self.criteria.values.items()
            if name != but and values and FACET[name].of_action
        }
        for name in (*list(conditions), counted):
            if name and (implied := FACET[name].implies) and implied[0] not in (*conditions, but):
                conditions[implied[0]] = list(implied[1])
        return conditions

    def _one_action(self, incidents, conditions, but):
        layers = self._layers(conditions, but)
        if layers is None:
            return incidents
        return incidents & union(layers.values())

    def layers(self, but: str = "", counted: str = "") -> Layers | None:
        """By layer, the incidents whose n-th action matches; None if nothing is asked of actions.

        Facets that require every value are left out: different actions may have them.
        """
        conditions = self._conditions(but, counted)
        return self._layers(
            {name: values for name, values in conditions.items() if name not in self.criteria.all_of}, but
        )

    def _layers(self, conditions, but=""):
        wanted = [self._union(FACET[name], values) for name, values in conditions.items()]
        if but != SPAN and self._span is not None:
            wanted.append(self._span)
        if not wanted:
            return None
        return {
            layer: reduce(and_, (each[layer] for each in wanted))
            for layer in set.intersection(*(set(each) for each in wanted))
            if layer
        }

    @cached_property
    def _span(self):
        """By layer, the incidents whose n-th action may have begun in the days asked for; None if none are."""
        if self.criteria.undated:
            return self.reader.union([f"{VALUE}start={NONE}"])
        if self.criteria.first or self.criteria.last:
            return self.reader.union(terms_between(self.criteria.first, self.criteria.last))
        return None

    @cached_property
    def actions(self) -> Layers:
        """By layer, the incidents that have so many actions."""
        layers = self.reader.union(FACET["occurrence"].term(value) for value in Occurrence.values)
        return {layer: incidents for layer, incidents in layers.items() if layer}

    # Words

    @cached_property
    def words(self) -> BitMap:
        """The incidents that have the words."""
        found, query = self.reader.incidents(LISTED), self.criteria.query
        if self.criteria.no_words:
            return EMPTY
        for group in query.groups:
            found = found & union(self._of_term(term) for term in group)
        for term in query.without:
            found = found - self._of_term(term)
        return found

    def _of_term(self, term):
        mark = MARKS.get(term.scope, "")
        if term.stem:
            return self.reader.incidents(mark + STEM + term.stem)
        found, is_cut = self.reader.phrases.get(term, (None, False))
        if found is None:
            found, is_cut = self._look_up(term, mark)
            self.reader.keep_phrase(term, (found, is_cut))
        self.is_cut = self.is_cut or is_cut
        return found

    def _look_up(self, term, mark):
        """The incidents that have these tokens side by side, and whether some candidates were not looked through."""
        tokens, by_prefix = list(term.tokens), []
        if term.prefix and not is_unigram(tokens[-1]):
            prefixed = self.reader.cardinalities(mark + tokens.pop())
            by_prefix = [self.reader.union(prefixed).get(0, EMPTY)]
        words = {*tokens, *bigrams(tokens)}
        candidates = reduce(and_, chain(by_prefix, (self.reader.incidents(mark + word) for word in words)))
        size = len(term.tokens)
        if size == 1 or size == 2 and all(map(is_unigram, term.tokens)):
            return candidates, False
        looked_through = candidates[-MAX_PHRASE_CANDIDATES:]
        text = f" {' '.join(term.tokens)}{'' if term.prefix else ' '}"
        columns = (term.scope,) if term.scope else (NAMES, TEXTS, SOURCES)
        has_it = reduce(Q.__or__, (Q(**{f"{column}__contains": text}) for column in columns))
        found = BitMap()
        for part in batches(looked_through, BATCH_SIZE):
            documents = PublicIncident.objects.using(self.reader.using).filter(has_it, pk__in=part)
            found.update(documents.values_list("pk", flat=True))
        return found, len(candidates) > len(looked_through)

    @cached_property
    def tiers(self) -> list[BitMap]:
        """The incidents by how many of the words they have in their title, ref and names, those with most first."""
        at_least = [self.incidents]  # those with at least n of the words
        for group in self.criteria.query.groups[:MAX_SCORED_GROUPS]:
            terms = [term.within(NAMES) for term in group if not term.scope]
            if not terms:
                continue
            named = union(map(self._of_term, terms))
            at_least.append(EMPTY)
            for n in range(len(at_least) - 1, 0, -1):
                at_least[n] = at_least[n] | at_least[n - 1] & named
        at_least.append(EMPTY)
        return [at_least[n] - at_least[n + 1] for n in range(len(at_least) - 2, -1, -1)]


def union(bitmaps: Iterable[BitMap]) -> BitMap:
    """The incidents in any of these bitmaps."""
    bitmaps = list(bitmaps)
    return BitMap.union(*bitmaps) if bitmaps else BitMap()


def batches(items: Iterable, size: int) -> Iterator[list]:
    """These items in lists of so many."""
    items = iter(items)
    while part := list(islice(items, size)):
        yield part
