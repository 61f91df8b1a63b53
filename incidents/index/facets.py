"""The facets: everything that incidents can be filtered by, each declared once.

From `FACETS` come the terms a record is indexed under, the filters of the query string with their refusals, the filter
form with its counts, the sentence over a list, typed filters such as `platform:zoom`, the table in docs/filters.md, the
parameters of the OpenAPI description, and the fingerprint by which the index notices that it is out of date.
"""

from django.utils.translation import gettext_lazy, pgettext_lazy

from ..choices import (
    CAUSE_ROLES,
    COUNTED_OCCURRENCES,
    ActionType,
    Ground,
    IncidentKind,
    Lasted,
    Occurrence,
    Plan,
    ReasonStatus,
    Role,
    Standing,
    Status,
    Story,
)
from ..lasting import lengths_of
from ..models import Account, Party, Platform, Source
from ..models.account import account_words
from ..shown import SHOWN
from ..voices import story_of
from .facet_kinds import (
    NONE,
    VALUE,
    DerivedFacet,
    Facet,
    PlaceFacet,
    PlatformFacet,
    RecordFacet,
    SourceFacet,
    TopicFacet,
    VocabularyFacet,
)

__all__ = ["FACET", "FACETS", "FINGERPRINT", "NONE", "VALUE", "Facet", "RecordFacet", "VocabularyFacet"]


def _grounds(*standings: Standing) -> tuple[str, ...]:
    """Where a record has the reasons of this standing."""
    return tuple(
        f"justifications[standing={each.value}].{name}"
        for each in standings
        for name in ("ground", "further_grounds")
    )


# Where a record has those who are said to be behind what was done.
_BEHIND = tuple(
    f"involvements[role={role}].{name}.slug"
    for role in sorted(CAUSE_ROLES)
    for name in ("party", "together_with")
)


