"""Refs, slugs and citation keys that propose themselves: plain ASCII, unique, and never made from a private name."""

from urllib.parse import urlsplit

from django.utils.text import slugify

from .models import Incident, Source

LONGEST = 80


def free(model, field, wanted):
    """The wanted key, or that key with the first number that makes it unique."""
    wanted = wanted[:LONGEST].strip("-") or model._meta.model_name
    taken = set(model.objects.filter(**{f"{field}__startswith": wanted}).values_list(field, flat=True))
    number, key = 1, wanted
    while key in taken:
        number += 1
        key = f"{wanted}-{number}"
    return key


def propose_slug(model, text):
    """A slug for a platform, party or account, from its public label."""
    return free(model, "slug", slugify(text))


def propose_ref(*, year, platform, holder=None):
    """A ref such as 2020-zoom-humanitarian-china; `undated` where no year is known."""
    words = [str(year) if year else "undated", platform.slug, *([holder.slug] if holder else [])]
    return free(Incident, "ref", slugify("-".join(words)))


def propose_citekey(*, outlet, url, issued):
    """A citation key such as hkfp-2020-06-12, from the outlet or else the host, and the date as far as known."""
    host = (urlsplit(url).hostname or "").removeprefix("www.").rpartition(".")[0]
    day = issued.datetime if issued else ""
    return free(Source, "citekey", slugify(f"{slugify(outlet) or host or 'source'}-{day or 'undated'}"))
