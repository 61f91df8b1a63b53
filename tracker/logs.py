"""How errors are written down: without what records hold and without who asked for what."""

import logging
import re

# PostgreSQL adds the whole row to the sentence on a broken rule, private fields included.
ROW = re.compile(r"^DETAIL:.*?(?=\n\nThe above exception|\n\nDuring handling|\Z)", re.MULTILINE | re.DOTALL)


class DiscreetFormatter(logging.Formatter):
    """Log lines whose errors keep their place and kind, and lose the row that the database quotes."""

    def formatException(self, error):
        return ROW.sub("DETAIL: left out", super().formatException(error))
