"""Questions answered as numbers that say what they count."""

from django.db.models import Q

from .choices import ReasonStatus, Status
from .models import Account, Action, Incident, Party, Platform


def home_figures():
    """The figures of the front page; each but `actions` is the length of a list."""
    listed, actions = Incident.objects.listed(), Action.objects.filter(incident__in=Incident.objects.listed())
    return {
        "incidents": listed.count(),
        "platforms": Platform.objects.public().count(),
        "unexplained": listed.with_actions(actions.filter(reason_status=ReasonStatus.NONE_STATED)).count(),
        "lifted": listed.with_actions(actions.filter(status=Status.LIFTED)).count(),
        "actions": actions.counted().count(),
    }


def figures_of(record):
    """How many incidents, counted actions and accounts a platform, account or party has in the list."""
    actions = actions_of(record)
    return {
        "incidents": actions.values("incident").distinct().count(),
        "actions": actions.counted().count(),
        "accounts": actions.values("account").distinct().count(),
    }


def actions_of(record):
    """The actions in listed incidents on a platform, on an account, or on the accounts a party holds."""
    field = {Platform: "account__platform", Account: "account", Party: "account__holder"}[type(record)]
    return Action.objects.filter(**{field: record}, incident__in=Incident.objects.listed())


def incidents_of(record):
    """The listed incidents of a platform, account or party; a party's include those it spoke or had a part in."""
    ours = Q(pk__in=actions_of(record).values("incident"))
    if isinstance(record, Party):
        ours |= Q(pk__in=record.involvements.values("incident"))
        ours |= Q(pk__in=record.justifications.values("incident"))
    return Incident.objects.listed().filter(ours).newest()
