"""Platforms and parties by what they are called: in whatever script, whatever the capitals, and with a letter wrong.

For editors only: private names are among those compared.
"""

import re
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz import fuzz

from .analysis import fold
from .limits import readable
from .models import Party, Platform
from .platform_names import other_names

# The fields of a record that have its names; those of several lines have one on each.
NAMES = {Platform: ("name", "aliases"), Party: ("public_label", "native_label", "aliases", "private_name")}
HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]")
NUMBERS = re.compile(r"\d+")
MIN_LETTERS = 5  # of a name in which one letter may be wrong
MIN_SCORE = 88
MAX_FOUND = 200


@lru_cache(maxsize=100_000)
def spelled(name):
    """A name with one spelling for all that read alike, and in Latin letters without anything between them."""
    return fold(name), re.sub("[^a-z0-9]", "", anyascii(name).lower())


@lru_cache(maxsize=100_000)
def names_in(text):
    """The names in the field of a record: triples of a name and its spellings."""
    return tuple((other.name, *spelled(other.name)) for other in other_names(text))


def names_by_key(model):
    """The names of all records: pairs of a key and a name with its spellings."""
    for pk, *texts in readable(model.objects.order_by()).values_list("pk", *NAMES[model]):
        for text in filter(None, texts):
            for name in names_in(text):
                yield pk, name


def called(model, words):
    """The records with a name that contains these words: key -> the name."""
    folded, latin = spelled(words)
    in_han = bool(HAN.search(words))
    found = {}
    for pk, (name, its_folded, its_latin) in names_by_key(model):
        if folded in its_folded or (not in_han and len(latin) > 1 and latin in its_latin):
            found.setdefault(pk, name)
        if len(found) == MAX_FOUND:
            break
    return found


def almost_called(model, names):
    """The records with a name that reads like one of these, or nearly so: key -> the name."""
    wanted = [(name, *spelled(name)) for name in names if name]
    return {pk: name[0] for pk, name in names_by_key(model) if any(_alike(name, each) for each in wanted)}


def _alike(name, other):
    # Characters that sound alike are not alike.
    place = 1 if HAN.search(name[0]) and HAN.search(other[0]) else 2
    first, second = name[place], other[place]
    # A letter may be a slip; another number is another record.
    is_long = min(len(first), len(second)) >= MIN_LETTERS and NUMBERS.findall(first) == NUMBERS.findall(
        second
    )
    return bool(first) and (first == second or (is_long and fuzz.ratio(first, second) >= MIN_SCORE))
