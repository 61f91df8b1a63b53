"""When two web addresses lead to the same page: the one form that all their spellings have in common.

The desk, the import and the readers' search compare addresses by it; it is never stored as an address or opened.
"""

import re
import unicodedata
from contextlib import suppress
from functools import lru_cache
from urllib.parse import unquote, unquote_to_bytes

ADDRESSES = ("url", "archived_url", "private_url")  # the fields of a source that have one
# What is pasted along with an address: quotation marks, brackets around it, signs at the end of a sentence.
AROUND = "\"'“”„‟‘’«»‹›「」『』<>()[]{}（）【】《》`*_ \t\r\n\u00a0\u200b\ufeff"
AFTER = AROUND.replace("*", "").replace("_", "") + ".,;:!?。，、；："
ADDRESS = re.compile(
    r"(?:(?P<scheme>https?):/{1,2})?(?P<host>[^\s/?#]+)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.IGNORECASE | re.DOTALL,
)
# Archives whose addresses contain the one they have a copy of.
ARCHIVED = re.compile(
    r"(?:https?:/{1,2})?(?:web\.archive\.org/(?:web/)?|(?:www\.)?archive\.(?:ph|is|today|li|md|fo|vn)/)"
    r"(?:(?:[0-9][0-9.\-]*[a-z_]*|\*|newest|oldest)/|(?=https?:))(?P<original>https?(?::|%3a).+|[^\s/?#]+\.[^\s]+)",
    re.IGNORECASE | re.DOTALL,
)
# Labels of a host that lead to the same page for another device, and parameters that say where a visitor comes from.
SAME_HOST = {"www", "m", "mobile", "amp"}
FROM_WHERE = re.compile(
    r"(?:utm_.*|(?:fb|g|d|y|tw|msc?|tt)clid|[gw]braid|li_fat_id|gclsrc|igsh(?:id)?|mc_[ce]id|_ga|_gl|cmpid|cmp"
    r"|ocid|smid|spm|at_(?:medium|campaign|custom\d)|ref_src|ref_url|guc(?:counter|e_.*)|mkt_tok|si|amp)",
    re.IGNORECASE,
)
RESERVED = frozenset("/?#[]@!$&'()*+,;=:% ")
ESCAPES = re.compile(r"(?:%[0-9a-f]{2})+", re.IGNORECASE)
DEFAULT_PORT = re.compile(r":(?:80|443)?$")


def is_address(text: str) -> bool:
    """Whether a word looks like the address of a page: it names a scheme, or a host and something after it."""
    text = text.strip(AROUND)
    return bool(re.match(r"https?:/|www\.", text, re.IGNORECASE) or re.match(r"[\w-]+(?:\.[\w-]+)+/", text))


@lru_cache(maxsize=50_000)
def canonical_address(url: str) -> str:
    """The form in which two addresses of one page are equal, without scheme: `news.example/2020/talk?id=7`.

    An address within an archive counts as the one that it has a copy of. Empty if it names no host.
    """
    url = url.strip(AROUND).rstrip(AFTER)
    while archived := ARCHIVED.fullmatch(url):
        url = archived["original"]
        url = unquote(url) if re.match("https?%3a", url, re.IGNORECASE) else url
    found = ADDRESS.fullmatch(url)
    if not found:
        return ""
    host = _host(found["host"])
    path = re.sub("/{2,}", "/", _plain(found["path"])).rstrip("/")
    query = "&".join(sorted(_parameters(found["query"] or "")))
    fragment = found["fragment"] or ""
    # Only a site that is one page with scripts has its pages in the fragment.
    place = f"#{_plain(fragment)}" if fragment.startswith(("!", "/")) else ""
    return unicodedata.normalize("NFC", f"{host}{path}{f'?{query}' if query else ''}{place}") if host else ""


def hosts_of(url: str) -> list[str]:
    """The host of its canonical address, in its own letters and in those of the domain name system."""
    host = re.split("[/?#]", canonical_address(url), maxsplit=1)[0]
    try:
        return list(filter(None, dict.fromkeys((host, host.encode("idna").decode()))))
    except UnicodeError:
        return [host]


def _host(host):
    host = DEFAULT_PORT.sub("", host.rpartition("@")[2].lower().rstrip("."))
    labels = host.split(".")
    with suppress(UnicodeError):
        labels = [label.encode().decode("idna") if label.startswith("xn--") else label for label in labels]
    kept = [label for n, label in enumerate(labels) if label not in SAME_HOST or n > len(labels) - 3]
    return ".".join(kept)


def _parameters(query):
    for parameter in re.split("[&;]", query):
        if parameter and not FROM_WHERE.fullmatch(parameter.partition("=")[0]):
            yield _plain(parameter.replace("+", "%20"))


def _plain(text):
    """A part of an address with what is escaped in it as letters, as far as that says the same."""
    return ESCAPES.sub(_letters, text).replace(" ", "%20")


def _letters(found):
    try:
        text = unquote_to_bytes(found[0]).decode()
    except UnicodeDecodeError:
        return found[0].upper()
    return "".join(f"%{ord(each):02X}" if each in RESERVED or each < " " else each for each in text)
