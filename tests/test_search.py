"""Search in every script: what is found, in which order, by which query; and what never is."""

import random

import pytest

from incidents import index
from incidents.analysis import fold, spans, stem, tokens, tokens_beginning
from incidents.index.documents import NAMES, SOURCES, passages
from incidents.index.posting_lists import index_reader
from incidents.listing.criteria import Criteria
from incidents.listing.filters import IncidentFilter
from incidents.listing.listing import Listing
from incidents.listing.ordering import documents_in_order
from incidents.listing.query import parse, understood
from incidents.models import Incident, Party, PublicIncident

from .factories import (
    make_account,
    make_citation,
    make_incident,
    make_involvement,
    make_justification,
    make_party,
    make_platform,
    make_published_incident,
    make_source,
)
from .kept import kept

pytestmark = pytest.mark.django_db


def keys(text):
    """The keys of what a text finds, best first."""
    query = parse(text)
    listing = Listing(
        index_reader("default", index.current_version("default")),
        Criteria(query=query, no_words=not query, order="best"),
    )
    return list(listing)


def found(text):
    return [entry.ref for entry in documents_in_order(keys(text))]


@pytest.fixture
@kept
def story(db):
    alliance = make_party(
        public_label="Hong Kong Alliance", native_label="香港支聯會", native_language="zh-Hant"
    )
    zoom = make_platform(name="Zoom", aliases="Zoom Meetings, ../2012-08\nツーム")
    incident = make_published_incident(
        ref="2020-zoom-alliance",
        title="Zoom suspends an account before 六四",
        summary="A café talk was cancelled. Разговор отменили. تم إلغاء المحاضرة. 강연이 취소되었다. การบรรยายถูกยกเลิก",
        account=make_account(platform=zoom, holder=alliance, label="account for the talk"),
        source=make_source(
            title="講座之前就發現被封號了",
            publisher="Epoch Times",
            url="https://www.daily.example/2020/zoom-talk/%E5%B0%81%E8%99%9F",
        ),
    )
    make_justification(incident, quote="We follow the law of the land.", speaker_text="a spokesperson")
    make_involvement(
        incident, party=make_party(public_label="Zhou Fengsuo", native_label="周鋒鎖"), note="He asked why."
    )
    make_involvement(incident, party=make_party(public_label="Wang Dan", native_label="王丹"))
    make_published_incident(ref="another", title="Another story")
    return incident


@pytest.mark.parametrize(
    "text",
    [
        "香港支聯會", "香港支联会", "支联", "封號", "封号", "Zoom 封號", "Zoom封號", "Ｚｏｏｍ", "zoom", "ZOOM", "王丹", "六四",
        "周鋒鎖", "周锋锁", "ツーム", "ﾂｰﾑ", "강연", "취소", "разговор", "РАЗГОВОР", "المحاضرة", "ยกเลิก", "café", "cafe",
        "CAFE\u0301", "alliance", "spokesperson", "land.", "asked why", "zoom-talk", "daily.example", "Epoch",
        "talk law wang", "2020-zoom-alliance", "suspending", "suspended accounts", "cancel*", "“law of the land”",
        '"asked why', "weibo OR zoom", "zoom -weibo", "-weibo 六四", "source:daily.example", "source:封号",
        "https://daily.example/2020/zoom-talk/", "www.daily.example", "http://www.daily.example/2020/zoom-talk/封號",
        "zoom，封號", "　zoom　", "su\u00adspends", "zo\u200bom OR zoom", "王\u200d丹",
    ],
)  # fmt: skip
def test_a_word_is_found_however_it_is_written(story, text):
    assert found(text) == ["2020-zoom-alliance"]


@pytest.mark.parametrize(
    "forms",
    [
        "帳號 賬號 帐号 账号", "妳 你", "台灣 臺灣 台湾", "戲 戯 戏", "広場 廣場 广场", "青 靑", "戶 戸 户",
        "ایران ايران", "مصطفی مصطفى مصطفي", "کتاب كتاب", "مدرسة مدرسه", "أحمد احمد", "ۆتە ۆتة",
        "Oʻzbekiston Oʼzbekiston O‘zbekiston O’zbekiston O'zbekiston", "Qurʼon Qur'on", "ʿAlī ʻAli Ali",
        "۱۳۶۸ ١٣٦٨ 1368 १३६८", "пчёлы пчелы",
    ],
)  # fmt: skip
def test_letters_that_readers_take_for_one_another_are_the_same(forms):
    assert len({tuple(tokens(form)) for form in forms.split()}) == 1


