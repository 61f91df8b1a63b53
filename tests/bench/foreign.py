"""Invented incidents as another hand would make them: nothing here was chosen by whoever wrote the search.

Words are longer, each text has its own rare word and a name in Han, every account has a holder of its own, and no two
incidents share a source. The same for the same number, like those of `data`.
"""

import itertools
import random
from datetime import UTC, datetime, timedelta

from .data import COMMON, FIRST, LAST, SURNAMES, zipf

SEED = 27
PLATFORMS = 200
ONSETS = "b br c d f g h k l m n p pr r s st t tr v w z".split()
RHYMES = "a an e el en i in o or u un".split()
GIVEN = "偉芳娜敏靜麗強磊軍洋勇艷傑娟濤明超秀霞平剛桂英華玉萍紅娥玲芬燕彩春菊蘭鳳潔梅琳素雲蓮真環雪榮愛妹香"
SAID_IN_CHINESE = [
    "{}的主頁昨晚無法開啟,平台沒有說明原因",
    "有讀者發現{}過去三年的文章全部消失",
    "{}收到通知,稱其內容不符合當地法律",
    "多名同行聲援{},要求平台公開審核理由",
    "{}的申訴在兩週後被駁回",
    "直播進行到一半,{}的帳號被停用",
]
TYPES = {
    "suspended": 34,
    "terminated": 22,
    "content_removed": 14,
    "visibility_reduced": 8,
    "locked": 7,
    "monetisation_suspended": 7,
    "restricted": 6,
    "other": 2,
}
STATUSES = {"in_force": 46, "lifted": 24, "expired": 12, "unknown": 18}
GROUNDS = """hate_speech harassment_or_abuse spam_manipulation inauthentic_behaviour intellectual_property misinformation
incitement_or_violence sexual_or_graphic_content evasion local_law government_demand none_stated""".split()
COUNTRIES = """US CN IN BR RU ID TR GB DE JP MX PH VN FR EG PK NG BD TH IT ES KR CA MM IR UA PL AR CO MY ZA SA DZ MA IQ AU NL
PE VE CL HK TW KE ET RO GR CZ PT SE HU BE AT IL BY AE CH SG DK FI NO SK IE NZ LB JO TN KZ UZ AZ GE AM RS BG HR""".split()


