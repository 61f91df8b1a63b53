"""Reads a JSON array element by element, with the line of each, whatever the size of the file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

MAX_RECORD_CHARACTERS = 1_000_000  # the longest real record has some thousands
CHUNK_CHARACTERS = 1 << 16


class UnreadableError(Exception):
    """The file cannot be read any further. The message says where and why."""


def read_objects(path: Path | str) -> Iterator[tuple[int, Any]]:
    """The elements of the JSON array in a file, one at a time, each with the line it begins on.

    Raises UnreadableError, and OSError if the file cannot be opened.
    """
    with open(path, encoding="utf-8-sig") as file:
        try:
            yield from JSONArrayReader(file).elements()
        except UnicodeDecodeError as error:
            raise UnreadableError("the file is not UTF-8 text") from error
        except RecursionError as error:
            raise UnreadableError("the file is nested too deeply to be a fixture") from error


class JSONArrayReader:
    """Reads a JSON array piece by piece, so that its size does not matter. One element must fit in memory."""

    def __init__(self, file: TextIO) -> None:
        self.file, self.buffer, self.line = file, "", 1
        self.decoder = json.JSONDecoder(object_pairs_hook=_unique_names, parse_constant=_no_constant)

    def elements(self) -> Iterator[tuple[int, Any]]:
        if self.next_character() != "[":
            raise self.unreadable("a fixture must be a JSON array, beginning with “[”")
        self.skip(1)
        if self.next_character() == "]":
            return self.end()
        while True:
            self.next_character()
            line, element = self.line, self.element()
            yield line, element
            if self.next_character() == "]":
                return self.end()
            if self.next_character() != ",":
                raise self.unreadable("expected “,” or “]”")
            self.skip(1)

    def next_character(self) -> str:
        """The next character that is not white space; empty at the end of the file."""
        while True:
            self.skip(len(self.buffer) - len(self.buffer.lstrip(" \t\r\n")))
            if self.buffer or not self.read_more():
                return self.buffer[:1]

    def element(self) -> Any:
        while True:
            try:
                element, end = self.decoder.raw_decode(self.buffer)
            except json.JSONDecodeError as error:
                if len(self.buffer) > MAX_RECORD_CHARACTERS:
                    raise self.unreadable(
                        f"a record can have at most {MAX_RECORD_CHARACTERS:,} characters"
                    ) from error
                if not self.read_more():
                    raise self.unreadable(f"this is not valid JSON ({error.msg})", error.pos) from error
            except ValueError as error:
                raise self.unreadable(str(error)) from error
            else:
                # A number at the end of the buffer may continue in the next chunk.
                if end < len(self.buffer) or not self.read_more():
                    self.skip(end)
                    return element

    def end(self) -> None:
        self.skip(1)
        if self.next_character():
            raise self.unreadable("there is text after the end of the array")

    def read_more(self) -> bool:
        """Read another chunk into the buffer; whether there was one."""
        chunk = self.file.read(CHUNK_CHARACTERS)
        self.buffer += chunk
        return bool(chunk)

    def skip(self, length: int) -> None:
        self.line += self.buffer.count("\n", 0, length)
        self.buffer = self.buffer[length:]

    def unreadable(self, reason: str, position: int = 0) -> UnreadableError:
        """An UnreadableError that names the line."""
        return UnreadableError(f"line {self.line + self.buffer.count(chr(10), 0, position)}: {reason}")


def _unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _value in pairs}) < len(pairs):
        raise ValueError("an object has the same name twice")
    return dict(pairs)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not valid JSON")
