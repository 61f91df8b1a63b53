"""What is private changes nothing that anybody else can see: no answer, count, ETag, feed or list is another one with it."""

import pytest

from incidents import index, publishing
from incidents.models import Citation, DatasetVersion, Incident, Source

from .factories import (
    make_account,
    make_action,
    make_citation,
    make_incident,
    make_involvement,
    make_justification,
    make_party,
    make_platform,
    make_relation,
    make_source,
    make_story,
    make_topic,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

HIDDEN, ABSENT = "quokkas", "numbats"
WORDS = (
    HIDDEN,
    HIDDEN.title(),
    HIDDEN[:-1],
    f"{HIDDEN}x",
    f"{HIDDEN}*",
    f'"{HIDDEN} told"',
    f"platform:{HIDDEN}",
    f"@{HIDDEN}",
)
PATHS = [
    "/",
    "/incidents/",
    "/incidents/told/",
    "/incidents.json",
    "/incidents.csv",
    "/incidents.atom",
    "/changes/",
    "/changes.atom",
    "/changes.jsonl",
    "/withdrawals.json",
    "/data/",
    "/platforms/",
    "/topics/",
    "/sitemap.xml",
    "/sitemap-0.xml",
    "/charts/",
    "/parties/",
    "/sources/",
    "/platforms/told/",
    "/parties/told/",
    "/accounts/told/",
    "/incidents/told.fixture.json",
    *(
        f"/api/v1/{name}/"
        for name in ("", "incidents", "platforms", "parties", "accounts", "topics", "sources", "citations")
    ),
    *(f"/incidents/?q={word}" for word in WORDS),
]
BY_NAME = [
    "/incidents/{}/",
    "/incidents/{}.json",
    "/incidents/{}/revisions/1/",
    "/platforms/{}/",
    "/parties/{}/",
    "/accounts/{}/",
    "/topics/{}/",
    "/sources/{}/",
    "/api/v1/incidents/{}/",
    *(f"/incidents/?{name}={{}}" for name in ("platform", "party", "holder", "account", "topic", "q")),
    *(f"/incidents.json?{name}={{}}" for name in ("platform", "party", "holder", "account", "topic", "q")),
    *(f"/incidents/?q={name}:{{}}" for name in ("platform", "party", "account", "topic")),
]


def hide_a_draft():
    """An unfinished incident with records of its own, related to what is public."""
    told = Incident.objects.get(ref="told")
    party = make_party(slug=HIDDEN, public_label=f"{HIDDEN} told", cleared=False)
    account = make_account(slug=HIDDEN, platform=make_platform(slug=HIDDEN, name=HIDDEN), holder=party)
    draft = make_incident(ref=HIDDEN, title=HIDDEN, summary=f"{HIDDEN} told", publication="in_review")
    draft.topics.add(make_topic(HIDDEN, slug=HIDDEN))
    make_action(draft, account=account)
    make_justification(draft, quote=HIDDEN, speaker=party)
    make_citation(draft, source=make_source(citekey=HIDDEN, title=HIDDEN, url=f"https://{HIDDEN}.example/"))
    make_relation(draft, told)
    # It shows what is public, too: that must not be counted more often.
    action = told.actions.get()
    make_action(draft, account=action.account)
    make_involvement(draft, party=action.account.holder)
    draft.topics.add(*told.topics.all())


def hide_in_what_is_public():
    """Private values of records that readers see, and a citation of a confidential source."""
    told = Incident.objects.get(ref="told")
    told.editor_notes = HIDDEN
    told.save()
    holder = told.actions.get().account.holder
    holder.contact = holder.notes = HIDDEN
    holder.save()
    account = told.actions.get().account
    account.handle = f"@{HIDDEN}"
    account.save()
    for source in Source.objects.filter(citations__incident=told).distinct():
        source.notes = source.captured_by = source.content_text = HIDDEN
        source.save()
    confidential = make_source(citekey=HIDDEN, title=HIDDEN, is_confidential=True)
    make_citation(told, source=confidential, quote=f"{HIDDEN} told")


def hide_a_name():
    """Somebody who is not named, whom nothing public shows."""
    make_party(
        slug="somebody", public_label="a student", kind="person", name_public=False, at_risk=True,
        private_name=f"{HIDDEN} Told", aliases=HIDDEN, contact=HIDDEN,
    )  # fmt: skip


def answers(client):
    """Body and headers of each answer."""
    found = {}
    for path in PATHS:
        answer = client.get(path)
        found[path] = answer.status_code, answer.getvalue(), dict(answer.headers)
    return found


@pytest.fixture
def told(db):
    make_story()
    index.current_version("default")
    # Of a version made in this very second no answer says when it was made.
    DatasetVersion.objects.update(published_at="2026-11-20T00:00Z")


@pytest.mark.parametrize("hide", [hide_a_draft, hide_in_what_is_public, hide_a_name])
def test_what_is_private_changes_no_answer(client, told, hide):
    before = answers(client)

    hide()

    after = answers(client)
    assert [path for path in PATHS if before[path] != after[path]] == []
    assert {status for status, _body, _headers in after.values()} <= {200, 404}


def test_a_hidden_name_is_answered_like_one_that_is_not_there(client, told):
    hide_a_draft()

    different = []
    for address in BY_NAME:
        hidden, absent = (client.get(address.format(name)) for name in (HIDDEN, ABSENT))
        shown = hidden.getvalue().decode().replace(HIDDEN, ABSENT).replace(HIDDEN.title(), ABSENT.title())
        if (hidden.status_code, shown) != (absent.status_code, absent.getvalue().decode()):
            different.append(address)

    assert different == []


def public_numbers(client, ref):
    return [each["seq"] for each in client.get(f"/api/v1/incidents/{ref}/").json()["citations"]]


def test_no_number_is_left_out_where_a_confidential_source_is_cited(client, told):
    incident = make_incident(ref="numbered")
    confidential = make_source(is_confidential=True)
    for source in (confidential, make_source(), confidential):
        make_citation(incident, source=source, action=make_action(incident))
    for action in incident.actions.all():
        make_citation(incident, action=action)
    make_citation(incident)
    publishing.publish(incident)
    make_citation(incident, source=confidential)
    make_citation(incident)

    numbers = public_numbers(client, "numbered")

    assert numbers == list(range(1, len(numbers) + 1))
    assert Citation.objects.filter(incident=incident).count() == len(numbers) + 3


def test_a_citation_that_was_public_keeps_its_number(client, told):
    incident = Incident.objects.get(ref="told")
    before = public_numbers(client, "told")
    confidential = make_source(is_confidential=True)
    hidden = make_citation(incident, source=confidential)

    publishing.withdraw(incident, reason="An error.")
    publishing.publish(Incident.objects.get(ref="told"))

    assert public_numbers(client, "told") == before
    Source.objects.filter(pk=confidential.pk).update(is_confidential=False, accessed_on="2026-11-20")
    assert public_numbers(client, "told") == [*before, hidden.seq]
