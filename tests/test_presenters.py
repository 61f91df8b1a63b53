"""What a page says of a record claims no more than the record: hedges, nouns, lengths, the order of time."""

import re

import pytest

from incidents import index
from incidents.models import PublicIncident
from incidents.public.presenters import incident_page, incident_row
from incidents.public.presenters.actions import platform_name
from incidents.public.presenters.facts import accounts_values, duration_words
from incidents.public.presenters.rows import incident_line

from .factories import (
    cited,
    make_account,
    make_action,
    make_citation,
    make_involvement,
    make_justification,
    make_party,
    make_platform,
    make_published_incident,
    make_source,
)

pytestmark = pytest.mark.django_db


def record_of(incident):
    index.current_version("default")
    return index.record_of(PublicIncident.objects.get(pk=incident.pk))


def action_of(**values):
    return record_of(make_published_incident(action=values))["actions"][0]


@pytest.fixture
def announced():
    """A closure announced and never carried out, and a disputed suspension, on X."""
    account = make_account(platform=make_platform(name="X"), label="all accounts in Sweden")
    closure = {"type": "terminated", "occurrence": "announced_not_applied", "status": "never_applied"}
    incident = make_published_incident(account=account, action=closure)
    make_action(incident, account=account, type="suspended", occurrence="disputed", start="2021")
    return record_of(incident)


def test_a_line_for_a_feed_keeps_the_doubt(announced):
    line = incident_line(announced)

    assert "account closed (announced but not applied)" in line
    assert "account suspended (disputed)" in line


def test_a_heading_names_the_platform_and_what_did_not_happen(announced):
    headings = [block["heading"] for block in incident_page(announced)["blocks"]]

    assert headings == ["X: account closed (announced but not applied)", "X: account suspended (disputed)"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"start": "2020-06-07~", "end": "2020-06-12~", "status": "lifted"}, "about 5 days"),
        (
            {"start": "2020-06-01", "end": "2020-06-11", "status": "partly_lifted"},
            "at least 10 days; part of it was not lifted",
        ),
        (
            {
                "start": "2020-06-01",
                "end": "2020-06-11",
                "status": "partly_lifted",
                "status_as_of": "2020-06-12",
            },
            "at least 10 days; part of it in force as of 12 June 2020",
        ),
        ({"start": "2020-06-01", "status": "partly_lifted"}, "part of it was not lifted"),
    ],
)
def test_a_length_keeps_the_doubt_of_its_dates(values, words):
    assert duration_words(action_of(start_basis="occurred", **values)) == words


@pytest.mark.parametrize(
    ("kind", "bounds", "words"),
    [
        ("personal_account", (1, 1), ["1 account"]),
        ("meeting_or_event", (2, 2), ["2 meetings or events"]),
        ("page_or_channel", (3, 5), ["Between 3 and 5 pages or channels"]),
        ("group_or_community", (3, None), ["At least 3 groups"]),
        ("fundraiser", (None, 2), ["At most 2 fundraisers"]),
    ],
)
def test_what_is_counted_is_called_by_its_kind(kind, bounds, words):
    low, high = bounds
    incident = make_published_incident(
        account=make_account(kind=kind), action={"accounts_min": low, "accounts_max": high}
    )

    assert accounts_values(record_of(incident)["actions"][0], str) == words


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2024-05-15", "2024-05"),
        ("2024-05", "2024-05-15"),
        ("2024", "2024-05"),
        ("2024-05-20", "2024-05-19/.."),
    ],
)
def test_no_end_stands_before_its_own_start(start, end):
    record = record_of(make_published_incident(action={"start": start, "end": end, "status": "lifted"}))

    assert [entry.kind for entry in incident_page(record)["timeline"]["all"]] == ["start", "end"]


def test_a_month_stands_after_the_days_it_holds():
    incident = make_published_incident(action={"start": "2024-05-15"})
    make_justification(incident, date="2024-05")
    make_justification(incident, date="2024-05-31")

    entries = incident_page(record_of(incident))["timeline"]["all"]

    assert [entry.date for entry in entries if entry.kind == "justification"] == ["2024-05-31", "2024-05"]


