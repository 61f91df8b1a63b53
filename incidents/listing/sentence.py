"""What a listing shows, in words: one sentence, and its parts, each with the query strings that remove or reverse it."""

from dataclasses import replace
from functools import cached_property

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from ..choices import IncidentKind
from ..dates import EDTF
from ..index.facets import FACET, FACETS, NONE
from ..locales import signs
from .listing import Listing
from .query import EXCLUDED, plain


class Sentence:
    """The words for what an IncidentFilter asks for; only for one that `is_valid()`."""

    def __init__(self, incident_filter):
        self.incident_filter = incident_filter

    def __str__(self):
        """The whole of it: “14 incidents on Zoom or Weibo, stated reason: local law”."""
        return self._with_parts(self.number)

    @property
    def number(self):
        """How many they are: “14 incidents”; where background events may be among them, “14 entries”."""
        number = len(self.incident_filter.listing)
        if not self.incident_filter.criteria.lists_background:
            return count_in_words(number)
        words = ngettext("%(number)s entry", "%(number)s entries", number)
        return words % {"number": number_format(number, force_grouping=True)}

    @property
    def subject(self):
        """The same without the number, which changes: “incidents on Zoom or Weibo, stated reason: local law”."""
        has_background = self.incident_filter.criteria.lists_background
        return self._with_parts(_("entries") if has_background else _("incidents"))

    def _with_parts(self, words):
        return words + "".join(f"{part['separator']}{part['words']}" for part in self.parts)

    @cached_property
    def parts(self):
        """What is filtered by, facet by facet: the words before and after the values, the values with their links."""
        parts = []
        if typed := self.incident_filter.cleaned["q"]:
            words = self.incident_filter.words.words() or _("nothing that can be searched for")
            value = _value(words, self.incident_filter.query_with(q=[]))
            parts.append(_part("q", pgettext("incidents …", "matching %(values)s"), [value], typed=typed))
        parts += [part for facet in FACETS if (part := self._facet_part(facet))]
        first, last = self.incident_filter.cleaned["from"], self.incident_filter.cleaned["to"]
        if first or last:
            value = _value(_period(first, last), self.incident_filter.query_with(**{"from": [], "to": []}))
            parts.append(_part("from", pgettext("incidents …", "that began %(values)s"), [value]))
        for number, part in enumerate(parts):
            part["separator"] = signs().comma if number or part["is_clause"] else signs().phrase
            part["following"] = signs().comma if number + 1 < len(parts) else ""
        return parts

    def _facet_part(self, facet):
        name = facet.name
        given = list(dict.fromkeys(self.incident_filter.given.getlist(name)))
        if not given:
            return None
        phrases = facet.phrases([plain(value) for value in given], self.incident_filter.reader)
        included: list[dict] = []
        excluded: list[dict] = []
        for each in given:
            value, is_excluded = plain(each), each.startswith(EXCLUDED)
            others = [other for other in self.incident_filter.given.getlist(name) if other != each]
            reversed_ = self.incident_filter.query_with(
                **{name: [*others, value if is_excluded else EXCLUDED + value]}
            )
            link = _value(
                phrases[value],
                self.incident_filter.query_with(**{name: others}),
                reversed_,
                is_excluded,
                facet.language_of(value, self.incident_filter.reader),
            )
            (excluded if is_excluded else included).append(link)
        all_of = self.incident_filter.given.getlist("all")
        part = _part(name, str(facet.phrase), included, excluded, facet.is_clause, name in all_of)
        if len(included) > 1:
            others = [other for other in all_of if other != name]
            part["toggle_all"] = self.incident_filter.query_with(
                all=others if part["all"] else [*others, name]
            )
        return part

    def left_out(self):
        """If a facet asked for implies values of another one: how many more incidents have other values of it, and the
        query string that finds them; None if there are none."""
        criteria = self.incident_filter.criteria
        for name, values in criteria.values.items():
            if not values or not (implied := FACET[name].implies) or criteria.values.get(implied[0]):
                continue
            facet = FACET[implied[0]]
            others = [
                value for value in facet.candidates(self.incident_filter.reader) if value not in implied[1]
            ]
            more = Listing(
                self.incident_filter.reader, replace(criteria, values=criteria.values | {facet.name: others})
            )
            if number := len(more.found - self.incident_filter.listing.found):
                return {"number": number, "query": self.incident_filter.query_with(**{facet.name: others})}
        return None

    def background(self):
        """If only incidents are listed: how many background events match the same, and the query string that finds them;
        None if there are none."""
        criteria = self.incident_filter.criteria
        if criteria.asks_for_kind:
            return None
        kind = {"kind": [IncidentKind.CONTEXT.value]}
        found = Listing(self.incident_filter.reader, replace(criteria, values=criteria.values | kind))
        if number := len(found):
            return {"number": number, "query": self.incident_filter.query_with(**kind)}
        return None

    def relaxations(self):
        """If nothing is found: each part without which something would be, with the number and the query string."""
        if len(self.incident_filter.listing):
            return []
        found = []
        for part in self.parts:
            name = part["name"]
            if number := len(self.incident_filter.listing.matching.without(name)):
                names = ("from", "to") if name == "from" else (name,)
                query = self.incident_filter.query_with(**dict.fromkeys(names, []))
                found.append({"part": part, "number": number, "query": query})
        return found


def count_in_words(number):
    """A number of incidents: “14 incidents”."""
    words = ngettext("%(number)s incident", "%(number)s incidents", number)
    return words % {"number": number_format(number, force_grouping=True)}


def _value(words, without, reverse="", is_excluded=False, language=""):
    """A value with the query strings that leave it out of the filter and that turn it into its opposite, and the language
    of its words if that is not the page's."""
    value = {"words": words, "without": without, "reverse": reverse, "is_excluded": is_excluded}
    return value | {"language": language}


def _part(name, phrase, values, excluded=(), is_clause=False, all_of=False, **more):
    """A part of the sentence: as words, and as pieces between which a page puts links."""
    joined = (_(" and ") if all_of else _(" or ")).join(value["words"] for value in values)
    without = pgettext("incidents …", "without %(values)s")
    left_out = without % {"values": _(" or ").join(value["words"] for value in excluded)}
    words = [phrase % {"values": joined}] if values else []
    before, _placeholder, after = phrase.partition("%(values)s")
    return {
        "name": name,
        "words": signs().phrase.join([*words, left_out] if excluded else words),
        "before": before,
        "after": after,
        "values": values,
        "before_excluded": without.partition("%(values)s")[0],
        "excluded": list(excluded),
        "is_clause": is_clause,
        "all": all_of,
    } | more


def _period(first, last):
    """A period as the end of a sentence: “in June 2020”, “between May and July 2020”."""
    if first == NONE:
        return _("on an unknown day")
    if first and first == last:
        return (_("on %s") if len(first) == len("2020-06-07") else _("in %s")) % first.words()
    return EDTF(f"{first or '..'}/{last or '..'}").words()
