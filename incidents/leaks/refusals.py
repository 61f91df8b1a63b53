"""What a record that is about to be saved would give away."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from ..models import Account, Incident, Party, Source
from ..models.fields import FieldKind, kind_of
from ..shown import SHOWN
from .privates import Privates, private_values_of
from .texts import PublicText, model_name, public_texts


def refusals(record: Any, beside: Iterable[Model] = ()) -> dict[str, str]:
    """What a record that is about to be saved would give away for sure, as a message for each of its fields.

    It looks for what is hidden in the incidents that show the record, and in the records that will be `beside` it. A name
    that others hide may belong to a namesake: an editor decides about those when the incident is published.
    """
    owners = _owners_around(record, beside)
    # What becomes public with this change hides nothing, whatever is stored.
    privates = Privates(
        value for owner in owners for value in private_values_of(record if owner == record else owner)
    )
    if not privates.values:
        return {}
    own = {value.owner_key for value in privates.values}
    errors = {
        name: _message(record, name)
        for name, texts in _texts_by_field(record).items()
        if any(leak.refused for leak in privates.leaks_in(texts, own=own))
    }
    if "slug" in errors and record.is_public():
        del errors["slug"]  # it cannot change now; see `SlugRecord.refuse_names()`
    return errors


def _owners_around(record: Any, beside: Iterable[Model]) -> list[Model]:
    """The parties, accounts and sources that a record shows, or that are beside it in an incident."""
    name, owners = model_name(record), [other for each in (record, *beside) for other in _referred_to(each)]
    if name == "translation":
        return _owners_around(record.original, beside)
    if name == "relation":
        incidents = Incident.objects.filter(pk__in=[record.from_incident_id, record.to_incident_id])
    elif key := record.pk if name == "incident" else getattr(record, "incident_id", None):
        incidents = Incident.objects.filter(pk=key)
    elif record.pk and name in SHOWN:
        incidents = Incident.objects.showing(record)
    else:
        return owners
    for model in (Party, Account, Source):
        owners.extend(model.objects.shown_by_any(incidents.values("pk")))
    return owners


def _referred_to(record: Model) -> Iterator[Model]:
    """The record itself and those it refers to, if something of theirs can be private."""
    if hasattr(record, "private_values"):
        yield record
    for column in record._meta.concrete_fields:
        if column.is_relation and hasattr(column.related_model, "private_values"):
            other = getattr(record, column.name, None)
            if other and other != record:
                yield from _referred_to(other)


def _message(record: Model, name: str) -> str:
    if name == "source":
        return _("The URL or another text of this source contains a name that is not public.")
    if (model_name(record), kind_of(record._meta.get_field(name))) == ("source", FieldKind.ADDRESS):
        return _("This URL contains a name that is not public. Leave it empty and enter it as “private URL”.")
    return _("This contains a name, handle or URL that is not public.")


def _texts_by_field(record: Model) -> dict[str, list[PublicText]]:
    """The public texts of a record by field; those of the source that a citation cites count as its field `source`."""
    texts = {text.field: [text] for text in public_texts(record)}
    if source := getattr(record, "source", None):
        texts["source"] = list(public_texts(source))
    return texts
