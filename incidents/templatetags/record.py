"""How templates say what stands in a record: words with their definition, dates, names, notes, summaries."""

import json
from functools import lru_cache, wraps

import nh3
from django import template
from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse
from django.utils.html import format_html, strip_tags
from django.utils.safestring import mark_safe
from django.utils.text import Truncator
from django.utils.translation import get_language
from markdown_it import MarkdownIt

register = template.Library()

MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable("image")
TAGS = {"p", "em", "strong", "a", "ul", "ol", "li", "blockquote", "code", "br"}


REMEMBERED = 10_000


def inline_tag(name, key=None):
    """A tag that renders a partial within a line: the white space around it is dropped.

    With a `key` of its arguments it is rendered once for each: a page says the same few words many times. Where the
    key is None, it is rendered anew.
    """

    def register_tag(context_of):
        kept = {}

        def rendered(*args, **kwargs):
            return mark_safe(get_template(name).render(context_of(*args, **kwargs)).strip())

        @register.simple_tag(name=context_of.__name__)
        @wraps(context_of)
        def tag(*args, **kwargs):
            known = None if settings.DEBUG or not key else key(*args, **kwargs)
            if known is None:
                return rendered(*args, **kwargs)
            asked = (get_language(), *known)
            found = kept.get(asked)
            if found is None:
                if len(kept) >= REMEMBERED:
                    kept.clear()
                found = kept[asked] = rendered(*args, **kwargs)
            return found

        return tag

    return register_tag


def value_key(value):
    """Words come again on every page; who did or said it does not."""
    return next(((type(words), words) for name, words in value.items() if name in ("word", "words")), None)


@register.filter
@lru_cache(8)  # a page wants its summary twice
def markdown(text):
    """A summary as HTML: paragraphs, emphasis, lists and links, whatever else somebody typed."""
    return mark_safe(nh3.clean(MARKDOWN.render(text), tags=TAGS, attributes={"a": {"href"}}))


@register.filter
def opening(text):
    """The first words of a summary, as the plain text of a page's description."""
    return Truncator(" ".join(strip_tags(markdown(text)).split())).chars(200)


@inline_tag("incidents/_word.html", key=lambda member, within=False: (type(member), member, within))
def word(member, within=False):
    """A word of a vocabulary, linked to its definition; `within` a sentence it has no capital."""
    return {"word": member, "within": within}


@register.simple_tag
def status(member):
    """A status as shape and word."""
    return format_html('<span class="status {}">{}</span>', member.value, member.label)


@register.simple_tag
def day(value, empty=""):
    """An EDTF value in words, with its machine-readable form where it has one."""
    return _day(value, get_language()) if value else empty


@lru_cache(REMEMBERED)
def _day(value, _language):
    machine, words = value.datetime, value.words()
    return format_html('<time datetime="{}">{}</time>', machine, words) if machine else words


@register.simple_tag
def party(record, link=True):
    """A party's label with the name in its own script beside it."""
    label, native, language = (record[name] for name in ("public_label", "native_label", "native_language"))
    if link:
        told = format_html('<a href="{}" dir="auto">{}</a>', reverse("party", args=[record["slug"]]), label)
    else:
        told = format_html('<span dir="auto">{}</span>', label)
    if not native:
        return told
    lang = format_html(' lang="{}"', language) if language else ""
    return format_html('{} <span class="native"{} dir="auto">{}</span>', told, lang, native)


@register.simple_tag
def filter_options(options):
    """The values of a filter, each with its count."""
    option, language = (_option.__wrapped__ if settings.DEBUG else _option), get_language()
    return mark_safe("".join(option(language, *each.items()) for each in options))


@lru_cache(REMEMBERED)
def _option(_language, *option):
    return get_template("incidents/_option.html").render(dict(option)).strip()


@inline_tag("incidents/_chip.html")
def chip(value):
    """A value that is filtered by, with links that turn it round and take it away."""
    return {"value": value}


@inline_tag("incidents/_notes.html", key=lambda numbered: tuple(note["number"] for note in numbered))
def notes(numbered):
    """Note numbers that lead to the citations."""
    return {"notes": numbered}


@register.simple_tag
def source_name(source):
    """What a note calls a source: its outlet and date."""
    names = ("container_title", "publisher", "author", "title")
    called = next((source[name] for name in names if source[name]), "")
    return f"{called}, {source['issued'].words()}" if source["issued"] else called


@inline_tag("incidents/_value.html", key=value_key)
def fact_value(value):
    """One value of a facts block."""
    return {"value": value}


@register.inclusion_tag("incidents/_quote.html")
def quote(said, noted=()):
    """What somebody said: the words in their language, or ours where there are none of theirs."""
    addresses = [note["source"]["url"] for note in noted if note["source"]["url"]]
    return {"said": said, "address": addresses[0] if addresses else "", "notes": noted}


@register.filter
def shortened(text, most):
    """The first characters of a quotation, cut between words where its script has spaces."""
    if len(text) <= most:
        return text
    cut = text[:most].rstrip()
    return f"{cut.rpartition(' ')[0] or cut} …" if " " in cut[-30:] else f"{cut}…"


@register.filter
def paragraphs_of(text):
    """The lines of a text, empty ones left out."""
    return [line for line in text.splitlines() if line.strip()]


@register.filter
def json_script_ld(described):
    """A schema.org description as a data block; no browser runs it, and nothing in it ends it."""
    text = json.dumps(described, ensure_ascii=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return mark_safe(f'<script type="application/ld+json">{text}</script>')
