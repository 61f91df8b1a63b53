"""The ways to spell a name; each finds itself among the words of a text."""

import re
from collections.abc import Iterator
from enum import Enum
from itertools import chain, groupby
from os.path import commonprefix

from ..analysis import is_unigram, plain_address, spans, stem, tokens
from .lookalikes import as_heard, as_latin, as_read, interchangeable, script_of, with_digraphs
from .reading import NameMatch, Reading, words_of
from .runs import (
    PREFIXES,
    all_parts,
    boundaries,
    has_neighbour,
    is_addressed,
    is_ordinary,
    orders,
    permuted,
    run,
    spelt,
    without_prefix,
)

MIN_LETTERS = 6  # of a name whose parts may have other words between them
MIN_JOINED_LETTERS = 7  # of a name run together to one word: shorter ones are ordinary words too
MIN_CHARACTERS = {"CJK": 3, "HANGUL": 3}  # of a name that cannot be a coincidence in a run of characters
MIN_CHARACTERS_ELSEWHERE = 4
MIN_INFLECTED = 4
MIN_HEARD_LETTERS = 5  # of a name that is looked for by its sound
MIN_PART_WITH_FORMS = 3
MAX_ENDING = 3  # letters that the grammar of a language adds to a name

# Between what may be two names in one field: “Jane Roe (林巧珍)”, “Jane Roe / J. Doe”.
ALTERNATIVES = re.compile(r"[()（）\[\]【】/／;；|｜=＝\n]|\b(?:aka|alias)\b", re.IGNORECASE)
APOSTROPHES = {"'", "’", "ʼ", "ʻ", "‘", "`", "´"}  # within a name: O'Brien, Дем'янюк
# Words that are parts of names and words of every text as well, and titles.
COMMON = frozenset(
    "a al an and as at ben bin by da das de del den der di do dos du el for go had has he her him his how i if in is it"
    " la le less lo long los man may me more my no nor not now of off oh old on one or our out per san see sees she"
    " so some than that the their them then they this to too two up us van von was way we who why will with yet you young"
    " dr miss mr mrs ms prof sir".split()
)
ARTICLE = "ال"  # which Arabic names have or not
LAST_VOWEL = re.compile("[аеёиоуыэюяйьіїαεηιουως]$")
LATIN_ENDINGS = frozenset("s es a e i u y in un ou om em im ie nin owi ovi ova".split())
SYLLABIC = {"TIBETAN"}  # each syllable is a word of its own


class NameKind(Enum):
    """What a private value is, which decides what counts as a part of it."""

    PERSON = "person"  # its parts are names, too: a surname alone may give the person away
    BODY = "body"  # an organisation or group: only the whole name counts
    HANDLE = "handle"  # an account name, such as @lisi
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
        for text in dict.fromkeys((plain, as_latin(plain), with_digraphs(plain))):
            for script, parts in _by_script(text):
                in_characters = any(is_unigram(character) for part in parts for character in part)
                yield (CharacterSpelling if in_characters else WordSpelling)(parts, script, kind)


def heard_spellings_of(value: str, kind: NameKind) -> Iterator["WordSpelling"]:
    """How a name in another script is written in Latin letters: 林巧珍 as “Lin Qiaozhen”."""
    if kind in (NameKind.HANDLE, NameKind.ADDRESS):
        return
    for alternative in ALTERNATIVES.split(value):
        for script, parts in _by_script(as_read(alternative)):
            if kind is NameKind.PERSON and len(parts) == 1 and script in MIN_CHARACTERS:
                surname = _surname_of(parts[0])
                parts = (surname, parts[0].removeprefix(surname))
            heard = tuple("".join(tokens(as_heard(part))) for part in parts if part)
            if script != "LATIN" and sum(map(len, heard)) >= MIN_HEARD_LETTERS and all(heard):
                yield WordSpelling(heard, "LATIN", kind)


def search_words(value: str, kind: NameKind) -> Iterator[list[str]]:
    """The words by which a search finds texts with the whole of a value: a list for each of the names in it."""
    if kind in (NameKind.HANDLE, NameKind.ADDRESS):
        yield tokens(as_read(plain_address(value)))
        return
    for alternative in ALTERNATIVES.split(value):
        for _script, words in groupby(tokens(as_read(alternative)), key=lambda token: script_of(token[0])):
            yield [word for word in words if len(word) > 1 or is_unigram(word)]


def _by_script(text: str) -> list[tuple[str, tuple[str, ...]]]:
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
        is_continued = start == last and is_unigram(token) or text[last:start] in APOSTROPHES
        if parts and is_continued:
            parts[-1] += interchangeable(token)
        else:
            parts.append(interchangeable(token))
        last = end
    return [(script, tuple(parts)) for script, parts in groups]


def _surname_of(name: str) -> str:
    """张 of 张伟民; 山田太郎 and 欧阳伟民 have two characters for each."""
    return name[: 2 if len(name) > 3 else 1]


class Spelling:
    """One spelling of a name. Among the letters of every text that contains the whole of it is one of its `needles`."""

    needles: tuple[str, ...]

    def may_be_in(self, letters: str, *, whole_only: bool) -> bool:
        """Quick: false only where the letters of a text hold neither it nor, without `whole_only`, a part of it."""
        raise NotImplementedError

    def matches(self, text: Reading) -> Iterator[NameMatch]:
        raise NotImplementedError


