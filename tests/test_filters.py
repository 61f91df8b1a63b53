"""The listing's query string: what it finds, how it combines, and what it refuses."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.http import QueryDict

from incidents import index
from incidents.index.facets import FACET
from incidents.listing import ordering
from incidents.listing.filter_form import FilterForm
from incidents.listing.filters import IncidentFilter
from incidents.listing.ordering import documents_in_order
from incidents.listing.sentence import Sentence
from incidents.models import Incident

from .factories import (
    make_account,
    make_action,
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


def listing(query):
    index.current_version("default")
    return IncidentFilter(QueryDict(query))


def refs(query):
    found = listing(query)
    assert found.errors == {}
    return [entry.ref for entry in documents_in_order(list(found.listing))]


@pytest.fixture
@kept
def zoom():
    """Two published incidents, on Zoom and on Weibo, and a draft on Zoom."""
    zoom, weibo = make_platform(slug="zoom", name="Zoom"), make_platform(slug="weibo", name="Weibo")
    alliance = make_party(slug="alliance", public_label="Hong Kong Alliance", country="HK")
    make_published_incident(
        ref="a",
        account=make_account(platform=zoom, holder=alliance),
        action={"start": "2020-06-03/2020-06-04", "status": "lifted", "reason_status": "generic"},
    )
    make_published_incident(
        ref="b",
        account=make_account(platform=weibo, holder=make_party(slug="other", country="CN")),
        action={"start": "2021", "type": "terminated", "occurrence": "confirmed_by_platform"},
    )
    make_action(make_incident(ref="draft"), account=make_account(platform=zoom))
    make_justification(Incident.objects.get(ref="a"), ground="local_law")
    make_justification(Incident.objects.get(ref="b"), ground="error")
    return zoom


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["b", "a"]),
        ("sort=oldest", ["a", "b"]),
        ("sort=newest", ["b", "a"]),
        ("platform=zoom", ["a"]),
        ("platform=zoom&platform=weibo", ["b", "a"]),
        ("holder=alliance", ["a"]),
        ("type=terminated", ["b"]),
        ("status=lifted", ["a"]),
        ("status=lifted&status=unknown", ["b", "a"]),
        ("reason=generic", ["a"]),
        ("occurrence=confirmed_by_platform", ["b"]),
        ("ground=local_law", ["a"]),
        ("ground=local_law&ground=error", ["b", "a"]),
        ("country=HK", ["a"]),
        ("platform=zoom&type=terminated", []),
        ("platform=weibo&type=terminated&ground=error&country=CN&from=2021&to=2021", ["b"]),
        ("platform=-zoom", ["b"]),
        ("ground=none", []),
        ("country=HK&country=CN&all=country", []),
        ("from=none", []),
        ("q=platform:Zoom", ["a"]),
        ("q=-platform:zoom", ["b"]),
        ("q=ground:error+type:terminated", ["b"]),
        ("q=platform:nowhere", []),
        ("at=2020", ["b", "a"]),
        ("q=&platform=&from=+", ["b", "a"]),
    ],
)
def test_each_filter_finds_its_incidents_and_several_must_all_hold(zoom, query, found):
    assert refs(query) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("from=2020-06-03&to=2020-06-03", ["a"]),
        ("from=2020-06-04&to=2020-06-04", ["a"]),
        ("from=2020-06-05&to=2020-06-30", []),
        ("from=2020&to=2020", ["a"]),
        ("from=2021-11", ["b"]),
        ("to=2020-06", ["a"]),
        ("to=2020-05", []),
    ],
)
def test_a_span_finds_what_may_have_begun_in_it(zoom, query, found):
    assert refs(query) == found


def test_an_action_without_a_date_is_found_by_no_date(zoom):
    make_published_incident(ref="undated", action={"start": "", "start_text": "once"})

    assert "undated" in refs("")
    assert "undated" not in refs("from=1900") + refs("to=2100")


def test_what_is_asked_about_actions_must_hold_for_one_and_the_same_action(zoom):
    incident = make_published_incident(ref="two", account=make_account(platform=zoom))
    weibo = make_account(platform=make_platform(slug="douban"))
    make_action(incident, account=weibo, type="content_removed", start="2019")

    assert refs("platform=douban&type=content_removed&from=2019&to=2019") == ["two"]
    assert refs("platform=zoom&type=content_removed") == []
    assert refs("platform=douban&from=2020") == []


@pytest.mark.parametrize("code", ["TW", "UA-43"])
def test_a_country_finds_where_it_took_effect_and_whose_law_it_was(code):
    make_published_incident(ref="effect", action={"scope": "listed_countries", "countries": f"AT {code}"})
    make_involvement(make_published_incident(ref="law"), country=code)
    make_published_incident(ref="neither")

    assert sorted(refs(f"country={code}")) == ["effect", "law"]


def test_a_code_that_was_recorded_when_only_its_form_was_checked_can_be_followed():
    make_involvement(make_published_incident(ref="earlier"), country="HK-ZZZ")

    assert refs("country=HK-ZZZ") == ["earlier"]


def test_several_filters_and_orders_never_list_an_incident_twice(zoom):
    incident = Incident.objects.get(ref="a")
    make_action(incident, account=incident.actions.get().account, start="2020-06-05")
    make_justification(incident, ground="local_law")

    for sort in ("newest", "oldest", "changed"):
        assert refs(f"platform=zoom&ground=local_law&sort={sort}") == ["a"]


@pytest.mark.slow
@pytest.mark.parametrize("order", ["newest", "oldest", "changed"])
@pytest.mark.parametrize("together", [1, 3, 100])
def test_every_page_in_either_direction_is_that_part_of_the_whole(monkeypatch, order, together):
    """However incidents are fetched: a few at once, the months with few together, along the index in months with many."""
    monkeypatch.setattr(ordering, "MAX_SORTED_AT_ONCE", 0)
    monkeypatch.setattr(ordering, "MIN_FETCHED_TOGETHER", together)
    monkeypatch.setattr(ordering, "MAX_OF_MONTH_AT_ONCE", together)
    monkeypatch.setattr(ordering, "FIRST_READ_ROWS", 1)
    account, source = make_account(), make_source()
    starts = ["2020-06-07"] * 5 + [
        "2020-06-30",
        "2020-07-01",
        "2020-07-02",
        "2019",
        "1850-05-05",
        "1900-01-01",
    ]
    starts += [
        "2020-06-08",
        "2019-12-31/2020-01-02",
        "2020-02-29",
        None,
        None,
        None,
        "2020-06-07",
        "2020-06-09",
    ]
    days = {}
    for number, start in enumerate(starts):
        ref = f"i{number}" if number % 2 else f"i-{number}"
        action = {"start": start} if start else {"start": "", "start_text": "once"}
        made = make_published_incident(ref=ref, action=action, account=account, source=source)
        days[ref] = made.actions.get().start_earliest
        changed = datetime(2021, 1 + number % 3, 5, 12, number % 2, tzinfo=UTC)
        Incident.objects.filter(pk=made.pk).update(updated_at=changed)
        if order == "changed":
            days[ref] = changed
    left_out = make_published_incident(ref="other", action={"start": "2020-06-07"}).actions.get().account
    query = f"platform=-{left_out.platform.slug}&sort={order}"

    def rank(ref):
        when = days[ref]
        if not when:
            return (1, 0, ref)
        number = when.timestamp() if order == "changed" else when.toordinal()
        return (0, number if order == "oldest" else -number, ref)

    whole = sorted(days, key=rank)

    def pages(place, first):
        found = listing(f"{query}{first}").page(4)
        while True:
            yield [entry.ref for entry in documents_in_order(found.keys)]
            if not (found.has_next if place == "after" else found.has_previous):
                return
            edge = found.last if place == "after" else found.first
            found = IncidentFilter(QueryDict(f"{query}&{place}={edge}".replace("+", "%2B"))).page(4)

    forward = list(pages("after", ""))
    last = IncidentFilter(QueryDict(query)).listing.page(len(whole) - 1).last
    backward = list(pages("before", f"&before={last}"))

    assert [ref for page in forward for ref in page] == whole
    assert [ref for page in reversed(backward[:-1]) for ref in page] == whole[
        -2 - 4 * (len(backward) - 1) : -2
    ]
    assert backward[-1] == whole[:4]


def test_refs_are_compared_byte_by_byte_whatever_the_locale():
    if connection.vendor == "postgresql":
        rule = "SELECT collation_name FROM information_schema.columns WHERE table_name = 'incidents_publicincident' AND column_name = 'ref'"
    else:
        rule = "SELECT 'C' WHERE 'B' < 'a'"
    with connection.cursor() as cursor:
        cursor.execute(rule)
        assert cursor.fetchone() == ("C",)


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        (
            "colour=red",
            {
                "colour": [
                    "“colour” is not a filter here. Available filters: q, from, to, sort, "
                    f"{', '.join(FACET)}, all, after, before, at."
                ]
            },
        ),
        ("platform=nowhere", {"platform": ["There is no platform “nowhere” here."]}),
        ("holder=nobody", {"holder": ["There is no account holder “nobody” here."]}),
        (
            "reason=bad",
            {
                "reason": [
                    "“bad” is not a value of this filter. Available values: stated, generic, none_stated, disputed, not_recorded."
                ]
            },
        ),
        (
            "sort=size",
            {
                "sort": [
                    "“size” is not a value of this filter. Available values: best, newest, oldest, changed."
                ]
            },
        ),
        (
            "country=hk",
            {
                "country": [
                    "“hk” is not a country or territory code. Use ISO 3166 codes, such as HK or UA-43."
                ]
            },
        ),
        (
            "country=HK-ZZZ",
            {
                "country": [
                    "“HK-ZZZ” is not a country or territory code. Use ISO 3166 codes, such as HK or UA-43."
                ]
            },
        ),
        ("from=2020-13", {"from": ["“2020-13” is not a date. Write 2020, 2020-06 or 2020-06-07."]}),
        ("from=2020~", {"from": ["“2020~” is not a date. Write 2020, 2020-06 or 2020-06-07."]}),
        ("to=2020/2021", {"to": ["“2020/2021” is not a date. Write 2020, 2020-06 or 2020-06-07."]}),
        ("from=2021&to=2020", {"to": ["“2020” is before “2021”, where the period begins."]}),
        ("q=a&q=b", {"q": ["Give one value, not 2."]}),
        ("after=x", {"after": ["“x” is not a place in this list. Start from its first page."]}),
        ("before=0~2020~", {"before": ["“0~2020~” is not a place in this list. Start from its first page."]}),
        ("after=0~2020-01-01~a&at=2020", {"at": ["Give only one of these: after, before, at."]}),
        (
            "from=none&to=2020",
            {"to": ["Incidents without a date have no last day. Remove “to” or “from=none”."]},
        ),
        ("q=%00", {"q": ["“\ufffd” contains a character that no text has."]}),
        ("platform=zoom%00", {"platform": ["“zoom\ufffd” contains a character that no text has."]}),
        ("status=lifted" + "&status=lifted" * 100, {"status": ["Give at most 100 values."]}),
        ("q=" + "x" * 201, {"q": ["Give at most 200 characters."]}),
        ("q=https://" + "x" * 2_001, {"q": ["Give at most 2000 characters."]}),
    ],
)
def test_what_is_not_understood_is_named_and_finds_nothing(zoom, query, errors):
    found = listing(query)

    assert found.errors == errors
    assert not found.is_valid()
    with pytest.raises(ValueError, match="not understood"):
        len(found.listing)


def test_all_that_is_not_understood_is_told_at_once(zoom):
    assert set(listing("colour=red&platform=nowhere&from=x&q=%01").errors) == {
        "colour",
        "platform",
        "from",
        "q",
    }


def test_a_platform_that_is_not_public_is_as_unknown_as_none(zoom):
    make_action(make_incident(ref="hidden"), account=make_account(platform=make_platform(slug="secret")))

    assert listing("platform=secret").errors == {"platform": ["There is no platform “secret” here."]}


def test_words_say_what_is_filtered(zoom):
    query = "q=六四&platform=weibo&platform=zoom&country=HK&from=2020-05&to=2020-07&ground=local_law&status=lifted"

    assert str(Sentence(listing(query))) == (
        "0 incidents matching 六四, on Weibo or Zoom, status: lifted, stated reason: local law, linked to Hong Kong, "
        "that began between May and July 2020"
    )


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "2 incidents"),
        ("ground=local_law", "1 incident, stated reason: local law"),
        ("holder=alliance", "1 incident on accounts of Hong Kong Alliance"),
        ("from=2020-06", "2 incidents that began in or after June 2020"),
        ("to=2020-06-07", "1 incident that began on or before 7 June 2020"),
        ("from=2020-06-07&to=2020-06-07", "0 incidents that began on 7 June 2020"),
        ("from=2020&to=2020", "1 incident that began in 2020"),
        ("reason=generic", "1 incident, was a reason given: given, but no rule named"),
    ],
)
def test_one_filter_alone_reads_as_a_sentence_too(zoom, query, words):
    assert str(Sentence(listing(query))) == words


def test_each_part_has_the_query_string_that_leaves_it_out(zoom):
    parts = Sentence(
        listing("platform=zoom&platform=weibo&from=2020&to=2021&after=0~2020-01-01~a&sort=oldest")
    ).parts

    without = {
        value["words"]: QueryDict(value["without"]).dict() for part in parts for value in part["values"]
    }

    assert without == {
        "Weibo": {"platform": "zoom", "from": "2020", "to": "2021", "sort": "oldest"},
        "Zoom": {"platform": "weibo", "from": "2020", "to": "2021", "sort": "oldest"},
        "between 2020 and 2021": {"platform": "weibo", "sort": "oldest"},
    }


def test_a_value_is_counted_under_the_other_filters_and_not_under_its_own(zoom):
    found = FilterForm(listing("platform=zoom&ground=local_law"))

    assert found.counts("platform") == {"zoom": 1}
    assert found.counts("type") == {"suspended": 1}
    assert FilterForm(listing("platform=zoom")).counts("platform") == {"zoom": 1, "weibo": 1}
    assert FilterForm(listing("platform=zoom")).counts("ground") == {"local_law": 1}
    assert FilterForm(listing("country=CN")).counts("country") == {"HK": 1, "CN": 1}


def test_what_did_not_happen_is_not_found_by_what_was_done(zoom):
    account = make_account(platform=zoom)
    announced = {"type": "terminated", "occurrence": "announced_not_applied", "status": "never_applied"}
    make_published_incident(ref="announced", account=account, action=announced)
    disputed = {"type": "suspended", "occurrence": "disputed"}
    make_published_incident(ref="disputed", account=account, action=disputed)

    assert refs("type=terminated") == ["b"]
    assert refs("type=terminated&occurrence=announced_not_applied") == ["announced"]
    assert refs("type=suspended&platform=zoom") == ["a"]
    assert "announced" in refs("")
    assert FilterForm(listing("")).counts("type") == {"suspended": 1, "terminated": 1}
    assert Sentence(listing("type=terminated")).left_out()["number"] == 1
    assert refs(Sentence(listing("type=terminated")).left_out()["query"]) == ["announced"]
    assert Sentence(listing("platform=zoom")).left_out() is None


def test_background_events_are_found_by_their_kind_and_never_counted(zoom, client):
    make_published_incident(ref="hack", kind="context", title="Hackers shut a vigil down", date="2021-06")

    assert refs("q=hackers") == []
    assert refs("q=hackers&kind=context") == ["hack"] == refs("kind=context&from=2021-06&to=2021-06")
    assert refs("kind=context&from=2020&to=2020") == [] == refs("kind=context&platform=zoom")
    assert refs("kind=context&kind=account_action") == ["hack", "b", "a"]
    assert refs("kind=-context") == ["b", "a"] == refs("") == refs("kind=account_action")
    # A list of incidents says how many there are beside it.
    assert Sentence(listing("q=hackers")).background() == {"number": 1, "query": "q=hackers&kind=context"}
    assert Sentence(listing("kind=context")).background() is None
    page = client.get("/incidents/?kind=context").content.decode()
    assert "1 entry" in page
    assert "Background: not a platform action, not counted." in page
    assert "Charts of this list" not in page
    assert client.get("/charts/reasons.csv?kind=context").status_code == 404
    assert "Not counted:" in client.get("/incidents/?q=hackers").content.decode()


@pytest.mark.parametrize(
    "name", ["platform", "holder", "type", "status", "ground", "reason", "country", "occurrence", "kind"]
)
def test_a_count_is_the_length_of_the_list_it_leads_to(zoom, name):
    make_involvement(Incident.objects.get(ref="b"), country="HK")
    incident = make_published_incident(ref="c", account=make_account(platform=zoom))
    make_action(incident, type="locked", status="in_force")
    make_justification(incident, ground="error")

    for start in ("", "from=2020&to=2020&", "ground=error&", "country=HK&"):
        found = FilterForm(listing(start.rstrip("&")))
        if name in start:
            continue
        counts = found.counts(name)
        assert counts, start
        assert counts == {value: len(refs(f"{start}{name}={value}")) for value in counts}


@pytest.mark.parametrize(
    "typed",
    ["platform:Twitter", 'platform:"twitter inc."', "platform:X", "platform:x-corp", "platform:微博X"],
)
def test_a_platform_is_typed_by_any_of_its_names(typed):
    renamed = make_platform(slug="x-corp", name="X", aliases="Twitter, ../2023-07\nTwitter Inc.\n微博X")
    make_published_incident(ref="found", account=make_account(platform=renamed))
    make_published_incident(account=make_account(platform=make_platform(name="Twitter 2")))

    assert refs(f"q={typed}") == ["found"]


def test_a_platform_that_is_not_public_is_not_found_by_its_names():
    make_account(platform=make_platform(slug="hidden", name="X", aliases="Twitter"))
    make_published_incident(title="About platform twitter")

    assert listing("q=platform:twitter").data.getlist("platform") == []


# The chart of years


def chart(query=""):
    index.current_version("default")
    return FilterForm(IncidentFilter(QueryDict(query))).years()


def test_the_chart_of_years_bounds_itself_and_says_what_lies_outside():
    for start in ("0202-06-07", "1850", "2150-01-01", "2019-05", "2021", "../2020-06"):
        make_published_incident(action={"start": start})

    years = chart()

    assert [bar["span"] for bar in years["bars"]] == ["2019", "2020", "2021"]
    assert years["outside"] == [
        {"words": "3 may have begun earlier", "query": "to=2018"},
        {"words": "1 may have begun later", "query": "from=2022"},
    ]
    assert [len(refs(each["query"])) for each in years["outside"]] == [3, 1]


def test_the_chart_reaches_to_the_last_action():
    make_action(make_published_incident(action={"start": "2019"}), start="2021-05")

    years = chart()

    assert ([bar["span"] for bar in years["bars"]], years["outside"]) == (["2019", "2020", "2021"], [])


def test_the_chart_of_a_filtered_list_says_what_of_it_lies_outside(zoom):
    make_published_incident(ref="slip", account=make_account(platform=zoom), action={"start": "0202"})
    make_published_incident(action={"start": "1850"})

    (outside,) = chart("platform=zoom&from=2020")["outside"]

    assert outside == {"words": "1 may have begun earlier", "query": "platform=zoom&to=2019"}
    assert refs(outside["query"]) == ["slip"]


@pytest.mark.parametrize("start", ["0202-06-07", "2150-01-01"])
def test_without_a_year_that_can_be_right_there_is_no_bar(client, start):
    make_published_incident(action={"start": start})

    page = client.get("/incidents/").content.decode()

    assert chart()["bars"] == []
    assert "No incident is dated to a year that a chart could show." in page


def test_a_chart_of_one_year_has_months_and_nothing_outside(zoom):
    make_published_incident(action={"start": "1850"})

    years = chart("from=2020&to=2020")

    assert len(years["bars"]) == 12
    assert years["outside"] == []


def test_incidents_are_found_by_the_part_that_others_played():
    came_back = make_published_incident(ref="came-back", action={"status": "lifted"})
    make_involvement(came_back, role="media_inquiry")
    make_involvement(came_back, role="appealed")
    make_involvement(
        make_published_incident(ref="asked", action={"status": "in_force"}), role="media_inquiry"
    )
    make_published_incident(ref="quiet")

    assert set(refs("role=media_inquiry")) == {"came-back", "asked"}
    assert refs("role=media_inquiry&status=lifted") == ["came-back"]
    assert refs("role=media_inquiry&role=appealed&all=role") == ["came-back"]
    assert refs("role=none") == ["quiet"]
    assert str(Sentence(listing("role=media_inquiry"))) == "2 incidents, roles of others: media inquiry"


def test_incidents_are_found_by_whether_the_account_was_paid_for():
    for plan in ("paid", "free", "unknown"):
        make_published_incident(ref=plan, account=make_account(plan=plan))

    assert [refs(f"plan={plan}") for plan in ("paid", "free", "unknown")] == [["paid"], ["free"], ["unknown"]]
    assert "“gratis” is not a value of this filter" in str(listing("plan=gratis").errors)
