"""What search engines and libraries read: schema.org descriptions as JSON-LD, of nothing but what the records say."""

from typing import Any

from django.conf import settings
from django.db.models import Min
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from ..choices import Modality, PartyKind
from ..exports import FORMATS
from ..index.versions import Version
from ..languages import current_tag, local_name
from ..models import PublicIncident
from .presenters import topic_name

CONTEXT = "https://schema.org"


def describe_dataset(request: HttpRequest, version: Version | None) -> dict[str, Any]:
    """All data as a Dataset, with a download for each format."""
    first_day = PublicIncident.objects.aggregate(first=Min("first_day"))["first"]
    return _known(
        {
            "@context": CONTEXT,
            "@type": "Dataset",
            "name": local_name(settings.SITE_NAME),
            "description": _(
                "When platforms shut people’s accounts: what they did, and why they said they did it."
            ),
            "url": request.build_absolute_uri(reverse("data")),
            "version": str(version.number if version else 0),
            "dateModified": version and version.published_at.isoformat(),
            "temporalCoverage": f"{first_day}/.." if first_day else "",
            "keywords": [
                _("account suspensions"),
                _("online platforms"),
                _("content moderation"),
                _("stated reasons"),
            ],
            "creator": {"@type": "Organization", "name": local_name(settings.AUTHOR)},
            "license": settings.DATA_LICENSE_URL,
            "isAccessibleForFree": True,
            "distribution": [
                {
                    "@type": "DataDownload",
                    "encodingFormat": export.content_type.split(";")[0],
                    "contentUrl": request.build_absolute_uri(reverse("incident_download", args=[name])),
                }
                for name, export in FORMATS.items()
            ],
        }
    )


def describe_incident(record: dict[str, Any], address: str) -> dict[str, Any]:
    """An incident as an Article that mentions what the platform claimed, with the sources it cites."""
    return {
        "@context": CONTEXT,
        "@type": "Article",
        "headline": record["title"],
        "inLanguage": record.get("title_language") or current_tag(),
        "url": address,
        "identifier": record["ref"],
        "datePublished": record["published_at"].isoformat(),
        "dateModified": record["updated_at"].isoformat(),
        "license": settings.DATA_LICENSE_URL,
        "publisher": {"@type": "Organization", "name": local_name(settings.SITE_NAME)},
        "about": [_topic(topic) for topic in record["topics"] if topic["labels"]],
        "citation": [_source(source) for source in record["sources"]],
        "mentions": [_claim(each) for each in record["justifications"] if _is_claim(each)],
    }


def _topic(topic):
    """A topic by all its names, the preferred one of each language first."""
    names = [label["name"] for label in topic["labels"]]
    others = [alias for label in topic["labels"] for alias in label["aliases"].splitlines()]
    return {
        "@type": "Thing",
        "name": topic_name(topic)["name"],
        "alternateName": list(dict.fromkeys([*names, *others])),
    }


def _source(source):
    return _known(
        {
            "@type": "CreativeWork",
            "name": source["title"],
            "inLanguage": source["language"],
            "url": source["url"],
        }
    )


def _is_claim(statement):
    """Whether there are words of the speaker: what others report of them is no claim of theirs."""
    return statement["quote"] and statement["modality"] != Modality.REPORTED


def _claim(statement):
    parties = [statement["speaker"], *statement["together_with"]]
    authors = [_party(party) for party in parties if party] or [statement["speaker_text"]]
    return _known(
        {
            "@type": "Claim",
            "text": statement["quote"],
            "author": authors if len(authors) > 1 else authors[0],
            "inLanguage": statement["quote_language"],
            "datePublished": _machine_date(statement["date"]),
        }
    )


def _party(party):
    if party["kind"] == PartyKind.UNKNOWN:
        return party["public_label"]
    is_person = party["kind"] == PartyKind.PERSON
    return {"@type": "Person" if is_person else "Organization", "name": party["public_label"]}


def _machine_date(value):
    """A date as ISO 8601; empty where that cannot express it."""
    return value.datetime if value else ""


def _known(description):
    return {name: value for name, value in description.items() if value}