FACETS: tuple[Facet, ...] = (
    PlatformFacet(
        name="platform",
        paths=("account.platform.slug",),
        of_action=True,
        label=gettext_lazy("Platform"),
        phrase=pgettext_lazy("incidents …", "on %(values)s"),
        meaning="an action on this platform",
        none=gettext_lazy("platform not known"),
        model=Platform,
        titles=("name",),
        unknown=gettext_lazy("There is no platform “%(value)s” here."),
    ),
    RecordFacet(
        name="holder",
        paths=("account.holder.slug",),
        of_action=True,
        label=gettext_lazy("Account holder"),
        phrase=pgettext_lazy("incidents …", "on accounts of %(values)s"),
        meaning="an action on an account of this party",
        none=gettext_lazy("holder not known"),
        model=Party,
        titles=("public_label",),
        unknown=gettext_lazy("There is no account holder “%(value)s” here."),
    ),
    TopicFacet(
        name="topic",
        paths=("topics.slug",),
        label=gettext_lazy("Topic"),
        phrase=pgettext_lazy("incidents …", "about %(values)s"),
        meaning="what the incident was about",
        none=gettext_lazy("no topic recorded"),
        unknown=gettext_lazy("There is no topic “%(value)s” here."),
    ),
    VocabularyFacet(
        name="type",
        paths=("type",),
        of_action=True,
        label=gettext_lazy("What was done"),
        phrase=pgettext_lazy("incidents …", "what was done: %(values)s"),
        is_clause=True,
        meaning="what was done, where it happened; what was announced, threatened or disputed is found with `occurrence`",
        implies=("occurrence", tuple(sorted(COUNTED_OCCURRENCES))),
        vocabulary=ActionType,
    ),
    VocabularyFacet(
        name="status",
        paths=("status",),
        of_action=True,
        label=gettext_lazy("Status"),
        phrase=pgettext_lazy("incidents …", "status: %(values)s"),
        is_clause=True,
        meaning="whether it is still in force",
        vocabulary=Status,
    ),
    VocabularyFacet(
        name="ground",
        paths=_grounds(Standing.STATED),
        label=gettext_lazy("Stated reason"),
        phrase=pgettext_lazy("incidents …", "stated reason: %(values)s"),
        is_clause=True,
        meaning="a stated reason, neither denied nor second-hand nor replaced later",
        none=gettext_lazy("none recorded"),
        vocabulary=Ground,
    ),
    VocabularyFacet(
        name="other_ground",
        paths=_grounds(Standing.DENIED, Standing.SECOND_HAND, Standing.SUPERSEDED),
        label=gettext_lazy("Reason denied, second-hand or replaced later"),
        phrase=pgettext_lazy("incidents …", "reason denied, second-hand or replaced later: %(values)s"),
        is_clause=True,
        meaning="a reason that was denied, is second-hand or was replaced by a later statement",
        lists_empty=False,
        vocabulary=Ground,
    ),
    VocabularyFacet(
        name="reason",
        paths=("reason_status",),
        of_action=True,
        label=gettext_lazy("Was a reason given?"),
        phrase=pgettext_lazy("incidents …", "was a reason given: %(values)s"),
        is_clause=True,
        meaning="whether a reason was given for the action",
        vocabulary=ReasonStatus,
    ),
    DerivedFacet(
        name="story",
        paths=("justifications",),
        label=gettext_lazy("Did the platform change its stated reason?"),
        phrase=pgettext_lazy("incidents …", "did the platform change its stated reason: %(values)s"),
        is_clause=True,
        meaning="whether a later statement of the platform gives another reason than an earlier one",
        lists_empty=False,
        vocabulary=Story,
        values_of=lambda record: [story_of(record)],
    ),
    RecordFacet(
        name="behind",
        paths=_BEHIND,
        label=gettext_lazy("Who is said to be behind it"),
        phrase=pgettext_lazy("incidents …", "said to be behind it: %(values)s"),
        is_clause=True,
        meaning="a party said to have demanded, ordered, requested, flagged or influenced it, however certain that is",
        none=gettext_lazy("nobody recorded"),
        model=Party,
        titles=("public_label",),
        unknown=gettext_lazy("There is no party “%(value)s” here."),
    ),
    PlaceFacet(
        name="country",
        paths=("involvements.country", "actions.account.holder.country", "actions.countries"),
        label=gettext_lazy("Country or territory"),
        phrase=pgettext_lazy("incidents …", "linked to %(values)s"),
        meaning=(
            "incidents linked to a place: where the holder is, where the action applied, "
            "whose authority or law is said to be behind it"
        ),
        none=gettext_lazy("none recorded"),
    ),
    VocabularyFacet(
        name="occurrence",
        paths=("occurrence",),
        of_action=True,
        label=gettext_lazy("Did it happen?"),
        phrase=pgettext_lazy("incidents …", "status of report: %(values)s"),
        is_clause=True,
        meaning="whether it happened",
        vocabulary=Occurrence,
    ),
    VocabularyFacet(
        name="role",
        paths=("involvements.role",),
        label=gettext_lazy("Roles of others"),
        phrase=pgettext_lazy("incidents …", "roles of others: %(values)s"),
        is_clause=True,
        meaning="a part that somebody else is said to have played: a demand, an appeal, a lawsuit, a media inquiry",
        none=gettext_lazy("none recorded"),
        vocabulary=Role,
    ),
    VocabularyFacet(
        name="plan",
        paths=("account.plan",),
        of_action=True,
        label=gettext_lazy("Paid or free account"),
        phrase=pgettext_lazy("incidents …", "paid or free: %(values)s"),
        is_clause=True,
        meaning="an action on an account that was paid for, or on a free one",
        vocabulary=Plan,
    ),
    VocabularyFacet(
        name="kind",
        paths=("kind",),
        label=gettext_lazy("Incident or background event"),
        phrase=pgettext_lazy("incidents …", "kind: %(values)s"),
        is_clause=True,
        meaning="incidents, which alone are found without this parameter, or background events, which are never counted",
        vocabulary=IncidentKind,
    ),
    DerivedFacet(
        name="lasted",
        paths=("start", "end"),
        of_action=True,
        label=gettext_lazy("How long it lasted"),
        phrase=pgettext_lazy("incidents …", "lasted: %(values)s"),
        is_clause=True,
        meaning="the days from start to recorded end; an uncertain length is found under each that it may be",
        none=gettext_lazy("no end recorded"),
        in_form=False,
        vocabulary=Lasted,
        values_of=lengths_of,
    ),
    RecordFacet(
        name="account",
        paths=("account.slug",),
        of_action=True,
        label=gettext_lazy("Account"),
        phrase=pgettext_lazy("incidents …", "on the account %(values)s"),
        meaning="an action on this account",
        in_form=False,
        model=Account,
        titles=("label", "holder__public_label"),
        words=account_words,
        unknown=gettext_lazy("There is no account “%(value)s” here."),
    ),
    RecordFacet(
        name="party",
        paths=tuple(f"{parts}.{path.replace('__', '.')}.slug" for parts, path in SHOWN["party"]),
        label=gettext_lazy("Person or body"),
        phrase=pgettext_lazy("incidents …", "involving %(values)s"),
        meaning="incidents in which this party held an account, spoke or played a part",
        in_form=False,
        model=Party,
        titles=("public_label",),
        unknown=gettext_lazy("There is no party “%(value)s” here."),
    ),
    SourceFacet(
        name="source",
        paths=("sources.citekey",),
        label=gettext_lazy("Source"),
        phrase=pgettext_lazy("incidents …", "citing %(values)s"),
        meaning="incidents that cite this source",
        in_form=False,
        model=Source,
        titles=("title",),
        unknown=gettext_lazy("There is no source “%(value)s” here."),
    ),
)
FACET: dict[str, Facet] = {facet.name: facet for facet in FACETS}

# An index made by other declarations is out of date.
FINGERPRINT = repr([(facet.name, facet.paths, facet.of_action, bool(facet.none)) for facet in FACETS])
