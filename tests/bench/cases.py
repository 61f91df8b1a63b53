"""What the benchmark asks for. No question comes twice in a run, and the words come from the texts themselves."""

import contextlib
import random
import re
import sqlite3
from collections import Counter
from datetime import date, timedelta
from urllib.parse import urlencode

import psycopg

SEED = 7
SAMPLE = 4_000  # incidents whose texts the words are taken from
ASKED = {
    "refs": "SELECT ref FROM incidents_publicincident WHERE listed ORDER BY incident_id LIMIT 20000",
    "platforms": "SELECT slug FROM incidents_platform ORDER BY id LIMIT 12",
    "texts": "SELECT i.summary FROM incidents_incident i JOIN incidents_publicincident e ON e.incident_id = i.id"
    f" WHERE e.listed ORDER BY i.id LIMIT {SAMPLE}",
}


def read(url, sql):
    """The rows that a database has for this."""
    if url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
            return database.execute(sql).fetchall()
    with psycopg.connect(url.replace("postgres://", "postgresql://")) as database:
        return database.execute(sql).fetchall()


class Cases:
    """Addresses by case, each a function of a number: another number asks another question."""

    def __init__(self, url):
        found = {name: [value for (value,) in read(url, sql)] for name, sql in ASKED.items()}
        self.refs, self.platforms = found["refs"], found["platforms"]
        self.chance = random.Random(SEED)
        self.chance.shuffle(self.refs)
        self.words = self._words(found["texts"])

    def _words(self, texts):
        """Queries by case: words of many texts and of one, beginnings, words side by side, and two characters of Han."""
        listed = [re.findall("[a-z]{4,}", text.lower()) for text in texts]
        counts = Counter(word for words in listed for word in dict.fromkeys(words))
        rare = [word for word, number in counts.items() if number == 1]
        words = {
            "common word": [word for word, number in counts.items() if number > len(texts) / 50],
            "rare word": rare,
            "beginning": list(dict.fromkeys(f"{word[:4]}*" for word in rare)),
            "phrase": list(dict.fromkeys(f'"{words[-2]} {words[-1]}"' for words in listed if len(words) > 1)),
            "two of Han": list(dict.fromkeys(re.findall("[\u4e00-\u9fff]{2}", "\n".join(texts)))),
        }
        for queries in words.values():
            self.chance.shuffle(queries)
        return words

    def all(self):
        return {
            "first page": lambda n: listing(to=latest(n)),
            "filtered": self.filtered,
            # So far apart that no two show the same rows, as long as there are enough.
            "deep page": lambda n: listing(at=date(2008, 1, 1) + timedelta(days=47 * n % 3_361)),
            **{f"search, {name}": lambda n, queries=queries: listing(q=queries[n]) for name, queries in self.words.items()},
            "incident page": lambda n: f"/incidents/{self.refs[n]}/",
            "JSON page of 100": lambda n: listing("/api/v1/incidents/", limit=100, to=latest(n)),
            "feed": lambda n: listing("/incidents.atom", to=latest(n)),
        }  # fmt: skip

    def filtered(self, number):
        chance = random.Random(f"{SEED} {number}")
        choices = {
            "platform": self.platforms,
            "type": ["suspended", "terminated", "locked"],
            "status": ["in_force", "lifted"],
            "reason": ["generic", "none_stated"],
            "country": ["CN", "HK", "RU"],
            "ground": ["local_law", "error"],
        }
        chosen = chance.sample(sorted(choices), chance.choice((1, 2, 3)))
        asked = {name: chance.choice(choices[name]) for name in chosen}
        return listing(**asked, **{"from": date(2005, 1, 1) + timedelta(days=number)})


def latest(number):
    """A day near the end, so that nearly all incidents began before."""
    return date(2026, 6, 30) - timedelta(days=number)


def listing(path="/incidents/", **asked):
    return f"{path}?{urlencode({name: str(value) for name, value in asked.items()})}"