def test_what_is_said_of_the_whole_incident_is_told_once_and_not_of_each_action():
    incident = make_published_incident()
    second = make_action(incident, account=make_account(platform=make_platform(name="Other")))
    make_justification(incident, ground="local_law", note="of the whole")
    make_justification(incident, ground="error", note="of one", actions=[second])

    said = incident_page(record_of(incident))["said_and_done"][0]["entries"]

    assert [(entry.statement["note"], len(entry.about)) for entry in said] == [
        ("of the whole", 0),
        ("of one", 1),
    ]


def test_a_row_shows_the_reasons_in_the_order_in_which_the_platform_stated_them():
    incident = make_published_incident()
    for kind, ground, day in (
        ("correction", "insider_misconduct", "2020-12-18"),
        ("apology", "error", "2020-06-12"),
        ("public_justification", "government_demand", "2020-06-11"),
        ("public_justification", "local_law", "2020-06-10"),
        ("no_reason_given", "none_stated", "2020-06-07"),
    ):
        make_justification(incident, kind=kind, ground=ground, date=day)

    row = incident_row(record_of(incident))

    assert [str(each.words) for each in row["reasons"]] == [
        "no reason", "local law", "government demand", "an employee’s or contractor’s misconduct"
    ]  # fmt: skip


def test_who_holds_an_account_is_said_where_several_speak(client):
    incident = make_published_incident(account=make_account(holder=make_party(public_label="Green Group")))

    assert "Green Group" in incident_line(record_of(incident))


# A service under its name of that time


@pytest.fixture
def renamed():
    return make_platform(
        slug="x", name="X", aliases="Twitter, 2006-07/2023-07\nTwttr, ../2006-07\nTwitter Inc."
    )


@pytest.mark.parametrize(
    ("start", "name"),
    [
        ("2020-06-07", "Twitter (now X)"),
        ("2021/2022", "Twitter (now X)"),
        ("2006-05", "Twttr (now X)"),
        ("2023-07-24", "X"),  # it was renamed in this month, we do not know on which day
        ("2024", "X"),
        ("2019/..", "X"),  # it may have been at any time since
        ("", "X"),
    ],
)
def test_a_platform_is_called_as_it_was_at_the_time(renamed, start, name):
    action = action_of(start=start, start_text="once")
    action["account"]["platform"] |= {"name": renamed.name, "aliases": renamed.aliases}

    assert platform_name(action) == name


def test_every_mention_of_an_action_has_the_name_of_the_time(client, renamed):
    incident = make_published_incident(
        ref="twitter", account=make_account(platform=renamed), action={"start": "2020"}
    )
    make_action(incident, account=make_account(platform=renamed), start="2024")

    page = client.get("/incidents/twitter/").content.decode()
    row = client.get("/incidents/").content.decode()

    platform = 'href="/platforms/x/" dir="auto">Twitter (now X)<'
    assert page.count(platform) == 2  # the head and the facts
    assert ">What the platforms said the reason was<" in " ".join(page.split()).replace("> ", ">").replace(
        " <", "<"
    )
    for heading in re.findall(r"1\. [A-Z][^<]*?:", page):
        assert heading == "1. Twitter (now X):"
    assert "Twitter (now X)" in row
    assert [line.platform for line in incident_row(record_of(incident))["lines"]] == ["Twitter (now X)", "X"]
    assert incident_line(record_of(incident)).startswith("2020 (first reported), Twitter (now X)")


def test_the_page_of_a_platform_says_when_it_had_its_other_names(client, renamed):
    make_published_incident(account=make_account(platform=renamed))

    page = client.get("/platforms/x/").content.decode()

    for words in ("Twitter (from July 2006 to July 2023)", "Twttr (until July 2006)", "Twitter Inc."):
        assert f'<span class="value" dir="auto">{words}</span>' in page


def unknowns_of(**action):
    """What the page says is not known of an action with these values, on an account of a known kind."""
    kind = action.pop("account_kind", "personal_account")
    incident = make_published_incident(account=make_account(kind=kind), action=action)
    return incident_page(record_of(incident))["unknown"][0]["phrases"]


