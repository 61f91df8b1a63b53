"""Reads a researcher's spreadsheet, CSV or XLSX, as rows of texts. What cannot be read for certain is refused with its place."""

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.translation import gettext as _
from openpyxl import load_workbook

MAX_MEGABYTES = 10
MAX_UNPACKED_MEGABYTES = 200
MAX_ROWS = 2000
MAX_COLUMNS = 100
DELIMITERS = ",;\t"


class UnreadableTableError(Exception):
    """The file cannot be read. The message says where and why."""


@dataclass
class Table:
    """The names of the columns and the rows below them, each with its line in the file."""

    columns: list[str]
    rows: list[tuple[int, list[str]]]


def read_table(file):
    """The table in a file open for reading bytes; of a workbook, that of its first sheet. Raises UnreadableTableError."""
    content = file.read(MAX_MEGABYTES * 1_000_000 + 1)
    if len(content) > MAX_MEGABYTES * 1_000_000:
        raise UnreadableTableError(_("A table can have at most %d MB.") % MAX_MEGABYTES)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableTableError(
            _("This is an old Excel file, or one with a password. Save it as .xlsx or as CSV.")
        )
    return _table(_sheet_rows(content) if content.startswith(b"PK") else _csv_rows(content))


def _table(lines):
    columns, rows = [], []
    for line, texts in lines:
        texts = [text.strip() for text in texts]
        while texts and not texts[-1]:
            texts.pop()
        if not texts:
            continue
        if len(texts) > MAX_COLUMNS:
            raise _unreadable(line, _("A table can have at most %d columns.") % MAX_COLUMNS)
        if not columns:
            columns = texts
            _check_columns(line, columns)
        elif len(texts) > len(columns):
            raise _unreadable(line, _("This row has more cells than there are columns with a name."))
        elif len(rows) == MAX_ROWS:
            raise _unreadable(line, _("A table can have at most %d rows. Divide it.") % MAX_ROWS)
        else:
            rows.append((line, texts + [""] * (len(columns) - len(texts))))
    if not rows:
        raise UnreadableTableError(_("There are no rows below the names of the columns."))
    return Table(columns, rows)


def _check_columns(line, columns):
    for column in columns:
        if not column:
            raise _unreadable(line, _("A column has no name."))
        if columns.count(column) > 1:
            raise _unreadable(line, _("Two columns are called “%s”.") % column)


def _csv_rows(content):
    text = _text(content)
    first_line = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first_line.count)
    reader, line = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1
    try:
        for texts in reader:
            yield line, texts
            line = reader.line_num + 1
    except csv.Error as error:
        raise _unreadable(line, _("This is not CSV (%s).") % error) from error


def _text(content):
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _unreadable(
            line, _("This is not UTF-8 text. Save the file as “CSV UTF-8” or as .xlsx.")
        ) from error
    if "\0" in text:
        raise UnreadableTableError(_("This is neither CSV nor XLSX."))
    return text


def _sheet_rows(content):
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if sum(each.file_size for each in package.infolist()) > MAX_UNPACKED_MEGABYTES * 1_000_000:
                raise UnreadableTableError(_("Unpacked, this file is too large."))
        workbook = load_workbook(io.BytesIO(content), read_only=True)
        sheet = workbook.worksheets[0]
        sheet.reset_dimensions()  # what a file says of itself may be wrong
        for line, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1), start=1):
            yield line, [_cell_text(cell, line) for cell in cells]
    except UnreadableTableError:
        raise
    # The library raises whatever the parts of a broken file raise.
    except Exception as error:
        raise UnreadableTableError(_("This is not a readable .xlsx file.")) from error


def _cell_text(cell, line):
    value = cell.value
    if cell.data_type == "f":
        raise _unreadable(line, _("Cell %s holds a formula. Paste its value instead.") % cell.coordinate)
    if cell.data_type == "e":
        raise _unreadable(
            line, _("Cell %(cell)s holds an error, %(error)s.") % {"cell": cell.coordinate, "error": value}
        )
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat(
            *([" "] if value.time() != time() else [])
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _unreadable(line, reason):
    return UnreadableTableError(_("line %(line)d: %(reason)s") % {"line": line, "reason": reason})
