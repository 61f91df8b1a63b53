"""How a language writes dates, lists and places, as Unicode's CLDR says; English is that of Britain. And its signs."""

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache, reduce
from typing import NamedTuple

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from django.utils.translation import get_language, to_locale

BRITISH = "en_GB"


class Signs(NamedTuple):
    """What a language puts between words and around them; between the items of a list, it has those of `listed`."""

    comma: str = ", "
    semicolon: str = "; "
    colon: str = ": "
    stop: str = "."
    dot: str = " · "  # between links in a row
    dash: str = " – "  # between a quotation and who says it
    space: str = " "  # after a sentence, and beside brackets and quotations
    phrase: str = " "  # before what is said of a noun: “14 incidents on Zoom”
    opening: str = " ("
    closing: str = ")"
    quotes: str = "“”‘’"  # around a quotation, and around one within it


SIMPLIFIED = Signs("，", "；", "：", "。", " · ", "——", "", "，", "（", "）")
ENGLISH = Signs()
SIGNS = {"zh-hans": SIMPLIFIED, "zh-hant": SIMPLIFIED._replace(quotes="「」『』")}


def signs() -> Signs:
    """Those of the active language."""
    return SIGNS.get(get_language() or "en", ENGLISH)


def locale() -> Locale:
    """That of the active language."""
    return _locale(get_language() or "en")


@lru_cache
def _locale(language):
    try:
        return Locale.parse(BRITISH if language == "en" else to_locale(language))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(BRITISH)


def day_words(day: date) -> str:
    """“7 June 2020”, 2020年6月7日."""
    return format_date(day, locale().date_formats["long"].pattern, locale())


def month_words(day: date) -> str:
    """“June 2020”, 2020年6月."""
    return format_date(day, locale().datetime_skeletons["yMMMM"].pattern, locale())


def short_month_words(day: date) -> str:
    """“Jun”, 6月: a month below a column."""
    return locale().months["stand-alone"]["abbreviated"][day.month]


def between_days(first: date, last: date) -> tuple[str, str]:
    """Two days in words, of which one leaves out what both have in common: “3” and “4 June 2020”, 2020年6月3日 and 4日."""
    return _shortened(
        first, last, locale().date_formats["long"].pattern, "M" if _same_month(first, last) else "y"
    )


def between_months(first: date, last: date) -> tuple[str, str]:
    """“May” and “June 2020”, 2020年5月 and 6月."""
    return _shortened(first, last, locale().datetime_skeletons["yMMMM"].pattern, "y")


def _same_month(first, last):
    return (first.year, first.month) == (last.year, last.month)


def _shortened(first, last, pattern, largest):
    """Two dates, the first without the end of the pattern that begins with the `largest` field both share, or the second
    without its beginning up to there, whichever the language's order allows."""
    ours = locale()
    whole = [format_date(day, pattern, ours) for day in (first, last)]
    if first.year != last.year:
        return whole[0], whole[1]
    fields = re.findall(r"([yMLd])\1*", re.sub("'[^']*'", "", pattern))
    if fields[-1] == "y":  # the smallest unit comes first
        cut = re.split(f"[{'ML' if largest == 'M' else 'y'}]", pattern, maxsplit=1)[0]
        return format_date(first, cut.rstrip(" ,،"), ours), whole[1]
    if fields[0] == "y":
        cut = pattern[pattern.index("d" if largest == "M" else "M") :]
        return whole[0], format_date(last, cut, ours)
    return whole[0], whole[1]


def listed(items: Iterable[object]) -> str:
    """Things as a list without a word before the last: “1, 2, 3”, 1、2、3."""
    words = [str(item) for item in items]
    return reduce(locale().list_patterns["standard"]["middle"].format, words) if words else ""


def with_colon(name: object, text: object) -> str:
    """What a thing is called, and what is said of it: “name: text”."""
    return f"{name}{signs().colon}{text}"


def in_brackets(text: object) -> str:
    """A text in brackets after another: “ (text)”, （text）."""
    ours = signs()
    return f"{ours.opening}{text}{ours.closing}"


def in_quotes(text: str) -> str:
    """A text in the quotation marks of the language: “text”, 「text」; those inside change their form."""
    opening, closing, *inner = signs().quotes
    return f"{opening}{text.translate(str.maketrans({opening: inner[0], closing: inner[1]}))}{closing}"


def zone_words(zone: str) -> str:
    """The place that an IANA time zone is named after: “New York”, 紐約; in English where CLDR does not know it."""
    names, (area, _slash, rest) = locale().time_zones, zone.partition("/")
    place = rest.rpartition("/")[2] or area
    known = {} if locale().language == "en" else names.get(zone) or names.get(f"{area}/{place}") or {}
    return known.get("city") or place.replace("_", " ")
