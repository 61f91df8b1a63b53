"""Texts in the reader's language: the one place that chooses between originals and translations.

What is in our words is read in the language of the page as far as it is translated. The words of others stay as they are, with
their translation beside them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import get_language

from ...languages import (
    FALLBACK,
    ORIGINAL,
    OWN_WORDS,
    QUOTED_WORDS,
    best_language,
    language_beside,
    language_name,
)
from ...locales import listed
from ...shape import keys_of

Record = dict[str, Any]
HEAD = ("title", "summary")


def worded(record: Record) -> Record:
    """The record of an incident with its title and summary in the language of the page, as far as they are translated.

    `title_language` and `summary_language` are for the `lang` of a text that is not in the language of the page, and
    `original` has both as they were written.
    """
    words = _own_words("incident", record, "")
    words |= {f"{name}_language": language_beside(words[f"{name}_language"]) for name in HEAD}
    return record | words


def localized_row(record: Record) -> Record:
    """The record of an incident in the language of the page as far as a row of a list, or one line, says it: its title and
    summary, and its actions with their accounts."""
    found, language = worded(record), get_language() or FALLBACK
    if language.casefold() != ORIGINAL:
        found["actions"] = [_localized("action", each, language, is_page=True) for each in record["actions"]]
    return found


def localized(record: Record, name: str = "incident") -> Record:
    """A record with all that is nested in it in the language of the page: our words as far as they are translated; beside the
    words of others, say `quote`, the `quote_translation` for the reader, which is None where there is none.

    `note_language` is for the `lang` of a note that is not in the language of the page.
    """
    return _localized(name, record, get_language() or FALLBACK, is_page=True)


def in_language(record: Record, language: str) -> Record:
    """The record of an incident for a program that asked for this language: the same, with the language of each text that can
    be translated, and under `original` the words as they were written."""
    return _localized("incident", record, language, is_page=False)


def _localized(name: str, record: Record, language: str, *, is_page: bool) -> Record:
    found = dict(record)
    # What was written in the language of the page needs no choice, which would take longer than all else.
    if name in OWN_WORDS and "translations" in record and not (is_page and language.casefold() == ORIGINAL):
        words = _own_words(name, record, language)
        found |= {
            key: language_beside(tag) if is_page and key.endswith("_language") else tag
            for key, tag in words.items()
        }
    if record.get("translations"):
        for field in QUOTED_WORDS.get(name, ()):
            found[f"{field}_translation"] = _beside(record, field, language)
    for key in keys_of(name):
        if key.nested and key.name != "translations" and (value := record.get(key.name)):
            inner = key.nested.record
            found[key.name] = (
                [_localized(inner, each, language, is_page=is_page) for each in value]
                if key.nested.many
                else _localized(inner, value, language, is_page=is_page)
            )
    return found


def _own_words(name: str, record: Record, language: str) -> Record:
    """What is in our words in a record, for a reader of this language, what language that is, and the original."""
    found: Record = {"original": {}}
    for field in OWN_WORDS[name]:
        if field in record:
            chosen = _chosen(record, field, language)
            found[field] = chosen["text"] if chosen else record[field]
            found[f"{field}_language"] = chosen["language"] if chosen else ORIGINAL if record[field] else ""
            found["original"][field] = record[field]
    return found


def _chosen(record: Record, field: str, language: str) -> Record | None:
    """The translation of a text of ours for a reader of this language; None if that is the original."""
    by_language = {each["language"]: each for each in record["translations"] if each["field"] == field}
    return by_language.get(best_language({**by_language, ORIGINAL: None}, language)) if by_language else None


def _beside(record: Record, field: str, language: str) -> Record | None:
    """The translation of the words of others that a reader of this language is shown beside them; None if they have no use for
    it: if the words are in their own language, read the same in it, or are not translated into one that they read more easily."""
    by_language = {each["language"]: each for each in record["translations"] if each["field"] == field}
    own = record.get("quote_language") or record.get("language") or ORIGINAL
    if not by_language:
        return None
    found = by_language.get(best_language({own: None, **by_language}, language))
    return found if found and found["text"] != record[field] else None


def translation_of_page(record: Record) -> Record | None:
    """Of the translations that a record as `localized()` is read in: who made them, and whether their originals have changed since,
    with the earliest revision that they were made from. None if there are none."""
    found = list(_read("incident", record))
    behind = [each for each in found if each["is_behind"]]
    numbers = [each["translated_from"] for each in behind or found if each["translated_from"]]
    return (
        found
        and {
            "translator": listed(dict.fromkeys(each["translator"] for each in found if each["translator"])),
            "translated_from": min(numbers, default=None),
            "is_behind": bool(behind),
        }
        or None
    )


def _read(name: str, record: Record) -> Iterator[Record]:
    """The translations that a reader of a record as `localized()` reads instead of the original."""
    for each in record.get("translations", ()):
        if each["field"] in record.get("original", ()) and record[each["field"]] == each["text"]:
            yield each
    for key in keys_of(name):
        if key.nested and key.name != "translations" and (value := record.get(key.name)):
            for each in value if key.nested.many else [value]:
                yield from _read(key.nested.record, each)


def other_languages(record: Record, pages: Mapping[str, str]) -> list[Record]:
    """The title and summary of a worded record in the languages that it is not shown in: the original, then translations; each
    with what its language is called, its page, if there is one, who made it, and whether it is behind the original."""
    by_language: dict[str, dict[str, Record]] = {}
    for each in record["translations"]:
        if each["field"] in HEAD:
            by_language.setdefault(each["language"], {})[each["field"]] = each
    shown = [_chosen(record, name, "") for name in HEAD]
    original = record.get("original") or record
    found = [_head(ORIGINAL, {name: {"text": original[name]} for name in HEAD})] if any(shown) else []
    found += [
        _head(language, texts)
        for language, texts in sorted(by_language.items())
        if language not in {each["language"] for each in shown if each}
    ]
    return [each | {"page": pages.get(each["language"], "")} for each in found]


def _head(language: str, texts: dict[str, Record]) -> Record:
    rows = list(texts.values())
    return {
        "language": language,
        "language_name": language_name(language),
        **{name: texts[name]["text"] if name in texts else "" for name in HEAD},
        "translator": next((each["translator"] for each in rows if each.get("translator")), ""),
        "translated_from": min(
            (each["translated_from"] for each in rows if each.get("translated_from")), default=None
        ),
        "is_behind": any(each.get("is_behind") for each in rows),
    }


def with_related_worded(record: Record, others: Mapping[str, Record]) -> Record:
    """A record whose related incidents have the titles that these records of them, by ref, have for the reader."""
    relations = []
    for relation in record["relations"]:
        other = relation["incident"]
        shown = worded(others.get(other["ref"], other | {"summary": "", "translations": []}))
        words = {name: shown[name] for name in ("title", "title_language")}
        relations.append(relation | {"incident": other | words})
    return record | {"relations": relations}
