"""A draft for named people only is found by nobody else at the desk."""

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType

from incidents import index, reviewing
from incidents.models import AuditEntry, Incident, Party, Relation, Work

from .factories import (
    make_account,
    make_action,
    make_citation,
    make_incident,
    make_involvement,
    make_justification,
    make_party,
    make_platform,
    make_published_incident,
    make_relation,
    make_source,
    make_story,
    make_topic,
    make_translation,
)
from .test_admin import address, log_data, transition

pytestmark = pytest.mark.django_db

TITLE = "What only few may read"
PARTS = ("action", "justification", "involvement", "citation", "relation", "translation")


@pytest.fixture
def user():
    def make(role="researcher", name="me"):
        made = User.objects.create_user(name, is_staff=True)
        made.groups.add(Group.objects.get(name=role))
        return made

    return make


@pytest.fixture
def limited(user):
    """A draft that is limited, by the editor who recorded it, and told by the same source as a public incident."""
    editor = user("editor", "ed")
    told = make_story()
    source = make_source(url="https://news.example/told", title="A report")
    draft = make_incident(ref="few", title=TITLE, created_by=editor)
    for incident in (told, draft):
        make_citation(incident, source=source)
    make_relation(draft, told)
    make_action(draft)
    make_justification(draft)
    make_involvement(draft)
    make_translation(draft, text=TITLE)
    reviewing.limit(draft, is_limited=True, named=[], by=editor)
    return draft


def pages(limited):
    """Every page of the desk that could show it, with what to send there."""
    told, relation = Incident.objects.get(ref="told"), Relation.objects.get(from_incident=limited)
    citation = limited.citations.get()
    return [
        ("/admin/", None),
        (address("incident_changelist"), None),
        (address("incident_changelist") + "?q=few", None),
        (address("incident_changelist") + "?queue=unclaimed", None),
        (address("incident_change", limited.pk), None),
        (address("incident_delete", limited.pk), None),
        *((address(f"{name}_changelist"), None) for name in PARTS),
        (address("incident_history", limited.pk), None),
        (address("incident_notes", limited.pk), None),
        (address("incident_limit", limited.pk), None),
        (address("incident_restore", limited.pk), None),
        (transition("review", limited), None),
        (transition("publish", limited), None),
        (address("incident_change", told.pk), None),
        (address("incident_history", told.pk), None),
        (address("citation_history", citation.pk), None),
        (address("relation_history", relation.pk), None),
        (address("source_change", citation.source_id), None),
        (address("incident_add") + "?source_url=https://news.example/told", None),
        (address("incident_add"), log_data(title=TITLE, source_url="https://news.example/told")),
        (address("incident_alike"), {"title": TITLE, "source_url": "https://news.example/told"}),
        (address("incident_claim", limited.pk), {}),
        (address("incident_answer", told.pk), {"related": limited.pk}),
        (
            "/admin/autocomplete/?app_label=incidents&model_name=relation&field_name=to_incident&term=few",
            None,
        ),
    ]


def shown_at(client, limited):
    """The pages that show the draft, of those that `pages()` names."""
    found = []
    for path, data in pages(limited):
        answer = client.get(path, follow=True) if data is None else client.post(path, data, follow=True)
        text = answer.getvalue().decode()
        # What was typed comes back; a link to the draft does not.
        shows_title = TITLE in text and not (data and data.get("title") == TITLE)
        # A page that refuses leads to itself in other languages.
        shows_link = answer.status_code < 400 and f"incident/{limited.pk}/" in text
        if shows_title or shows_link:
            found.append(path)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("role", ["researcher", "reader"])
def test_a_limited_draft_is_on_no_page_of_others(client, user, limited, role):
    client.force_login(user(role))

    assert shown_at(client, limited) == []
    assert not Work.objects.filter(claimed_by__username="me").exists()


@pytest.mark.slow
def test_it_is_on_all_of_them_for_those_who_may_publish(client, user, limited):
    client.force_login(user("editor"))

    assert len(shown_at(client, limited)) > 13


