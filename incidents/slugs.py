"""Proposals for refs, slugs and citation keys: plain ASCII, unique, and never made from a private name."""

from urllib.parse import urlsplit

from anyascii import anyascii
from django.db import connection
from django.utils.text import slugify

from .choices import PartyKind
from .models import Account, Incident, Merge, Source

MAX_KEY_LENGTH = 80
KEYS_LOCK = 8060464322  # any number that no other lock has


def unused_key(model, field, wanted):
    """The wanted key as a slug, with a number if another record has it already.

    Within a transaction nobody else is given one until it ends, so that none is given twice.
    """
    if connection.vendor == "postgresql" and connection.in_atomic_block:  # SQLite has one writer at a time
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [KEYS_LOCK])
    # A name without Latin letters is written in them, by its sound.
    wanted = (slugify(wanted) or slugify(anyascii(wanted)))[:MAX_KEY_LENGTH].strip(
        "-"
    ) or model._meta.model_name
    taken = set(model.objects.filter(**{f"{field}__startswith": wanted}).values_list(field, flat=True))
    merged = Merge.objects.standing().filter(record_model=model._meta.model_name, old_key__startswith=wanted)
    taken.update(merged.values_list("old_key", flat=True))
    number, key = 1, wanted
    while key in taken:
        number += 1
        key = f"{wanted}-{number}"
    return key


def holder_words(holder):
    """The account holder as a part of a URL: the slug if the name is public, else “unnamed” and the kind of party.

    A label can still be changed before publication, but a URL is fixed, so a name that is not public must not be in it.
    """
    if holder is None:
        return ""
    if holder.name_public:
        return holder.slug
    return "unnamed" if holder.kind == PartyKind.UNKNOWN else f"unnamed-{holder.kind.replace('_', '-')}"


def platform_words(platform):
    """The platform as a part of a URL: its slug, or that no source names it."""
    return platform.slug if platform else "unnamed-platform"


def propose_account_slug(platform, holder):
    """A slug such as `zoom-humanitarian-china`; the platform and the holder are None if they are not known."""
    return unused_key(Account, "slug", f"{platform_words(platform)}-{holder_words(holder) or 'account'}")


def propose_ref(day, *words):
    """A ref such as 2020-zoom-humanitarian-china, from an EDTF value and words; `undated` where that is empty."""
    bound = day and (day.earliest or day.latest)
    return unused_key(
        Incident, "ref", "-".join([str(bound.year) if bound else "undated", *filter(None, words)])
    )


def propose_citekey(publisher, url, issued):
    """A key such as hkfp-2020-06-12, from the publisher or else the host, and the date as far as known."""
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.").rpartition(".")[0]
    except ValueError:
        host = ""
    return unused_key(
        Source,
        "citekey",
        f"{slugify(publisher) or host or 'source'}-{issued.plain if issued else 'undated'}",
    )
