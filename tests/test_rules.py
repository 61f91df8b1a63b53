"""The rules that the database holds: each is broken through the ORM and through SQL, and named in a form."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import CheckConstraint, UniqueConstraint
from django.db.models.signals import post_init

from incidents import models
from incidents.choices import (
    COUNTED_OCCURRENCES,
    COUNTED_TYPES,
    NOT_APPLIED,
    AccountKind,
    ActionType,
    IncidentKind,
    Occurrence,
    Status,
)
from incidents.languages import TRANSLATABLE
from incidents.models import Action, Incident, Platform

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
    make_topic,
    make_topic_label,
    make_translation,
)

pytestmark = pytest.mark.django_db

MODELS = models.IN_ORDER
MAKE = {
    "platform": make_platform,
    "party": make_party,
    "account": make_account,
    "topic": make_topic,
    "topiclabel": make_topic_label,
    "incident": make_incident,
    "translation": make_translation,
    "action": make_action,
    "justification": make_justification,
    "involvement": make_involvement,
    "source": make_source,
    "citation": make_citation,
    "relation": lambda: make_relation(make_incident(), make_incident()),
}

# Constraint -> the values that break it and nothing else; a callable is given the record.
BROKEN = {
    "party_at_risk_person_not_named": {
        "kind": "person",
        "at_risk": True,
        "name_public": True,
        "cleared": False,
    },
    "party_minor_not_named": {"is_minor": True, "name_public": True},
    "party_named_person_has_basis": {"kind": "person", "name_public_basis": ""},
    "account_not_its_own_successor": {"succeeded_by_id": lambda account: account.pk},
    "account_public_handle_has_holder": {"handle_public": True, "holder_id": None},
    "incident_date_is_for_context": {"date_text": "in June"},
    "incident_merged_is_withdrawn": {"merged_into_id": lambda incident: make_incident().pk},
    "incident_withdrawn_has_reason": {"publication": "withdrawn", "withdrawn_reason": ""},
    "incident_published_has_moment": {"publication": "published", "published_at": None},
    "translation_is_of_one_text": {"field": "ref"},
    "translation_is_in_another_language": {"language": "en"},
    "translation_revision_from_one": {"translated_from": 0},
    "action_end_hours_in_order": {
        "end_at_from": datetime(2021, 6, 8, 3, tzinfo=UTC),
        "end_at_to": datetime(2021, 6, 8, 2, tzinfo=UTC),
    },
    "action_hours_start_before_end": {
        "start_at_from": datetime(2021, 6, 8, 3, tzinfo=UTC),
        "end_at_to": datetime(2021, 6, 8, 2, tzinfo=UTC),
    },
    "action_span_is_interval": {"start_is_span": True},
    "action_starts_before_it_ends": {
        "end": "2020-06-01",
        "end_earliest": date(2020, 6, 1),
        "end_latest": date(2020, 6, 1),
    },
    "action_starts_before_announced_end": {
        "term": "fixed",
        "expected_end": "2020-06-01",
        "expected_end_earliest": date(2020, 6, 1),
        "expected_end_latest": date(2020, 6, 1),
    },
    "action_hours_in_order": {
        "timezone": "UTC",
        "start_at_from": "2020-06-08T03:00Z",
        "start_at_to": "2020-06-08T02:00Z",
    },
    "action_in_force_has_no_end": {"status": "in_force", "end_text": "came back"},
    "action_not_applied_status": {"occurrence": "threatened_not_applied", "status": "unknown"},
    "action_listed_places": {"scope": "listed_countries", "countries": ""},
    "action_announced_end_has_term": {
        "expected_end": "2020-07-01",
        "expected_end_earliest": date(2020, 7, 1),
        "expected_end_latest": date(2020, 7, 1),
    },
    "action_at_least_one_account": {"accounts_min": 0},
    "action_account_numbers_in_order": {"accounts_min": 3, "accounts_max": 2},
    "justification_further_grounds_follow_one": {"ground": "none_stated", "further_grounds": "fraud"},
    "justification_has_words": {"quote": "", "note": ""},
    "justification_has_one_speaker": {"speaker_text": ""},
    "justification_not_its_own_successor": {"supersedes_id": lambda justification: justification.pk},
    "justification_quote_length": {"quote": "字" * 1001},
    "involvement_has_one_party": {"party_text": ""},
    "involvement_quote_length": {"quote": "字" * 1001},
    "source_original_is_not_derived": {"derived_from_id": lambda source: make_source().pk},
    "citation_has_one_target": {
        "action_id": lambda citation: make_action(citation.incident).pk,
        "involvement_id": lambda citation: make_involvement(citation.incident).pk,
    },
    "citation_field_can_be_cited": {
        "party_id": lambda citation: make_involvement(citation.incident, party=make_party()).party_id,
        "field": "private_name",
    },
    "citation_quote_length": {"quote": "字" * 1001},
    "citation_value_is_in_quote": {"quote": "It was closed in Late May.", "value_as_stated": "late May"},
    "relation_joins_two": {"to_incident_id": lambda relation: relation.from_incident_id},
}
CHECKS = [
    (model, constraint)
    for model in MODELS
    for constraint in model._meta.constraints
    if isinstance(constraint, CheckConstraint)
]


def breaking_values(constraint, record):
    """The values that break the constraint on this record."""
    if constraint.name.endswith("_in_vocabulary"):
        return {constraint.field: "no such word"}
    if constraint.name.endswith("_is_edtf"):
        return {
            constraint.field: "around June",
            f"{constraint.field}_earliest": None,
            f"{constraint.field}_latest": None,
        } | ({"term": "fixed"} if constraint.field == "expected_end" else {})
    values = BROKEN[constraint.name]
    return {name: value(record) if callable(value) else value for name, value in values.items()}


@pytest.mark.parametrize(("model", "constraint"), CHECKS, ids=[c.name for _, c in CHECKS])
def test_the_orm_cannot_break_a_rule(model, constraint):
    record = MAKE[model._meta.model_name]()

    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.filter(pk=record.pk).update(**breaking_values(constraint, record))


@pytest.mark.parametrize(("model", "constraint"), CHECKS, ids=[c.name for _, c in CHECKS])
def test_sql_cannot_break_a_rule(model, constraint):
    record = MAKE[model._meta.model_name]()
    values = breaking_values(constraint, record)
    assignments = ", ".join(f'"{name}" = %s' for name in values)
    sql = f"UPDATE {model._meta.db_table} SET {assignments} WHERE id = %s"

    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [*values.values(), record.pk])

    assert constraint.name in str(refusal.value) or "too long" in str(refusal.value)


@pytest.mark.parametrize(("model", "constraint"), CHECKS, ids=[c.name for _, c in CHECKS])
def test_a_broken_rule_is_told_in_a_sentence_at_its_field(model, constraint):
    record = MAKE[model._meta.model_name]()
    for name, value in breaking_values(constraint, record).items():
        setattr(record, name, value)

    with pytest.raises(ValidationError) as refusal:
        record.full_clean()

    told = refusal.value.message_dict
    assert constraint.field in told or NON_FIELD_ERRORS in told
    assert all("Constraint" not in sentence for sentences in told.values() for sentence in sentences)


def test_every_check_has_a_case_here():
    general = ("_in_vocabulary", "_is_edtf")

    named = {constraint.name for _, constraint in CHECKS if not constraint.name.endswith(general)}

    assert named == set(BROKEN)


@pytest.mark.parametrize("make", [make_action, make_justification, make_involvement, make_citation])
def test_a_number_is_used_once_within_an_incident(make):
    part = make()

    with pytest.raises(IntegrityError), transaction.atomic():
        make(part.incident, seq=part.seq)


def test_numbers_fill_themselves_in():
    incident = make_incident()

    assert [make_action(incident).seq, make_action(incident).seq, make_action().seq] == [1, 2, 1]


def test_a_symmetric_relation_is_stored_once():
    one, other = make_incident(), make_incident()
    make_relation(one, other, kind="same_campaign")

    with pytest.raises(IntegrityError), transaction.atomic():
        make_relation(other, one, kind="same_campaign")


def test_a_directed_relation_may_run_both_ways():
    one, other = make_incident(), make_incident()
    make_relation(one, other, kind="follows")

    assert make_relation(other, one, kind="context_of").pk


def test_every_unique_rule_is_known_here():
    named = {
        constraint.name
        for model in MODELS
        for constraint in model._meta.constraints
        if isinstance(constraint, UniqueConstraint)
    }

    assert named == {
        "action_number_once",
        "justification_number_once",
        "involvement_number_once",
        "citation_number_once",
        "relation_once",
        "relation_symmetric_once",
        "topic_label_once",
        *(f"translation_of_{name}_once" for name in TRANSLATABLE),
    }


def test_bounds_are_derived_whatever_writes_them():
    action = make_action(start="2020-06-03/2020-06-04")
    Action.objects.bulk_create(
        [Action(incident=action.incident, seq=2, account=action.account, start="2020-06")]
    )

    assert list(action.incident.actions.values_list("start_earliest", "start_latest").order_by("seq")) == [
        (date(2020, 6, 3), date(2020, 6, 4)),
        (date(2020, 6, 1), date(2020, 6, 30)),
    ]


def test_emptying_a_date_empties_its_bounds():
    action = make_action(start="2020-06-07")

    action.start = ""
    action.save()

    action.refresh_from_db()
    assert (action.start, action.start_earliest, action.start_latest) == ("", None, None)


def test_a_citation_stays_within_its_incident():
    citation = make_citation()
    citation.action = make_action()

    with pytest.raises(ValidationError, match="another incident"):
        citation.full_clean()


@pytest.mark.parametrize("make", [make_justification, make_involvement])
def test_a_statement_is_about_an_action_of_its_incident(make):
    statement, own, other = make(), make_action(), make_action()
    own.incident = statement.incident
    own.save()

    statement.actions.add(own)
    for write in (statement.actions.add, lambda action: statement.actions.set([action])):
        with pytest.raises(ValidationError, match="another incident"), transaction.atomic():
            write(other)

    assert list(statement.actions.all()) == [own]


def test_a_citation_names_a_field_that_exists():
    citation = make_citation(action=make_action())
    citation.field = "moonphase"

    with pytest.raises(ValidationError, match="not a field"):
        citation.full_clean()


def test_a_quotation_stands_in_the_kept_text():
    source = make_source(content_text="The account\n“was   reactivated”, Zoom said.")

    make_citation(source=source, quote='account "was reactivated" […] said').full_clean()
    with pytest.raises(ValidationError, match="does not contain these words"):
        make_citation(source=source, quote="was deleted").full_clean()


@pytest.mark.parametrize(
    ("make", "field", "other"), [(make_incident, "ref", "2021-other"), (make_party, "slug", "other-slug")]
)
def test_refs_and_slugs_change_before_publication(make, field, other):
    record = make()

    setattr(record, field, other)

    record.full_clean()


def test_the_ref_is_frozen_once_published():
    incident = make_published_incident()
    incident.ref = "2021-other"

    with pytest.raises(ValidationError, match="its ref cannot change"):
        incident.full_clean()


@pytest.mark.parametrize("find", [lambda a: a, lambda a: a.holder, lambda a: a.platform])
def test_slugs_are_frozen_once_a_published_incident_shows_them(find):
    record = find(make_published_incident().actions.get().account)
    record.slug = "another-slug"

    with pytest.raises(ValidationError, match="its slug must stay"):
        record.full_clean()


def test_a_citekey_is_frozen_once_cited_in_public():
    source = make_published_incident().citations.first().source
    source.citekey = "another-key"

    with pytest.raises(ValidationError, match="its key must stay"):
        source.full_clean()


def test_a_merge_needs_a_published_target():
    incident = make_incident(publication="withdrawn", withdrawn_reason="double")
    incident.merged_into = make_incident()

    with pytest.raises(ValidationError, match="merged into a published one"):
        incident.full_clean()


def test_a_merge_does_not_go_round_in_a_circle():
    one, other = make_published_incident(), make_incident(publication="withdrawn", withdrawn_reason="double")
    Incident.objects.filter(pk=other.pk).update(merged_into=one)
    one.publication, one.merged_into = "withdrawn", Incident.objects.get(pk=other.pk)

    with pytest.raises(ValidationError):
        one.full_clean()


def test_a_label_does_not_give_a_private_name_away():
    party = make_party(
        kind="person", name_public=False, private_name="Li Si", public_label="the wife of Li Si"
    )

    with pytest.raises(ValidationError, match="contains a name, handle or URL"):
        party.full_clean()


def test_a_party_on_show_stays_cleared():
    holder = make_published_incident().actions.get().account.holder
    holder.cleared = False

    with pytest.raises(ValidationError, match="withdraw the incident first"):
        holder.full_clean()


def test_a_handle_is_private_while_its_holder_is():
    holder = make_party(kind="person", name_public=False)
    account = make_account(holder=holder, handle="@lisi", handle_public=True)

    with pytest.raises(ValidationError, match="handle cannot be either"):
        account.full_clean()


@pytest.mark.parametrize("name", ["Twitter", "twitter", "X"])
def test_a_platform_is_known_by_its_other_names(name):
    make_platform(name="X", aliases="Twitter, ../2023\nTweeter")

    with pytest.raises(ValidationError, match="Choose that platform"):
        make_platform(name=name).full_clean()


@pytest.mark.parametrize(
    "url",
    [
        "https://editor:secret@example.org/",
        "ftp://example.org/",
        "javascript:alert(1)",
        "example",
        "https://",
        "https://_/",
        "https://my_group .example/",
    ],
)
def test_an_address_is_a_plain_web_address(url):
    source = make_source(url=url)

    with pytest.raises(ValidationError) as refusal:
        source.full_clean()
    assert list(refusal.value.message_dict) == ["url"]


def test_an_address_is_what_a_browser_opens():
    make_source(url="https://my_group.pages.example/2020/封號?a=[1]#part").full_clean()


@pytest.mark.parametrize("text", ["a\x00b", "bell\x07", "\ud800"])
def test_text_without_characters_that_cannot_be_stored(text):
    incident = make_incident()
    incident.title = text

    with pytest.raises(ValidationError, match="cannot be stored"):
        incident.full_clean()


@pytest.mark.parametrize(
    ("name", "aliases"),
    [
        ("weibo", ""),
        ("ВКонтакте", "vk"),
        ("ВКОНТАКТЕ", ""),
        ("新浪微博", ""),
        ("Sina", "Twitter+ (beta), ../2023\nSINA WEIBO, 2009/.."),
        ("QZONE", ""),
    ],
)
def test_a_platform_is_recognised_by_any_of_its_names_whatever_their_capitals(name, aliases):
    make_platform(name="Weibo", aliases="Sina Weibo\r\n  Вконтакте , ../2010\r\n新浪微博\nQzone")

    with pytest.raises(ValidationError, match="already on record as Weibo"):
        Platform(slug="another", name=name, aliases=aliases).clean()


@pytest.mark.parametrize(
    "line", ["Twitter, until 2023", "Twitter, 2023", "Twitter, 2023-13/..", "Twitter, ../..2023", ", ../2023"]
)
def test_the_period_of_a_name_is_an_interval(line):
    with pytest.raises(ValidationError, match="as an EDTF interval") as refusal:
        make_platform(aliases=f"Tweeter\n{line}").full_clean()

    assert list(refusal.value.message_dict) == ["aliases"]


def test_a_name_may_have_a_comma_and_digits():
    platform = make_platform(name="Studio", aliases="Studio 54\nStudio, Inc.\nStudio 54, Paris, 2001/2003")

    platform.full_clean()

    assert platform.names == ["Studio", "Studio 54", "Studio, Inc.", "Studio 54, Paris"]


@pytest.mark.parametrize(
    "name", ["Wei", "bo", "Weib.", "Weibo Zoom", "../2010", "%", "W|Zoom", "Sina (Weibo"]
)
def test_a_platform_with_a_part_of_a_name_is_another_platform(name):
    make_platform(name="Weibo", aliases="Sina Weibo, ../2010")

    Platform(slug="another", name=name).clean()


def test_checking_the_names_of_a_platform_reads_no_more_rows_however_many_platforms_there_are(
    django_assert_num_queries,
):
    read = []
    post_init.connect(count_reads := lambda instance, **_kwargs: read.append(instance), sender=Platform)
    make_platform(name="Weibo")
    for _number in range(30):
        make_platform()
    read.clear()

    try:
        # One for platforms with such a name, and one for what was merged under this slug.
        with django_assert_num_queries(2), pytest.raises(ValidationError):
            Platform(slug="another", name="WEIBO", aliases="Sina\nZoom").clean()
    finally:
        post_init.disconnect(count_reads, sender=Platform)

    assert [platform.name for platform in read] == ["WEIBO", "Weibo"]


@pytest.mark.slow
def test_counted_is_every_sort_of_account_action_that_is_said_to_have_taken_place():
    kinds = [AccountKind.PERSONAL_ACCOUNT, AccountKind.MEETING_OR_EVENT]
    accounts = {kind: make_account(kind=kind) for kind in kinds}
    incidents = {kind: make_incident(kind=kind) for kind in IncidentKind}
    actions = [
        Action(incident=incident, seq=seq, account=account, type=type_, occurrence=occurrence, status=status)
        for incident in incidents.values()
        for seq, (account, type_, occurrence, status) in enumerate(
            (
                (account, type_, occurrence, status)
                for account in accounts.values()
                for type_ in ActionType
                for occurrence in Occurrence
                for status in (Status.UNKNOWN, Status.NEVER_APPLIED)
                if occurrence not in NOT_APPLIED or status == Status.NEVER_APPLIED
            ),
            start=1,
        )
    ]
    Action.objects.bulk_create(actions)

    counted = [action for action in Action.objects.with_account() if not action.not_counted_because]

    assert {action.type for action in counted} == COUNTED_TYPES
    assert {action.occurrence for action in counted} == COUNTED_OCCURRENCES
    assert {action.status for action in counted} == {Status.UNKNOWN}
    assert {action.account.kind for action in counted} == {AccountKind.PERSONAL_ACCOUNT}
    assert {action.incident.kind for action in counted} == {IncidentKind.ACCOUNT_ACTION}
    assert len(counted) == len(COUNTED_TYPES) * len(COUNTED_OCCURRENCES)


def test_every_record_is_found_by_its_natural_key():
    for make in MAKE.values():
        record = make()

        assert type(record).objects.get_by_natural_key(*record.natural_key()) == record


def test_every_change_is_kept_in_the_history():
    for make in MAKE.values():
        record = make()
        record.save()

        assert record.history.count() == 2


def test_a_target_is_the_part_cited():
    action = make_action()

    assert [make_citation(action=action).target, make_citation(action.incident).target] == [
        action,
        action.incident,
    ]
