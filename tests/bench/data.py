"""Invented incidents for the benchmark: `python -m tests.bench.data 100000` fills the database of DATABASE_URL.

`python -m tests.bench.data 100000 foreign` takes those of `foreign` instead. Always the same for the same number. Platforms, holders and words are as unevenly spread as real ones (Zipf); every row
keeps the rules of the database. Rows go straight in, so there is no history.
"""

import gc
import itertools
import json
import os
import random
import resource
import sys
import time
from datetime import UTC, date, datetime, timedelta

import django
from django.db import connection, transaction
from django.utils import timezone

SEED = 19890604
BATCH = 2_000
FIRST, LAST = date(2005, 1, 1), date(2026, 6, 30)
COMMON = """the of and to in a is that for it was on as with by account accounts platform suspended closed said without
reason notice statement rules local law government demand users post page video group meeting channel after before
when no not were had been their they from at this which have be are or an its would who about one all more than
appeal decision reported company spokesperson content violation terms service community standards removed restricted
blocked locked restored later again access public journalist lawyer activist student teacher artist scholar union
newsroom conference anniversary protest election court order police ministry authority request country city""".split()
SYLLABLES = "ba be bi bo bu da de di do du ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu ra re ri ro ru sa se si so su ta te ti to tu".split()
SURNAMES = "王李張劉陳楊黃趙吳周徐孫馬朱胡郭何林高羅鄭梁謝宋唐許鄧馮韓曹曾彭蕭蔡潘田董袁于余葉蔣杜蘇魏程呂丁沈任姚盧姜崔鍾譚陸汪范金石廖賈夏韋付方白鄒孟熊秦邱江尹薛閆段雷侯龍史陶黎賀顧毛郝龔邵萬錢嚴覃武戴莫孔向湯"
HAN = [chr(code) for code in range(0x4E00, 0x4E00 + 2_500)]
GROUNDS = ("local_law", "government_demand", "error", "none_stated", "spam_manipulation", "hate_speech")
OTHERS = [
    "Разговор отменили без объяснения причин",
    "تم إغلاق الحساب دون ذكر السبب",
    "강연 계정이 정지되었다",
]


def zipf(number, exponent=1.0):
    """Cumulative weights of so many ranks."""
    return list(itertools.accumulate(1 / rank**exponent for rank in range(1, number + 1)))


