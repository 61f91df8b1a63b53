"""Summaries: plain text in which only emphasis, links, line breaks and paragraphs are markup, as HTML and as plain text.

The markup is that of Markdown (CommonMark) without lists, headings, quotations, rules, code, HTML and character
references: what an editor types at the beginning of a line, “4. Juni 1989” or “# 1”, comes back as typed.
"""

from collections.abc import Iterator

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

MARKDOWN = MarkdownIt("zero", {"html": False, "breaks": True})
MARKDOWN.enable(["emphasis", "link", "autolink", "escape", "newline"])
TAGS = {"p", "em", "strong", "a", "br"}


def as_html(text: str) -> str:
    """A summary as safe HTML."""
    return nh3.clean(MARKDOWN.render(text), tags=TAGS, attributes={"a": {"href"}})


def as_text(text: str) -> str:
    """A summary without its markup: of a link, its words. An empty line separates paragraphs."""
    paragraphs = (token for token in MARKDOWN.parse(text) if token.type == "inline")
    return "\n\n".join("".join(_words(paragraph)) for paragraph in paragraphs)


def _words(paragraph: Token) -> Iterator[str]:
    for token in paragraph.children or ():
        yield "\n" if token.type in ("softbreak", "hardbreak") else token.content
