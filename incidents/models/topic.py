"""Topics: what incidents were about, with a name in each language."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..languages import best_language
from ..querysets import TopicLabelQuerySet, TopicQuerySet
from .base import Record
from .fields import LineField, TextField, language_field
from .registry import SlugRecord


class Topic(SlugRecord):
    """What incidents were about: a commemoration, a war, an election. Its names are its labels."""

    note = TextField(
        _("note"),
        blank=True,
        help_text=_("Public, in our own words: what belongs to this topic, and what does not."),
    )

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["slug"]

    def __str__(self):
        names = {label.language: label.name for label in self.labels.all()}
        return names[best_language(names)] if names else self.slug

    def get_absolute_url(self):
        return reverse("topic", args=[self.slug])


class TopicLabel(Record):
    """What a topic is called in one language."""

    topic = models.ForeignKey(Topic, verbose_name=_("topic"), on_delete=models.CASCADE, related_name="labels")
    language = language_field(_("language"), blank=False)
    name = LineField(_("name"), max_length=200)
    aliases = TextField(
        _("other names"),
        blank=True,
        help_text=_("One per line, in this language. Readers can search for them."),
    )

    objects = TopicLabelQuerySet.as_manager()

    class Meta:
        verbose_name = _("name of a topic")
        verbose_name_plural = _("names of a topic")
        ordering = ["topic", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "language"],
                name="topic_label_once",
                violation_error_message=_(
                    "The topic has a name in this language. Add others under “other names”."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.name} ({self.language})"

    def natural_key(self):
        return (*self.topic.natural_key(), self.language)

    natural_key.dependencies = ["incidents.topic"]