@pytest.mark.parametrize("one_and_another", ["布 怖", "ґ г", "王 主", "ن ت", "ö ü"])
def test_letters_that_nobody_takes_for_one_another_stay_apart(one_and_another):
    assert len({tuple(tokens(each)) for each in one_and_another.split()}) == 2


@pytest.mark.parametrize(
    "text",
    [
        "Zoom suspended it.",
        "Zoom封號, then 封 again",
        "cafe\u0301 a\u0308 b e\u0301",
        "\ufb01ne office",
        "\u1112\u1161\u11ab글 and 한글",
        "ＡＢＣ１２ then ｶﾞ",
    ],
)
def test_every_word_of_a_text_stands_where_it_is_said_to_stand(text):
    found = list(spans(text))
    assert [token for token, _first, _end in found] == tokens(text)
    assert [fold(text[first:end]) for _token, first, end in found] == tokens(text)


@pytest.mark.parametrize(
    "text", ["banana an ban", "Zoom封號ban 封ban,ban", "กำเก็บ กำ", "ba" * 50 + " ba", "é\u0301a ea"]
)
def test_a_word_is_found_by_its_beginning_and_not_within_another(text):
    folded = fold(text)
    for first in range(len(folded)):
        beginning = folded[first : first + 2].strip()
        if any(token.startswith(beginning) for token in tokens(text)):
            found = [match[0] for match in tokens_beginning(folded, beginning)]
            assert found == [token for token in tokens(text) if token.startswith(beginning)]


@pytest.mark.parametrize(
    "text",
    [
        "香港支持", "丹王", "zoom weibo", "zoomx", '"suspending"', '"law the land"', "_", "%", "\\", "a%b", "'", '"', '""',
        "*", "--", "NOT NEAR", "NEAR(a b)", "susp", '"law of the la"', "source:alliance", "-zoom -story", "-zoom 六四",
        "weibo OR douban", "ツ*ム", "before-account", "🙂", "", " ",
    ],
)  # fmt: skip
def test_what_stands_nowhere_is_not_found(story, text):
    assert found(text) == []


def test_no_phrase_runs_from_one_text_into_the_next(story):
    assert found('"zoom meetings"') == found('"talk we"') + ["2020-zoom-alliance"]


def test_what_has_the_words_in_its_title_or_names_comes_first_then_the_newest():
    make_published_incident(ref="a", summary="Of Zoom and Weibo.", action={"start": "2023"})
    make_published_incident(ref="b", title="Zoom", summary="And Weibo.", action={"start": "2019"})
    make_published_incident(ref="c", title="Zoom and Weibo", action={"start": "2018"})
    make_published_incident(
        ref="d",
        account=make_account(platform=make_platform(name="Weibo")),
        summary="Of Zoom.",
        action={"start": "2020"},
    )

    assert found("zoom weibo") == ["c", "d", "b", "a"]
    assert found("weibo -zoom") == []


def test_what_is_not_public_is_not_searched(story):
    hidden = make_party(
        public_label="a group", kind="collective", name_public=False, aliases="Geheim", private_name="Secret",
        native_label="秘密小組", notes="Notizen", contact="Kontakt",
    )  # fmt: skip
    make_involvement(story, party=hidden)
    make_published_incident(
        title="Handles",
        account=make_account(handle="@handle1", url="https://platform.example/geheim", holder=hidden),
    )
    make_published_incident(account=make_account(handle="@handle2"))
    secret = make_source(title="Vertraulich", is_confidential=True)
    make_citation(story, source=secret, quote="confidentially")
    make_citation(
        story, source=make_source(derivation="adaptation", derived_from=secret, content_text="Abschrift")
    )
    Incident.objects.filter(pk=story.pk).update(editor_notes="Notizen")
    make_incident(title="Entwurf")
    make_incident(publication="withdrawn", withdrawn_reason="Irrtum", title="Entzogen")

    for word in (
        "Geheim Secret 秘密 Notizen Kontakt handle1 handle2 Vertraulich confidentially Abschrift Entwurf Irrtum Entzogen"
    ).split():
        assert found(word) == []
    assert found('"a group"') != []


