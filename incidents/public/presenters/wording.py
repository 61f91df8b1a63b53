"""The title and summary of an incident in the reader's language: the one place that chooses between original and translations."""

from collections.abc import Collection, Mapping
from typing import Any

from ...languages import ORIGINAL, best_language, language_beside, language_name

Record = dict[str, Any]


def worded(record: Record, language: str = "") -> Record:
    """A record with its title and summary for a reader of this language, that of the page if none is given.

    What is not translated stays as it is. `title_language` and `summary_language` are for the `lang` of a text that is not
    in the language of the page; `translation` is the one that was chosen, None for the original, and `original` has its words.
    """
    translation = best_translation(record, language)
    words = wording(record, translation)
    words |= {name: language_beside(words[name]) for name in ("title_language", "summary_language")}
    return record | words | {"translation": translation, "original": _original(record)}


def best_translation(record: Record, language: str = "") -> Record | None:
    """The translation for a reader of this language; None if that is the original."""
    by_language = {each["language"]: each for each in record["translations"]}
    return by_language.get(best_language({**by_language, ORIGINAL: None}, language))


def wording(record: Record, translation: Record | None) -> Record:
    """The title and the summary of the translation, of the original where it has none, and what languages they are in."""
    found: Record = {}
    for name in ("title", "summary"):
        source = translation if translation and translation[name] else record | {"language": ORIGINAL}
        found |= {name: source[name], f"{name}_language": source["language"]}
    return found


def in_language(record: Record, language: str) -> Record:
    """A record for a program that asked for this language: with the words, what languages they are in, and the original."""
    return record | wording(record, best_translation(record, language)) | {"original": _original(record)}


def _original(record: Record) -> Record:
    return {name: record[name] for name in ("title", "summary")}


def other_languages(record: Record, behind: Collection[str], pages: Mapping[str, str]) -> list[Record]:
    """The title and summary of a worded record in the other languages that there are: the original, then translations; each
    with what its language is called, its page, if there is one, and whether it is behind the original."""
    original = {"language": ORIGINAL, **record["original"]}
    chosen = record["translation"] or original
    return [
        each
        | {
            "language_name": language_name(each["language"]),
            "page": pages.get(each["language"], ""),
            "is_behind": each["language"] in behind,
        }
        for each in (original, *record["translations"])
        if each["language"] != chosen["language"]
    ]


def with_related_worded(record: Record, others: Mapping[str, Record]) -> Record:
    """A record whose related incidents have the titles that these records of them, by ref, have for the reader."""
    relations = []
    for relation in record["relations"]:
        other = relation["incident"]
        shown = worded(others.get(other["ref"], other | {"summary": "", "translations": []}))
        words = {name: shown[name] for name in ("title", "title_language")}
        relations.append(relation | {"incident": other | words})
    return record | {"relations": relations}
