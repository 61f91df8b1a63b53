"""A page as it lies in a mirror: the same as its door shows, with links that work from a folder."""

import re
from dataclasses import dataclass
from html import escape, unescape

from django.conf import settings

from .addresses import Places, fixed_value, is_list, local_address, relative, search_file

TAG = re.compile(r"<(a|link|form|img|script)\s[^>]*>")
ADDRESS = re.compile(r'(?<=\s)(href|src|action)="([^"]*)"')
REL = re.compile(r'(?<=\s)rel="(\w+)"')
HEAD = re.compile(r'<meta charset="utf-8">')
NEXT = re.compile(r'<a rel="next" href="([^"]*)"')
IN_HEADERS_ONLY = {"frame-ancestors"}


def content_policy() -> str:
    """The content policy of the site, as far as a page can state it of itself."""
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    parts = (
        f"{name} {' '.join(map(str, values))}"
        for name, values in directives.items()
        if name not in IN_HEADERS_ONLY
    )
    return "; ".join(parts)


def next_page(html: str) -> str | None:
    """The link to the next page of a list."""
    found = NEXT.search(html)
    return unescape(found[1]) if found else None


@dataclass
class Page:
    """A page: its address, its file, and the files of the pages before and after it in the same list."""

    address: str
    file: str
    previous: str | None = None
    following: str | None = None


class Rewriter:
    """Makes the links of pages relative. `statics` collects the static files that they use."""

    def __init__(self, places: Places, root: str):
        self.places, self.root = places, root
        self.statics: set[str] = set()
        self.head = (
            '<meta charset="utf-8">\n'
            f'  <meta http-equiv="Content-Security-Policy" content="{escape(content_policy())}">\n'
            f'  <meta name="referrer" content="{settings.SECURE_REFERRER_POLICY}">'
        )

    def rewrite(self, html: str, page: Page) -> str:
        """The HTML of a page as its file has it."""
        html = HEAD.sub(lambda _match: self.head, html, count=1)
        return TAG.sub(lambda tag: self._tag(tag, page), html)

    def _tag(self, tag, page):
        rel = REL.search(tag[0])
        rel = rel[1] if rel else ""
        if rel == "search":
            return ""  # a browser would ask the site for it
        if rel in ("canonical", "alternate") and 'type="' not in tag[0]:
            return tag[0]  # says where this was copied from, and where its translations are
        if tag[1] == "form":
            return self._form(tag[0], page)
        neighbour = {"prev": page.previous, "next": page.following}.get(rel)

        def link(match):
            address = unescape(match[2])
            if "hreflang=" in tag[0] and page.previous:
                address = address.partition("?")[
                    0
                ]  # a later page of a list: to its first page in another language
            return f'{match[1]}="{escape(neighbour or self.link(address, page))}"'

        return ADDRESS.sub(link, tag[0])

    def link(self, link: str, page: Page) -> str:
        """A link as it works from the file of a page; to the site itself where only its server can answer."""
        address = local_address(link, page.address, self.root)
        if address is None or link.startswith("#"):
            return link
        address, mark, fragment = address.partition("#")
        target = self.places.of(address)
        if target is None:
            return self.root + address + mark + fragment
        if target.startswith(settings.STATIC_URL.lstrip("/")):
            self.statics.add(target)
        return relative(page.file, target) + mark + fragment

    def _form(self, tag, page):
        """A form that asks for a list, which is searched by a script."""
        action = ADDRESS.search(tag)
        address = local_address(action[2] if action else "", page.address, self.root) or ""
        path = address.partition("?")[0]
        if not is_list(path):
            return tag
        hidden = "".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
            for name, value in fixed_value(path).items()
        )
        return ADDRESS.sub(f'action="{relative(page.file, search_file(path))}"', tag) + hidden
