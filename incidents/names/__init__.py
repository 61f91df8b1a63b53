"""Whether a text or an address gives a hidden name away. It knows no record: publishing, forms, imports and commands ask it.

A name is found in whatever way the search or a reader's eye would find it: with other capitals, accents, widths or
characters, its parts in any order, run together or split, in an address as in a sentence. Scripts with spaces are
compared by whole words, the others by runs of characters. What only sounds like it, as 林巧珍 and “Lin Qiaozhen” do, is
never sure.

`lookalikes` is how a text reads, `reading` cuts it into words, `spellings` are the ways to write a name as `runs` of words,
`hidden` looks for them, `candidates` says for which of very many names it is worth looking.
"""

from .candidates import CandidateIndex
from .hidden import HiddenName, Letters, find_name, hidden_name
from .reading import NameMatch, ReadText
from .spellings import NameKind, search_words

__all__ = [
    "CandidateIndex",
    "HiddenName",
    "Letters",
    "NameKind",
    "NameMatch",
    "ReadText",
    "find_name",
    "hidden_name",
    "search_words",
]