def recorded(draft, me):
    Incident.objects.filter(pk=draft.pk).update(created_by=me)


def claimed(draft, me):
    reviewing.claim(draft, by=me)


def is_named(draft, me):
    draft.work.named.add(me)


def is_open_again(draft, me):
    reviewing.limit(draft, is_limited=False, named=[], by=me)


@pytest.mark.slow
@pytest.mark.parametrize("happened", [recorded, claimed, is_named, is_open_again])
def test_it_is_read_by_who_recorded_or_claimed_it_or_is_named_in_it(client, user, limited, happened):
    me = user()
    client.force_login(me)
    assert TITLE not in client.get(address("incident_changelist")).content.decode()

    happened(limited, me)

    assert TITLE in client.get(address("incident_changelist")).content.decode()
    assert client.get(address("incident_change", limited.pk)).status_code == 200


def test_a_researcher_limits_their_own_draft_and_names_who_else_may_read_it(client, user):
    me, other, stranger = user(), user(name="other"), user(name="stranger")
    draft = make_incident(ref="few", title=TITLE)
    client.force_login(me)

    client.post(address("incident_limit", draft.pk), {"is_limited": "on", "named": [other.pk]})

    may_read = []
    for each in (me, other, stranger):
        client.force_login(each)
        if TITLE in client.get(address("incident_changelist")).content.decode():
            may_read.append(each)
    assert may_read == [me, other]
    entry = AuditEntry.objects.get(event="limited")
    assert (entry.who, entry.event, entry.detail) == ("me", "limited", "me, other")


def test_a_reader_limits_nothing(client, user):
    client.force_login(user("reader"))

    answer = client.post(address("incident_limit", make_incident().pk), {"is_limited": "on"})

    assert (answer.status_code, Work.objects.filter(is_limited=True).exists()) == (403, False)


NAME = "Qorvath"


@pytest.fixture
def hidden(limited):
    """What only the limited draft shows: a party, an account, a source, a platform and a topic, whose names say so."""
    editor = limited.created_by
    party = make_party(public_label=f"{NAME} party", slug="few-party", created_by=editor, cleared=False)
    platform = make_platform(name=f"{NAME} platform", slug="few-platform", created_by=editor)
    account = make_account(
        platform=platform, holder=party, label=f"{NAME} account", slug="few-account", created_by=editor
    )
    source = make_source(
        url="https://news.example/few", title=f"{NAME} source", citekey="few-source", created_by=editor
    )
    topic = make_topic(f"{NAME} topic", created_by=editor)
    limited.topics.add(topic)
    make_citation(limited, action=make_action(limited, account=account), source=source)
    return [party, account, source, platform, topic]


def record_pages(records):
    """Every page of the desk that could show what only a limited draft shows, with what to send there."""
    party, _account, source, platform, _topic = records
    for record in records:
        name = record._meta.model_name
        yield address(f"{name}_changelist"), None
        yield address(f"{name}_change", record.pk), None
        yield address(f"{name}_delete", record.pk), None
        yield address(f"{name}_history", record.pk), None
        yield f"{address(f'{name}_history', record.pk)}{record.history.first().pk}/", None
    for model, field in (
        ("action", "account"),
        ("account", "holder"),
        ("account", "platform"),
        ("citation", "source"),
        ("incident", "topics"),
    ):
        query = f"app_label=incidents&model_name={model}&field_name={field}&term={NAME}"
        yield f"/admin/autocomplete/?{query}", None
    yield address("incident_add") + "?source_url=https://news.example/few", None
    yield address("party_add"), {"public_label": "Qorvathh party", "kind": "organisation"}
    yield address("source_add"), {"title": "x", "url": source.url}
    yield address("incident_add"), log_data(platform=platform.pk, holder=party.pk)
    yield address("incident_add"), log_data(source_url=source.url, source_title="")
    # Without a script, a name is typed.
    yield address("incident_add"), log_data(**{"holder-typed": NAME, "platform-typed": NAME})


