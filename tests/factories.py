"""Records for tests: plain functions that fill in what a record needs, so that a test names only what it is about."""

from itertools import count

from django.utils import timezone

from incidents import exports, index
from incidents.choices import Ground, JustificationKind, PartyKind, Publication, RelationKind, Role
from incidents.listing.filters import IncidentFilter
from incidents.models import (
    Account,
    Action,
    Citation,
    Incident,
    Involvement,
    Justification,
    Party,
    Platform,
    Relation,
    Source,
    Topic,
    TopicLabel,
    Translation,
)

from .kept import kept

number = count(100_001)  # as many digits in each: names sort as their records were made


def make_platform(**fields):
    n = next(number)
    return Platform.objects.create(**{"slug": f"platform-{n}", "name": f"Platform {n}"} | fields)


def make_party(**fields):
    """A cleared, named organisation; `kind="person"` brings the reason why the person is named."""
    n = next(number)
    defaults = {
        "slug": f"party-{n}",
        "public_label": f"Party {n}",
        "kind": PartyKind.ORGANISATION,
        "at_risk": False,
        "name_public": True,
        "cleared": True,
    }
    if fields.get("kind") == PartyKind.PERSON and fields.get("name_public", True):
        defaults["name_public_basis"] = "Speaks to the press."
    return Party.objects.create(**defaults | fields)


def make_account(**fields):
    """An account with a platform and a holder of its own; `holder=None` leaves the holder unknown."""
    n = next(number)
    if "platform" not in fields:
        fields["platform"] = make_platform()
    if "holder" not in fields:
        fields["holder"] = make_party()
    return Account.objects.create(**{"slug": f"account-{n}", "label": f"account {n}"} | fields)


def make_topic(name="", language="en", aliases="", **fields):
    """A topic with a name in one language."""
    n = next(number)
    topic = Topic.objects.create(**{"slug": f"topic-{n}"} | fields)
    make_topic_label(topic=topic, name=name or f"Topic {n}", language=language, aliases=aliases)
    return topic


def make_topic_label(**fields):
    if "topic" not in fields:
        fields["topic"] = make_topic()
    return TopicLabel.objects.create(**{"language": "zh-Hant", "name": "一個主題"} | fields)


def make_incident(**fields):
    """A draft without actions."""
    n = next(number)
    if fields.get("publication") in (Publication.PUBLISHED, Publication.WITHDRAWN):
        fields = {"published_at": timezone.now()} | fields
    defaults = {"ref": f"2020-incident-{n}", "title": f"Incident {n}", "summary": f"What happened, {n}."}
    return Incident.objects.create(**defaults | fields)


def make_translation(original=None, field="title", **fields):
    """A translation of a text, say the title of an incident, into Traditional Chinese."""
    original = original or make_incident()
    defaults = {
        "language": "zh-Hant",
        "text": "一起事件",
        "field": field,
        original._meta.model_name: original,
    }
    return Translation.objects.create(**defaults | fields)


def make_action(incident=None, **fields):
    if "account" not in fields:
        fields["account"] = make_account()
    return Action.objects.create(
        incident=incident or make_incident(), **{"type": "suspended", "start": "2020-06-07"} | fields
    )


def make_justification(incident=None, *, actions=(), together_with=(), **fields):
    """A quotation; `speaker=None` needs a `speaker_text`."""
    if "speaker" not in fields and "speaker_text" not in fields:
        fields["speaker_text"] = "a spokesperson"
    defaults = {
        "kind": JustificationKind.PUBLIC_JUSTIFICATION,
        "ground": Ground.LOCAL_LAW,
        "quote": "We follow the law.",
        "quote_language": "en",
    }
    made = Justification.objects.create(incident=incident or make_incident(), **defaults | fields)
    made.actions.set(actions)
    made.together_with.set(together_with)
    return made


def make_involvement(incident=None, *, actions=(), together_with=(), **fields):
    if "party" not in fields and "party_text" not in fields:
        fields["party_text"] = "a government"
    made = Involvement.objects.create(
        incident=incident or make_incident(), **{"role": Role.ALLEGED_INFLUENCE} | fields
    )
    made.actions.set(actions)
    made.together_with.set(together_with)
    return made


def make_source(**fields):
    n = next(number)
    defaults = {
        "citekey": f"source-{n}",
        "title": f"Source {n}",
        "publisher": "A newsroom",
        "issued": "2020-06-11",
        "issued_basis": "printed",
        "url": f"https://news.example/{n}",
        "accessed_on": "2026-11-20",
    }
    return Source.objects.create(**defaults | fields)


