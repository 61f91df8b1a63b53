"""What an incident was about: topics, each by its name in the reader's language."""

from typing import Any

from ...languages import best_language, language_beside


def topic_name(topic: dict[str, Any]) -> dict[str, str]:
    """The name of a topic in the language of the page, else in another; with that `language`, which is empty for the first."""
    names = {label["language"]: label["name"] for label in topic["labels"]}
    if not names:
        return {"name": topic["slug"], "language": ""}
    language = best_language(names)
    return {"name": names[language], "language": language_beside(language)}


def topic_links(record: dict[str, Any]) -> list[dict[str, str]]:
    """The topics of an incident by name, each with its slug."""
    return [{"slug": topic["slug"], **topic_name(topic)} for topic in record["topics"]]
