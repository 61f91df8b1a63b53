"""Drawings as pictures, for programs that show no SVG: drawn by this server with the fonts that it has."""

import xml.etree.ElementTree as ElementTree
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

import resvg_py
from django.http import HttpResponse
from django.template.loader import render_to_string

# What text is drawn in, the first of these that there is. Those that have Latin and Han side by side stand before those that do not.
SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans CJK TC', 'DejaVu Sans', 'Liberation Sans', sans-serif"
SERIF = "Georgia, 'Noto Serif', 'Noto Serif CJK TC', 'DejaVu Serif', 'Liberation Serif', serif"
NOT_A_CHARACTER = "\U0010fffe"
SVG = "{http://www.w3.org/2000/svg}"


def svg_text(template: str, context: dict[str, Any]) -> str:
    """A drawing, as SVG that needs nothing else."""
    return render_to_string(template, context | {"sans": SANS, "serif": SERIF})


def png_response(svg: str, *, width: int) -> HttpResponse | None:
    """A drawing as PNG, so many pixels wide; None if this server has no font for a character in it, rather than boxes."""
    if not all(_is_drawn(character) for character in _characters(svg)):
        return None
    return HttpResponse(resvg_py.svg_to_bytes(svg_string=svg, width=width), content_type="image/png")


def _characters(svg):
    """The characters that are drawn."""
    drawing = ElementTree.fromstring(svg)  # noqa: S314 - what a template of ours has made
    texts = (text for each in drawing.iter(f"{SVG}text") for text in each.itertext())
    return {character for text in texts for character in text if not character.isspace()}


@lru_cache(maxsize=20_000)
def _is_drawn(character: str) -> bool:
    return all(_glyph(character, fonts) != _glyph(NOT_A_CHARACTER, fonts) for fonts in (SANS, SERIF))


def _glyph(character, fonts):
    """How a character looks; one that no font has looks like any other that none has."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" font-family="{fonts}">'
        f'<text y="18">{escape(character)}</text></svg>'
    )
    return resvg_py.svg_to_bytes(svg_string=svg)
