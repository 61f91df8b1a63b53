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
    while used := _used(kept, incident):
        kept = [record for record in kept if (type(record), record.pk) not in used]
    return kept


def _used(records, incident):
    """The models and keys of the records that something else refers to."""
    keys, used = {model: [each.pk for each in records if isinstance(each, model)] for model in MODELS}, set()
    for model in MODELS:
        for relation in relations_to(model):
            name, other = relation.field.name, relation.related_model
            found = other.objects.filter(**{f"{name}__in": keys[model]}).order_by()
            has_incident = hasattr(other, "incident")
            found = (
                found.exclude(incident=incident)
                if has_incident
                else found.exclude(pk__in=keys.get(other, ()))
            )
            used |= {(model, key) for key in found.values_list(name, flat=True)}
    return used
