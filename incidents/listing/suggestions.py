"""Nearest spellings, for a search that finds nothing: words of the archive that look like those that were typed."""

from rapidfuzz import fuzz, process

from ..index.analysis import is_unigram, tokens
from ..index.documents import NAMES
from ..index.terms import END, MARKS, STEM
from .filters import IncidentFilter

MOST = 3
CLOSE = 72  # of 100: how much two spellings have in common
MOST_COMPARED = 20_000


def spelling_suggestions(listing):
    """Up to three query strings that differ in the spelling of a word and do find something, with what they ask for."""
    text = listing.asked["q"]
    found = []
    for word in dict.fromkeys(text.split()):
        listed = tokens(word)
        if not listed:
            continue
        for other in _like("".join(listed) if all(map(is_unigram, listed)) else listed[0], listing.reader):
            changed = text.replace(word, other)
            data = listing.data.copy()
            data["q"] = changed
            again = IncidentFilter(
                data, using=listing.reader.using, dataset_version=listing.reader.dataset_version
            )
            if again.is_valid() and (number := len(again.listing)):
                found.append({"words": changed, "number": number, "query": again.query})
            if len(found) == MOST:
                return found
    return found


def _like(word, reader):
    """Words that look like this one, those of titles and names first."""
    for mark in (MARKS[NAMES], ""):
        for start in (word[:2], word[:1]):
            terms = reader.beginning_with(mark + start)
            words = {
                term.removeprefix(mark): number
                for term, number in terms.items()
                if number and not set(term.removeprefix(mark)) & {STEM, END}
            }
            words.pop(word, None)
            words = sorted(words, key=lambda other: -words[other])[:MOST_COMPARED]
            close = process.extract(word, words, scorer=fuzz.ratio, score_cutoff=_close(word), limit=MOST)
            if close:
                return [other for other, _score, _place in close]
    return []


def _close(word):
    return 50 if is_unigram(word[0]) else CLOSE
