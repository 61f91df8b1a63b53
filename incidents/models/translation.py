"""Translations: a text of a record in another language than its own."""

import secrets
from functools import reduce
from operator import or_

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from ..languages import ORIGINAL, QUOTED_WORDS, TRANSLATABLE
from ..querysets import TranslationQuerySet
from .account import Account
from .action import Action
from .base import Record, Rule
from .evidence import Citation, Source
from .fields import LineField, TextField, language_field
from .incident import Incident
from .registry import Party, Platform
from .relation import Relation
from .statement import Involvement, Justification
from .topic import Topic


def new_key():
    return secrets.token_hex(6)


def original(model):
    """The record whose text it is, if it is one of this model."""
    return models.ForeignKey(
        model,
        verbose_name=model._meta.verbose_name,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="translations",
    )


class Translation(Record):
    """What a record says in one of its fields, in another language. The record is that of exactly one of its relations."""

    key = models.CharField(
        _("key"),
        max_length=20,
        unique=True,
        default=new_key,
        editable=False,
        help_text=_("By which files know it. Assigned automatically."),
    )
    incident = original(Incident)
    action = original(Action)
    justification = original(Justification)
    involvement = original(Involvement)
    citation = original(Citation)
    relation = original(Relation)
    platform = original(Platform)
    party = original(Party)
    account = original(Account)
    topic = original(Topic)
    source = original(Source)
    field = models.CharField(
        _("field"), max_length=40, help_text=_("The field of the record that it translates.")
    )
    language = language_field(_("language"), blank=False)
    text = TextField(
        _("text"),
        help_text=_(
            "As firm as the original, and no firmer: keep its “if”, “seems” and “is said to”. Without names that the "
            "original does not have."
        ),
    )
    translator = LineField(
        _("translator"),
        max_length=200,
        blank=True,
        help_text=_("The name that readers see as “Translated by …”, or empty."),
    )
    translated_from = models.PositiveIntegerField(
        _("translated from revision"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_(
            "The public revision of the incident that this says the same as; empty if there was none."
        ),
    )
    is_behind = models.BooleanField(
        _("the original has changed since"),
        default=False,
        help_text=_(
            "Ticked by itself when the original changes. Untick it once the translation says the same again."
        ),
    )

    objects = TranslationQuerySet.as_manager()

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        ordering = ["field", "language"]
        constraints = [
            *(
                models.UniqueConstraint(
                    fields=[name, "field", "language"],
                    name=f"translation_of_{name}_once",
                    violation_error_message=_("There is a translation into this language already."),
                )
                for name in TRANSLATABLE
            ),
            Rule(
                condition=reduce(
                    or_,
                    (
                        Q(
                            **{f"{name}__isnull": False},
                            **dict.fromkeys(set(TRANSLATABLE) - {name}),
                            field__in=fields,
                        )
                        for name, fields in TRANSLATABLE.items()
                    ),
                ),
                name="translation_is_of_one_text",
                field="field",
                message=_("Choose one record, and a text of it that can be translated."),
            ),
            Rule(
                condition=reduce(
                    or_,
                    (
                        Q(**{f"{name}__isnull": False}, field__in=fields)
                        for name, fields in QUOTED_WORDS.items()
                    ),
                    ~Q(language=ORIGINAL),
                ),
                name="translation_is_in_another_language",
                field="language",
                message=_("The original is in this language."),
            ),
            Rule(
                condition=Q(translated_from=None) | Q(translated_from__gte=1),
                name="translation_revision_from_one",
                field="translated_from",
                message=_("Revisions are numbered from 1."),
            ),
        ]

    def __str__(self):
        return f"{self.text} ({self.language})"

    def natural_key(self):
        return (self.key,)

    natural_key.dependencies = [f"incidents.{name}" for name in TRANSLATABLE]

    @property
    def original(self):
        """The record whose text it is; None if none is chosen yet."""
        return next(filter(None, (getattr(self, name) for name in TRANSLATABLE)), None)

    @property
    def original_text(self):
        return getattr(self.original, self.field)

    @property
    def story(self):
        """The incident of which the original is a part; None if it is in the registry."""
        record = self.original
        return (
            record
            if self.incident_id
            else getattr(record, "from_incident" if self.relation_id else "incident", None)
        )

    def clean(self):
        super().clean()
        if not self.original or self.field not in TRANSLATABLE[self.original._meta.model_name]:
            return  # which a rule refuses
        if self._state.adding and not self.original_text:
            raise ValidationError({"field": _("There is nothing to translate in this field.")})
        column = self.original._meta.get_field(self.field)
        try:
            self.text = column.clean(self.text, self.original)
        except ValidationError as error:
            raise ValidationError({"text": error.messages}) from error

    def save(self, *args, **kwargs):
        with transaction.atomic():
            if self.story:
                # Locks the incident: no translation changes while it is being published.
                Incident.objects.select_for_update(no_key=True).get(pk=self.story.pk)
            return super().save(*args, **kwargs)


@receiver(pre_save)
def note_that_the_original_changes(sender, instance, raw, using, **kwargs):
    """Whoever changes a text leaves its translations behind it."""
    name = sender._meta.model_name
    if name not in TRANSLATABLE or instance._state.adding or not issubclass(sender, Record):
        return
    changed = (
        Q(field=each)
        & ~Q(**{f"{name}__{each}": sender._meta.get_field(each).to_python(getattr(instance, each))})
        for each in TRANSLATABLE[name]
    )
    behind = Translation.objects.using(using).filter(reduce(or_, changed), **{name: instance.pk})
    behind.update(is_behind=True)
