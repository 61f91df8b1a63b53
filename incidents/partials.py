"""Partials as HTML: kept for the few values they depend on, or with what is new from page to page filled in."""

from functools import lru_cache

from django.conf import settings
from django.template.loader import get_template
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

MAX_KEPT_PARTIALS = 10_000
HOLE = "\0"  # a character that no text of ours has, in place of what is filled in later


def render_partial(name, context):
    """A partial as HTML, without white space around it."""
    return mark_safe(get_template(name).render(context).strip())  # noqa: S308 - our own template, which escapes


def kept_partial(partial, /, **values):
    """A partial that depends on nothing but these values and the language: it is rendered once for each of them."""
    if settings.DEBUG:
        return render_partial(partial, values)
    # Words of different vocabularies can be written alike.
    return _kept_partial(
        get_language(), partial, *((key, type(value), value) for key, value in values.items())
    )


@lru_cache(MAX_KEPT_PARTIALS)
def _kept_partial(_language, partial, *values):
    return render_partial(partial, {key: value for key, _type, value in values})


def filled_partial(partial, texts, **values):
    """A kept partial with these texts where it shows them: they are new from page to page."""
    html = kept_partial(partial, **values, **{name: f"{HOLE}{name}{HOLE}" for name in texts})
    for name, text in texts.items():
        html = html.replace(f"{HOLE}{name}{HOLE}", conditional_escape(text))
    return mark_safe(html)  # noqa: S308 - filled with escaped texts