class Foreign:
    """Rows by table, made one incident after another."""

    def __init__(self, number):
        self.number = number
        self.chance = random.Random(SEED)
        words = self._vocabulary(30_000)
        self.words, self.rare = words[:20_000], words[20_000:]
        self.word_weights = zipf(len(self.words))
        self.platform_weights, self.country_weights = zipf(PLATFORMS), zipf(len(COUNTRIES))
        self.platforms = [f"{name} {number}" for number, name in enumerate(self._names(PLATFORMS), start=1)]
        self.accounts = max(1, number // 3)
        # By account, its platform, its handle and what its holder is called.
        self.known = [
            (self.chance.choices(range(1, PLATFORMS + 1), cum_weights=self.platform_weights)[0], handle, name)
            for handle, name in zip(self._handles(), self._names(self.accounts), strict=False)
        ]
        self.sources = itertools.count(1)

    def _vocabulary(self, size):
        made = dict.fromkeys(COMMON)
        while len(made) < size:
            parts = self.chance.choice((3, 3, 4, 4, 5))
            made["".join(map("".join, zip(self.chance.choices(ONSETS, k=parts), self.chance.choices(RHYMES, k=parts), strict=True)))] = None  # fmt: skip
        return list(made)

    def _names(self, number):
        for _number in range(number):
            yield " ".join(word.capitalize() for word in self.chance.choices(self.words[300:], k=2))

    def _handles(self):
        for number in range(1, self.accounts + 1):
            yield f"{'_'.join(self.chance.choices(self.words[300:], k=2))}{number}"

    def sentence(self):
        length = self.chance.randint(8, 17)
        return f"{' '.join(self.chance.choices(self.words, cum_weights=self.word_weights, k=length)).capitalize()}."

    def pick(self, weights):
        return self.chance.choices(list(weights), weights.values())[0]

    def registry(self):
        chance = self.chance
        for pk, name in enumerate(self.platforms, start=1):
            yield (
                "platform",
                {"id": pk, "slug": name.lower().replace(" ", "-"), "name": name, "kind": "social_network"},
            )
        for pk, (platform, handle, name) in enumerate(self.known, start=1):
            country = chance.choices(COUNTRIES, cum_weights=self.country_weights)[0]
            yield "party", {"id": pk, "slug": f"{name.lower().replace(' ', '-')}-{pk}", "public_label": name, "kind": "media",
                            "country": country, "at_risk": False, "name_public": True, "cleared": True}  # fmt: skip
            yield "account", {"id": pk, "slug": handle.replace("_", "-"), "platform_id": platform, "holder_id": pk, "handle": handle,
                              "handle_public": True, "label": f"account of {name}", "kind": "page_or_channel"}  # fmt: skip

    def incident(self, pk):
        """The rows of one incident, as (table, values)."""
        chance, moment = self.chance, datetime(2020, 1, 1, tzinfo=UTC)
        day = FIRST + timedelta(
            days=int((LAST - FIRST).days * chance.random() ** 0.6)
        )  # more in recent years
        account = chance.randint(1, self.accounts)
        platform, handle, name = self.known[account - 1]
        kind, status = self.pick(TYPES), self.pick(STATUSES)
        said = kind.replace("_", " ")
        narrative = [self.sentence() for _number in range(8)]
        person = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 1, 2))))
        narrative[chance.randrange(8)] += (
            f" {'。'.join(chance.sample(SAID_IN_CHINESE, k=2)).format(person, person)}。"
        )
        opening = f"On {day}, {self.platforms[platform - 1]} decided on @{handle} of {name}, known as {chance.choice(self.rare)}: {said}."
        yield "incident", {"id": pk, "ref": f"{day.year}-{handle.replace('_', '-')[:60]}-{pk}", "published_at": moment,
                           "title": f"{self.platforms[platform - 1]}: {said} of @{handle} ({self.sentence()[:32]})",
                           "summary": f"{opening} {' '.join(narrative[:4])}\n\n{' '.join(narrative[4:])}",
                           "kind": "account_action", "publication": "published",
                           "updated_at": moment + timedelta(minutes=chance.randrange(3_300_000))}  # fmt: skip
        end = {}
        if status in ("lifted", "expired") and chance.random() < 0.8:
            last = day + timedelta(days=1 + chance.randrange(380))
            end = {"end": last.isoformat(), "end_earliest": last, "end_latest": last}
        yield "action", {"id": pk, "incident_id": pk, "seq": 1, "account_id": account, "type": kind, "occurrence": "reported",
                         "status": status, "reason_status": chance.choice(("stated", "generic", "none_stated")),
                         "start": day.isoformat(), "start_earliest": day, "start_latest": day, **end}  # fmt: skip
        grounds = chance.sample(GROUNDS, chance.choices((1, 2, 3), (60, 28, 12))[0])
        for seq, ground in enumerate(grounds, start=1):
            yield "justification", {"id": pk * 4 + seq, "incident_id": pk, "seq": seq, "kind": "public_justification", "ground": ground,
                                    "speaker_text": "a spokesperson", "quote": f"{self.sentence()} {self.sentence()}",
                                    "quote_language": "en"}  # fmt: skip
        for seq in range(1, chance.choices((1, 2, 3), (50, 30, 20))[0] + 1):
            source, outlet, issued = (
                next(self.sources),
                self.words[300 + chance.randrange(400)],
                day + timedelta(days=chance.randrange(30)),
            )
            yield "source", {"id": source, "citekey": f"{outlet}-{source}", "title": self.sentence()[:60],
                             "container_title": outlet.capitalize(), "url": f"https://www.{outlet}.example/{day.year}/{source:x}",
                             "issued": issued.isoformat(), "issued_earliest": issued, "issued_latest": issued,
                             "issued_basis": "printed", "language": "en", "accessed_on": LAST}  # fmt: skip
            yield "citation", {"id": pk * 4 + seq, "incident_id": pk, "seq": seq, "source_id": source}
