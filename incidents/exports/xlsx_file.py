"""A spreadsheet: a sheet for each table."""

import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from ..index.csv_rows import cell
from .entries import Entries
from .selection import Selection
from .streaming import pieces_of
from .tables import COLUMNS, TABLES, rows

MAX_SHEET_ROWS = 1_048_576
MAX_CELL_CHARACTERS = 32_767
FIXED_MOMENT = datetime(2000, 1, 1)  # when it was made, so that the same data give the same bytes


def write(selection: Selection) -> Iterator[bytes]:
    """Every value is text or a number, none a formula or a link. A table too long for a sheet goes on in another one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tables.xlsx"
        book = xlsxwriter.Workbook(
            path, {"constant_memory": True, "tmpdir": folder, "strings_to_urls": False}
        )
        book.set_properties({"created": FIXED_MOMENT})
        _add_sheet(book, "about", ["name", "value"], selection.about().items())
        sheet: Worksheet | None = None
        written: dict[str, int] = {}
        for name, values in rows(Entries(selection)):
            number = written.get(name, 0)
            sheet_number, row = divmod(number, MAX_SHEET_ROWS - 1)
            if row == 0 or sheet is None:
                title = TABLES[name] if sheet_number == 0 else f"{TABLES[name]} {sheet_number + 1}"
                sheet = _add_sheet(book, title, COLUMNS[name])
            _write_row(sheet, row + 1, values)
            written[name] = number + 1
        for name, table in TABLES.items():
            if name not in written:
                _add_sheet(book, table, COLUMNS[name])
        book.close()
        yield from pieces_of(path)


def _add_sheet(
    book: xlsxwriter.Workbook, title: str, header: list[str], values: Iterable[Iterable[Any]] = ()
) -> Worksheet:
    sheet = book.add_worksheet(title)
    _write_row(sheet, 0, header)
    for row, each in enumerate(values, start=1):
        _write_row(sheet, row, each)
    return sheet


def _write_row(sheet: Worksheet, row: int, values: Iterable[Any]) -> None:
    for column, value in enumerate(values):
        if isinstance(value, int) and not isinstance(value, bool):
            sheet.write_number(row, column, value)
        elif value is not None and value != "":
            text = cell(value) if isinstance(value, bool) else str(value)
            # Nothing is cut without a sign.
            is_short = len(text) <= MAX_CELL_CHARACTERS
            sheet.write_string(row, column, text if is_short else f"{text[: MAX_CELL_CHARACTERS - 1]}…")