@pytest.mark.parametrize(
    ("kind", "is_asked"), [("personal_account", False), ("set_of_accounts", True), ("unknown", True)]
)
def test_how_many_accounts_is_asked_only_where_there_may_be_several(kind, is_asked):
    assert ("how many accounts were affected" in unknowns_of(account_kind=kind)) is is_asked


@pytest.mark.parametrize(
    ("told", "question"),
    [
        ({"scope_text": "for users in the region"}, "where it applied"),
        ({"accounts_text": "dozens", "account_kind": "set_of_accounts"}, "how many accounts were affected"),
    ],
)
def test_what_a_source_says_in_words_is_not_asked(told, question):
    untold = {name: value for name, value in told.items() if not name.endswith("_text")}

    assert question in unknowns_of(**untold)
    assert question not in unknowns_of(**told)


@pytest.mark.parametrize(
    ("status", "is_asked"),
    [("in_force", True), ("partly_lifted", True), ("lifted", False), ("expired", False)],
)
def test_the_day_of_a_status_is_asked_only_where_it_can_change(status, is_asked):
    assert ("as of when its status is known" in unknowns_of(status=status)) is is_asked


def test_nothing_is_asked_of_the_effect_of_what_was_never_applied():
    phrases = unknowns_of(
        occurrence="threatened_not_applied",
        status="never_applied",
        start_basis="reported",
        reason_status="stated",
    )

    assert phrases == ["how long it was meant to last"]


def test_nobody_asks_how_long_a_single_act_was_meant_to_last():
    assert "how long it was meant to last" not in unknowns_of(type="content_removed", status="not_applicable")


def test_whether_a_planned_action_took_effect_then_is_not_known():
    assert "when it took effect" in unknowns_of(start_basis="planned_for")


def test_what_is_not_known_of_several_actions_says_of_which():
    incident = make_published_incident(
        action={"type": "locked"}, account=make_account(label="@green", holder=None)
    )
    make_action(incident, account=incident.actions.get().account, type="terminated")
    platform = incident.actions.first().account.platform

    headings = [group["heading"] for group in incident_page(record_of(incident))["unknown"]]

    assert headings[:2] == [
        f"1. {platform}: locked until the holder does something – @green of an unknown holder",
        f"2. {platform}: account closed – @green of an unknown holder",
    ]


def test_what_was_said_in_answer_stands_after_what_it_answers():
    incident = make_published_incident(action={"start": "2020-06-07"})
    make_involvement(incident, role="response_by_holder", date="2020-06-07")
    make_justification(incident, date="2020-06-07")
    make_involvement(incident, role="ordered_by", date="2020-06-07")

    entries = incident_page(record_of(incident))["timeline"]["all"]

    assert [entry.anchor for entry in entries] == [
        "start-1",
        "involvement-2",
        "justification-1",
        "involvement-1",
    ]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"member_kind": "groups", "accounts_min": 3}, ["At least 3 groups"]),
        ({"member_kind": "groups"}, ["Groups, number not known"]),
        ({"member_kind": "unknown", "accounts_min": 2, "accounts_max": 2}, ["2 accounts, pages or posts"]),
    ],
)
def test_what_a_set_consists_of_is_said_once(fields, words):
    incident = make_published_incident(account=make_account(kind="set_of_accounts"), action=fields)

    facts = incident_page(record_of(incident))["blocks"][0]["facts"]

    assert [
        value["words"] for fact in facts if fact.label == "Accounts affected" for value in fact.values
    ] == words


def test_words_of_a_source_are_shown_once_beside_a_fact(client):
    incident = make_published_incident(ref="told", action={"term": "fixed", "term_text": "a week"})
    make_citation(
        action=incident.actions.get(), field="term", quote="It is for a week.", value_as_stated="a week"
    )

    page = client.get("/incidents/told/").content.decode()

    assert re.sub("(?s)<details.*?</details>", "", page).count("a week") == 1


