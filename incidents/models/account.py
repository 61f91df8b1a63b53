"""Accounts: what was acted on."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..choices import AccountKind, Plan
from ..names import NameKind
from ..querysets import AccountQuerySet
from .base import Rule, in_vocabulary
from .fields import LineField, VocabularyField, address_field
from .registry import Party, Platform, SlugRecord


def account_words(label, holder=""):
    """An account in words, “account of Green Group”; `holder` is the public label, empty if the holder is not known."""
    names = {"label": label, "holder": holder}
    if holder and holder.casefold() in label.casefold():
        return label
    if len(label.split()) > 1:
        return _("%(label)s, %(holder)s") % names if holder else _("%(label)s, holder not known") % names
    return _("%(label)s of %(holder)s") % names if holder else _("%(label)s of an unknown holder") % names


class Account(SlugRecord):
    """What was acted on: a holder's account, page, group or meeting on one platform, or a set of accounts."""

    platform = models.ForeignKey(
        Platform,
        verbose_name=_("platform"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="accounts",
        help_text=_("Leave empty only if no source names it."),
    )
    holder = models.ForeignKey(
        Party,
        verbose_name=_("account holder"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="accounts",
        help_text=_("Leave empty if not known."),
    )
    label = LineField(
        _("label"),
        max_length=200,
        help_text=_("A description that identifies no one: “account used for the 31 May conference”."),
    )
    kind = VocabularyField(_("kind"), AccountKind, default=AccountKind.UNKNOWN)
    plan = VocabularyField(
        _("paid or free"), Plan, default=Plan.UNKNOWN, help_text=_("At the time of the action.")
    )
    url = address_field(_("public URL"), help_text=_("Only if anyone could see the page."))
    handle = LineField(
        _("handle"), max_length=200, blank=True, help_text=_("Private unless you tick “handle is public”.")
    )
    handle_public = models.BooleanField(
        _("handle is public"),
        default=False,
        help_text=_("Only if the holder’s name is public and the handle is part of the story."),
    )
    succeeded_by = models.ForeignKey(
        "self",
        verbose_name=_("succeeded by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="predecessors",
        help_text=_("The holder’s next account. It does not mean that the action was lifted."),
    )

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["label"]
        constraints = [
            in_vocabulary("account", "kind", AccountKind),
            in_vocabulary("account", "plan", Plan),
            Rule(
                condition=Q(succeeded_by=None) | ~Q(succeeded_by=F("id")),
                name="account_not_its_own_successor",
                field="succeeded_by",
                message=_("An account cannot succeed itself."),
            ),
            Rule(
                condition=Q(handle_public=False) | Q(holder__isnull=False),
                name="account_public_handle_has_holder",
                field="handle_public",
                message=_("A handle can only be public if the holder is known and named."),
            ),
        ]

    def __str__(self):
        words = account_words(self.label, str(self.holder or ""))
        platform = self.platform or _("platform not known")
        # Only their slugs distinguish accounts of unknown holders or on unknown platforms.
        is_told = self.holder and self.platform
        return f"{words} ({platform})" if is_told else f"{words} ({platform}, {self.slug})"

    def natural_key(self):
        return (self.slug,)

    natural_key.dependencies = ["incidents.platform", "incidents.party"]

    def get_absolute_url(self):
        return reverse("account", args=[self.slug])

    @property
    def is_holder_named(self):
        return self.holder is not None and self.holder.name_public

    @property
    def private_values(self):
        """The handle and the URL, where they are not public."""
        values = []
        if self.handle and not (self.handle_public and self.is_holder_named):
            values.append((self.handle, NameKind.HANDLE))
        if self.url and self.holder and not self.is_holder_named:
            values.append((self.url, NameKind.ADDRESS))
        return values

    def clean(self):
        super().clean()
        if not self.platform and self.pk and self.actions.values("incident").distinct().count() > 1:
            raise ValidationError(
                {"platform": _("Several incidents show this account, so its platform must be known.")}
            )
        if self.holder and self.handle_public and not self.is_holder_named:
            raise ValidationError(
                {"handle_public": _("The holder’s name is not public, so the handle cannot be either.")}
            )
        if self.holder and self.url and not self.is_holder_named:
            raise ValidationError({"url": _("The holder is not named, and this URL would identify them.")})
        values = [*self.private_values, *(self.holder.private_values if self.holder else ())]
        self.refuse_names(values, {"label": self.label, "slug": self.slug, "url": self.url})
