"""Accounts of one holder that follow one another."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from ...models import Account
from ...models.account import account_words

# By slug, the accounts that came `next` and those that were `earlier`, each with its slug and what it is called.
Successions = dict[str, dict[str, list[dict[str, str]]]]


def successions(slugs: Iterable[str]) -> Successions:
    """Which accounts followed these, and which came before them, as far as both are public.

    Few accounts follow one another, and to ask which ones are public takes long: that is asked only of those.
    """
    slugs = set(slugs)
    recorded = Account.objects.filter(Q(slug__in=slugs) | Q(succeeded_by__slug__in=slugs))
    found_pairs = list(recorded.exclude(succeeded_by=None).values_list("pk", flat=True))
    if not found_pairs:
        return {}
    public = Account.objects.public()
    pairs = public.filter(pk__in=found_pairs, succeeded_by__in=public)
    found: Successions = defaultdict(lambda: {"next": [], "earlier": []})
    for account in pairs.select_related("holder", "succeeded_by__holder").order_by("slug"):
        found[account.slug]["next"].append(_link(account.succeeded_by))
        found[account.succeeded_by.slug]["earlier"].append(_link(account))
    return dict(found)


def _link(account: Any) -> dict[str, str]:
    holder = account.holder.public_label if account.holder else ""
    return {"slug": account.slug, "name": account_words(account.label, holder)}
