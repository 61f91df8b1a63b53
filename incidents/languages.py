"""Languages of names: which of several a reader is shown, and what a language is called."""

from collections.abc import Mapping

from django.utils.translation import get_language, get_language_info

FALLBACK = "en"


def best_language(tags: Mapping[str, object], wanted: str = "") -> str:
    """Of these BCP 47 tags the one for a reader of the `wanted` language, that of the page if none is given; empty if
    there is none.

    After the language itself come less special forms of it (zh-Hant for zh-Hant-HK), others of the same language, and
    English.
    """
    by_tag = {tag.casefold(): tag for tag in tags}
    wanted = (wanted or get_language() or FALLBACK).casefold()
    subtags = wanted.split("-")
    forms = ["-".join(subtags[:length]) for length in range(len(subtags), 0, -1)]
    same_language = [tag for tag in by_tag if tag.split("-")[0] == subtags[0]]
    found = (tag for tag in (*forms, *same_language, FALLBACK, *by_tag) if tag in by_tag)
    return by_tag.get(next(found, ""), "")


def language_beside(tag: str) -> str:
    """A language tag for the `lang` of a text on the page; empty if the whole page is in that language."""
    return "" if tag.casefold() == (get_language() or FALLBACK).casefold() else tag


def language_name(tag: str) -> str:
    """What a language is called, “Traditional Chinese”; its tag where we have no name for it."""
    try:
        return str(get_language_info(tag.lower())["name_translated"])
    except KeyError:
        return tag
