"""Languages: that of an address, which of several names a reader is shown, and what a language is called."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils.encoding import iri_to_uri
from django.utils.translation import get_language, get_language_info, gettext, trans_real

ORIGINAL = "en"  # the language of what we write ourselves
FALLBACK = ORIGINAL
NO_LANGUAGE = ("mul", "und", "zxx", "mis")  # codes that name no single language

# The texts of records that can be translated, by model. Readers get the translation of what is in our words instead of it…
OWN_WORDS = {
    "incident": ("title", "summary"),
    "action": ("note",),
    "justification": ("speaker_text", "note"),
    "involvement": ("party_text", "note"),
    "citation": ("locator", "attribution", "reading"),
    "relation": ("note",),
    "platform": ("name", "operator"),
    "party": ("public_label", "name_public_basis"),
    "account": ("label",),
    "topic": ("note",),
    "source": ("derivation_note",),
}
# … and that of the words of others beside them.
QUOTED_WORDS = {
    "incident": ("date_text",),
    "action": ("start_text", "end_text", "duration_text", "term_text", "scope_text", "accounts_text"),
    "justification": ("quote", "legal_basis"),
    "involvement": ("quote", "legal_basis"),
    "citation": ("quote", "value_as_stated"),
    "source": ("title",),
}
TRANSLATABLE = {name: (*OWN_WORDS[name], *QUOTED_WORDS.get(name, ())) for name in OWN_WORDS}


class LanguageMiddleware(LocaleMiddleware):
    """Answers in the language of the address, whatever the browser or a cookie prefers: /zh-hant/incidents/ in Chinese."""

    def __init__(self, get_response):
        super().__init__(get_response)
        if settings.USE_I18N:
            # English has no catalogue: its messages are what the code says, and to look for them takes a tenth of a page.
            trans_real.translation(settings.LANGUAGE_CODE).gettext = str

    def process_response(self, request, response):
        response.headers.setdefault("Content-Language", current_tag())
        return response


def without_language(path: str) -> str:
    """A path as it is in English: /incidents/ for /zh-hant/incidents/."""
    first, slash, rest = path[1:].partition("/")
    is_prefix = slash and first != settings.LANGUAGE_CODE and first in dict(settings.LANGUAGES)
    return f"/{rest}" if is_prefix else path


def path_in(language: str, path: str) -> str:
    """A path in this language, of one that has no language: /zh-hant/incidents/ for /incidents/."""
    return path if language == settings.LANGUAGE_CODE else f"/{language}{path}"


def languages_of(request: HttpRequest) -> list[dict[str, str | bool]]:
    """The languages of the interface; the path of this page in each, and its address there with what was asked."""
    plain, query = without_language(request.path), iri_to_uri(request.META.get("QUERY_STRING", ""))
    return [
        {
            "tag": language_tag(code),
            "name": name,
            "path": path_in(code, plain),
            "address": path_in(code, plain) + (f"?{query}" if query else ""),
            "is_current": code == get_language(),
        }
        for code, name in settings.LANGUAGES
    ]


def local_name(name: str) -> str:
    """A name that the settings give, that of the site: in the language of the page if the catalogues have it."""
    return name and gettext(name)


def language_tag(code: str) -> str:
    """A code of Django as a BCP 47 tag: zh-hant is zh-Hant, pt-br is pt-BR."""
    language, *others = code.split("-")
    return "-".join([language, *(each.upper() if len(each) == 2 else each.title() for each in others)])


def current_tag() -> str:
    """The language of this answer as a BCP 47 tag."""
    return language_tag(get_language() or settings.LANGUAGE_CODE)


def best_language(tags: Mapping[str, object], wanted: str = "") -> str:
    """Of these BCP 47 tags the one for a reader of the `wanted` language, that of the page if none is given; empty if
    there is none.

    After the language itself come less special forms of it (zh-Hant for zh-Hant-HK), others of the same language, and
    English.
    """
    if len(tags) == 1:
        return next(iter(tags))
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


def native_name(party: Mapping[str, Any]) -> str:
    """A party's name in its own script; empty where the label that a reader is shown is in that language already."""
    shown = party.get("public_label_language", ORIGINAL) or get_language() or ORIGINAL
    is_same = party["native_language"].casefold().split("-")[0] == shown.casefold().split("-")[0]
    return "" if is_same else party["native_label"]


def language_name(tag: str) -> str:
    """What a language is called, “Traditional Chinese”; its tag where we have no name for it."""
    try:
        return str(get_language_info(tag.lower())["name_translated"])
    except KeyError:
        return tag
