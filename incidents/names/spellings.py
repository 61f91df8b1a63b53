"""The ways in which a name can be spelt, each of which finds itself among the words of a text."""

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from itertools import chain, groupby, pairwise, permutations
from os.path import commonprefix

from ..analysis import is_unigram, plain_address, spans, stem, tokens
from .lookalikes import as_latin, as_read, interchangeable, script_of
from .reading import NameMatch, ReadText, Word, words_of

MAX_GAP = 2  # words between two parts of one name: “Jane M. Roe”
MAX_PERMUTED_PARTS = 4
MIN_LETTERS = 6  # of a name whose parts may have other words between them
MIN_JOINED_LETTERS = 7  # of a name run together to one word: shorter ones are ordinary words too
MIN_CHARACTERS = {"CJK": 3, "HANGUL": 3}  # of a name that is no accident within a run of characters
MIN_CHARACTERS_ELSEWHERE = 4
MIN_INFLECTED = 4
MIN_PART_WITH_FORMS = 3
MAX_ENDING = 3  # letters that the grammar of a language adds to a name

# Between what may be two names in one field: “Jane Roe (林巧珍)”, “Jane Roe / J. Doe”.
ALTERNATIVES = re.compile(r"[()（）\[\]【】/／;；|｜=＝\n]|\b(?:aka|alias)\b", re.IGNORECASE)
SEPARATOR = re.compile(r"[\s\xad\u200b-\u200f\u2060\ufeff·・‧•_*~'’+\-]*")  # between the characters of a name
# Words that are parts of names and words of every text as well, and titles.
COMMON = frozenset(
    "a al an and as at ben bin by da das de del den der di do dos du el for go had has he her him his how i if in is it"
    " la le less lo long los man may me more my no nor not now of off oh old on one or our out per san see sees she"
    " so some than that the their them then they this to too two up us van von was way we who why will with yet you young"
    " dr miss mr mrs ms prof sir".split()
)
# What follows, or precedes, a Chinese or Korean surname that is used alone.
TITLES = frozenset("某 先生 女士 小姐 老师 教授 律师 博士 记者 同学 氏 씨 님".split())
FAMILIAR = frozenset("老小阿")
PREFIXES = {"ARABIC": ("و", "ب", "ل", "ف", "ك", "ال", "وال"), "HEBREW": tuple("ובלמהשכ")}
LAST_VOWEL = re.compile("[аеёиоуыэюяйьіїαεηιουως]$")
LATIN_ENDINGS = frozenset("s es a e i u y in un ou om em im ie nin owi ovi ova".split())
SYLLABIC = {"TIBETAN"}  # each syllable is a word of its own


class NameKind(Enum):
    """What a private value is, which decides what counts as a part of it."""

    PERSON = "person"  # its parts are names, too: a surname alone may give the person away
    BODY = "body"  # an organisation or group: only the whole name counts
    HANDLE = "handle"  # a user name
    ADDRESS = "address"  # a web address


def spellings_of(value: str, kind: NameKind) -> Iterator["Spelling"]:
    """The spellings to look for of a name or handle; several where a line holds several names."""
    if kind is NameKind.HANDLE:
        handle = plain_address(value).strip("@/ ")
        parts = tuple(word.token for word in words_of(as_read(handle)))
        if parts:
            yield HandleSpelling("".join(parts))
        return
    for alternative in ALTERNATIVES.split(value):
        plain = as_read(alternative)
        for text in dict.fromkeys((plain, as_latin(plain))):
            yield from _by_script(text, kind)


def search_words(value: str, kind: NameKind) -> Iterator[list[str]]:
    """The words by which a search finds texts with the whole of a value: a list for each of the names in it."""
    if kind in (NameKind.HANDLE, NameKind.ADDRESS):
        yield tokens(as_read(plain_address(value)))
        return
    for alternative in ALTERNATIVES.split(value):
        for _script, words in groupby(tokens(as_read(alternative)), key=lambda token: script_of(token[0])):
            yield [word for word in words if len(word) > 1 or is_unigram(word)]


