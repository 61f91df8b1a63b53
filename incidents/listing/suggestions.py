"""Near spellings, for a search that finds nothing: words of the index that look like those that were typed."""

from typing import Any

from rapidfuzz import fuzz, process

from ..analysis import is_unigram, tokens
from ..index.documents import END, NAMES
from ..index.terms import MARKS, STEM
from .filters import IncidentFilter

MAX_SUGGESTIONS = 3
MAX_WORDS_TRIED = 8  # of those typed
MIN_SIMILARITY = 72  # of 100: how much two spellings have in common
MIN_UNIGRAM_SIMILARITY = 50  # the same for words of scripts in which one character is much of a word
MAX_WORDS_COMPARED = 20_000


def spelling_suggestions(incident_filter: IncidentFilter) -> list[dict[str, Any]]:
    """Up to three query strings that differ from an IncidentFilter's in one word and find something, with their words."""
    text, found = incident_filter.cleaned["q"], list[dict[str, Any]]()
    for word in [*dict.fromkeys(text.split())][:MAX_WORDS_TRIED]:
        listed = tokens(word)
        if not listed:
            continue
        typed = "".join(listed) if all(map(is_unigram, listed)) else listed[0]
        for other in _similar_words(typed, incident_filter.reader):
            changed = text.replace(word, other)
            again = incident_filter.with_query(q=changed)
            if again.is_valid() and (number := len(again.listing)):
                found.append({"words": changed, "number": number, "query": again.local_query})
            if len(found) == MAX_SUGGESTIONS:
                return found
    return found


def _similar_words(word, reader):
    """Words that look like this one, those of titles and names first."""
    is_short_script = is_unigram(word[0])
    cutoff = MIN_UNIGRAM_SIMILARITY if is_short_script else MIN_SIMILARITY
    for mark in (MARKS[NAMES], ""):
        for start in (word[:2], word[:1]):
            terms = reader.cardinalities(mark + start)
            words = {
                term.removeprefix(mark): number
                for term, number in terms.items()
                if number and not set(term.removeprefix(mark)) & {STEM, END}
            }
            words.pop(word, None)
            common = sorted(words, key=lambda other: -words[other])[:MAX_WORDS_COMPARED]
            close = process.extract(
                word, common, scorer=fuzz.ratio, score_cutoff=cutoff, limit=MAX_SUGGESTIONS
            )
            if close:
                return [other for other, _score, _place in close]
    return []
