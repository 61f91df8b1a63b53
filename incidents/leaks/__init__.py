"""Where public texts give away what is private: the names of those who must not be named, handles, URLs.

Publishing, forms, imports and `check_names` ask it. A leak that is sure is refused. One that is doubtful is a question,
which an editor answers once for each text; the answers are kept as `NameDecision`.
"""

from .decisions import answer, without_answered
from .pages import gone_pages
from .past import may_be_shown, past_pages, taken_back_since, takes_out
from .privates import Leak, Privates, PrivateValue, newly_private, private_values_around
from .refusals import refusals
from .scan import Find, finds, leaks_of_published, past_questions
from .shown import (
    ShownTexts,
    decisions_about,
    decisions_about_values_of,
    gives_away,
    leaks_of,
    owners_shown_by,
)
from .texts import PublicText

__all__ = [
    "Find",
    "Leak",
    "PrivateValue",
    "Privates",
    "PublicText",
    "ShownTexts",
    "answer",
    "decisions_about",
    "decisions_about_values_of",
    "finds",
    "gives_away",
    "gone_pages",
    "leaks_of",
    "leaks_of_published",
    "may_be_shown",
    "newly_private",
    "owners_shown_by",
    "past_pages",
    "past_questions",
    "private_values_around",
    "refusals",
    "taken_back_since",
    "takes_out",
    "without_answered",
]
