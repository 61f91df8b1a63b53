"""What would be left over without an incident: accounts, parties and sources that nothing else refers to."""

from .merging import relations_to
from .models import Account, Party, Source

MODELS = (Account, Party, Source)  # what refers to others comes first


def leftovers(incident):
    """The accounts, parties and sources that are shown by this incident, and that only it, or one another, refers to."""
    return without_others(
        [each for model in MODELS for each in model.objects.shown_by(incident).order_by("pk")], incident
    )


def without_others(records, incident=None):
    """Those of the records that only parts of this incident, or those of the records that are returned, refer to."""
    kept = list(records)
    while used := [record for record in kept if _is_used(record, kept, incident)]:
        kept = [record for record in kept if record not in used]
    return kept


def _is_used(record, records, incident):
    for relation in relations_to(type(record)):
        found = relation.related_model.objects.filter(**{relation.field.name: record})
        if hasattr(relation.related_model, "incident"):
            found = found.exclude(incident=incident)
        else:
            found = found.exclude(
                pk__in=[each.pk for each in records if isinstance(each, relation.related_model)]
            )
        if found.exists():
            return True
    return False
