"""Who and what incidents are about: platforms and parties. Like accounts, they outlive any one incident."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..choices import PartyKind, PlatformKind
from ..names import NameKind, find_name
from ..platform_names import check_other_names, other_names
from ..querysets import PartyQuerySet, PlatformQuerySet
from .base import Record, Rule, in_vocabulary
from .fields import (
    LineField,
    TextField,
    VocabularyField,
    address_field,
    language_field,
    place_field,
    validate_places,
)
from .merge import refuse_merged_key


def name_errors(values, texts):
    """Errors for the fields of a record that give one of its own private values away.

    `values` are pairs of a private value and its kind, `texts` the public texts by field.
    """
    errors = {}
    for value, kind in values:
        for name, text in texts.items():
            match = find_name(value, text, kind) if text else None
            # A name of one word is in question anywhere else; here it would be all that readers see.
            if match and (match.sure or match.words == text.strip()):
                errors[name] = _("This contains a name, handle or URL that is not public.")
    return errors


NOT_RECORDED = "none"  # in a filter, instead of a slug: nothing is recorded


class SlugRecord(Record):
    """A record whose natural key is its slug, which is fixed once a published incident shows the record."""

    slug = models.SlugField(
        _("slug"),
        max_length=100,
        unique=True,
        help_text=_("Used in the URL; fixed once published."),
    )

    class Meta:
        abstract = True

    def natural_key(self):
        return (self.slug,)

    def clean(self):
        super().clean()
        if self.slug == NOT_RECORDED:
            raise ValidationError({"slug": _("In filters, “%s” means that nothing is recorded.") % self.slug})
        stored = type(self).objects.filter(pk=self.pk).first() if self.pk else None
        if stored is None or stored.slug != self.slug:
            refuse_merged_key(self, "slug")
        if stored and stored.slug != self.slug and stored.is_public():
            raise ValidationError(
                {
                    "slug": _("A published incident shows this record, so its slug must stay “%s”.")
                    % stored.slug
                }
            )

    def refuse_names(self, values, texts):
        """Raise ValidationError for the fields, with their texts, that give away one of these private values.

        A slug that cannot change now is none of them: protecting somebody takes back the incidents that show it.
        """
        if (errors := name_errors(values, texts)) and "slug" in errors and self.is_public():
            del errors["slug"]
        if errors:
            raise ValidationError(errors)

    def is_public(self):
        """Whether a published incident shows this record."""
        return type(self).objects.public().filter(pk=self.pk).exists()


class Platform(SlugRecord):
    """A service, such as Zoom or Weibo."""

    name = LineField(_("name"), max_length=200, help_text=_("What it calls itself today."))
    operator = LineField(_("operator"), max_length=200, blank=True, help_text=_("The company that runs it."))
    operator_country = place_field(_("operator’s country"))
    kind = VocabularyField(_("kind"), PlatformKind, default=PlatformKind.UNKNOWN)
    website = address_field(_("website"))
    policy_url = address_field(_("rules"), help_text=_("URL of its rules or terms."))
    aliases = TextField(
        _("other names"),
        blank=True,
        help_text=_(
            "One per line. If the name changed, add the period of its use after a comma, as an EDTF interval: “Twitter, "
            "../2023-07” is a name until July 2023. Readers can search for them, and see the name of the time."
        ),
    )

    objects = PlatformQuerySet.as_manager()

    class Meta:
        verbose_name = _("platform")
        verbose_name_plural = _("platforms")
        ordering = ["name"]
        constraints = [in_vocabulary("platform", "kind", PlatformKind)]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("platform", args=[self.slug])

    @property
    def names(self):
        """Its name and other names, without the periods of their use."""
        return [self.name, *(each.name for each in other_names(self.aliases))]

    def clean(self):
        super().clean()
        try:
            check_other_names(self.aliases)
        except ValueError as error:
            raise ValidationError({"aliases": str(error)}) from error
        own_names = {name.casefold() for name in self.names}
        for other in Platform.objects.exclude(pk=self.pk).perhaps_named(self.names):
            if shared := [name for name in other.names if name.casefold() in own_names]:
                raise ValidationError(
                    {
                        "name": _("“%(name)s” is already on record as %(platform)s. Choose that platform.")
                        % {"name": shared[0], "platform": other.name}
                    }
                )


class Party(SlugRecord):
    """A person or organisation: an account holder, government, speaker or news organisation."""

    public_label = LineField(
        _("public label"),
        max_length=200,
        help_text=_(
            "What readers see: a name or, for those who must not be named, a description such as "
            "“a student group in China”."
        ),
    )
    native_label = LineField(
        _("label in its own script"),
        max_length=200,
        blank=True,
        help_text=_("For example 香港支聯會. Only shown if the name is public."),
    )
    native_language = language_field(_("language of the label"))
    kind = VocabularyField(_("kind"), PartyKind, default=PartyKind.UNKNOWN)
    country = models.CharField(
        _("countries or territories"),
        max_length=100,
        blank=True,
        validators=[validate_places],
        help_text=_(
            "ISO 3166 codes in alphabetical order, separated by spaces, for example HK or TW US; EU and UN for their bodies."
        ),
    )
    at_risk = models.BooleanField(
        _("at risk"),
        default=True,
        help_text=_("Could being named here harm them? Leave ticked unless you are sure it could not."),
    )
    name_public = models.BooleanField(
        _("name is public"),
        default=False,
        help_text=_(
            "The public label is the real name and may be published. Never tick this for a person at risk."
        ),
    )
    name_public_basis = LineField(
        _("why the name may be published"),
        max_length=500,
        blank=True,
        help_text=_("Required to publish a person’s name: “leads the organisation and speaks to the press”."),
    )
    cleared = models.BooleanField(
        _("cleared for publication"),
        default=False,
        help_text=_(
            "An editor has read the label, slug and country as a stranger would, and they could harm no one."
        ),
    )
    aliases = TextField(
        _("other names"), blank=True, help_text=_("One per line. Only public if the name is public.")
    )
    private_name = LineField(
        _("private name"), max_length=200, blank=True, help_text=_("Private: never published.")
    )
    contact = TextField(_("contact"), blank=True, help_text=_("Private: never published."))
    notes = TextField(_("notes"), blank=True, help_text=_("Private: never published."))
    is_minor = models.BooleanField(
        _("is a minor"), default=False, help_text=_("A minor is never named. Private: never published.")
    )

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["public_label"]
        constraints = [
            in_vocabulary("party", "kind", PartyKind),
            Rule(
                condition=~Q(kind=PartyKind.PERSON, at_risk=True, name_public=True),
                name="party_at_risk_person_not_named",
                field="name_public",
                message=_("A person at risk is not named. Untick “at risk” or “name is public”."),
            ),
            Rule(
                condition=~Q(is_minor=True, name_public=True),
                name="party_minor_not_named",
                field="name_public",
                message=_("A minor is never named."),
            ),
            Rule(
                condition=~Q(kind=PartyKind.PERSON, name_public=True, cleared=True, name_public_basis=""),
                name="party_named_person_has_basis",
                field="name_public_basis",
                message=_("Before clearing this person, say why the name may be published."),
            ),
        ]

    def __str__(self):
        return self.public_label

    def get_absolute_url(self):
        return reverse("party", args=[self.slug])

    @property
    def public_names(self):
        """The names under which readers know it; none if its name is not public."""
        if not self.name_public:
            return []
        return [
            name
            for name in (self.public_label, self.native_label, *self.aliases.splitlines())
            if name.strip()
        ]

    @property
    def private_values(self):
        """Names that no public text may contain, each with its kind."""
        is_person = self.kind in (PartyKind.PERSON, PartyKind.UNKNOWN) and not self.name_public
        kind = NameKind.PERSON if is_person else NameKind.BODY
        names = [self.private_name]
        if not self.name_public:
            names += [self.native_label, *self.aliases.splitlines()]
        public = "\n".join(self.public_names)
        return [
            (name, kind) for name in names if name.strip() and not (public and find_name(name, public, kind))
        ]

    def clean(self):
        super().clean()
        if not self.cleared and self.pk and Party.objects.public().filter(pk=self.pk).exists():
            raise ValidationError(
                {
                    "cleared": _(
                        "A published incident shows this party. Change the label, or withdraw the incident first."
                    )
                }
            )
        texts = {"public_label": self.public_label, "slug": self.slug}
        if self.name_public:
            texts |= {"native_label": self.native_label, "aliases": self.aliases}
            texts["name_public_basis"] = self.name_public_basis
        self.refuse_names(self.private_values, texts)
