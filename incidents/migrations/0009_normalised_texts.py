"""Texts are stored in Unicode NFC, with a line feed between lines, and without characters that nobody sees."""

from django.db import IntegrityError, migrations, transaction

from ..models.fields import LineField, TextField, validate_address
from ..texts import stored_address, stored_line, stored_text
from ._revisions import add_revisions

REASON = "Upgrade to 0.3: line ends, Unicode NFC, unseen characters"
MODELS = "platform party account source incident action justification involvement citation relation".split()
ROWS_AT_ONCE = 1_000


def normalise_texts(apps, editor):
    """Normalise every text that is not as it would be stored today; each changed record gets a revision."""
    for name in MODELS:
        model = apps.get_model("incidents", name)
        records, normalisers, last = model.objects.using(editor.connection.alias), dict(normalisers_of(model)), 0
        while rows := list(records.filter(pk__gt=last).order_by("pk").values("pk", *normalisers)[:ROWS_AT_ONCE]):
            changed = [row["pk"] for row in rows if is_changed(records, row, normalisers)]
            add_revisions(apps, model, records.filter(pk__in=changed), REASON)
            last = rows[-1]["pk"]


def normalisers_of(model):
    """The fields of a model that hold text, each with the function that normalises it."""
    for field in model._meta.concrete_fields:
        if validate_address in field.validators:
            yield field.name, stored_address
        elif isinstance(field, LineField):
            yield field.name, stored_line
        elif isinstance(field, TextField):
            yield field.name, stored_text


def is_changed(records, row, normalisers):
    """Normalise a row; whether that changed it. A text with nothing but unseen characters may have to stay."""
    values = {name: normalise(row[name]) for name, normalise in normalisers.items()}
    values = {name: value for name, value in values.items() if value != row[name]}
    if not values:
        return False
    try:
        with transaction.atomic(records.db):
            records.filter(pk=row["pk"]).update(**values)
    except IntegrityError:
        return False
    return True


class Migration(migrations.Migration):
    dependencies = [("incidents", "0008_words_and_readings")]

    operations = [migrations.RunPython(normalise_texts, migrations.RunPython.noop, elidable=False)]
