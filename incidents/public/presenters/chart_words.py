"""The words of charts: what each is about, what its title says, and what to know of its numbers."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext_lazy

from ...listing.charts import TIME


@dataclass(frozen=True)
class Wording:
    """What a chart is about, what its title says of the value that most incidents have, and what to know of its numbers."""

    heading: str | Promise
    finding: Any
    note: str | Promise = ""


SEVERAL = gettext_lazy("An incident is counted under each value that it has.")
WORDINGS = {
    "reason-changes": Wording(
        gettext_lazy("Did the platform change its stated reason?"),
        ngettext_lazy(
            "In %(n)s of %(of)s recorded incident, the platform changed its stated reason",
            "In %(n)s of %(of)s recorded incidents, the platform changed its stated reason",
            "total",
        ),
        gettext_lazy("Changed: a later statement of the platform gives another reason than an earlier one."),
    ),
    "reasons": Wording(
        gettext_lazy("Stated reasons"),
        ngettext_lazy(
            "In %(n)s of %(of)s recorded incident, a stated reason is: %(value)s",
            "In %(n)s of %(of)s recorded incidents, a stated reason is: %(value)s",
            "total",
        ),
        gettext_lazy(
            "Reasons that were neither denied, second-hand nor replaced later. An incident is counted under each."
        ),
    ),
    TIME: Wording(
        gettext_lazy("When it began"),
        ngettext_lazy(
            "%(n)s of %(of)s recorded incident may have begun in %(value)s",
            "%(n)s of %(of)s recorded incidents may have begun in %(value)s",
            "total",
        ),
        gettext_lazy(
            "Incidents with an uncertain date are counted in every period in which they may have begun."
        ),
    ),
    "platforms": Wording(
        gettext_lazy("Platforms"),
        ngettext_lazy(
            "%(n)s of %(of)s recorded incident was on %(value)s",
            "%(n)s of %(of)s recorded incidents were on %(value)s",
            "total",
        ),
        SEVERAL,
    ),
    "outcomes": Wording(
        gettext_lazy("What became of it"),
        ngettext_lazy(
            "In %(n)s of %(of)s recorded incident, the status of an action is: %(value)s",
            "In %(n)s of %(of)s recorded incidents, the status of an action is: %(value)s",
            "total",
        ),
        SEVERAL,
    ),
    "durations": Wording(
        gettext_lazy("How long it lasted"),
        ngettext_lazy(
            "In %(n)s of %(of)s recorded incident, an action may have lasted %(value)s",
            "In %(n)s of %(of)s recorded incidents, an action may have lasted %(value)s",
            "total",
        ),
        gettext_lazy(
            "Only where an end is recorded. An uncertain length is counted under each that it may be."
        ),
    ),
    "countries": Wording(
        gettext_lazy("Countries and territories"),
        ngettext_lazy(
            "%(n)s of %(of)s recorded incident is linked to: %(value)s",
            "%(n)s of %(of)s recorded incidents are linked to: %(value)s",
            "total",
        ),
        gettext_lazy(
            "Where the holder is, where the action applied, or whose authority or law is said to be behind it."
            " An incident is counted under each."
        ),
    ),
    "actions": Wording(
        gettext_lazy("What was done"),
        ngettext_lazy(
            "In %(n)s of %(of)s recorded incident, what was done is: %(value)s",
            "In %(n)s of %(of)s recorded incidents, what was done is: %(value)s",
            "total",
        ),
        gettext_lazy(
            "What happened, as confirmed or reported. An incident is counted under each type of action."
        ),
    ),
    "reason-given": Wording(
        gettext_lazy("Was a reason given?"),
        ngettext_lazy(
            "In %(n)s of %(of)s recorded incident, for an action: %(value)s",
            "In %(n)s of %(of)s recorded incidents, for an action: %(value)s",
            "total",
        ),
        SEVERAL,
    ),
    "behind": Wording(
        gettext_lazy("Who is said to be behind it"),
        ngettext_lazy(
            "In %(n)s of %(of)s recorded incident, said to be behind it: %(value)s",
            "In %(n)s of %(of)s recorded incidents, said to be behind it: %(value)s",
            "total",
        ),
        gettext_lazy(
            "However certain it is: each record says who says so. An incident is counted under each party."
        ),
    ),
}


WORDINGS["topics"] = Wording(
    gettext_lazy("Topics"),
    ngettext_lazy(
        "%(n)s of %(of)s recorded incident was about: %(value)s",
        "%(n)s of %(of)s recorded incidents were about: %(value)s",
        "total",
    ),
    SEVERAL,
)
