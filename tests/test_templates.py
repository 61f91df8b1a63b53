"""The templates themselves: what a person who reads them may rely on, and the tags they are written with."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines

TEMPLATES = sorted(
    path
    for path in (Path(__file__).parents[1] / "templates").rglob("*.*")
    if path.suffix in (".html", ".svg", ".xml")
)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_line_is_longer_than_160_characters(path):
    assert [line for line in path.read_text().splitlines() if len(line) > 160] == []


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{% inline %}\n  <b>one</b>\n  , two\n  .\n{% endinline %}", "<b>one</b>, two."),
        ("{% inline %}\n  one {% if true %}two{% endif %}\n{% endinline %}", "one two"),
        ("{% inline %}\n  {% for n in numbers %}\n  {{ n }}\n  {% if not forloop.last %}, {% endif %}\n  {% endfor %}\n{% endinline %}", "1, 2"),
        ("a\n{% inline %}\n  b\n{% endinline %}\nc", "a\nb\nc"),
        ("{% inline %}{{ text }}{% endinline %}", "its\nown\n  lines"),
    ],
)  # fmt: skip
def test_line_breaks_of_an_inline_leave_no_space_and_all_other_spaces_stay(source, shown):
    template = engines["django"].from_string("{% load record %}" + source)

    assert template.render({"true": True, "numbers": [1, 2], "text": "its\nown\n  lines"}) == shown


def test_the_layout_follows_the_direction_of_reading():
    style = (settings.BASE_DIR / "incidents/static/incidents/site.css").read_text()
    physical = r"(?<![\w-])(?:(?:margin|padding|border)-(?:left|right)|left|right|float)\s*:|text-align:\s*(?:left|right)"

    assert re.findall(physical, style) == []
