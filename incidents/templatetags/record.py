"""How templates show the values of a record: words with their definition, dates, names, notes, summaries."""

import json
import re
from functools import lru_cache

from django import template
from django.conf import settings
from django.template.base import TextNode
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import mark_safe
from django.utils.text import Truncator
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from ..choices import Vocabulary
from ..languages import current_tag, language_beside, native_name, without_language
from ..locales import in_brackets, in_quotes, listed, signs
from ..partials import HOLE, MAX_KEPT_PARTIALS, filled_partial, kept_partial, render_partial
from ..places import place_name, place_names
from ..summaries import as_html, as_text

register = template.Library()

MAX_DESCRIPTION_CHARACTERS = 200
OPENING_CHARACTERS = 160  # of a long quotation
ANY_REF = "any-ref"  # in an address, in place of that of an incident
LINE_BREAK = re.compile(r"\s*\n\s*")
# Han with the signs and numbers in it, and Kana, which says that Han is not Chinese.
HAN = re.compile(r"[㐀-鿿豈-﫿](?:[㐀-鿿豈-﫿、-】！-～\d]*[㐀-鿿豈-﫿、-】！-～])?")
KANA = re.compile("[ぁ-ヿ]")
HAN_LANGUAGES = ("zh", "ja", "ko")


class InlineNode(template.Node):
    """What `inline` holds, shown in its place or kept under a name."""

    def __init__(self, nodelist, name=None):
        self.nodelist, self.name = nodelist, name

    def render(self, context):
        html = self.nodelist.render(context)
        if self.name is None:
            return html
        context[self.name] = html
        return ""


@register.tag
def inline(parser, token):
    """One line of text: the line breaks and the indentation inside are for the reader of the template, and leave
    no space on the page. A space within a line stays. They are taken out once, when the template is read.

    `{% inline as names %}` shows nothing, but keeps the line for a sentence in which it has a place.
    """
    _tag, *name = token.split_contents()
    if name and (len(name) != 2 or name[0] != "as"):
        raise template.TemplateSyntaxError("Write {% inline %} or {% inline as name %}.")
    nodelist = parser.parse(("endinline",))
    parser.delete_first_token()
    for node in nodelist.get_nodes_by_type(TextNode):
        node.s = LINE_BREAK.sub("", node.s)
    return InlineNode(nodelist, *name[1:])


@register.simple_tag
def language_and_direction():
    """The attributes of <html>: the language of the page, and in which direction it is read."""
    return format_html('lang="{}" dir="{}"', current_tag(), "rtl" if get_language_bidi() else "ltr")


@register.simple_tag
def comma():
    """What is between the items of a list."""
    return listed(["", ""])


@register.simple_tag
def sign(name):
    """A sign of the language of the page: `comma`, `colon`, `stop` (locales.Signs)."""
    return getattr(signs(), name)


@register.simple_tag
def lang(tag):
    """The attribute of a text that is not in the language of the page; nothing if it is."""
    return format_html(' lang="{}"', tag) if tag else ""


@register.simple_block_tag(takes_context=True)
def nav_link(context, content, name):
    """A link of the navigation, which says whether it leads to this page or to what this page is part of."""
    address, section = reverse(name), context["section"]
    if section.startswith(address):
        current = "page" if section == address else "true"
        return format_html('<a href="{}" aria-current="{}">{}</a>', address, current, content)
    return format_html('<a href="{}">{}</a>', address, content)


@register.filter
def section(path):
    """The part of the site that a page is in, by its path: /incidents/… for that of an incident."""
    name = without_language(path).split("/")[1] if path else ""
    top = path[: path.index(name) + len(name) + 1]
    return path if path == top else f"{top}…"


@register.filter
@lru_cache(8)  # a page wants its summary twice
def markdown(text):
    """A summary as HTML."""
    return mark_safe(as_html(text))  # noqa: S308 - cleaned by nh3


