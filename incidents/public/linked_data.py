"""What search engines and libraries read: schema.org descriptions as JSON-LD. Nothing is said that no record says."""

from django.conf import settings
from django.urls import reverse

from ..exports import FORMATS

CONTEXT = "https://schema.org"


def describe_dataset(request, version):
    """The whole of the data, with a download for each format."""
    return {
        "@context": CONTEXT,
        "@type": "Dataset",
        "name": settings.SITE_NAME,
        "description": "What online platforms did to people’s accounts, and what they said the reason was.",
        "url": request.build_absolute_uri(reverse("data")),
        "version": str(version),
        "license": settings.DATA_LICENSE_URL,
        "isAccessibleForFree": True,
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": chosen.content_type.split(";")[0],
                "contentUrl": request.build_absolute_uri(reverse("incident_download", args=[name])),
            }
            for name, chosen in FORMATS.items()
        ],
    }


def describe_incident(record, address):
    """An incident: an article about it, what was claimed in it in quotations, and the sources it cites."""
    return {
        "@context": CONTEXT,
        "@type": "Article",
        "headline": record["title"],
        "url": address,
        "identifier": record["ref"],
        "datePublished": record["published_at"].isoformat(),
        "dateModified": record["updated_at"].isoformat(),
        "license": settings.DATA_LICENSE_URL,
        "publisher": {"@type": "Organization", "name": settings.SITE_NAME},
        "citation": [_source(source) for source in record["sources"]],
        "mentions": [_claim(each) for each in record["justifications"] if each["quote"]],
    }


def _source(source):
    told = {"@type": "CreativeWork", "name": source["title"]}
    for name, key in (
        ("url", "url"),
        ("inLanguage", "language"),
        ("author", "author"),
        ("publisher", "publisher"),
    ):
        if source[key]:
            told[name] = source[key]
    if source["issued"] and source["issued"].datetime:
        told["datePublished"] = source["issued"].datetime
    return told


def _claim(statement):
    speaker = statement["speaker"]["public_label"] if statement["speaker"] else statement["speaker_text"]
    told = {"@type": "Claim", "text": statement["quote"]}
    if speaker:
        told["author"] = {"@type": "Thing", "name": speaker}
    if statement["quote_language"]:
        told["inLanguage"] = statement["quote_language"]
    if statement["date"] and statement["date"].datetime:
        told["datePublished"] = statement["date"].datetime
    return told
