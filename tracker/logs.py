"""How errors are written down: without what records hold and without who asked for what."""

import logging

TRACEBACK = "Traceback (most recent call last)"
BETWEEN = ("The above exception was the direct cause", "During handling of the above exception")


class DiscreetFormatter(logging.Formatter):
    """Log lines whose errors keep their place and kind, and lose their words, which may be those of a row or a reader.

    Of a request they have what kind of page it asked for, not its address, the last word of Django's own lines.
    """

    def format(self, record):
        request = getattr(record, "request", None)
        if request and record.args and isinstance(record.args, tuple):
            page = request.resolver_match.route if request.resolver_match else "no page"
            record = logging.makeLogRecord(vars(record) | {"args": (*record.args[:-1], page)})
        return super().format(record)

    def formatException(self, error):
        return without_words(super().formatException(error))


class FailureFilter(logging.Filter):
    """Leaves out what was refused because there was no room: nothing failed, and very many such lines would fill the disk."""

    def filter(self, record):
        return bool(record.exc_info) or getattr(record, "status_code", 500) != 503


class ServerFormatter(logging.Formatter):
    """The same for the server, which puts an error into the message itself."""

    def format(self, record):
        return without_words(super().format(record))


def without_words(text):
    """A traceback, after a first line of any kind, without what its errors say; a broken rule keeps its name."""
    kept, is_place = [], False
    for line in text.split("\n"):
        if line.startswith((TRACEBACK, *BETWEEN)) or not kept or (is_place and line.startswith("  ")):
            kept.append(line)
            is_place = is_place or line.startswith(TRACEBACK)
        elif is_place:
            kind = line.partition(":")[0]
            kept.append(line if kind.endswith("IntegrityError") else kind)
            is_place = False
    return "\n".join(kept)