def test_a_handle_that_is_public_is_found():
    holder = make_party(public_label="Wang Dan", kind="person")
    make_published_incident(
        ref="named", account=make_account(holder=holder, handle="@wangdan", handle_public=True)
    )

    assert found("@wangdan") == ["named"]

    Party.objects.filter(pk=holder.pk).update(name_public=False)

    assert found("@wangdan") == []


HOSTILE = [
    "NOT", '"', '"""', "a*", "*", "**", "x:y", "source:", "source:*", 'source:"', "NEAR(a b)", "NEAR(a b, 5)", "<->", "a <-> b",
    "&|!()", "-", "--", "-*", "OR", "OR OR", "a OR", "OR a", "-a OR -b", "-a", "(", ")", "(((((" * 40, "'", "''", "\\", "\\'", "a\\",
    "\0", "a\0b", "\ud800", "a\udfff", "🙂", "‮ ﷽", "{names} : a", "names:a", "^a", "a + b", "a:*", "'a':A", "%", "_", "%s", "%(a)s",
    "{0}", "$1", "; DROP TABLE incidents_search; --", "~a", "/n a", "٣", "½", "ﷺ", "\u0301", "\u200b", "​", "x" * 10_000,
    "王" * 3_500, "王 丹 " * 1_700, "-王 " * 1_700, " ".join(f"z{n}" for n in range(2_000)), " OR ".join(f"z{n}" for n in range(2_000)),
    '"' + "a b " * 2_500 + '"', "å" * 5_000, "ก" + "ิ" * 5_000,
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:20]))
def test_no_text_is_an_error_or_finds_everything(story, text):
    make_published_incident(
        ref="q",
        title="Q",
        summary="Q",
        account=make_account(
            label="q", platform=make_platform(name="Q"), holder=make_party(public_label="Q")
        ),
        source=make_source(title="Q", publisher="Q", citekey="q", url="https://q.example/"),
    )
    query = parse(text)

    listed = found(text)

    assert "q" not in listed or query.without and not query.groups
    assert understood(text)
    query.snippet(passages(index.record_of(PublicIncident.objects.get(ref=story.ref))))


def test_a_long_query_is_refused_in_words_by_the_list(story):
    listing = IncidentFilter(f"q={'王' * 201}")

    assert list(listing.errors) == ["q"]


@pytest.mark.parametrize(
    "text", ["王" * 300 + "名王丹", " ".join(f"{n % 5_000}a" for n in range(20_000)) + " 王丹 Wang Dan"]
)
def test_a_name_late_in_a_long_text_is_found(text):
    make_published_incident(ref="long", summary=text)

    assert found("王丹") == ["long"]
    assert found('"Wang Dan" OR 名王丹') == ["long"]
    assert found("丹王") == []


@pytest.mark.slow
def test_a_text_longer_than_any_is_searched_as_far_as_databases_reach():
    make_published_incident(ref="huge", title="王丹", summary=" ".join(f"{n}a" for n in range(400_000)))

    assert found("王丹") == found("1a") == ["huge"]


# The language, held against a plain reading of it in Python.

VOCABULARY = {
    "latin": "suspend suspends suspended suspending account accounts law Law café cafe Zoom zooming the of 2020 x-ray".split(),
    "han": ["王丹", "六四", "封號", "封号", "香港", "港支", "支聯會", "支联会", "丹", "王", "會"],
    "other": ["アカウント", "ツーム", "한국", "국어", "разговор", "محمد", "ยกเลิก", "हिन्दी"],
}
WORDS = [*VOCABULARY["latin"] * 2, *VOCABULARY["han"] * 2, *VOCABULARY["other"]]
COUNTS = {"documents": 60, "queries": 1_600}


def invented_text(chance):
    return chance.choice([" ", " ", ""]).join(chance.choices(WORDS, k=chance.randint(1, 9)))


def stands_in(texts, wanted, *, whole=True):
    """Whether these tokens stand side by side in one of the texts."""
    for listed in texts:
        for i in range(len(listed) - len(wanted) + 1):
            part = listed[i : i + len(wanted)]
            if part == wanted or not whole and part[:-1] == wanted[:-1] and part[-1].startswith(wanted[-1]):
                return True
    return False