def make_citation(incident=None, **fields):
    """A supporting quotation of the incident as a whole, or of the `action`, `justification` or `involvement` given."""
    for name in ("action", "justification", "involvement"):
        if incident is None and fields.get(name):
            incident = fields[name].incident
    if "source" not in fields:
        fields["source"] = make_source()
    return Citation.objects.create(
        incident=incident or make_incident(), **{"quote": "The very words."} | fields
    )


def cited(record):
    """The same action, justification or involvement, or the summary of an incident, with a supporting citation."""
    if isinstance(record, Incident):
        make_citation(record, field="summary")
    else:
        make_citation(**{record._meta.model_name: record})
    return record


def make_relation(from_incident=None, to_incident=None, **fields):
    return Relation.objects.create(
        from_incident=from_incident or make_published_incident(),
        to_incident=to_incident or make_published_incident(),
        **{"kind": RelationKind.SAME_CAMPAIGN} | fields,
    )


def make_published_incident(*, action=None, account=None, source=None, **fields):
    """An incident that everyone may see and that `publishing.problems()` finds nothing wrong with.

    `action` holds fields of its one action, `account` and `source` are records to use; a context event has no action.
    """
    incident = make_incident(publication=Publication.PUBLISHED, **fields)
    source = source or make_source()
    if fields.get("kind") != "context":
        made = make_action(incident, account=account or make_account(), **(action or {}))
        make_citation(incident, action=made, source=source)
    make_citation(incident, source=source)
    return incident


@kept
def make_story():
    """A published incident with all that a page can tell; its ref, and the slugs of what it is about, are `told`."""
    platform = make_platform(
        slug="told", name="Zoom", operator="Zoom Inc.", operator_country="US", aliases="Zoom Meetings"
    )
    holder = make_party(
        slug="told",
        public_label="Hong Kong Alliance",
        native_label="香港支聯會",
        native_language="zh-Hant",
        country="HK",
    )
    account = make_account(slug="told", platform=platform, holder=holder, label="account of the Alliance")
    source = make_source(citekey="paper", title="What happened", language="en")
    copy = make_source(citekey="copy", title="Copied", derivation="republication", derived_from=source)
    incident = make_published_incident(
        ref="told",
        title="Zoom shuts an account",
        account=account,
        source=source,
        action={
            "start": "2020-05-22",
            "start_basis": "first_observed",
            "start_text": "since May 22",
            "end": "2020-06-11/2020-06-12",
            "status": "lifted",
            "status_as_of": "2020-06-12",
            "reason_status": "generic",
        },
    )
    action = incident.actions.get()
    speaker = make_party(slug="zoom-inc", public_label="Zoom", kind="company")
    first = make_justification(
        incident,
        actions=[action],
        speaker=speaker,
        date="2020-06-10",
        audience="public",
        quote="We follow local law.",
    )
    second = make_justification(
        incident,
        actions=[action],
        speaker=speaker,
        date="2020-06-11",
        ground="government_demand",
        kind="correction",
        supersedes=first,
        quote="我們收到通知",
        quote_language="zh-Hant",
    )
    allegation = make_involvement(
        incident, role="allegation", party=holder, modality="hedged", quote="It seems possible."
    )
    make_citation(
        action=action,
        field="start",
        source=copy,
        quote="It was also closed in late May.",
        value_as_stated="late May",
        stance="contradicts",
    )
    make_citation(justification=first, source=copy, quote="We follow local law.", attribution="Zoom")
    make_citation(justification=second, source=source, quote="我們收到通知")
    make_citation(involvement=allegation, source=source, quote="It seems possible.")
    topic = make_topic(
        "June Fourth commemoration", slug="told", aliases="Tiananmen", note="Vigils and talks."
    )
    make_topic_label(topic=topic, name="六四紀念", aliases="天安門")
    incident.topics.add(topic)
    make_translation(incident, text="Zoom 關閉一個帳號", translator="A translator", translated_from=1)
    context = make_published_incident(
        ref="before", kind="context", title="A vigil is held", date="2020-05-20"
    )
    make_relation(context, incident, kind="context_of")
    return incident


def make_selection(query=""):
    """What a query string finds, as a selection."""
    dataset_version = index.current_version("default")
    listing_filter = IncidentFilter(query, dataset_version=dataset_version)
    return exports.Selection.of(listing_filter, dataset_version=dataset_version)


def public_fixture(incidents):
    """These incidents as the public fixture has them."""
    return b"".join(exports.write("fixture.json", exports.Selection.of_incidents(incidents)))


def internal_fixture(incidents):
    """These incidents as an internal fixture has them."""
    return b"".join(exports.INTERNAL_FORMATS["internal.fixture.json"].write(incidents))
