"""What a platform did, in words that never claim more than was recorded."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from ...choices import COUNTED_OCCURRENCES, AccountKind, ActionType, MemberKind, Occurrence
from ...models.registry import account_words

# What an account of a kind is called when it is counted.
NOUNS = {
    AccountKind.PAGE_OR_CHANNEL: ngettext_lazy("%d page or channel", "%d pages or channels"),
    AccountKind.GROUP_OR_COMMUNITY: ngettext_lazy("%d group", "%d groups"),
    AccountKind.BOT_OR_APP: ngettext_lazy("%d bot or app", "%d bots or apps"),
    AccountKind.WORKSPACE_OR_TENANT: ngettext_lazy("%d workspace", "%d workspaces"),
    AccountKind.FUNDRAISER: ngettext_lazy("%d fundraiser", "%d fundraisers"),
    AccountKind.MEETING_OR_EVENT: ngettext_lazy("%d meeting or event", "%d meetings or events"),
}
MEMBER_NOUNS = {
    MemberKind.PAGES_OR_CHANNELS: NOUNS[AccountKind.PAGE_OR_CHANNEL],
    MemberKind.GROUPS: NOUNS[AccountKind.GROUP_OR_COMMUNITY],
    MemberKind.POSTS: ngettext_lazy("%d post or video", "%d posts or videos"),
    MemberKind.APPS: NOUNS[AccountKind.BOT_OR_APP],
    MemberKind.MIXED: ngettext_lazy("%d account, page or post", "%d accounts, pages or posts"),
}
ACCOUNTS = ngettext_lazy("%d account", "%d accounts")


def account_name(account: dict[str, Any]) -> str:
    """An account with its holder, in words: “account of Green Group”."""
    holder = account["holder"]
    return account_words(account["label"], holder["public_label"] if holder else "")


def has_happened(action: dict[str, Any]) -> bool:
    """Whether the action is confirmed or reported, rather than announced, threatened, disputed or somebody else's."""
    return action["occurrence"] in COUNTED_OCCURRENCES


def type_words(type_: ActionType, occurrence: Occurrence) -> str:
    """What was done, within a sentence, and the doubt about it: “account suspended (disputed)”."""
    if occurrence in COUNTED_OCCURRENCES:
        return type_.phrase
    return _("%(action)s (%(occurrence)s)") % {"action": type_.phrase, "occurrence": occurrence.phrase}


def action_heading(action: dict[str, Any]) -> str:
    """An action as a heading: “Zoom: account closed (announced, not applied)”."""
    return _("%(platform)s: %(action)s") % {
        "platform": action["account"]["platform"]["name"],
        "action": type_words(action["type"], action["occurrence"]),
    }


def number_words(action: dict[str, Any]) -> str:
    """How many accounts, pages or meetings the action affected, as bounds; empty if not known."""
    noun = MEMBER_NOUNS.get(action["member_kind"]) or NOUNS.get(action["account"]["kind"], ACCOUNTS)
    low, high = action["accounts_min"], action["accounts_max"]
    if low and low == high:
        return noun % low
    if low and high:
        return _("between %(low)d and %(high)s") % {"low": low, "high": noun % high}
    if low:
        return _("at least %s") % (noun % low)
    return _("at most %s") % (noun % high) if high else ""