def invented_term(chance, texts):
    """A term as typed, and what it should find: a function of a document's texts by column."""
    kind = chance.choice(["word", "word", "word", "phrase", "prefix", "source"])
    word = chance.choice(WORDS)
    wanted = tokens(word)
    if kind == "word" and len(wanted) == 1 and wanted[0].isascii() and wanted[0].isalpha():
        return word, lambda document, scope=None: any(
            stem(token) == stem(wanted[0])
            and token.isalpha()
            and len(token) > 2
            and len(wanted[0]) > 2
            or token == wanted[0]
            for listed in within(document, scope)
            for token in listed
        )
    if kind == "prefix":
        cut = word[: chance.randint(1, len(word))]
        wanted = tokens(cut)
        return f"{cut}*", lambda document, scope=None: stands_in(within(document, scope), wanted, whole=False)
    if kind == "source":
        return (
            f'source:"{word}"',
            lambda document, scope=None: scope is None and stands_in(within(document, SOURCES), wanted),
        )
    if kind == "phrase":
        text = chance.choice(texts)
        first = chance.randrange(len(text))
        part = text[first : first + chance.randint(1, 12)].replace('"', "")
        wanted = tokens(part)
        if not wanted:
            return invented_term(chance, texts)
        return f'"{part}"', lambda document, scope=None: stands_in(within(document, scope), wanted)
    return word, lambda document, scope=None: stands_in(within(document, scope), wanted)


def within(document, scope):
    """The texts of a document as tokens, those of one column or all."""
    return [listed for column, listed in document if scope in (None, column)]


def invented_query(chance, texts):
    """A query as typed, its groups of alternatives and its exclusions."""
    groups = [
        [invented_term(chance, texts) for _ in range(chance.choice([1, 1, 1, 2, 3]))]
        for _ in range(chance.choice([0, 1, 1, 2, 2, 3]))
    ]
    groups = list({fold(" OR ".join(typed for typed, _finds in group)): group for group in groups}.values())
    without = [invented_term(chance, texts) for _ in range(chance.choice([0, 0, 0, 1]) if groups else 1)]
    parts = [" OR ".join(typed for typed, _finds in group) for group in groups]
    parts += [f"-{typed}" for typed, _finds in without]
    chance.shuffle(parts)
    return " ".join(parts), groups, without


@pytest.fixture
def invented(db):
    """Incidents of invented texts: by their key, the column and the tokens of each text."""
    chance = random.Random(64)
    for n in range(COUNTS["documents"]):
        incident = make_published_incident(
            ref=f"{n:03}",
            title=invented_text(chance),
            summary=invented_text(chance),
            account=make_account(
                platform=make_platform(name=invented_text(chance)),
                holder=make_party(public_label=invented_text(chance)),
            ),
            source=make_source(title=invented_text(chance)),
        )
        make_justification(incident, quote=invented_text(chance))
    index.current_version("default")
    return {
        entry.pk: [(passage.column, tokens(passage.text)) for passage in passages(index.record_of(entry))]
        for entry in PublicIncident.objects.all()
    }


@pytest.mark.slow
def test_random_queries_find_what_a_plain_reading_finds(invented):
    chance = random.Random(1989)
    texts = [invented_text(chance) for _ in range(COUNTS["documents"])]
    texts += Incident.objects.values_list("title", flat=True)
    mismatches, finds = [], 0

    for n in range(COUNTS["queries"]):
        typed, groups, without = invented_query(chance, texts)
        wanted = {
            pk
            for pk, document in invented.items()
            if all(any(finds(document) for _typed, finds in group) for group in groups)
            and not any(finds(document) for _typed, finds in without)
        }
        finds += len(wanted)
        got = set(keys(typed))
        if got != wanted:
            mismatches.append((typed, got ^ wanted))
        if n % 8 == 0:
            close = {
                pk: sum(any(finds(invented[pk], NAMES) for _typed, finds in group) for group in groups)
                for pk in wanted
            }
            order = keys(typed)
            assert order == sorted(wanted, key=lambda pk: (-close[pk], pk)), typed

    assert mismatches == []
    assert finds > COUNTS["queries"]