def test_a_span_is_a_span_in_the_timeline_too(client):
    make_published_incident(ref="told", action={"start": "2020-06-01/2020-06-07", "start_is_span": True})

    page = client.get("/incidents/told/").content.decode()

    assert "between 1 and 7 June 2020" not in page


@pytest.mark.parametrize(
    ("occurrence", "label"),
    [
        ("threatened_not_applied", "Threatened"),
        ("recommended_not_applied", "Recommended"),
        ("announced_not_applied", "Announced"),
        ("reported", "Began"),
    ],
)
def test_what_was_never_applied_did_not_begin(occurrence, label):
    status = "unknown" if occurrence == "reported" else "never_applied"
    record = record_of(make_published_incident(action={"occurrence": occurrence, "status": status}))

    labels = [fact.label for fact in incident_page(record)["blocks"][0]["facts"]]

    assert labels[4] == label


def test_that_something_was_replaced_is_said_once(client):
    make_published_incident(
        ref="told", action={"status": "superseded", "end": "2020-06-10", "end_cause": "superseded"}
    )

    page = client.get("/incidents/told/").content.decode()

    assert "How it ended" in page
    assert ">replaced by a later action<" not in page.partition('id="story"')[2]


def test_a_source_that_contradicts_itself_is_no_other_source(client):
    source = make_source()
    incident = make_published_incident(ref="told", source=source)
    make_citation(action=incident.actions.get(), field="occurrence", source=source, stance="contradicts")

    page = client.get("/incidents/told/").content.decode()

    assert "Disputed in the same source<" in page
    assert "Disputed by another source<" not in page


def test_a_source_that_bears_out_something_else_is_another_source(client):
    source = make_source()
    incident = make_published_incident(ref="told")
    make_citation(incident, field="summary", source=source)
    make_citation(incident, field="summary", quote="It was not so.", source=source, stance="contradicts")
    make_citation(incident, field="date", quote="In May.", source=source, stance="contradicts")

    page = client.get("/incidents/told/").content.decode()

    assert "Disputed by another source<" in page
    assert "Disputed in the same source<" not in page


def test_whether_an_order_still_stands_is_among_what_is_not_known(client):
    incident = make_published_incident(ref="told")
    cited(make_involvement(incident, role="ordered_by", status="unknown", country="US", party_text="a court"))

    page = client.get("/incidents/told/").content.decode()

    assert "whether it still stands (order from: a court)" in page
    assert "order or law:" not in page
    assert "authority or law: United States" in page


def test_who_orders_an_action_undone_is_not_behind_it():
    incident = make_published_incident()
    make_involvement(incident, role="restoration_ordered", party_text="a court")

    page = incident_page(record_of(incident))

    assert [part["id"] for part in page["said_and_done"]] == ["others"]
    assert "whether anyone asked the platform to do it" in page["unknown"][-1]["phrases"]
    assert page["timeline"]["all"][-1].statement["role"].label == "Order to undo it"


def test_what_came_of_a_request_to_undo_an_action_is_among_what_is_not_known(client):
    incident = make_published_incident(ref="told")
    cited(make_involvement(incident, role="restoration_requested", party_text="a ministry"))

    page = client.get("/incidents/told/").content.decode()

    assert "what came of it (request to undo it: a ministry)" in page
    assert "Who is said to be behind it" not in page


def test_what_another_action_was_is_told_beside_it_in_the_timeline(client):
    make_published_incident(
        ref="told", action={"type": "other", "note": "The verification badge was taken away."}
    )

    _facts, _, timeline = client.get("/incidents/told/").content.decode().partition('id="story"')

    assert ": other action (date: first reported)</a>" in timeline
    assert "The verification badge was taken away." in timeline