register.simple_tag(kept_partial, name="kept")
register.filter("place", place_name)
register.filter("places", place_names)
register.filter("listed", listed)
register.filter("native_name", native_name)
register.filter("in_brackets", in_brackets)


@register.filter
def opening(text):
    """The first words of a summary, as the plain text of a page's description."""
    return Truncator(" ".join(as_text(text).split())).chars(MAX_DESCRIPTION_CHARACTERS)


@register.simple_tag
def word(member, within=False):
    """A word of a vocabulary, linked to its definition; `within` a sentence it has no capital."""
    return kept_partial("incidents/_word.html", word=member, within=within)


@register.simple_tag
def record_files(ref, names):
    """Links to the files of an incident, in formats of these names."""
    links = kept_partial("incidents/_files.html", ref=ANY_REF, names=tuple(names))
    return mark_safe(links.replace(ANY_REF, ref))  # noqa: S308 - a ref has only letters, digits and signs


@register.simple_tag
def definitions():
    """Every word of the vocabularies and what it means: 800 messages, which take half of a page to look up."""
    return kept_partial("incidents/_definitions.html", vocabularies=tuple(Vocabulary.public()))


@register.simple_tag
def chip(value):
    """A value that is filtered by, with links that turn it round and take it away."""
    return render_partial("incidents/_chip.html", {"value": value})


@register.simple_tag
def topic(record, link=True):
    """A topic's name in the language of the page."""
    shown = {name: record[name] for name in ("slug", "name", "language")}
    return kept_partial("incidents/_topic.html", **shown, link=link)


@register.simple_tag
def source_derivation(source):
    """What a source was adapted or copied from."""
    return render_partial("incidents/_source_derivation.html", {"source": source})


@register.simple_tag
def fact_value(value):
    """One value of a fact that is more than words, by the partial of its kind: `_platform.html` if its first key is `platform`."""
    kind = next(iter(value))
    if kind == "word":
        return word(value["word"])
    if kind == "party":
        return party(value["party"])
    return kept_partial(f"incidents/values/_{kind}.html", **value)


# The next four are HTML in Python: as partials each takes 15 µs more, and 25 rows of a list have a hundred of them.


@register.simple_tag
def highlight(pieces):
    """A text in pieces, each with whether it was looked for."""
    shown = (format_html("<mark>{}</mark>", piece) if found else escape(piece) for piece, found in pieces)
    return mark_safe("".join(shown).strip())  # noqa: S308 - joined from escaped pieces


@register.simple_tag
def status(member):
    """A status as shape and word."""
    return format_html('<span class="status {}">{}</span>', member.value, member.label)


@register.simple_tag
def day(value, empty="", *, span=False):
    """An EDTF value in words, with its machine-readable form where it has one; an interval may be a `span` that something
    went on over."""
    if value and span:
        return value.span_words()
    return _day(value, get_language()) if value else empty


@lru_cache(MAX_KEPT_PARTIALS)
def _day(value, _language):
    machine, said = value.datetime, value.words()
    return format_html('<time datetime="{}">{}</time>', machine, said) if machine else said


@register.simple_tag
def party(record, link=True):
    """A party's label followed by the name in its own script."""
    label, native, language = record["public_label"], native_name(record), record["native_language"]
    if link:
        name = format_html('<a href="{}" dir="auto">{}</a>', reverse("party", args=[record["slug"]]), label)
    else:
        name = format_html('<span dir="auto">{}</span>', label)
    if not native:
        return name
    lang = format_html(' lang="{}"', language) if language else ""
    return format_html('{} <span class="native"{} dir="auto">{}</span>', name, lang, native)


@register.simple_tag
def facet_group(group):
    """A filter of the form with its values."""
    texts = {
        "options": filter_options(group["options"]),
        "without_match": filter_options(group["without_match"]),
    }
    return filled_partial(
        "incidents/_facet.html",
        texts,
        name=group["name"],
        label=str(group["label"]),
        is_open=group["is_open"],
        more=len(group["without_match"]),
        errors=" ".join(group["errors"]),
    )