class Invention:
    """Rows by table, made one incident after another."""

    def __init__(self, number):
        self.number = number
        self.chance = random.Random(SEED)
        self.words = self._vocabulary(30_000)
        self.word_weights = zipf(len(self.words))
        self.platforms = max(20, min(2_000, number // 50))
        self.platform_weights = zipf(self.platforms)
        self.holders = max(20, number // 3)
        self.holder_weights = zipf(self.holders, 0.7)
        self.sources = max(20, number)
        self.source_weights = zipf(self.sources, 0.6)
        self.days = (LAST - FIRST).days

    def _vocabulary(self, size):
        made = dict.fromkeys(COMMON)
        while len(made) < size:
            made["".join(self.chance.choices(SYLLABLES, k=self.chance.choice((2, 3, 3, 4))))] = None
        return list(made)

    def text(self, length):
        return " ".join(self.chance.choices(self.words, cum_weights=self.word_weights, k=length))

    def han(self, length):
        return "".join(self.chance.choices(HAN, k=length))

    def name(self):
        return self.chance.choice(SURNAMES) + self.chance.choice(HAN)

    def pick(self, number, weights):
        return self.chance.choices(range(1, number + 1), cum_weights=weights)[0]

    def span(self, prefix, day):
        """An EDTF date around a day, with its bounds: to the day mostly, else to the month, the year, or a span."""
        kind = self.chance.random()
        first, last, text = day, day, day.isoformat()
        if kind > 0.97:
            last = day + timedelta(days=self.chance.randint(1, 40))
            text = f"{day}/{last}"
        elif kind > 0.92:
            first, last = date(day.year, 1, 1), date(day.year, 12, 31)
            text = str(day.year)
        elif kind > 0.8:
            first = day.replace(day=1)
            last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
            text = text[:7]
        return {prefix: text, f"{prefix}_earliest": first, f"{prefix}_latest": last}

    def registry(self):
        chance = self.chance
        for pk in range(1, self.platforms + 1):
            name = self.words[len(COMMON) + pk].capitalize()
            yield "platform", {"id": pk, "slug": f"{name.lower()}-{pk}", "name": name, "operator": f"{name} Inc.",
                               "operator_country": chance.choice(("US", "CN", "RU", "DE")), "kind": "social_network"}  # fmt: skip
        for pk in range(1, self.holders + 1):
            native = self.name() if chance.random() < 0.05 else ""
            yield "party", {"id": pk, "slug": f"holder-{pk}", "public_label": f"{self.words[chance.randrange(2_000, 30_000)]} {self.words[pk % 20_000 + 500]}".title(),
                            "native_label": native, "native_language": "zh-Hant" if native else "", "kind": "organisation",
                            "country": chance.choice(("CN", "HK", "US", "RU", "TR", "IN", "")), "at_risk": False,
                            "name_public": True, "cleared": pk % 500 != 7}  # fmt: skip
            yield "account", {"id": pk, "slug": f"account-{pk}", "platform_id": self.pick(self.platforms, self.platform_weights),
                              "holder_id": pk if pk % 20 else None, "label": f"account {pk}", "kind": "organisation_account"}  # fmt: skip
        for pk in range(1, self.sources + 1):
            outlet = self.words[len(COMMON) + pk % 400].capitalize()
            day = FIRST + timedelta(days=chance.randrange(self.days))
            yield "source", {"id": pk, "citekey": f"source-{pk}", "title": self.text(8).capitalize(), "container_title": outlet,
                             "publisher": outlet, "issued": day.isoformat(), "issued_earliest": day, "issued_latest": day,
                             "issued_basis": "printed", "url": f"https://{outlet.lower()}.example/{day.year}/{pk}",
                             "language": "en", "accessed_on": LAST}  # fmt: skip

    def incident(self, pk):
        """The rows of one incident, as (table, values)."""
        chance, moment = self.chance, datetime(2020, 1, 1, tzinfo=UTC)
        day = FIRST + timedelta(days=chance.randrange(self.days))
        script = chance.random()
        if script < 0.05:
            title, summary = f"{self.name()}{self.han(8)}", self.han(180)
        elif script < 0.06:
            title, summary = chance.choice(OTHERS), f"{chance.choice(OTHERS)} {self.text(60)}"
        else:
            title, summary = self.text(7).capitalize(), self.text(120)
        state = chance.random()
        publication = "published" if state < 0.93 else "draft" if state < 0.98 else "withdrawn"
        context = chance.random() < 0.01
        changed = moment + timedelta(minutes=chance.randrange(3_300_000))
        yield "incident", {"id": pk, "ref": f"case-{pk}", "title": title, "summary": summary,
                           "kind": "context" if context else "account_action", "publication": publication,
                           "published_at": None if publication == "draft" else moment,
                           "withdrawn_reason": "An error." if publication == "withdrawn" else "", "updated_at": changed,
                           **(self.span("date", day) if context else {})}  # fmt: skip
        actions = 0 if context else chance.choices((1, 2, 3, 4, 6), weights=(38, 32, 18, 8, 4))[0]
        for seq in range(1, actions + 1):
            status = chance.choices(("in_force", "lifted", "unknown", "expired"), weights=(4, 3, 3, 1))[0]
            dated = chance.random() > 0.04
            yield "action", {"id": pk * 8 + seq, "incident_id": pk, "seq": seq, "account_id": self.pick(self.holders, self.holder_weights),
                             "type": chance.choices(("suspended", "terminated", "locked", "restricted", "content_removed", "unknown"), weights=(9, 5, 3, 2, 2, 2))[0],
                             "occurrence": chance.choice(("reported", "reported", "confirmed_by_platform")), "status": status,
                             "reason_status": chance.choice(("stated", "generic", "none_stated", "not_recorded")),
                             **(self.span("start", day + timedelta(days=chance.randrange(30))) if dated else {"start_text": "once"})}  # fmt: skip
        for seq in range(1, chance.choice((0, 1, 2, 2, 3, 4)) + 1):
            said = day + timedelta(days=chance.randrange(90))
            yield "justification", {"id": pk * 8 + seq, "incident_id": pk, "seq": seq, "kind": "public_justification",
                                    "ground": chance.choice(GROUNDS),
                                    "speaker_text": "a spokesperson", "quote": self.text(25), "quote_language": "en",
                                    "date": said.isoformat(), "date_earliest": said, "date_latest": said}  # fmt: skip
        if chance.random() < 0.4:
            yield "involvement", {"id": pk, "incident_id": pk, "seq": 1, "party_text": "a ministry", "role": "demanded_by",
                                  "country": chance.choice(("CN", "RU", "TR", "US")), "note": self.text(12)}  # fmt: skip
        for seq in range(1, chance.randint(3, 6) + 1):
            about = actions and seq <= actions
            yield "citation", {"id": pk * 8 + seq, "incident_id": pk, "seq": seq, "source_id": self.pick(self.sources, self.source_weights),
                               "action_id": pk * 8 + seq if about else None, "field": "start" if about else "", "quote": self.text(15)}  # fmt: skip
        if pk > 1 and chance.random() < 0.05:
            yield "relation", {"id": pk, "from_incident_id": pk, "to_incident_id": chance.randrange(1, pk), "kind": "follows"}  # fmt: skip


class Table:
    """Rows of one model on their way into the database."""

    def __init__(self, model):
        self.fields = model._meta.concrete_fields
        self.name, self.columns = model._meta.db_table, [field.column for field in self.fields]
        now = timezone.now()
        self.defaults = {
            field.column: now if field.name in ("created_at", "updated_at") else field.get_default()
            for field in self.fields
        }
        self.rows = []

    def add(self, values):
        row = self.defaults | values
        self.rows.append([row[column] for column in self.columns])

    def write(self, cursor):
        columns = ", ".join(f'"{column}"' for column in self.columns)
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {self.name} ({columns}) FROM STDIN") as copy:
                for row in self.rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["?"] * len(self.columns))
            cursor.connection.executemany(
                f"INSERT INTO {self.name} ({columns}) VALUES ({marks})",
                [[_stored(value) for value in row] for row in self.rows],
            )
        self.rows.clear()


def _stored(value):
    """A value as SQLite keeps it."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat() if isinstance(value, date) else value


def fill(number, invention, tell=lambda count: None):
    """Put so many invented incidents into an empty database, without indexing them."""
    from django.core.management.color import no_style  # noqa: PLC0415

    from incidents.models import IN_ORDER  # noqa: PLC0415

    tables = {model._meta.model_name: Table(model) for model in IN_ORDER}

    def write():
        with connection.cursor() as cursor:
            for table in tables.values():
                if table.rows:
                    table.write(cursor.cursor)

    with transaction.atomic():
        for count, (name, values) in enumerate(invention.registry()):
            tables[name].add(values)
            if count % 20_000 == 0:
                write()
        for pk in range(1, number + 1):
            for name, values in invention.incident(pk):
                tables[name].add(values)
            if pk % BATCH == 0:
                write()
                tell(pk)
        write()
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), list(IN_ORDER)):
                cursor.execute(statement)


def main(number, hand="house"):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from incidents import index  # noqa: PLC0415
    from incidents.models import Incident  # noqa: PLC0415

    from .foreign import Foreign  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    if Incident.objects.exists():
        sys.exit(
            "There are incidents in this database already. Name an empty one in DATABASE_URL or DATA_DIR."
        )
    begun, told = time.monotonic(), [0.0]

    def tell(what):
        def say(count):
            if time.monotonic() > told[0] + 5:
                told[0] = time.monotonic()
                sys.stderr.write(f"{count:,} incidents {what}, {told[0] - begun:.0f} s\n")

        return say

    # Millions of rows come and go; looking through what is alive that often would take a quarter of the time.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    index.change_queue.drop_triggers("default")
    fill(number, {"house": Invention, "foreign": Foreign}[hand](number), tell("written"))
    sys.stderr.write(f"{number:,} incidents written in {time.monotonic() - begun:.0f} s\n")
    index.ensure("default")
    clock, used = time.monotonic(), _processor_seconds()
    index.refresh("default", progress=tell("indexed"))
    sys.stderr.write(f"All is there after {time.monotonic() - begun:.0f} s\n")
    # What the benchmark reports of the index.
    figures = {
        "seconds": time.monotonic() - clock,
        "processor": _processor_seconds() - used,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    sys.stdout.write(json.dumps(figures))


def _processor_seconds():
    """Of this process and those that it has started and seen end."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