class HandleSpelling(Spelling):
    """A handle: sure where it is written as one, as “@name” or as a whole part of an address, or cannot be an ordinary word."""

    def __init__(self, joined: str):
        self.joined = joined
        self.needles = (joined,)
        self.is_word = joined.isalpha() and len(joined) < MIN_JOINED_LETTERS

    def may_be_in(self, letters, *, whole_only):
        return self.joined in letters

    def matches(self, text):
        words = text.words
        for first in range(len(words)):
            last = spelt(words, first, self.joined)
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
        self.wholes = self.needles = tuple(orders(parts))
        size = sum(map(len, parts))
        self.is_long = size >= least
        self.is_single = size == 1
        self.surname, self.parts = "", set()
        if kind is NameKind.PERSON:
            self.parts = {part for part in parts if len(part) >= least - 1} if len(parts) > 1 else set()
            if len(parts) == 1 and script in MIN_CHARACTERS and size >= MIN_CHARACTERS[script]:
                self.surname = _surname_of(parts[0])
                self.parts |= {parts[0][-2:], *([parts[0][:2]] if size == 4 else [])}

    def may_be_in(self, letters, *, whole_only):
        parts = () if whole_only else (*self.parts, *filter(None, [self.surname]))
        return any(each in letters for each in (*self.wholes, *parts))

    def matches(self, text):
        words = text.words
        for first, word in enumerate(words):
            if not word.is_character:
                continue
            for whole in self.wholes:
                last = run(words, first, whole, text.text)
                if last is not None and not (self.is_single and has_neighbour(words, first, text.text)):
                    yield text.match(word.start, words[last].end, sure=self.is_long)
            for part in self.parts:
                last = run(words, first, part, text.text)
                if last is not None:
                    yield text.match(word.start, words[last].end, sure=False, whole=False)
            if self.surname:
                last = run(words, first, self.surname, text.text)
                if last is not None and is_addressed(words, first, last):
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
        orders = (whole, self.needed) if self.keeps_order else (*permuted(whole), *permuted(self.needed))
        self.joined = {"".join(order): boundaries(order) for order in orders}
        self.parts: set[str] = set()
        if kind is NameKind.PERSON and len(self.needed) > 1:
            if script not in SYLLABIC:
                self.parts = {part for part in self.needed if len(part) > 1}
            if len(self.needed) > 2:
                self.parts |= {"".join(self.needed[:-1]), "".join(self.needed[1:])}
        self.bases = {part: _base(part, script) for part in (*self.needed, *self.parts)}
        self.required = sorted({self.bases[part] for part in self.needed}, key=len, reverse=True)
        self.needles = (self.required[0],)
        # A part of a name is a syllable of many words.
        is_long = len(self.needed) > 1 and self.letters >= MIN_HEARD_LETTERS
        self.can_be_heard = script == "LATIN" and is_long

    def may_be_in(self, letters, *, whole_only):
        enough = any if self.parts and not whole_only else all
        return enough(base in letters for base in self.required)

    def matches(self, text):
        words = text.words
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

    def heard_matches(self, text):
        """Where a text in another script sounds like the whole of it."""
        words = text.words
        if self.can_be_heard and all(base in text.letters for base in self.required):
            for first, last, _sure in chain(self._joined(words), self._changed(words)):
                yield text.match(words[first].start, words[last].end, sure=False)

    def _in_any_order(self, words):
        """All parts near each other."""
        starts = {part[0] for part in self.needed}
        for first, word in enumerate(words):
            if word.token[0] in starts or self.script in PREFIXES:
                found = all_parts(words, first, self.needed, self.script)
                if found:
                    last, skipped = found
                    is_one_name = self.letters >= MIN_LETTERS and COMMON.isdisjoint(skipped)
                    yield first, last, not skipped or is_one_name

    def _joined(self, words):
        """The letters of all parts in a row, whatever words they make: “Qiaozhen Lin” for Lin Qiao Zhen, “linqiaozhen”."""
        for joined, wanted in self.joined.items():
            is_long = len(joined) >= MIN_JOINED_LETTERS
            for first, word in enumerate(words):
                last = spelt(words, first, joined)
                if last is not None:
                    ends = boundaries(each.token for each in words[first : last + 1])
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
            return any(without_prefix(token, each, self.script) for each in (part, base))
        if self.script == "LATIN":
            return token.startswith(part) and token[len(part) :] in LATIN_ENDINGS or stem(token) == stem(part)
        return len(token) - len(base) <= MAX_ENDING

    def _alone(self, words, text, part, *, whole):
        """One part, or a name of one word."""
        has_forms = self.script != "LATIN" and len(part) >= MIN_INFLECTED
        for first, word in enumerate(words):
            last = spelt(words, first, part)
            if last is None and has_forms and self._is_form(word.token, part):
                last = first
            if last is None or not (words[first].begins and words[last].ends or len(part) >= MIN_INFLECTED):
                continue
            if not (part in COMMON and is_ordinary(text.text, word.start)):
                yield text.match(word.start, words[last].end, sure=False, whole=whole)


def _base(part: str, script: str) -> str:
    """The letters that a part has in common with all its forms."""
    if len(part) < MIN_PART_WITH_FORMS:
        return part
    if script == "LATIN":
        return commonprefix([part, stem(part) or part])
    if len(part) == MIN_PART_WITH_FORMS:
        return part
    return LAST_VOWEL.sub("", part.removeprefix(ARTICLE) if len(part) > len(ARTICLE) + 2 else part)
