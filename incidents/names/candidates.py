"""Which of very many private values may be in a text, without asking each of them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from .hidden import HiddenName
from .spellings import NameKind

GRAM_LETTERS = 4


class CandidateIndex:
    """Hidden names by a few letters each, so that a text is asked once for its letters and not for every name."""

    def __init__(self, names: Iterable[HiddenName]):
        names = list(names)
        self.of_words, self.of_addresses = (
            _Grams(
                (needle, number)
                for number, name in enumerate(names)
                if (name.kind is NameKind.ADDRESS) is in_addresses
                for needle in name.needles
            )
            for in_addresses in (False, True)
        )

    def in_text(self, letters: str, address: str) -> set[int]:
        """The numbers of the names that may be in a text as a whole; its letters and address as `ReadText` has them.

        It misses none, and has a few more than there are.
        """
        return {*self.of_words.found_in(letters), *self.of_addresses.found_in(address)}


class _Grams:
    """Numbered strings, each filed under those of its grams that the fewest others have."""

    def __init__(self, needles: Iterable[tuple[str, int]]):
        needles = list(needles)
        counts = Counter(gram for needle, _number in needles for gram in _grams(needle))
        self.sizes: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for needle, number in needles:
            gram = min(_grams(needle), key=lambda gram: (counts[gram], gram))
            self.sizes[len(gram)][gram].append(number)

    def found_in(self, text: str) -> Iterator[int]:
        for size, filed in self.sizes.items():
            for gram in _grams(text, size) & filed.keys():
                yield from filed[gram]


def _grams(text: str, size: int = GRAM_LETTERS) -> set[str]:
    """All runs of so many letters; the text itself if it has fewer."""
    if len(text) <= size:
        return {text} if text else set()
    return {text[first : first + size] for first in range(len(text) - size + 1)}
