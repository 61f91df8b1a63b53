"""The description of a data package as a research object: RO-Crate 1.1, which repositories and workflow systems read."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin

from django.conf import settings

FILE = "ro-crate-metadata.json"
SPECIFICATION = "https://w3id.org/ro/crate/1.1"
DESCRIPTION = "When platforms shut people’s accounts: what they did, and why they said they did it."
AUTHOR = "#author"


def describe(about: dict[str, Any], files: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The metadata file of a crate with these files, each with its path, title, media type and size."""
    entities = [
        {
            "@id": file["path"],
            "@type": "File",
            "name": file["title"],
            "encodingFormat": file["mediatype"],
            "contentSize": str(file["bytes"]),
        }
        for file in files
    ]
    site = {"url": urljoin(about["address"], "/")} if about["address"] else {}
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": about["title"],
        "description": DESCRIPTION,
        "version": str(about["version"]),
        "datePublished": about["changed_at"] or "",
        "license": {"@id": about["license_url"]},
        "author": {"@id": AUTHOR},
        "publisher": {"@id": AUTHOR},
        "hasPart": [{"@id": entity["@id"]} for entity in entities],
    }
    return {
        "@context": f"{SPECIFICATION}/context",
        "@graph": [
            {
                "@id": FILE,
                "@type": "CreativeWork",
                "about": {"@id": "./"},
                "conformsTo": {"@id": SPECIFICATION},
            },
            root,
            {"@id": AUTHOR, "@type": "Organization", "name": settings.AUTHOR, **site},
            {
                "@id": about["license_url"],
                "@type": "CreativeWork",
                "name": about["license"],
                "description": f"The licence of these data: {about['license']}.",
            },
            *entities,
        ],
    }