def _by_script(text: str, kind: NameKind) -> Iterator["Spelling"]:
    """The names in one line, each in its script: “Zhang Weimin 張偉民” holds two."""
    groups: list[tuple[str, list[str]]] = []
    last = 0
    for token, start, end in spans(text):
        script = next(
            (script_of(letter) for letter in token if letter.isalpha()), groups[-1][0] if groups else ""
        )
        if not groups or groups[-1][0] != script:
            groups.append((script, []))
        parts = groups[-1][1]
        if is_unigram(token) and parts and start == last:
            parts[-1] += interchangeable(token)
        else:
            parts.append(interchangeable(token))
        last = end
    for script, parts in groups:
        in_characters = any(is_unigram(character) for part in parts for character in part)
        yield (CharacterSpelling if in_characters else WordSpelling)(tuple(parts), script, kind)


class Spelling:
    """One spelling of a name. Among the letters of every text that contains the whole of it is one of its `needles`."""

    needles: tuple[str, ...]

    def may_be_in(self, letters: str, *, whole_only: bool) -> bool:
        """Quick: false only where the letters of a text hold neither it nor, without `whole_only`, a part of it."""
        raise NotImplementedError

    def matches(self, words: list[Word], text: ReadText) -> Iterator[NameMatch]:
        raise NotImplementedError


class HandleSpelling(Spelling):
    """A user name: sure where it stands as one, as “@name” or as a whole part of an address, or is no mere word."""

    def __init__(self, joined: str):
        self.joined = joined
        self.needles = (joined,)
        self.is_word = joined.isalpha() and len(joined) < MIN_JOINED_LETTERS

    def may_be_in(self, letters, *, whole_only):
        return self.joined in letters

    def matches(self, words, text):
        for first in range(len(words)):
            last = _spelt(words, first, self.joined)
            if last is None:
                continue
            start, end = words[first].start, words[last].end
            before, after = text.text[start - 1 : start], text.text[end : end + 1]
            as_handle = before in {"@", "/", "="} and after not in {"-", "_"}
            if words[first].begins and words[last].ends:
                yield text.match(start, end, sure=as_handle or not self.is_word)


class CharacterSpelling(Spelling):
    """A name in a script without spaces between words."""

    def __init__(self, parts: tuple[str, ...], script: str, kind: NameKind):
        least = MIN_CHARACTERS.get(script, MIN_CHARACTERS_ELSEWHERE)
        self.wholes = self.needles = tuple(_orders(parts))
        size = sum(map(len, parts))
        self.is_long = size >= least
        self.is_single = size == 1
        self.surname, self.parts = "", set()
        if kind is NameKind.PERSON:
            self.parts = {part for part in parts if len(part) >= least - 1} if len(parts) > 1 else set()
            if len(parts) == 1 and script in MIN_CHARACTERS and size >= MIN_CHARACTERS[script]:
                # 张伟民: surname and given name; 山田太郎 and 欧阳伟民 have two characters for each.
                self.surname = parts[0][: 2 if size > 3 else 1]
                self.parts |= {parts[0][-2:], *([parts[0][:2]] if size == 4 else [])}

    def may_be_in(self, letters, *, whole_only):
        parts = () if whole_only else (*self.parts, *filter(None, [self.surname]))
        return any(each in letters for each in (*self.wholes, *parts))

    def matches(self, words, text):
        for first, word in enumerate(words):
            if not word.is_character:
                continue
            for whole in self.wholes:
                last = _run(words, first, whole, text.text)
                if last is not None and not (self.is_single and _has_neighbour(words, first, text.text)):
                    yield text.match(word.start, words[last].end, sure=self.is_long)
            for part in self.parts:
                last = _run(words, first, part, text.text)
                if last is not None:
                    yield text.match(word.start, words[last].end, sure=False, whole=False)
            if self.surname:
                last = _run(words, first, self.surname, text.text)
                if last is not None and _is_addressed(words, first, last):
                    yield text.match(word.start, words[last].end, sure=False, whole=False)


