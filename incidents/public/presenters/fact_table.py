"""The facts of several actions side by side: an action a column, and one cell for neighbours that have the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import pgettext

from ...locales import listed
from .facts import Fact, not_known

MAX_COLUMNS = 4  # actions beyond have a table of their own


@dataclass(frozen=True)
class Column:
    number: int
    heading: str


@dataclass
class Cell:
    """A fact of one action, or of neighbours; `which` says of which, if not of all."""

    fact: Fact
    span: int = 1
    which: str = ""


@dataclass(frozen=True)
class FactRow:
    label: str
    cells: list[Cell]


@dataclass(frozen=True)
class FactTable:
    columns: list[Column]
    rows: list[FactRow]


def fact_tables(blocks: list[dict[str, Any]]) -> list[FactTable]:
    """The facts of actions, given as blocks, in tables of a few columns each."""
    several = len(blocks) > 1
    return [
        _table(blocks[at : at + MAX_COLUMNS], several=several) for at in range(0, len(blocks), MAX_COLUMNS)
    ]


def _table(blocks, *, several):
    labels = dict.fromkeys(fact.label for block in blocks for fact in block["facts"])
    facts = [{fact.label: fact for fact in block["facts"]} for block in blocks]
    numbers = [block["action"]["seq"] for block in blocks]
    headings = [
        f"{block['action']['seq']}. {block['heading']}" if several else block["heading"] for block in blocks
    ]
    rows = [
        FactRow(label, list(_cells([each.get(label) or not_known(label) for each in facts], numbers)))
        for label in labels
    ]
    return FactTable([Column(*each) for each in zip(numbers, headings, strict=True)], rows)


def _cells(facts: list[Fact], numbers: list[int]) -> Iterator[Cell]:
    cells: list[tuple[Cell, list[int]]] = []
    for fact, number in zip(facts, numbers, strict=True):
        if cells and cells[-1][0].fact == fact:
            cells[-1][0].span += 1
            cells[-1][1].append(number)
        else:
            cells.append((Cell(fact), [number]))
    for cell, own in cells:
        which = listed(pgettext("number of an action", "%d.") % number for number in own)
        cell.which = which if cell.span < len(facts) else ""
        yield cell
