"""Which incidents match: operations on sets of them, read from the posting lists."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import chain, islice
from operator import and_

from django.db.models import Q
from pyroaring import BitMap

from ..analysis import is_unigram
from ..choices import IncidentKind, Occurrence
from ..index.documents import NAMES, SOURCES, TEXTS
from ..index.facets import FACET, NONE, VALUE
from ..index.posting_lists import EMPTY, IndexReader, Layers
from ..index.terms import LISTED, MARKS, STEM, bigrams, terms_between
from ..models import PublicIncident
from .criteria import Criteria
from .query import Term

MAX_TEXTS_READ = 30_000  # incidents whose texts one query looks through for its phrases
MAX_WORDS_BEGUN = 10_000  # words that one query finds by how they begin
MAX_SCORED_GROUPS = 8
BATCH_SIZE = 1_000
SPAN = "from"  # the name under which the days are left out of a match


class TooCommonError(Exception):
    """The words of a phrase occur in too many incidents to look through their texts, or too many words begin like this."""

    def __init__(self, term: Term):
        super().__init__(str(term))
        self.term = term


@dataclass(frozen=True)
class Tally:
    """Of some incidents, those of which all actions match; and by layer, those of which the n-th action and not all do."""

    wholly: BitMap
    partly: Layers

    def number_with(self, of: Layers) -> int:
        """How many have an action that matches among these, the incidents that have a term by layer."""
        # Mostly all actions of an incident match: only the others are looked at layer by layer.
        partly = [self.partly[layer] & of[layer] for layer in self.partly.keys() & of.keys()]
        return self.wholly.intersection_cardinality(of.get(0, EMPTY)) + len(union(partly))


class Matching:
    """The incidents that match some criteria, as one dataset version has them."""

    def __init__(self, reader: IndexReader, criteria: Criteria):
        self.reader, self.criteria = reader, criteria
        self.version, self.texts_left = reader.dataset_version, MAX_TEXTS_READ
        self.begun: dict[str, int] = {}  # beginning: how many words have it
        self.tallies: dict[tuple[str, str], Tally] = {}
        self.unions: dict[tuple[str, ...], Layers] = {}

    @cached_property
    def incidents(self) -> BitMap:
        return self._without("")

    def without(self, name: str) -> BitMap:
        """The incidents that match all criteria but those of this name: a facet, `q` or `from`."""
        return self._without(name) if self._asks_for(name) else self.incidents

    def tally(self, *, but: str = "", counted: str = "") -> Tally:
        """The Tally of all criteria but those of this name; as for the facet whose values are counted."""
        key = (but if self._asks_for(but) else "", counted if counted and FACET[counted].implies else "")
        if key not in self.tallies:
            self.tallies[key] = self._tally(*key)
        return self.tallies[key]

    def _tally(self, but, counted):
        incidents, layers = self.without(but), self.layers(but, counted)
        if layers is None:
            return Tally(incidents, {})
        partly = incidents & union(there - layers.get(layer, EMPTY) for layer, there in self.actions.items())
        wholly = (incidents & union(layers.values())) - partly
        return Tally(wholly, {layer: rest for layer, each in layers.items() if (rest := each & partly)})

    def _asks_for(self, name):
        """Whether leaving out what is asked under this name makes a difference."""
        if name == "kind":
            return True  # what is listed if nothing is asked of it
        is_facet = name in FACET and (self.criteria.values.get(name) or self.criteria.without.get(name))
        return bool(is_facet or name == "q" or name == SPAN and self._span is not None)

    def _without(self, name):
        return self.of_actions(self.of_incidents(name), name)

    def of_incidents(self, but: str = "") -> BitMap:
        """Those that match what is asked of the incident as a whole."""
        found = self.words if but != "q" else self._everything
        if but != "kind" and not self.criteria.asks_for_kind:
            found = found & self.reader.incidents(LISTED)
        for name, values in self.criteria.values.items():
            if name != but and values and not FACET[name].of_action:
                found = found & self._any_or_all(FACET[name], values)
        for name, values in self.criteria.without.items():
            if name != but and values:
                found = found - self._union(FACET[name], values).get(0, EMPTY)
        return found

    @cached_property
    def _everything(self):
        """All public incidents, background events too, which are listed only where they are asked for."""
        return self._union(FACET["kind"], IncidentKind.values).get(0, EMPTY)

    def _any_or_all(self, facet, values):
        if facet.name in self.criteria.all_of:
            return reduce(and_, (self.reader.incidents(facet.term(value)) for value in values))
        return self._union(facet, values).get(0, EMPTY)

    def _union(self, facet, values):
        key = (facet.name, *values)
        if key not in self.unions:
            self.unions[key] = self.reader.union([facet.term(value) for value in values])
        return self.unions[key]

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
        """The incidents that have the words.

        What leaves fewest texts to look through is asked first. Raises TooCommonError if they are too many all the same.
        """
        found, query = self._everything, self.criteria.query
        if self.criteria.no_words:
            return EMPTY
        for group in sorted(query.groups, key=self._number_of_texts):
            found = union(self._of_term(term, found) for term in group)
        for term in sorted(query.without, key=lambda term: self._number_of_texts([term])):
            found = found - self._of_term(term, found)
        return found

    def _number_of_texts(self, group):
        """Of how many incidents the texts have to be looked through for these terms."""
        return sum(len(self._candidates(term)) for term in group if term.is_phrase)

    def _of_term(self, term, within):
        """Which of these incidents have a term."""
        candidates = within & self._candidates(term)
        return self._with_phrase(term, candidates) if term.is_phrase else candidates

    def _candidates(self, term):
        """The incidents that have a word; of a phrase, those that have all its tokens, side by side or not."""
        mark = MARKS.get(term.scope, "")
        if term.stem:
            return self.reader.incidents(mark + STEM + term.stem)
        tokens, by_prefix = list(term.tokens), []
        if term.prefix and not is_unigram(tokens[-1]):
            beginning = mark + tokens.pop()
            self.begun[beginning], found = self.reader.with_prefix(beginning, MAX_WORDS_BEGUN)
            if sum(self.begun.values()) > MAX_WORDS_BEGUN:
                raise TooCommonError(term)
            by_prefix = [found]
        words = {*tokens, *bigrams(tokens)}
        return reduce(and_, chain(by_prefix, (self.reader.incidents(mark + word) for word in words)))

    def _with_phrase(self, term, candidates):
        """Which of these incidents have the tokens of a phrase side by side.

        What others have asked about before is not looked up again, but counts alike: an answer depends on nobody else.
        """
        if len(candidates) > self.texts_left:
            raise TooCommonError(term)
        self.texts_left -= len(candidates)
        looked_through, found = self.reader.phrases.get(term, (EMPTY, EMPTY))
        if new := candidates - looked_through:
            found = found | self._look_up(term, new)
            self.reader.keep_phrase(term, (looked_through | new, found), self.version)
        return candidates & found

    def _look_up(self, term, candidates):
        text = f" {' '.join(term.tokens)}{'' if term.prefix else ' '}"
        columns = (term.scope,) if term.scope else (NAMES, TEXTS, SOURCES)
        has_it = reduce(Q.__or__, (Q(**{f"{column}__contains": text}) for column in columns))
        found = BitMap()
        for part in batches(candidates, BATCH_SIZE):
            documents = PublicIncident.objects.using(self.reader.using).filter(has_it, pk__in=part)
            found.update(documents.values_list("pk", flat=True))
        return found

    @cached_property
    def tiers(self) -> list[BitMap]:
        """The incidents by how many of the words they have in their title, ref and names, those with most first."""
        at_least = [self.incidents]  # those with at least n of the words
        for group in self.criteria.query.groups[:MAX_SCORED_GROUPS]:
            terms = [term.within(NAMES) for term in group if not term.scope]
            try:
                named = union(self._of_term(term, self.incidents) for term in terms)
            except TooCommonError:
                continue  # then it says nothing about the order
            if not terms:
                continue
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
