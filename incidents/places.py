"""What places are called; and places, time zones and languages found by what they are called, in any language we have names in.

The names of countries come from django-countries, the places of time zones from the IANA database.
"""

import gettext
from collections import defaultdict
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path

import django_countries
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _
from django_countries import countries

from .analysis import fold
from .dates import zones
from .languages import language_tag
from .locales import listed, zone_words

MAX_FOUND = 30
# Bodies of no single state, whose codes ISO 3166-1 reserves.
AUTHORITIES = {"EU": gettext_lazy("European Union"), "UN": gettext_lazy("United Nations")}


def place_name(code):
    """The short name of an ISO 3166-1 code in the active language. A code of part 2 is shown after its country: Ukraine (UA-43)."""
    return _place_name(code, get_language())


def place_names(codes):
    """The short names of several codes, separated by spaces, as a list in words."""
    return listed(map(place_name, codes.split()))


@lru_cache(10_000)
def _place_name(code, _language):
    if name := AUTHORITIES.get(code) or countries.name(code):
        return str(name)
    country = countries.name(code.partition("-")[0])
    return _("%(country)s (%(code)s)") % {"country": country, "code": code} if country else code


def find_places(term):
    """Pairs of an ISO 3166-1 code and its name, for what countries and territories are called."""
    places = (*AUTHORITIES.items(), *countries)
    rows = ((code, str(name), _country_names()[code] | {code, name}) for code, name in places)
    return _found(term, rows)


def find_zones(term):
    """Pairs of an IANA time zone and its name with its country."""
    return _found(term, _zones_with_names())


def find_languages(term):
    """Pairs of a BCP 47 tag and its name."""
    rows = (
        (language_tag(code), str(_(info["name"])), {info["name"], info["name_local"], language_tag(code)})
        for code, info in LANG_INFO.items()
        if "name" in info
    )
    return _found(term, rows)


def _found(term, rows):
    """Those with a name that contains the term; those with a name that begins with it come first."""
    wanted, found = fold(term.strip()), []
    for code, words, names in rows:
        folded = {fold(str(name)) for name in names} | {fold(words)}
        if any(wanted in name for name in folded):
            found.append((not any(name.startswith(wanted) for name in folded), words, code))
    return [(code, f"{words} ({code})") for _later, words, code in sorted(found)[:MAX_FOUND]]


def _zones_with_names():
    for zone in sorted(zones()):
        place = zone.rpartition("/")[2].replace("_", " ")
        codes = _countries_of_zones()[zone]
        words = listed([zone_words(zone), *(countries.name(code) for code in codes[:1])])
        yield (
            zone,
            words,
            {place, zone, *_zone_names()[zone], *(name for code in codes for name in _country_names()[code])},
        )


@cache
def _zone_names():
    """What the place of each time zone is called in the languages of the site: zone -> names."""
    found = defaultdict(set)
    for code, _name in settings.LANGUAGES:
        with override(code):
            for zone in zones():
                found[zone].add(zone_words(zone))
    return found


@cache
def _countries_of_zones():
    """The codes of the countries in which a time zone is used: zone -> codes."""
    found = defaultdict(list)
    for line in (resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text().splitlines():
        if line and not line.startswith("#"):
            code, _coordinates, zone = line.split("\t")[:3]
            found[zone].append(code)
    return found


@cache
def _country_names():
    """What each country is called in all languages: code -> names."""
    folder = Path(django_countries.__file__).parent / "locale"
    catalogues = [
        gettext.translation("django", folder, [each.name], fallback=True)
        for each in folder.iterdir()
        if each.is_dir()
    ]
    found = defaultdict(set)
    for code, name in django_countries.data.COUNTRIES.items():
        english = {str(name), str(countries.name(code))}
        found[code] = english | {catalogue.gettext(each) for catalogue in catalogues for each in english}
    return found
