"""No real name of a person at risk, nor of an accused person, is anywhere in the project: not in a file, a commit or a branch.

Such names are kept in no repository, not even as digests. The environment variable NAMES_AT_RISK is the path of a list
outside it, one name per line. What is found is reported by its line in that list.
"""

import gzip
import os
import subprocess
from functools import cache
from pathlib import Path

import pytest

from incidents.names import CandidateIndex, NameKind, ReadText, hidden_name

ROOT = Path(__file__).resolve().parent.parent
LIST = os.environ.get("NAMES_AT_RISK")
INVENTED = "Quirina Vandermolen"
MIN_LETTERS = 5  # of a name of one word, which would otherwise be found among ordinary words


def git(*arguments):
    answer = subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, check=False)
    if answer.returncode:
        pytest.skip("this is not a git repository")
    return answer.stdout.decode()


def tracked_files():
    """The text of each tracked file, beginning with its path."""
    for name in git("ls-files", "-z").split("\0"):
        if name and (ROOT / name).is_file():
            content = (ROOT / name).read_bytes()
            yield (
                name,
                f"{name}\n{(gzip.decompress(content) if name.endswith('.gz') else content).decode(errors='replace')}",
            )


def commits_and_branches():
    for each in git("log", "--format=%H%n%an%n%B%x00").split("\0"):
        commit, _line, message = each.strip().partition("\n")
        if commit:
            yield f"commit {commit}", message
    yield "branches", git("for-each-ref", "--format=%(refname:short)")


@cache
def listed():
    """The names by their lines in the list, and the invented one as line 0."""
    lines = Path(LIST).read_text().splitlines() if LIST else []
    return {0: INVENTED} | {
        number: line.strip() for number, line in enumerate(lines, start=1) if line.strip()
    }


def lines_found_in(text):
    """The lines of the list of which the name is in a text."""
    names = {number: hidden_name(name, NameKind.PERSON) for number, name in listed().items()}
    read, index = ReadText(text), CandidateIndex(names.values())
    candidates = {list(names)[place] for place in index.in_text(read.letters, read.address)}
    matches = {number: names[number].best_in(read, whole_only=True) for number in candidates}
    return {
        number
        for number, match in matches.items()
        if match and (match.sure or len(match.words) >= MIN_LETTERS)
    }


@pytest.mark.slow
def test_no_name_of_the_list_kept_elsewhere_is_in_the_project():
    found = {place: lines_found_in(text) for place, text in (*tracked_files(), *commits_and_branches())}

    # The invented name is found in this file, so that the search is known to find what is there.
    assert {place: lines for place, lines in found.items() if lines} == {
        Path(__file__).relative_to(ROOT).as_posix(): {0}
    }
