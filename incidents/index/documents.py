"""What search finds in a public record: its texts as passages, and the same texts as tokens; and its first day."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache, cached_property

from django.apps import apps
from django.utils.translation import gettext_lazy

from ..addresses import canonical_address
from ..analysis import fold, plain_address, tokens_in
from ..platform_names import other_names
from ..records import translations_in
from ..summaries import as_text

NAMES, TEXTS, SOURCES = "names", "texts", "sources"  # columns of a document; `source:` searches the last
END = "/"  # separates two texts, so that no phrase runs from one into the next
# Where translations of names are found.
TRANSLATED = dict.fromkeys((("incident", "title"), ("platform", "name"), ("party", "public_label")), NAMES)
ADDRESSES = {"website", "url", "archived_url", "reference_url"}
_ = cache(gettext_lazy)  # a record has many texts, and few labels


@dataclass
class Passage:
    """A text of a record: its column, what it is in words, the text, its language."""

    column: str
    label: str
    text: str
    language: str = ""

    @cached_property
    def folded(self):
        """The text reduced to what distinguishes words."""
        return fold(self.text)

    @cached_property
    def tokens(self):
        """The tokens of the text, in its order."""
        return tokens_in(self.folded)


def texts_of(found):
    """All texts of these passages as tokens, by column: separated by spaces, with `END` between two texts."""
    texts: dict[str, list[str]] = defaultdict(list)
    for passage in found:
        if passage.tokens:
            texts[passage.column].append(" ".join(passage.tokens))
    return {
        column: f" {f' {END} '.join(texts[column])} " if texts[column] else ""
        for column in (NAMES, TEXTS, SOURCES)
    }


def first_day(record):
    """The earliest day that an action may have begun, or that a context event may have been; None if not known."""
    dates = [action["start"] for action in record["actions"]] or [record["date"]]
    return min((day for each in dates if each and (day := each.earliest or each.latest)), default=None)


def passages(record):
    """The texts of a record that search looks through and takes its snippets from."""
    found: dict[tuple[str, str], Passage] = {}

    def add(column, label, values, *names, language=""):
        for name in names:
            if not (text := values[name]):
                continue
            # An address is found as it is, and by every spelling of it.
            known_as = (canonical_address(text), plain_address(text)) if name in ADDRESSES else (str(text),)
            for each in known_as:
                if each and (column, each) not in found:
                    found[column, each] = Passage(column, label, each, language)

    def add_platform(platform):
        if platform:
            add(NAMES, _("platform"), platform, "name")
            for other in other_names(platform["aliases"]):
                add(NAMES, _("platform"), {"name": other.name}, "name")
            add(TEXTS, _("platform"), platform, "operator", "website")

    def add_party(party):
        if party:
            add(NAMES, _("name"), party, "public_label", "aliases")
            add(NAMES, _("name"), party, "native_label", language=party["native_language"])

    def add_statement(label, statement, party):
        add(TEXTS, label, statement, "quote", language=statement["quote_language"])
        add(TEXTS, label, statement, "note", "legal_basis")
        for each in (party, *statement["together_with"]):
            add_party(each)

    add(NAMES, _("title"), record, "title")
    add(NAMES, _("ref"), record, "ref")
    add(TEXTS, _("summary"), {"summary": as_text(record["summary"])}, "summary")
    add(TEXTS, _("date"), record, "date_text")
    for label in (label for topic in record["topics"] for label in topic["labels"]):
        for name in (label["name"], *label["aliases"].splitlines()):
            add(NAMES, _("topic"), {"name": name}, "name", language=label["language"])
    for action in record["actions"]:
        account = action["account"]
        add_platform(account["platform"])
        add(NAMES, _("account"), account, "handle")
        add(TEXTS, _("account"), account, "label", "url")
        add(
            TEXTS,
            _("action"),
            action,
            "start_text",
            "end_text",
            "duration_text",
            "term_text",
            "scope_text",
            "accounts_text",
            "note",
        )
        add_party(account["holder"])
    for each in record["justifications"]:
        add_statement(_("stated reason"), each, each["speaker"])
        add(TEXTS, _("stated reason"), each, "speaker_text", "reference_url")
    for each in record["involvements"]:
        add_statement(_("part that others had"), each, each["party"])
        add(TEXTS, _("part that others had"), each, "party_text")
    languages = {source["citekey"]: source["language"] for source in record["sources"]}
    for citation in record["citations"]:
        language = citation["quote_language"] or languages[citation["source"]]
        add(TEXTS, _("quotation"), citation, "quote", language=language)
        add(TEXTS, _("quotation"), citation, "attribution")
        add(TEXTS, _("note"), citation, "reading")
    for source in record["sources"]:
        add(SOURCES, _("source"), source, "title", "author", language=source["language"])
        add(SOURCES, _("source"), source, "container_title", "publisher", "citekey", "derivation_note")
        add(SOURCES, _("source"), source, "url", "archived_url")
    for name, each in translations_in(record):
        label = apps.get_model("incidents", name)._meta.get_field(each["field"]).verbose_name
        text = as_text(each["text"]) if each["field"] == "summary" else each["text"]
        column = TRANSLATED.get((name, each["field"]), SOURCES if name == "source" else TEXTS)
        add(column, label, {"text": text}, "text", language=each["language"])
    return list(found.values())