class WordSpelling(Spelling):
    """A name in a script with spaces between words."""

    def __init__(self, parts: tuple[str, ...], script: str, kind: NameKind):
        self.script = script
        # Initials, and particles of longer names, may be left out.
        long = tuple(part for part in parts if len(part) > 1)
        whole = long if len(long) > 1 else parts
        names = tuple(part for part in whole if part not in COMMON)
        self.needed = names if len(names) > 1 else whole
        self.is_common = all(part in COMMON for part in whole)
        self.letters = sum(map(len, self.needed))
        self.keeps_order = kind is NameKind.BODY or script in SYLLABIC
        orders = (whole, self.needed) if self.keeps_order else (*_permuted(whole), *_permuted(self.needed))
        self.joined = {"".join(order): _boundaries(order) for order in orders}
        self.parts: set[str] = set()
        if kind is NameKind.PERSON and len(self.needed) > 1:
            if script not in SYLLABIC:
                self.parts = {part for part in self.needed if len(part) > 1}
            if len(self.needed) > 2:
                self.parts |= {"".join(self.needed[:-1]), "".join(self.needed[1:])}
        self.bases = {part: _base(part, script) for part in (*self.needed, *self.parts)}
        self.required = sorted({self.bases[part] for part in self.needed}, key=len, reverse=True)
        self.needles = (self.required[0],)

    def may_be_in(self, letters, *, whole_only):
        enough = any if self.parts and not whole_only else all
        return enough(base in letters for base in self.required)

    def matches(self, words, text):
        if len(self.needed) == 1:
            yield from self._alone(words, text, self.needed[0], whole=True)
            return
        if all(base in text.letters for base in self.required):
            places = chain(
                () if self.keeps_order else self._in_any_order(words),
                self._joined(words),
                self._changed(words),
            )
            for first, last, sure in places:
                start, end = words[first].start, words[last].end
                if not self.is_common:
                    yield text.match(start, end, sure=sure)
                elif text.text[start].isupper():
                    yield text.match(start, end, sure=False)
        for part in self.parts:
            yield from self._alone(words, text, part, whole=False)

    def _in_any_order(self, words):
        """All parts near each other."""
        starts = {part[0] for part in self.needed}
        for first, word in enumerate(words):
            if word.token[0] in starts or self.script in PREFIXES:
                found = _all_parts(words, first, self.needed, self.script)
                if found:
                    last, gaps = found
                    yield first, last, not gaps or self.letters >= MIN_LETTERS

    def _joined(self, words):
        """The letters of all parts in a row, whatever words they make: “Qiaozhen Lin” for Lin Qiao Zhen, “linqiaozhen”."""
        for joined, wanted in self.joined.items():
            is_long = len(joined) >= MIN_JOINED_LETTERS
            for first, word in enumerate(words):
                last = _spelt(words, first, joined)
                if last is not None:
                    ends = _boundaries(each.token for each in words[first : last + 1])
                    is_nested = last > first and (ends <= wanted or wanted <= ends)
                    yield first, last, is_nested or is_long
                elif is_long and joined in word.token:
                    yield first, first, False

    def _changed(self, words):
        """The parts side by side, with the endings of a grammar."""
        size = len(self.needed)
        for first in range(len(words) - size + 1):
            tokens = [word.token for word in words[first : first + size]]
            for order in (self.needed, self.needed[::-1]):
                if all(map(self._is_or_may_be, tokens, order)):
                    yield first, first + size - 1, False

    def _is_or_may_be(self, token, part):
        return token == part or self._is_form(token, part)

    def _is_form(self, token, part):
        """Whether the token may be the part with an ending or a prefix of its language's grammar."""
        if len(part) < MIN_PART_WITH_FORMS:
            return False
        base = self.bases[part]
        if not token.startswith(base):
            return _without_prefix(token, part, self.script)
        if self.script == "LATIN":
            return token.startswith(part) and token[len(part) :] in LATIN_ENDINGS or stem(token) == stem(part)
        return len(token) - len(base) <= MAX_ENDING

    def _alone(self, words, text, part, *, whole):
        """One part, or a name of one word."""
        has_forms = self.script != "LATIN" and len(part) >= MIN_INFLECTED
        for first, word in enumerate(words):
            last = _spelt(words, first, part)
            if last is None and has_forms and self._is_form(word.token, part):
                last = first
            if last is None or not (words[first].begins and words[last].ends or len(part) >= MIN_INFLECTED):
                continue
            if not (part in COMMON and _is_ordinary(text.text, word.start)):
                yield text.match(word.start, words[last].end, sure=False, whole=whole)