@register.simple_tag
def year_bar(bar):
    """A year or month of the chart above a list."""
    texts = {name: bar[name] for name in ("query", "top", "share", "words", "short")}
    return filled_partial("incidents/_bar.html", texts, is_link=bool(bar["number"]), chosen=bar["chosen"])


def filter_options(options):
    """The values of a filter, each with its count, which alone is new from page to page."""
    option, language, pieces = (_option.__wrapped__ if settings.DEBUG else _option), get_language(), []
    for *each, number in options:
        before, after = option(language, *each)
        pieces += (before, _grouped(number, language), after)
    return mark_safe("".join(pieces))  # noqa: S308 - joined from escaped pieces


@lru_cache(MAX_KEPT_PARTIALS)
def _option(_language, name, value, label, language, chosen):
    """The HTML of a value before and after its count."""
    option = {
        "name": name,
        "value": value,
        "label": label,
        "language": language,
        "chosen": chosen,
        "count": HOLE,
    }
    return render_partial("incidents/_option.html", option).split(HOLE)


@lru_cache(MAX_KEPT_PARTIALS)
def _grouped(number, _language):
    return number_format(number, force_grouping=True)


@register.simple_tag
def quoted(text, language="", words=()):
    """Words of a source in quotation marks, which are characters, so that they are copied; those inside change their form.

    The `words` that state a value are marked.
    """
    if not text:
        return ""
    html = conditional_escape(text)
    for each in words:
        html = html.replace(conditional_escape(each), f"<mark>{conditional_escape(each)}</mark>", 1)
    lang = format_html(' lang="{}"', language) if language else ""
    return format_html('<q{} dir="auto">{}</q>', lang, mark_safe(in_quotes(html)))  # noqa: S308 - escaped above


@register.simple_tag
def our_translation(translation):
    """Our translation of the words of others, to stand beside them; nothing if there is none."""
    if not translation:
        return ""
    words = {
        "words": quoted(translation["text"], language_beside(translation["language"])),
        "name": isolated(translation["translator"]),
    }
    message = (
        _("Our translation, by %(name)s: %(words)s")
        if translation["translator"]
        else _("Our translation: %(words)s")
    )
    said = format_html('{}<span class="aside our-translation">{}', signs().space, mark_safe(message % words))  # noqa: S308 - both escaped
    if translation["is_behind"]:
        said = format_html(
            "{}{}{}", said, signs().space, _("(The original has changed since it was translated.)")
        )
    return format_html("{}</span>", said)


@register.simple_tag
def quoted_opening(text, language=""):
    """The beginning of a long quotation, in quotation marks."""
    return quoted(shortened(text, OPENING_CHARACTERS), language)


@register.simple_tag
def source_name(source):
    """What a note calls a source: its outlet and date; the outlet may be written from right to left, the date is not."""
    names = ("container_title", "publisher", "author", "title")
    called = next((source[name] for name in names if source[name]), "")
    if not source["issued"]:
        return format_html("<bdi>{}</bdi>", called)
    return format_html("<bdi>{}</bdi>{}{}", called, signs().comma, source["issued"].words())


@register.filter
def isolated(name):
    """A name as HTML that no line it stands in is mixed up with, whichever way the two are written."""
    return format_html("<bdi>{}</bdi>", name)


@register.filter
def with_han(text, language=""):
    """A text as HTML in which Han is marked as Chinese, for voices and fonts, unless the page or the text is in a language that
    is written so."""
    html = conditional_escape(text)
    read_as = language or get_language() or ""
    if read_as.partition("-")[0] in HAN_LANGUAGES or not HAN.search(html) or KANA.search(html):
        return html
    return mark_safe(HAN.sub(r'<span lang="zh">\g<0></span>', html))  # noqa: S308 - escaped above


@register.filter
def machine_time(value):
    """A moment as HTML wants it: to the second."""
    return value.isoformat(timespec="seconds")


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
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - with nothing left that ends it
