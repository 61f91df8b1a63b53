"""How many accounts, pages or meetings an action affected, in words: whole messages, since languages count differently."""

from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import ngettext_lazy

from ...choices import AccountKind, MemberKind


class Counted(NamedTuple):
    """A number of things in words, known exactly or between bounds: `n` is the only number or the last."""

    exactly: Promise
    at_least: Promise
    at_most: Promise
    between: Promise


ACCOUNTS = Counted(
    ngettext_lazy("%(n)d account", "%(n)d accounts", "n"),
    ngettext_lazy("at least %(n)d account", "at least %(n)d accounts", "n"),
    ngettext_lazy("at most %(n)d account", "at most %(n)d accounts", "n"),
    ngettext_lazy("between %(low)d and %(n)d account", "between %(low)d and %(n)d accounts", "n"),
)
PAGES = Counted(
    ngettext_lazy("%(n)d page or channel", "%(n)d pages or channels", "n"),
    ngettext_lazy("at least %(n)d page or channel", "at least %(n)d pages or channels", "n"),
    ngettext_lazy("at most %(n)d page or channel", "at most %(n)d pages or channels", "n"),
    ngettext_lazy(
        "between %(low)d and %(n)d page or channel", "between %(low)d and %(n)d pages or channels", "n"
    ),
)
GROUPS = Counted(
    ngettext_lazy("%(n)d group", "%(n)d groups", "n"),
    ngettext_lazy("at least %(n)d group", "at least %(n)d groups", "n"),
    ngettext_lazy("at most %(n)d group", "at most %(n)d groups", "n"),
    ngettext_lazy("between %(low)d and %(n)d group", "between %(low)d and %(n)d groups", "n"),
)
APPS = Counted(
    ngettext_lazy("%(n)d bot or app", "%(n)d bots or apps", "n"),
    ngettext_lazy("at least %(n)d bot or app", "at least %(n)d bots or apps", "n"),
    ngettext_lazy("at most %(n)d bot or app", "at most %(n)d bots or apps", "n"),
    ngettext_lazy("between %(low)d and %(n)d bot or app", "between %(low)d and %(n)d bots or apps", "n"),
)
WORKSPACES = Counted(
    ngettext_lazy("%(n)d workspace", "%(n)d workspaces", "n"),
    ngettext_lazy("at least %(n)d workspace", "at least %(n)d workspaces", "n"),
    ngettext_lazy("at most %(n)d workspace", "at most %(n)d workspaces", "n"),
    ngettext_lazy("between %(low)d and %(n)d workspace", "between %(low)d and %(n)d workspaces", "n"),
)
FUNDRAISERS = Counted(
    ngettext_lazy("%(n)d fundraiser", "%(n)d fundraisers", "n"),
    ngettext_lazy("at least %(n)d fundraiser", "at least %(n)d fundraisers", "n"),
    ngettext_lazy("at most %(n)d fundraiser", "at most %(n)d fundraisers", "n"),
    ngettext_lazy("between %(low)d and %(n)d fundraiser", "between %(low)d and %(n)d fundraisers", "n"),
)
MEETINGS = Counted(
    ngettext_lazy("%(n)d meeting or event", "%(n)d meetings or events", "n"),
    ngettext_lazy("at least %(n)d meeting or event", "at least %(n)d meetings or events", "n"),
    ngettext_lazy("at most %(n)d meeting or event", "at most %(n)d meetings or events", "n"),
    ngettext_lazy(
        "between %(low)d and %(n)d meeting or event", "between %(low)d and %(n)d meetings or events", "n"
    ),
)
POSTS = Counted(
    ngettext_lazy("%(n)d post or video", "%(n)d posts or videos", "n"),
    ngettext_lazy("at least %(n)d post or video", "at least %(n)d posts or videos", "n"),
    ngettext_lazy("at most %(n)d post or video", "at most %(n)d posts or videos", "n"),
    ngettext_lazy(
        "between %(low)d and %(n)d post or video", "between %(low)d and %(n)d posts or videos", "n"
    ),
)
MIXED = Counted(
    ngettext_lazy("%(n)d account, page or post", "%(n)d accounts, pages or posts", "n"),
    ngettext_lazy("at least %(n)d account, page or post", "at least %(n)d accounts, pages or posts", "n"),
    ngettext_lazy("at most %(n)d account, page or post", "at most %(n)d accounts, pages or posts", "n"),
    ngettext_lazy(
        "between %(low)d and %(n)d account, page or post",
        "between %(low)d and %(n)d accounts, pages or posts",
        "n",
    ),
)
# What is counted: by the members of a set, else by the kind of account. What is neither here is an account.
BY_MEMBER_KIND = {
    MemberKind.PAGES_OR_CHANNELS: PAGES,
    MemberKind.GROUPS: GROUPS,
    MemberKind.POSTS: POSTS,
    MemberKind.APPS: APPS,
    MemberKind.MIXED: MIXED,
    MemberKind.UNKNOWN: MIXED,
}
BY_ACCOUNT_KIND = {
    AccountKind.PAGE_OR_CHANNEL: PAGES,
    AccountKind.GROUP_OR_COMMUNITY: GROUPS,
    AccountKind.BOT_OR_APP: APPS,
    AccountKind.WORKSPACE_OR_TENANT: WORKSPACES,
    AccountKind.FUNDRAISER: FUNDRAISERS,
    AccountKind.MEETING_OR_EVENT: MEETINGS,
}


def number_words(action: dict[str, Any]) -> str:
    """How many accounts, pages or meetings the action affected, as bounds; empty if not known."""
    things = BY_MEMBER_KIND.get(action["member_kind"]) or BY_ACCOUNT_KIND.get(
        action["account"]["kind"], ACCOUNTS
    )
    low, high = action["accounts_min"], action["accounts_max"]
    if low and low == high:
        return things.exactly % {"n": low}
    if low and high:
        return things.between % {"low": low, "n": high}
    if low:
        return things.at_least % {"n": low}
    return things.at_most % {"n": high} if high else ""