@pytest.mark.parametrize(
    ("earlier", "later", "order"),
    [
        ("2020-06-11/2020-06-12", "2020-06-11", [1, 2, 3]),
        ("2020-06-11", "2020-06-11", [1, 2, 3]),
        ("../2020-06-12", "2020-06-11", [1, 2, 3]),
        ("2020-06-12", "2020-06-11", [2, 3, 1]),  # they contradict each other: the order is that of the dates
        ("", "2020-06-11", [2, 3, 1]),
    ],
)
def test_a_statement_stands_before_the_one_that_replaces_it(earlier, later, order):
    incident = make_published_incident()
    replaced = cited(make_justification(incident, ground="local_law", date=earlier))
    cited(make_justification(incident, ground="government_demand", date=later, supersedes=replaced))
    cited(make_justification(incident, kind="apology", date="2020-06-11"))

    said = [
        each.number
        for each in incident_page(record_of(incident))["timeline"]["all"]
        if each.kind == "justification"
    ]

    assert said == order


def test_a_statement_entered_after_the_one_that_replaces_it_stands_before_it():
    incident = make_published_incident()
    later = cited(make_justification(incident, date="2020-06-11"))
    later.supersedes = cited(make_justification(incident, ground="local_law", date="2020-06-11"))
    later.save()

    said = [
        each.number
        for each in incident_page(record_of(incident))["timeline"]["all"]
        if each.kind == "justification"
    ]

    assert said == [2, 1]


def test_nobody_asks_what_came_of_a_media_inquiry(client):
    incident = make_published_incident(ref="told")
    cited(make_involvement(incident, role="media_inquiry", party_text="a newsroom"))
    cited(make_involvement(incident, role="legislators_inquiry", party_text="two senators"))

    page = client.get("/incidents/told/").content.decode()

    assert "what came of it (media inquiry: a newsroom)" not in page
    assert "what came of it (legislators’ inquiry: two senators)" in page


@pytest.mark.parametrize("role", ["alleged_influence", "complained_publicly", "retaliation"])
def test_a_country_is_that_of_an_authority_or_law_only_where_the_role_has_to_do_with_one(client, role):
    incident = make_published_incident(ref="told")
    cited(make_involvement(incident, role=role, country="CN", party_text="a party"))

    page = client.get("/incidents/told/").content.decode()

    assert "country: China" in page
    assert "authority or law" not in page


def test_what_was_on_or_after_a_day_stands_after_what_was_on_it():
    incident = make_published_incident(action={"start": "2020-06-02/.."})
    make_action(incident, start="2020-06-02")
    cited(make_involvement(incident, role="ordered_by", party_text="a court", date="2020-06-02"))

    entries = incident_page(record_of(incident))["timeline"]["all"]

    assert [each.anchor for each in entries] == ["start-2", "involvement-1", "start-1"]


def test_one_company_speaks_for_all_the_platforms_it_runs():
    account = make_account(platform=make_platform(name="Instagram", operator="Meta"))
    incident = make_published_incident(account=account)
    page = make_account(platform=make_platform(name="Facebook", operator="Meta"))
    rival = make_account(platform=make_platform(name="TikTok", operator="ByteDance"))
    actions = [
        incident.actions.get(),
        make_action(incident, account=page),
        make_action(incident, account=rival),
    ]
    company = make_party(public_label="Facebook", kind="company", name_public=True)
    said = cited(make_justification(incident, speaker=company, speaker_text=""))
    said.actions.set(actions[:2])
    of_the_rival = cited(make_justification(incident, speaker=company, speaker_text=""))
    of_the_rival.actions.set(actions[2:])

    parts = incident_page(record_of(incident))["said_and_done"]

    assert [(part["heading"], [entry.number for entry in part["entries"]]) for part in parts] == [
        ("What the platforms said", [1]),
        ("What else was said", [2]),
    ]


def test_a_line_for_a_feed_says_what_its_date_is_and_that_its_status_is_not_known():
    incident = make_published_incident(
        action={"start": "2020-06-07", "start_basis": "reported", "status": "unknown"}
    )
    make_action(
        incident,
        account=incident.actions.get().account,
        type="suspended",
        start="2020-07",
        start_basis="reported",
    )

    line = incident_line(record_of(incident))

    assert line.startswith("7 June 2020 (first reported), Platform ")
    assert line.endswith("account suspended, 2 actions, status not known")
