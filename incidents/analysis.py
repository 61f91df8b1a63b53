"""From text to tokens: the one place that decides what counts as the same word. Both databases only split on spaces.

Han, kana, hangul and the South-East Asian scripts are written without spaces, so each character is a token and a word
is a run of them; elsewhere a run of letters and digits is one. Traditional and simplified Chinese, full and half
width, capitals and accents fall together, and so do letters and characters that readers take for one another: 帐 and 账, 戯
and 戲, Persian and Arabic yeh and kaf, the apostrophes of Oʻzbek, the digits of all scripts.
"""

import re
import threading
import unicodedata
from bisect import bisect_right
from functools import cache, lru_cache
from urllib.parse import unquote

import Stemmer
from opencc import OpenCC

_of_thread = threading.local()
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
LONGEST = 64  # characters of one token; a longer run is cut into several
_PLAIN_TOKEN = re.compile(f"[a-z0-9]{{1,{LONGEST}}}")  # in a text of ASCII

_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_KANA = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff"
_HANGUL = "\uac00-\ud7a3"
# Thai, Lao, Myanmar and Khmer: a letter keeps its vowel signs.
_UNSPACED = (
    "\u0e01-\u0e33\u0e40-\u0e46\u0e81-\u0eb3\u0ebd-\u0ec6\u0edc-\u0edf\u1000-\u1031\u1038-\u1055\u1780-\u17b3"
)
# Marks that only colour a letter, in Latin, Greek, Cyrillic, Hebrew and Arabic. Those of other scripts are letters.
_COLOURING = (
    (0x0300, 0x036F), (0x0483, 0x0489), (0x0591, 0x05BD), (0x05BF, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F),
    (0x0670, 0x0670), (0x06D6, 0x06DC), (0x06DF, 0x06E8), (0x06EA, 0x06ED), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF), (0xFE20, 0xFE2F),
)  # fmt: skip
_SELECTORS = ((0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
# Pairs of one meaning that OpenCC leaves apart when it sees one character at a time.
_ONE_OF_TWO = str.maketrans("瞭祇衹藉彷牴乾著麽账妳靑囘鬭戸", "了只只借仿抵干着么帐你青回斗户")
# Letters of the Arabic script that keyboards and habits exchange, as Lucene's Arabic and Persian analysers join them.
_ARABIC = (
    dict.fromkeys(map(ord, "ىیے"), "ي")
    | dict.fromkeys(map(ord, "کڪ"), "ك")
    | dict.fromkeys(map(ord, "ةۀہھە"), "ه")
)
# Letters and signs that stand for one apostrophe in Oʻzbek, Hawaiʻi, Qurʼan or ʿAli; it parts a word, as in English.
_APOSTROPHES = dict.fromkeys(map(ord, "ʻʼʽʾʿʹˈ"), "'")
_LATIN = {"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "ŧ": "t", "ـ": ""}


def tokens(text):
    """The tokens of a text, in its order."""
    return tokens_in(fold(text))


def tokens_in(folded):
    """The same of a text that is folded already."""
    return (_PLAIN_TOKEN if folded.isascii() else _patterns()[0]).findall(folded)


def plain_address(url):
    """A web address as it is searched: without scheme and “www.”, and percent-decoded."""
    return unquote(re.sub(r"^\s*(?:https?://)?(?:www\.)?", "", url))


@lru_cache(maxsize=100_000)
def stem(token):
    """What an English word has in common with its other forms; empty for anything else."""
    if len(token) <= 2 or not (token.isascii() and token.isalpha()):
        return ""
    if not hasattr(_of_thread, "stemmer"):  # a stemmer keeps the word it works on: one for each thread
        _of_thread.stemmer = Stemmer.Stemmer("english")
    return _of_thread.stemmer.stemWord(token)


def is_unigram(token):
    """Whether this token is one character of a script without spaces."""
    return not token.isascii() and bool(_patterns()[1].match(token))


def tokens_beginning(folded, beginning):
    """The tokens of a folded text that begin so, as matches. Only what is around them is cut into tokens."""
    done, place = 0, folded.find(beginning)
    while place >= 0:
        if place >= done:
            # No token has a space in it: after one, another begins.
            around = max(done, folded.rfind(" ", done, place) + 1)
            match = next(each for each in _patterns()[0].finditer(folded, around) if each.end() > place)
            done = match.end()
            if match.start() == place:
                yield match
        place = folded.find(beginning, place + 1)


def token_after(folded, place):
    """The first token of a folded text that begins there or later, as a match; None if there is none."""
    return _patterns()[0].search(folded, place)


def spans(text):
    """The tokens of a text, each with where it begins and ends in it."""
    folded, place = located(text)
    for match in _patterns()[0].finditer(folded):
        yield match[0], *place(*match.span())


def located(text):
    """A text folded, and a function from where something begins and ends in that to where it does in the text."""
    if text.isascii():
        return text.lower(), lambda first, end: (first, end)
    folded, begins, pieces = [], [], []
    length = 0
    for cluster in _patterns()[2].finditer(text):
        piece = cluster[0]
        piece = piece.lower() if piece.isascii() else _fold_cluster(piece)
        folded.append(piece)
        begins.append(length)
        pieces.append(cluster.span())
        length += len(piece)

    def around(position):
        """The character or cluster of the text that a character of the folded text comes from."""
        number = bisect_right(begins, position) - 1
        first, end = pieces[number]
        if not text[first:end].isascii():
            return first, end
        first += position - begins[number]
        return first, first + 1

    return "".join(folded), lambda first, end: (around(first)[0], around(end - 1)[1])


def fold(text):
    """A text reduced to what distinguishes words."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    # Letters of ASCII stay as they are; to look up each of them would take longer than all the rest.
    changed = _BEYOND_ASCII.sub(lambda run: run[0].translate(_folding()), plain)
    return unicodedata.normalize("NFC", changed)


_fold_cluster = lru_cache(maxsize=20_000)(fold)


@cache
def _folding():
    """What becomes of a single character: another one, or nothing."""
    han = [
        chr(code) for first, last in ((0x3400, 0x9FFF), (0x20000, 0x323AF)) for code in range(first, last + 1)
    ]
    # One character a line: phrases would be converted by their meaning, and a part of one would not find it.
    simplified = OpenCC("t2s").convert("\n".join(han)).split("\n")
    table = {ord(old): new for old, new in zip(han, simplified, strict=True) if old != new}
    table |= _japanese_forms(table)
    table |= {ord(old): new for old, new in _LATIN.items()} | _ARABIC | _APOSTROPHES
    table |= {code: str(unicodedata.digit(chr(code))) for code in range(0x660, 0x1FC00) if _is_digit(code)}
    table = {old: new.translate(_ONE_OF_TWO) for old, new in table.items()} | _ONE_OF_TWO
    for first, last in _COLOURING + _SELECTORS:
        table |= dict.fromkeys(range(first, last + 1))
    # Soft hyphens, joiners and marks of direction are not seen; a space without width is one.
    invisible = (
        code for code in (0xAD, *range(0x600, 0x3000), 0xFEFF) if unicodedata.category(chr(code)) == "Cf"
    )
    return table | dict.fromkeys(invisible) | {0x200B: " "}


def _japanese_forms(simplified):
    """Han characters in the form that only Japanese has, 戯 or 広: what becomes of the form that it stands for."""
    forms = [chr(code) for code in range(0x4E00, 0xA000) if not _is_chinese(chr(code))]
    traditional = OpenCC("jp2t").convert("\n".join(forms)).split("\n")
    return {
        ord(old): new.translate(simplified)
        for old, new in zip(forms, traditional, strict=True)
        if old != new and len(new) == 1
    }


def _is_chinese(character):
    """Whether a character set of Chinese has it."""
    return any(character.encode(name, "ignore") for name in ("gb2312", "big5"))


def _is_digit(code):
    """Whether this is a digit of any script."""
    return unicodedata.category(chr(code)) == "Nd"


@cache
def _patterns():
    """What finds a token, a token that is one character, and a character with all that changes it, or several of ASCII that
    nothing changes."""
    letters = f"{_HAN}{_KANA}{_HANGUL}{_UNSPACED}"
    codes = (*range(0x300, 0x1F000), *range(0xE0100, 0xE01F0))
    marks = _ranges(code for code in codes if unicodedata.category(chr(code)) in ("Mn", "Mc", "Me"))
    run = rf"[^\W_{letters}](?:[^\W_{letters}]|[{marks}]){{0,{LONGEST - 1}}}"
    # Most words are plain, and quicker found so.
    plain = rf"[a-z0-9]{{1,{LONGEST}}}+(?![^\x00-\x7f])"
    alone = rf"[{_HAN}{_KANA}{_HANGUL}]|[{_UNSPACED}][{marks}]{{0,8}}"
    jamo = "\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff\u3131-\u318e\uffa0-\uffdc"
    return (
        re.compile(f"{plain}|{run}|{alone}"),
        re.compile(alone),
        re.compile(
            rf"[\x00-\x7f]+(?![^\x00-\x7f])|(?:[{_HANGUL}]|[{jamo}])[{jamo}{marks}]*|.[{marks}\u00ad\u200c-\u200f\uff9e\uff9f]*",
            re.DOTALL,
        ),
    )


def _ranges(codes):
    """Code points as the inside of a character class."""
    found = []
    for code in codes:
        if found and found[-1][1] == code - 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in found)