def _permuted(parts: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The parts in every order; of very many parts, in the usual ones."""
    if len(parts) <= MAX_PERMUTED_PARTS:
        yield from permutations(parts)
    else:
        yield from (parts, parts[::-1], (parts[-1], *parts[:-1]), (*parts[1:], parts[0]))


def _orders(parts: tuple[str, ...]) -> Iterator[str]:
    yield from dict.fromkeys("".join(order) for order in _permuted(parts))


def _boundaries(parts: Iterable[str]) -> set[int]:
    """Where the parts end when they are run together, without the last end."""
    ends, length = set(), 0
    for part in parts:
        length += len(part)
        ends.add(length)
    return ends - {length}


def _spelt(words: list[Word], first: int, joined: str) -> int | None:
    """The last of the words, from the first on, that spell these letters; None if they do not."""
    spelt = 0
    for number in range(first, len(words)):
        token = words[number].token
        if not joined.startswith(token, spelt):
            return None
        spelt += len(token)
        if spelt == len(joined):
            return number
    return None


def _run(words: list[Word], first: int, wanted: str, text: str) -> int | None:
    """The last character of a run, from the first on, that spells what is wanted, with nothing else in between."""
    last = _spelt(words, first, wanted)
    if last is None:
        return None
    for one, other in pairwise(words[first : last + 1]):
        if not SEPARATOR.fullmatch(text[one.end : other.start]):
            return None
    return last


def _base(part: str, script: str) -> str:
    """The letters that a part has in common with all its forms."""
    if len(part) < MIN_PART_WITH_FORMS:
        return part
    if script == "LATIN":
        return commonprefix([part, stem(part) or part])
    return LAST_VOWEL.sub("", part) if len(part) > MIN_PART_WITH_FORMS else part


def _all_parts(words: list[Word], first: int, needed: tuple[str, ...], script: str) -> tuple[int, int] | None:
    """The last word of a stretch, from the first on, with all parts in any order, and the words in it that are none."""
    missing, gaps, number, last = list(needed), 0, first, first
    while missing and number < len(words):
        found = None
        for part in sorted(missing, key=len, reverse=True):
            end = _spelt(words, number, part)
            if end is None and number == first:
                end = number if _without_prefix(words[number].token, part, script) else None
            if end is not None:
                found = part, end
                break
        if found:
            missing.remove(found[0])
            last, number = found[1], found[1] + 1
        elif number == first or gaps == MAX_GAP:
            return None
        else:
            gaps, number = gaps + 1, number + 1
    return None if missing else (last, gaps)


def _without_prefix(token: str, part: str, script: str) -> bool:
    """Whether the token is the part with a word before it that this script writes together with it."""
    return len(part) > 2 and any(token == prefix + part for prefix in PREFIXES.get(script, ()))


def _is_ordinary(text: str, start: int) -> bool:
    """Whether a word that is also a common one stands there as such: in small letters, or as the first of a sentence."""
    before = text[:start].rstrip(" \t\"'“‘(*_#")
    return not text[start].isupper() or not before or before[-1] in ".!?…:\n"


def _has_neighbour(words: list[Word], number: int, text: str) -> bool:
    """Whether a character stands within a longer run of them."""
    for one, other in ((number - 1, number), (number, number + 1)):
        if one >= 0 and other < len(words) and words[one].end == words[other].start:
            return True
    return False


def _is_addressed(words: list[Word], first: int, last: int) -> bool:
    """Whether a title follows a surname, or a familiar word precedes it."""
    following = "".join(word.token for word in words[last + 1 : last + 3])
    return (
        following[:1] in TITLES
        or following in TITLES
        or (first > 0 and words[first - 1].token in FAMILIAR and words[first - 1].end == words[first].start)
    )
