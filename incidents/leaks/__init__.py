"""Where public texts give away what is private: the names of those who must not be named, user names, addresses.

Publishing, forms, imports and `check_names` ask it. A leak that is sure is refused. One that is doubtful is a question,
which an editor answers once for each text; the answers are kept as `NameDecision`.
"""

from .decisions import answer, without_answered
from .privates import Leak, Privates
from .refusals import refusals
from .scan import Find, finds
from .shown import decisions_about, gives_away, leaks_of, owners_shown_by
from .texts import PublicText

__all__ = [
    "Find",
    "Leak",
    "Privates",
    "PublicText",
    "answer",
    "decisions_about",
    "finds",
    "gives_away",
    "leaks_of",
    "owners_shown_by",
    "refusals",
    "without_answered",
]
