"""What a reader takes a text for: addresses decoded, and letters that look alike made the same. Used by `names`."""

import html
import re
import unicodedata
from urllib.parse import unquote_to_bytes

from anyascii import anyascii

MAX_ENCODINGS = 3  # times that one address may be encoded inside another
OLDER_ENCODINGS = (
    "big5",
    "gb18030",
    "shift_jis",
    "euc_jp",
    "euc_kr",
    "windows-1251",
    "koi8-r",
    "windows-1252",
)
ESCAPE = re.compile(r"(?:%|\\)u([0-9A-Fa-f]{4})")
MARKUP = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]*>|\[(?=[^\[\]]*\]\([^()\s]*\))|\]\([^()\s]*\)", re.DOTALL)
REVERSED = re.compile("\u202e([^\u202a-\u202e]*)\u202c?")
DIGRAPHS = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "å": "aa",
        "ø": "oe",
        "Ä": "AE",
        "Ö": "OE",
        "Ü": "UE",
        "Å": "AA",
        "Ø": "OE",
    }
)
PERCENT_RUN = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
PUNYCODE_LABEL = re.compile(r"\bxn--([a-z0-9-]{1,59})", re.IGNORECASE)
LETTERS = re.compile(r"[^\W\d_]+")
# Signs that are drawn like a Latin letter: 🅹, 🇯, ᴊ, and letters of phonetic alphabets.
LIKE_ASCII = {
    code: name[-1]
    for first, last in ((0x1D00, 0x1D23), (0x1F100, 0x1F200), (0xA730, 0xA732), (0x0262, 0x02A0))
    for code in range(first, last)
    if re.search(r"(?:SMALL CAPITAL|SQUARED|CIRCLED|INDICATOR SYMBOL)(?: LATIN CAPITAL)?(?: LETTER)? [A-Z]$",
                 name := unicodedata.name(chr(code), ""))
} | dict(zip(map(ord, "ɑɡȷɩ"), "agji", strict=True))  # fmt: skip
# Letters that are invisible.
BLANKS = dict.fromkeys((0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800), " ")

# Letters of other scripts that are drawn like a Latin one, by the shape of the capital and of the small letter.
LIKE_LATIN = {
    "CYRILLIC": (
        "АВЕЅІЈКМНОРСТУХҮԚԜӀ" "аеѕіјкморстухһԁԛԝӏѵ",
        "ABESIJKMHOPCTYXYQWI" "aesijkmopctyxhdqwlv",
    ),
    "GREEK": ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹ" "αικνορτυϲϳηω", "ABEZHIKMNOPTYXC" "aikvoptucjnw"),
    "ARMENIAN": ("օոսհցքյ", "onuhgqj"),
}  # fmt: skip
TO_LATIN = {script: str.maketrans(dict(zip(*pair, strict=True))) for script, pair in LIKE_LATIN.items()}
FROM_LATIN = {
    # Of two letters that look like the same one, the first.
    script: str.maketrans(dict(zip(latin[::-1], letters[::-1], strict=True)))
    for script, (letters, latin) in LIKE_LATIN.items()
}

# Letters of one script that are written for each other.
INTERCHANGEABLE = str.maketrans(
    {
        # Katakana and hiragana
        **{chr(code): chr(code - 0x60) for code in range(0x30A1, 0x30F7)},
        # Ethiopic letters of one sound
        **{chr(code): chr(0x1200 + code % 8) for code in (*range(0x1210, 0x1218), *range(0x1280, 0x1288))},
        **{chr(code): chr(0x1230 + code % 8) for code in range(0x1220, 0x1228)},
        **{chr(code): chr(0x12A0 + code % 8) for code in range(0x12D0, 0x12D8)},
        **{chr(code): chr(0x1338 + code % 8) for code in range(0x1340, 0x1348)},
        # Indic dots that are left out, and two signs of one sound
        "\u093c": "", "\u0901": "\u0902", "\u09bc": "", "\u0981": "\u0982",
        # Arabic and Persian forms of yeh, kaf and heh
        "ی": "ي", "ى": "ي", "ک": "ك", "ہ": "ه", "ھ": "ه", "ة": "ه",
    }
)  # fmt: skip


