"""Platforms, parties, accounts and topics: which are public, and with what they are read."""

import re

from django.db.models import Exists, OuterRef, Prefetch, Q

from .base import ShownQuerySet

# PostgreSQL takes much longer to compile a pattern than its length suggests.
NAMES_PER_PATTERN = 50


class PlatformQuerySet(ShownQuerySet):
    def perhaps_named(self, names):
        """Platforms that may have one of these names, in whatever case, as their name or as a line of their aliases.

        Databases fold case differently: compare the names of the result with `casefold()`.
        """
        spellings = set()
        for name in filter(None, map(str.strip, names)):
            # Without a locale, a database folds the case of ASCII letters only.
            fold = (str,) if name.isascii() else (str, str.lower, str.upper, str.title, str.casefold)
            spellings |= {re.escape(change(name)) for change in fold}
        spellings, condition = sorted(spellings), Q(pk__in=[])
        for start in range(0, len(spellings), NAMES_PER_PATTERN):
            name = f"({'|'.join(spellings[start : start + NAMES_PER_PATTERN])})"
            condition |= Q(name__iregex=rf"^\s*{name}\s*$")
            condition |= Q(aliases__iregex=rf"(^|[\r\n])\s*{name}\s*([,\r\n]|$)")
        return self.filter(condition)


class PartyQuerySet(ShownQuerySet):
    def public(self):
        """Cleared parties that a public incident shows."""
        return super().public().filter(cleared=True)


class AccountQuerySet(ShownQuerySet):
    key_relations = ("platform", "holder", "succeeded_by")
    shown_relations = ("platform", "holder")

    def with_keys(self):
        """With what its record is built from: `has_public_successor` says whether the account that follows is public."""
        following = self.model._default_manager.public().filter(pk=OuterRef("succeeded_by"))
        return super().with_keys().annotate(has_public_successor=Exists(following))


class TopicQuerySet(ShownQuerySet):
    def with_keys(self):
        """With its labels, by which it is called."""
        labels = self._model("TopicLabel").objects.in_natural_order()
        return super().with_keys().prefetch_related(Prefetch("labels", labels))


class TopicLabelQuerySet(ShownQuerySet):
    natural_key_fields = ("topic__slug", "language")
    key_relations = ("topic",)
