"""Refs, slugs and citation keys that propose themselves: plain ASCII, unique, and never made from a private name."""

from urllib.parse import urlsplit

from django.utils.text import slugify

from .choices import PartyKind
from .models import Account, Incident, Source

LONGEST = 80


def free(model, field, wanted):
    """The wanted key, or that key with the first number that makes it unique."""
    wanted = slugify(wanted)[:LONGEST].strip("-") or model._meta.model_name
    taken = set(model.objects.filter(**{f"{field}__startswith": wanted}).values_list(field, flat=True))
    number, key = 1, wanted
    while key in taken:
        number += 1
        key = f"{wanted}-{number}"
    return key


def holder_words(holder):
    """The holder as part of a web address. A label may yet be changed before it is shown, an address stays:
    so only a public name goes in."""
    if holder is None:
        return ""
    if holder.name_public:
        return holder.slug
    return "unnamed" if holder.kind == PartyKind.UNKNOWN else f"unnamed-{holder.kind.replace('_', '-')}"


def propose_account_slug(platform, holder):
    """A slug such as zoom-humanitarian-china."""
    return free(Account, "slug", f"{platform.slug}-{holder_words(holder) or 'account'}")


def propose_ref(day, *words):
    """A ref such as 2020-zoom-humanitarian-china, from an EDTF value and words; `undated` where that is empty."""
    bound = day and (day.earliest or day.latest)
    return free(Incident, "ref", "-".join([str(bound.year) if bound else "undated", *filter(None, words)]))


def propose_citekey(publisher, url, issued):
    """A key such as hkfp-2020-06-12, from the publisher or else the host, and the date as far as it is known."""
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.").rpartition(".")[0]
    except ValueError:
        host = ""
    return free(
        Source,
        "citekey",
        f"{slugify(publisher) or host or 'source'}-{issued.plain if issued else 'undated'}",
    )