def as_read(text):
    """A text as its reader sees it: entities, percent signs and international host names decoded, no hidden letters,
    and each word in one script if its letters allow it."""
    for _round in range(MAX_ENCODINGS):
        decoded = ESCAPE.sub(_unescaped, PERCENT_RUN.sub(_decoded, html.unescape(text)))
        if decoded == text:
            break
        text = decoded
    text = PUNYCODE_LABEL.sub(_international, text)
    if text.isascii():
        return text
    return LETTERS.sub(_in_one_script, unicodedata.normalize("NFKC", text.translate(BLANKS | LIKE_ASCII)))


def as_shown(text):
    """A text without its markup, and with what is shown from right to left turned round."""
    return REVERSED.sub(lambda match: match[1][::-1], MARKUP.sub("", text))


def with_digraphs(text):
    """A text with ä as ae, as names are written where keyboards have no ä."""
    return text if text.isascii() else unicodedata.normalize("NFC", text).translate(DIGRAPHS)


def as_heard(text):
    """A text as it sounds, roughly, in Latin letters: Chinese in pinyin, Japanese and Korean by syllables."""
    return anyascii(text)


def in_other_encodings(text):
    """A text with percent signs that are no UTF-8, read in each of the encodings that older sites use."""
    encoded = unquote_to_bytes(text) if "%" in text else b""
    try:
        encoded.decode()
    except UnicodeDecodeError:
        for encoding in OLDER_ENCODINGS:
            try:
                yield as_read(encoded.decode(encoding))
            except UnicodeDecodeError:
                continue


def as_latin(text):
    """A text as `as_read()` returns it, with each word that could be read as Latin in Latin letters."""
    if text.isascii():
        return text
    return LETTERS.sub(lambda match: _all_latin(match[0]) or match[0], text)


def interchangeable(token):
    """A token with one letter for those that are written for each other."""
    return token if token.isascii() else token.translate(INTERCHANGEABLE)


def script_of(character):
    """The script of a letter as Unicode names it, such as LATIN; Han and kana, which one name can mix, are CJK."""
    script = unicodedata.name(character, "").split(" ")[0]
    return "CJK" if script in ("HIRAGANA", "KATAKANA", "IDEOGRAPHIC") else script


def _decoded(match):
    """A run of percent signs as text: UTF-8, or what older Chinese sites use."""
    encoded = unquote_to_bytes(match[0])
    for encoding in ("utf-8", "gb18030"):
        try:
            return encoded.decode(encoding)
        except UnicodeDecodeError:
            continue
    return match[0]


def _unescaped(match):
    return chr(int(match[1], 16))


def _international(match):
    try:
        return match[1].encode().decode("punycode")
    except (UnicodeError, OverflowError, ValueError):
        return match[0]


def _in_one_script(match):
    """A word that mixes Latin letters with those of one other script, in one of the two if they look alike."""
    word = match[0]
    scripts = {script_of(letter) for letter in word if unicodedata.category(letter) != "Mn"}
    others = scripts - {"LATIN"}
    if len(scripts) != 2 or len(others) != 1:
        return word
    (other,) = others
    if other not in TO_LATIN:
        return word
    return _all_latin(word) or _all_of(other, word) or word


def _all_latin(word):
    """A word with other letters than Latin ones in Latin letters, if each has one that it looks like; else empty."""
    plain = unicodedata.normalize("NFD", word)
    letters = [letter for letter in plain if not unicodedata.combining(letter)]
    if all(_is_latin(letter) for letter in letters):
        return ""
    for table in TO_LATIN.values():
        letters = [letter.translate(table) for letter in letters]
    return "".join(letters) if all(map(_is_latin, letters)) else ""


def _is_latin(letter):
    return letter.isascii() or script_of(letter) == "LATIN"


def _all_of(script, word):
    plain = word.translate(FROM_LATIN[script])
    return plain if all(script_of(letter) == script for letter in plain) else ""