def with_names(client, records):
    """The pages, of those that `record_pages()` names, that show one of the records or a link to it."""
    found = []
    for path, data in record_pages(records):
        answer = client.get(path, follow=True) if data is None else client.post(path, data, follow=True)
        text = answer.getvalue().decode()
        links = (f"incidents/{each._meta.model_name}/{each.pk}/change" for each in records)
        if any(f"{NAME} {each._meta.model_name}" in text for each in records) or any(
            link in text for link in links
        ):
            found.append((path, data))
    return found


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.parametrize("role", ["researcher", "reader"])
def test_what_only_a_limited_draft_shows_is_on_no_page_of_others(client, user, hidden, role):
    client.force_login(user(role))

    queues = {row["label"]: row["count"] for row in client.get("/admin/").context["queues"]}
    assert queues["Parties to clear"] == 0
    assert with_names(client, hidden) == []


@pytest.mark.once
@pytest.mark.slow
def test_it_is_on_them_for_those_who_may_publish(client, user, hidden):
    client.force_login(user("editor"))

    assert len(with_names(client, hidden)) > 20


def test_no_number_leads_to_the_key_of_what_only_a_limited_draft_shows(client, user, limited, hidden):
    client.force_login(user("reader"))

    for record in (limited, *hidden):
        kind = ContentType.objects.get_for_model(record)
        assert client.get(f"/admin/r/{kind.pk}/{record.pk}/").status_code == 404


def test_a_limited_draft_is_not_counted_for_others(client, user, limited):
    me, party = user(), make_party(public_label="A reading group")
    account = make_account(holder=party)
    for incident in (limited, make_incident(created_by=me)):
        make_action(incident, account=account)
    choices = "/admin/autocomplete/?app_label=incidents&model_name=account&field_name=holder&term=reading"

    def seen(who):
        client.force_login(who)
        queues = {row["label"]: row["count"] for row in client.get("/admin/").context["queues"]}
        (found,) = client.get(choices).json()["results"]
        return queues["May be the same as another incident"], found["text"]

    assert seen(me) == (0, "A reading group (Organisation, 1 incident)")
    assert seen(limited.created_by) == (2, "A reading group (Organisation, 2 incidents)")


@pytest.mark.parametrize("published", [False, True])
def test_no_question_names_whom_only_a_limited_draft_shows(client, user, hidden, published):
    Party.objects.filter(pk=hidden[0].pk).update(private_name="Ilse Marenqvist")
    mine = make_published_incident(summary="Ilse Marenqvist said so.") if published else make_incident()
    if published:
        index.current_version("default")  # a past revision has the name
    Incident.objects.filter(pk=mine.pk).update(summary="It was so." if published else "Ilse Marenqvist.")
    index.current_version("default")

    def is_asked(role):
        client.force_login(user(role, role))
        page = client.get(address("incident_change", mine.pk)).content.decode()
        return "may name somebody" in page, NAME in page

    assert is_asked("researcher") == (False, False)
    assert is_asked("editor") == (True, True)


def shown_elsewhere(draft, record, me):
    make_action(make_incident(), account=make_account(holder=record))


def added_by_them(draft, record, me):
    type(record).objects.filter(pk=record.pk).update(created_by=me)


def shown_by_what_they_may_read(draft, record, me):
    draft.work.named.add(me)


@pytest.mark.parametrize("happened", [shown_elsewhere, added_by_them, shown_by_what_they_may_read])
def test_a_party_is_found_if_anything_else_shows_it(client, user, limited, hidden, happened):
    me, party = user(), hidden[0]
    client.force_login(me)
    assert NAME not in client.get(address("party_changelist")).content.decode()

    happened(limited, party, me)

    assert f"{NAME} party" in client.get(address("party_changelist")).content.decode()


def test_a_hidden_party_cannot_be_chosen_by_its_number(client, user, hidden):
    client.force_login(user())
    account = make_account()

    page = client.post(
        address("account_change", account.pk),
        {"platform": account.platform_id, "holder": hidden[0].pk, "label": "x", "kind": account.kind},
    )

    assert "holder" in page.context["adminform"].form.errors
