"""The vocabularies of the tracker.

Every other module may import from here; this one imports nothing of ours. Each member reads
`NAME = stored value, definition, phrase`; the page About lists labels and definitions.
"""

import re
from enum import nonmember

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Vocabulary(models.TextChoices):
    """Choices whose members also carry a `definition`: one plain sentence.

    What a value is called is written, and translated, as it reads inside a sentence; standing alone it has a capital.
    `heading` is the heading of the vocabulary on the page About. Vocabularies without one are only for editors.
    """

    heading = nonmember("")
    definition: str

    def __new__(cls, value, definition=""):
        member = str.__new__(cls, value)
        member._value_ = value
        member.definition = definition
        return member

    @property
    def label(self):
        """What it is called, standing alone: “In force”."""
        return capfirst(self._label_)

    @property
    def phrase(self):
        """What it is called inside a sentence: “in force”."""
        return str(self._label_)

    @classmethod
    def public(cls):
        """The vocabularies that readers meet."""
        return [vocabulary for vocabulary in cls.__subclasses__() if vocabulary.heading]

    @classmethod
    def anchor_of_all(cls):
        """The fragment of this vocabulary on the page About: `action-type`."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", cls.__name__).lower()

    @property
    def anchor(self):
        """The fragment of this value on the page About: `action-type-suspended`."""
        return f"{self.anchor_of_all()}-{self.value.replace('_', '-')}"


class IncidentKind(Vocabulary):
    heading = nonmember(_("Kinds of incident"))

    ACCOUNT_ACTION = (
        "account_action",
        _("Something a platform did, or is said to have done, to one or more accounts."),
        _("incident"),
    )
    CONTEXT = (
        "context",
        _("A related event that is not a platform action. Shown as background and never counted."),
        _("background event"),
    )


class Publication(Vocabulary):
    DRAFT = "draft", _("Being written. Only visible on the editing desk."), _("draft")
    IN_REVIEW = (
        "in_review",
        _("Waiting for a second reader. Only visible on the editing desk."),
        _("in review"),
    )
    PUBLISHED = "published", _("Visible to everyone."), _("published")
    WITHDRAWN = (
        "withdrawn",
        _("Taken back after publication; its page gives the reason."),
        _("withdrawn"),
    )


class ActionType(Vocabulary):
    heading = nonmember(_("What was done"))

    SUSPENDED = (
        "suspended",
        _("The account could not be used, and no source says that this was meant to be final."),
        _("account suspended"),
    )
    TERMINATED = (
        "terminated",
        _("The account was closed, and a source says that this was final."),
        _("account closed"),
    )
    LOCKED = (
        "locked",
        _(
            "The account could not be used until its holder did something a source names, such as deleting a post."
        ),
        _("locked until the holder does something"),
    )
    RESTRICTED = (
        "restricted",
        _("The account could be used, but some of its functions were switched off."),
        _("some functions limited"),
    )
    POSTING_BLOCKED = (
        "posting_blocked",
        _("The account stayed open but could not post, comment or send messages."),
        _("posting blocked"),
    )
    GEO_WITHHELD = (
        "geo_withheld",
        _("The account or its content was hidden from people in some places."),
        _("hidden in some places"),
    )
    VISIBILITY_REDUCED = (
        "visibility_reduced",
        _("The account or its content was shown to fewer people."),
        _("reach reduced"),
    )
    MONETISATION_SUSPENDED = (
        "monetisation_suspended",
        _("Payments to the account were stopped or held back."),
        _("payments stopped or held"),
    )
    ACCESS_REVOKED = (
        "access_revoked",
        _("A service, tool or programming interface was withdrawn from the account."),
        _("service or API access withdrawn"),
    )
    EVENT_REFUSED = (
        "event_refused",
        _("A meeting or event was not allowed to start."),
        _("meeting or event refused"),
    )
    EVENT_TERMINATED = (
        "event_terminated",
        _("A meeting or event was cut off or interrupted, at its beginning or later."),
        _("meeting or event ended"),
    )
    SPACE_REMOVED = (
        "space_removed",
        _("A group, page, channel or fundraiser was taken down."),
        _("group, page or fundraiser removed"),
    )
    CONTENT_REMOVED = (
        "content_removed",
        _("Posts or files were taken down; the account itself stayed."),
        _("posts removed"),
    )
    OWNERSHIP_CHANGED = (
        "ownership_changed",
        _("The platform gave the account or its name to someone else."),
        _("ownership changed"),
    )
    OTHER = (
        "other",
        _("None of these; our note or the summary says what was done."),
        pgettext_lazy("what was done", "other action"),
    )
    UNKNOWN = (
        "unknown",
        _("The sources do not say what kind of action it was, nor whether the account could still be used."),
        _("type not known"),
    )


class AccountKind(Vocabulary):
    heading = nonmember(_("Kinds of account"))

    PERSONAL_ACCOUNT = "personal_account", _("An account in one person’s name."), _("personal account")
    ORGANISATION_ACCOUNT = (
        "organisation_account",
        _("An account in the name of a group, company or office."),
        _("organisation account"),
    )
    PAGE_OR_CHANNEL = "page_or_channel", _("A page or channel that others follow."), _("page or channel")
    GROUP_OR_COMMUNITY = (
        "group_or_community",
        _("A shared space where many people post."),
        _("group or community"),
    )
    BOT_OR_APP = "bot_or_app", _("An account run by software, or an app."), _("bot or app")
    WORKSPACE_OR_TENANT = (
        "workspace_or_tenant",
        _("An organisation’s own space on the platform."),
        _("workspace"),
    )
    PAYMENT_ACCOUNT = "payment_account", _("An account for receiving or sending money."), _("payment account")
    FUNDRAISER = "fundraiser", _("A single appeal for donations."), _("fundraiser")
    WORKER_OR_SELLER_ACCOUNT = (
        "worker_or_seller_account",
        _("An account used to work or to sell."),
        _("worker or seller account"),
    )
    DEVELOPER_ACCOUNT = "developer_account", _("An account for publishing software."), _("developer account")
    AD_ACCOUNT = "ad_account", _("An account for buying advertising."), _("advertising account")
    EMAIL_ACCOUNT = "email_account", _("A mailbox."), _("email account")
    MEETING_OR_EVENT = (
        "meeting_or_event",
        _(
            "A single meeting, call or event. It is not an account, so actions on it are not counted as account actions."
        ),
        _("meeting or event"),
    )
    SET_OF_ACCOUNTS = (
        "set_of_accounts",
        _("Several accounts, pages, groups or posts that sources report on together."),
        _("set of accounts"),
    )
    UNKNOWN = (
        "unknown",
        _("The sources do not say, or do not agree on, what kind of account it was."),
        _("kind not known"),
    )


class Plan(Vocabulary):
    heading = nonmember(_("Paid or free accounts"))

    PAID = "paid", _("The platform was paid for the account, by whomever."), _("paid account")
    FREE = "free", _("The account cost nothing."), _("free account")
    UNKNOWN = "unknown", _("Not recorded by us."), _("paid or free: not recorded")


class PlatformKind(Vocabulary):
    heading = nonmember(_("Kinds of platform"))

    SOCIAL_NETWORK = "social_network", _("Posts, followers and comments."), _("social network")
    MESSAGING = "messaging", _("Private messages and groups."), _("messaging")
    VIDEO_CONFERENCING = "video_conferencing", _("Video calls and meetings."), _("video conferencing")
    VIDEO_OR_AUDIO = (
        "video_or_audio",
        _("Publishing of videos, streams or audio."),
        _("video or audio hosting"),
    )
    PAYMENT = "payment", _("Payments and donations."), _("payment")
    MARKETPLACE = "marketplace", _("Buying, selling or finding work."), _("marketplace")
    HOSTING = "hosting", _("Websites, files, code or domain names."), _("hosting")
    EMAIL = "email", _("Mailboxes."), _("email")
    APP_STORE = "app_store", _("Distribution of software."), _("app store")
    OTHER = "other", _("None of these."), pgettext_lazy("kind of platform", "other")
    UNKNOWN = "unknown", _("Not recorded by us."), _("not recorded")


class Occurrence(Vocabulary):
    heading = nonmember(_("Did it happen?"))

    CONFIRMED_BY_PLATFORM = (
        "confirmed_by_platform",
        _("The platform itself says that the action took place."),
        _("confirmed by the platform"),
    )
    REPORTED = (
        "reported",
        _("A source reports the action; we know of no confirmation by the platform."),
        _("reported, platform silent"),
    )
    DISPUTED = (
        "disputed",
        _("Sources disagree on whether it took place."),
        pgettext_lazy("whether it happened", "disputed"),
    )
    ACTOR_DISPUTED = (
        "actor_disputed",
        _("It happened, and sources disagree on who did it: the platform, the holder or someone else."),
        _("who did it is disputed"),
    )
    ANNOUNCED_NOT_APPLIED = (
        "announced_not_applied",
        _("The platform announced the action but did not carry it out."),
        _("announced but not applied"),
    )
    RECOMMENDED_NOT_APPLIED = (
        "recommended_not_applied",
        _("Another body recommended the action, but the platform did not carry it out."),
        _("recommended but not applied"),
    )
    THREATENED_NOT_APPLIED = (
        "threatened_not_applied",
        _("The action was threatened but not carried out."),
        _("threatened but not applied"),
    )
    NOT_PLATFORM_ACTION = (
        "not_platform_action",
        _("It turned out not to be the platform’s action: a fault, an intruder or the holder caused it."),
        _("not done by the platform"),
    )
    UNKNOWN = (
        "unknown",
        _("The sources do not settle whether it took place."),
        _("not known whether it took place"),
    )


NOT_APPLIED = frozenset(
    {
        Occurrence.ANNOUNCED_NOT_APPLIED,
        Occurrence.RECOMMENDED_NOT_APPLIED,
        Occurrence.THREATENED_NOT_APPLIED,
    }
)


class StartBasis(Vocabulary):
    heading = nonmember(_("What the start date refers to"))

    OCCURRED = "occurred", _("The date on which the action took effect, as a source says."), _("took effect")
    FIRST_OBSERVED = (
        "first_observed",
        _("The date on which someone noticed it; it took effect then or earlier."),
        _("first noticed"),
    )
    ANNOUNCED = "announced", _("The date on which the platform announced it."), _("announced")
    REPORTED = (
        "reported",
        _("The date on which a source first reported it."),
        _("first reported"),
    )
    PLANNED_FOR = (
        "planned_for",
        _("The date for which the platform announced it; no source says that it took effect then."),
        _("planned for this day"),
    )
    INFERRED = (
        "inferred",
        _("No source gives the date; we inferred it from what the sources say."),
        _("our inference"),
    )


class Status(Vocabulary):
    heading = nonmember(_("Status"))

    UNKNOWN = (
        "unknown",
        _("No source says whether it is still in force."),
        pgettext_lazy("status", "not known"),
    )
    IN_FORCE = (
        "in_force",
        _("It was in force on the date given, or when a source last reported on it."),
        _("in force"),
    )
    LIFTED = "lifted", _("It was undone in full."), _("lifted")
    PARTLY_LIFTED = "partly_lifted", _("It was undone in part."), _("partly lifted")
    EXPIRED = "expired", _("The announced term ran out."), _("term ran out")
    SUPERSEDED = "superseded", _("A later action replaced it."), _("replaced by a later action")
    NEVER_APPLIED = (
        "never_applied",
        _("It was announced, recommended or threatened but not carried out."),
        _("never applied"),
    )
    NOT_APPLICABLE = (
        "not_applicable",
        _("A single act that cannot be lifted, such as ending a meeting. It has no duration."),
        _("one-time action"),
    )


class Lasted(Vocabulary):
    heading = nonmember(_("How long it lasted"))

    DAY = "day", _("Its recorded end came at most a day after its start."), _("a day at most")
    WEEK = "week", _("Its recorded end came 2 to 7 days after its start."), _("2 to 7 days")
    MONTH = "month", _("Its recorded end came 8 to 31 days after its start."), _("8 to 31 days")
    YEAR = "year", _("Its recorded end came 32 to 365 days after its start."), _("32 to 365 days")
    LONGER = "longer", _("Its recorded end came more than 365 days after its start."), _("more than 365 days")


class EndCause(Vocabulary):
    heading = nonmember(_("Why it ended"))

    PLATFORM_REVERSAL_ERROR = (
        "platform_reversal_error",
        _("The platform undid it and called it a mistake."),
        _("platform called it a mistake"),
    )
    PLATFORM_REVERSAL_POLICY = (
        "platform_reversal_policy",
        _("The platform undid it after reconsidering, or because a rule changed."),
        _("platform changed its decision"),
    )
    CONDITION_MET = "condition_met", _("The holder did what the platform asked for."), _("condition met")
    TERM_EXPIRED = "term_expired", _("The announced term ran out."), _("term ran out")
    APPEAL_GRANTED = (
        "appeal_granted",
        _("An appeal succeeded, to the platform or to a board that it has to follow."),
        _("appeal granted"),
    )
    COURT_OR_REGULATOR = (
        "court_or_regulator",
        _("A court or regulator ordered that it be undone."),
        _("court or regulator"),
    )
    OWNERSHIP_CHANGE = (
        "ownership_change",
        _("A new owner of the platform undid it."),
        _("change of ownership"),
    )
    HOLDER_RETURNED = (
        "holder_returned",
        _("The holder came back by other means; the platform did not undo the action."),
        _("holder returned"),
    )
    SUPERSEDED = "superseded", _("A later action replaced it."), _("replaced by a later action")
    NOT_APPLICABLE = (
        "not_applicable",
        _("There is no end to explain."),
        pgettext_lazy("why it ended", "not applicable"),
    )
    UNKNOWN = "unknown", _("No source says why it ended."), pgettext_lazy("why it ended", "not known")


class Scope(Vocabulary):
    heading = nonmember(_("Where it applied"))

    WORLDWIDE = "worldwide", _("It applied everywhere."), _("worldwide")
    LISTED_COUNTRIES = (
        "listed_countries",
        _("It applied in the countries and territories listed."),
        _("in the places listed"),
    )
    HOLDER_LOCATION = (
        "holder_location",
        _("It applied where the holder was."),
        _("where the holder was"),
    )
    UNKNOWN = "unknown", _("No source says where it applied."), pgettext_lazy("where it applied", "not known")


class Term(Vocabulary):
    heading = nonmember(_("Announced duration"))

    PERMANENT = "permanent", _("Announced as final."), _("permanent")
    INDEFINITE = "indefinite", _("Announced without an end date."), _("indefinite")
    FIXED = "fixed", _("Announced for a stated period."), _("for a stated period")
    MIXED = "mixed", _("Different terms for different parts."), _("mixed")
    UNSTATED = "unstated", _("A source shows that the platform announced no term."), _("no term announced")
    UNKNOWN = (
        "unknown",
        _("No source says whether a term was announced."),
        pgettext_lazy("announced duration", "not known"),
    )


class Automation(Vocabulary):
    heading = nonmember(_("Who decided"))

    FULLY = "fully", _("Software made the decision on its own."), _("fully automated")
    PARTIALLY = (
        "partially",
        _("Software and a person both had a part in the decision."),
        _("partly automated"),
    )
    NOT_AUTOMATED = "not_automated", _("A person made the decision."), _("decided by a person")
    DISPUTED = (
        "disputed",
        _("Sources disagree on whether a person or software decided."),
        pgettext_lazy("who decided", "disputed"),
    )
    UNKNOWN = (
        "unknown",
        _("No source says whether a person or software decided."),
        pgettext_lazy("who decided", "not known"),
    )


class ReasonStatus(Vocabulary):
    heading = nonmember(_("Was a reason given?"))

    STATED = (
        "stated",
        _("The platform gave a reason that says more than “our rules” or “the law”."),
        _("reason given"),
    )
    GENERIC = (
        "generic",
        _("The platform referred to its rules or to the law without saying which."),
        _("given, but no rule named"),
    )
    NONE_STATED = (
        "none_stated",
        _("A source says that the platform gave no reason."),
        _("source says none was given"),
    )
    DISPUTED = (
        "disputed",
        _("Sources disagree on whether a reason was given, or on which."),
        pgettext_lazy("whether a reason was given", "disputed"),
    )
    NOT_RECORDED = (
        "not_recorded",
        _("We have found no source on this. A reason may have been given."),
        _("not recorded by us"),
    )


class JustificationKind(Vocabulary):
    heading = nonmember(_("Kinds of statement"))

    NOTICE_TO_HOLDER = (
        "notice_to_holder",
        _("What the platform told the holder: a message on screen, an email."),
        _("notice to the holder"),
    )
    PUBLIC_JUSTIFICATION = (
        "public_justification",
        _("A reason stated to the press or the public."),
        _("public statement of reasons"),
    )
    CONFIRMATION = "confirmation", _("The platform confirms that it acted."), _("confirmation")
    DENIAL = (
        "denial",
        _("The platform, or an authority, denies that it acted, or denies the reason that others allege."),
        _("denial"),
    )
    APOLOGY = (
        "apology",
        _("The platform says that it was wrong, or that it regrets the action."),
        _("apology"),
    )
    CORRECTION = (
        "correction",
        _("A statement that corrects or takes back what was said or done before."),
        _("correction or withdrawal"),
    )
    POLICY_OR_PROMISE = (
        "policy_or_promise",
        _("What the platform says its rules are, or what it will do in future."),
        _("policy or promise"),
    )
    NO_REASON_GIVEN = (
        "no_reason_given",
        _("A source says that no reason was given, or the answer itself gives none."),
        _("no reason given"),
    )
    NO_RESPONSE = (
        "no_response",
        _("A source says that there was no answer, from the platform or from an authority that was asked."),
        _("no response"),
    )


class Ground(Vocabulary):
    heading = nonmember(_("Stated reasons"))

    LOCAL_LAW = "local_law", _("The law of a country or territory, named or not."), _("local law")
    GOVERNMENT_DEMAND = "government_demand", _("A government’s demand or request."), _("government demand")
    COURT_OR_LEGAL_ORDER = (
        "court_or_legal_order",
        _("An order by a court or under a law."),
        _("court or legal order"),
    )
    UNLAWFUL_FUNDRAISING = (
        "unlawful_fundraising",
        _("Raising money in a way that a law forbids."),
        _("unlawful fundraising"),
    )
    SANCTIONS_OR_EXPORT_CONTROL = (
        "sanctions_or_export_control",
        _("Sanctions or export rules."),
        _("sanctions or export control"),
    )
    TERMS_RULE_NAMED = (
        "terms_rule_named",
        _("A rule of the platform, which it names."),
        _("terms, rule named"),
    )
    TERMS_RULE_NOT_NAMED = (
        "terms_rule_not_named",
        _("The platform’s rules, without saying which one."),
        _("terms, no rule named"),
    )
    SPAM_MANIPULATION = "spam_manipulation", _("Spam or manipulation."), _("spam or manipulation")
    INAUTHENTIC_BEHAVIOUR = (
        "inauthentic_behaviour",
        _("A false identity, or coordinated accounts."),
        _("inauthentic behaviour"),
    )
    INCITEMENT_OR_VIOLENCE = (
        "incitement_or_violence",
        _("Threats of violence or calls for it."),
        _("incitement or violence"),
    )
    HATE_SPEECH = "hate_speech", _("Hatred against a group of people."), _("hate speech")
    HARASSMENT_OR_ABUSE = "harassment_or_abuse", _("Attacks on a person."), _("harassment or abuse")
    TERRORISM_OR_DANGEROUS_ORG = (
        "terrorism_or_dangerous_org",
        _("Support for terrorism, or a person or organisation on a list of dangerous entities."),
        _("terrorism or dangerous organisation"),
    )
    CHILD_SAFETY = "child_safety", _("The safety of children."), _("child safety")
    PRIVACY_OR_DOXXING = (
        "privacy_or_doxxing",
        _("Publishing private facts about a person."),
        _("privacy or doxxing"),
    )
    HACKED_MATERIAL = "hacked_material", _("Stolen material."), _("hacked material")
    MISINFORMATION = (
        "misinformation",
        _("False or misleading claims, for instance about an illness or an election."),
        _("misinformation"),
    )
    SEXUAL_OR_GRAPHIC_CONTENT = (
        "sexual_or_graphic_content",
        _("Nudity, sexual content or graphic violence."),
        _("sexual or graphic content"),
    )
    INTELLECTUAL_PROPERTY = (
        "intellectual_property",
        _("A copyright, trade mark or similar right of someone else."),
        _("intellectual property"),
    )
    EVASION = (
        "evasion",
        _("Getting round an earlier suspension or other measure, for instance with a new account."),
        _("evasion of an earlier measure"),
    )
    FRAUD = "fraud", _("Deception for gain."), _("fraud")
    IDENTITY_VERIFICATION = (
        "identity_verification",
        _("The holder did not, or could not, prove their identity."),
        _("identity verification"),
    )
    SECURITY_COMPROMISE = (
        "security_compromise",
        _("The account had been taken over, or seemed to have been."),
        _("security compromise"),
    )
    INSIDER_MISCONDUCT = (
        "insider_misconduct",
        _("Misconduct by an employee or contractor of the platform."),
        _("an employee’s or contractor’s misconduct"),
    )
    OWNERSHIP_DISPUTE = (
        "ownership_dispute",
        _("More than one party claims the account."),
        _("ownership dispute"),
    )
    ERROR = "error", _("The platform says that it was a mistake or a technical fault."), _("error")
    OTHER = (
        "other",
        _("None of these; the quotation or our note says which."),
        pgettext_lazy("stated reason", "other reason"),
    )
    NONE_STATED = "none_stated", _("The statement gives no reason."), _("none stated")
    NOT_APPLICABLE = (
        "not_applicable",
        _("The statement is not about a reason, as when the platform only confirms that it acted."),
        pgettext_lazy("stated reason", "not applicable"),
    )


# Values used where no reason is given, or none is in question.
NO_GROUNDS = frozenset({Ground.NONE_STATED, Ground.NOT_APPLICABLE})


class Modality(Vocabulary):
    heading = nonmember(_("How it was said"))

    ASSERTED = "asserted", _("Stated as a fact."), _("asserted")
    HEDGED = (
        "hedged",
        _("Stated as something possible, in words such as “seems” or “may”."),
        _("stated as a possibility"),
    )
    CONDITIONAL = "conditional", _("Stated under a condition, with an “if”."), _("conditional")
    REPORTED = (
        "reported",
        _("Someone else reports what the speaker said, or the speaker passes on what someone else said."),
        _("second-hand"),
    )


class Standing(Vocabulary):
    heading = nonmember(_("Standing of a reason"))

    STATED = (
        "stated",
        _("The speaker gives it as the reason, and no later statement replaces it."),
        _("stated reason"),
    )
    DENIED = "denied", _("The speaker denies that this was the reason."), _("reason denied")
    SECOND_HAND = (
        "second_hand",
        _("It is known only from somebody who reports that it was given as the reason."),
        _("second-hand reason"),
    )
    SUPERSEDED = (
        "superseded",
        _("It was given as the reason, and a later statement replaces or corrects it."),
        _("reason later replaced"),
    )


def standing(kind, ground, modality, *, is_superseded):
    """Whether what a statement says of the reason is the stated reason, as a `Standing`; empty if it is about no reason."""
    if ground == Ground.NOT_APPLICABLE:
        return ""
    if kind == JustificationKind.DENIAL:
        return Standing.DENIED
    # That no reason was given is mostly known from those who asked.
    if modality == Modality.REPORTED and ground != Ground.NONE_STATED:
        return Standing.SECOND_HAND
    return Standing.SUPERSEDED if is_superseded else Standing.STATED


class Story(Vocabulary):
    heading = nonmember(_("Did the platform change its stated reason?"))

    CHANGED = (
        "changed",
        _("A later statement of the platform gives another reason than an earlier one."),
        _("changed its stated reason"),
    )
    SAME = (
        "same",
        _("The platform stated a reason, and no later statement recorded here gives another one."),
        _("no change recorded"),
    )
    NOT_STATED = (
        "not_stated",
        _("No reason that the platform itself stated is recorded here."),
        _("no stated reason recorded"),
    )


class Audience(Vocabulary):
    heading = nonmember(_("Who it was said to"))

    HOLDER = "holder", _("Said to the account holder."), _("to the holder")
    PUBLIC = "public", _("Said to the press or in public."), _("to the public")
    OFFICIAL = "official", _("Said to a court, parliament or authority."), _("to an official body")
    UNKNOWN = "unknown", _("No source says to whom it was said."), _("audience not known")


class Role(Vocabulary):
    heading = nonmember(_("Roles of others"))

    DEMANDED_BY = "demanded_by", _("Demanded the action."), _("demand from")
    ORDERED_BY = "ordered_by", _("Ordered the action under a law."), _("order from")
    REQUESTED_BY = "requested_by", _("Asked for the action."), _("request from")
    FLAGGED_BY = (
        "flagged_by",
        _("Drew the platform’s attention to the account or to what was posted there."),
        _("flag from"),
    )
    ALLEGED_INFLUENCE = (
        "alleged_influence",
        _("Is said to have influenced the action."),
        _("alleged influence"),
    )
    INSIDER = "insider", _("Acted from inside the platform."), _("platform insider")
    LEGAL_BASIS = (
        "legal_basis",
        _("A law or sanction that nobody is said to have invoked against this account."),
        _("law or sanction"),
    )
    ACCOUNT_OPERATOR = "account_operator", _("Ran the account."), _("account operator")
    REGISTERED_OWNER = (
        "registered_owner",
        _("Was the registered owner of the account."),
        _("registered owner"),
    )
    CO_SANCTIONED = (
        "co_sanctioned",
        _("Was affected by the same measure at the same time."),
        _("others affected"),
    )
    ALLEGATION = "allegation", _("Says why the platform acted, or who was behind it."), _("allegation")
    RESPONSE_BY_HOLDER = (
        "response_by_holder",
        _("Responded as the account holder."),
        _("response by the holder"),
    )
    REQUEST_FOR_EXPLANATION = (
        "request_for_explanation",
        _("Asked the platform, or an authority, for its reasons."),
        _("request for an explanation"),
    )
    APPEALED = (
        "appealed",
        _(
            "Appealed against the action, or against a decision about it: to the platform, a court or another body."
        ),
        _("appeal"),
    )
    COMPLAINED_PUBLICLY = (
        "complained_publicly",
        _("Complained about the action in public."),
        _("public complaint"),
    )
    MEDIA_INQUIRY = (
        "media_inquiry",
        _("Asked the platform, or an authority, about it as a news organisation."),
        _("media inquiry"),
    )
    LEGISLATORS_INQUIRY = (
        "legislators_inquiry",
        _("Asked the platform, or an authority, about it as members of a parliament."),
        _("legislators’ inquiry"),
    )
    LAWSUIT = "lawsuit", _("Took the matter to court."), _("lawsuit")
    REGULATOR_REVIEW = "regulator_review", _("Reviewed the action as a regulator."), _("regulator’s review")
    OVERSIGHT_REVIEW = (
        "oversight_review",
        _("Reviewed the action as an oversight body."),
        _("oversight review"),
    )
    OFFICIAL_FINDING = (
        "official_finding",
        _("Stated, as an authority, what it found."),
        _("official finding"),
    )
    RESTORATION_ORDERED = (
        "restoration_ordered",
        _("Ordered, as a court or authority, that the platform undo the action."),
        _("order to undo it"),
    )
    RESTORATION_REQUESTED = (
        "restoration_requested",
        _(
            "Asked the platform to undo the action without ordering it: an authority, for instance. What the holder asks for "
            "is an appeal."
        ),
        _("request to undo it"),
    )
    PROSECUTION = (
        "prosecution",
        _(
            "Brought charges over the action, or over what was said or done on the account. Charges are not findings."
        ),
        _("prosecution"),
    )
    COMMENT = "comment", _("Commented on the action without taking a side."), _("comment")
    RETALIATION = "retaliation", _("Retaliated for the action."), _("retaliation")


CAUSE_ROLES = frozenset(
    {
        Role.DEMANDED_BY,
        Role.ORDERED_BY,
        Role.REQUESTED_BY,
        Role.FLAGGED_BY,
        Role.ALLEGED_INFLUENCE,
        Role.INSIDER,
        Role.LEGAL_BASIS,
    }
)
# Roles that have to do with a law or an authority, so that the country of the involvement is that of the law or authority.
AUTHORITY_ROLES = frozenset(
    {
        Role.DEMANDED_BY,
        Role.ORDERED_BY,
        Role.REQUESTED_BY,
        Role.LEGAL_BASIS,
        Role.APPEALED,
        Role.LEGISLATORS_INQUIRY,
        Role.LAWSUIT,
        Role.REGULATOR_REVIEW,
        Role.OVERSIGHT_REVIEW,
        Role.OFFICIAL_FINDING,
        Role.RESTORATION_ORDERED,
        Role.RESTORATION_REQUESTED,
        Role.PROSECUTION,
    }
)
ACCOUNT_ROLES = frozenset({Role.ACCOUNT_OPERATOR, Role.REGISTERED_OWNER, Role.CO_SANCTIONED})
RESPONSE_ROLES = frozenset(Role) - CAUSE_ROLES - ACCOUNT_ROLES


class Certainty(Vocabulary):
    heading = nonmember(_("Certainty"))

    ADMITTED = "admitted", _("The platform or the party itself says so."), _("admitted")
    DOCUMENTED = "documented", _("A document, or the party’s own public words, shows it."), _("documented")
    ALLEGED = "alleged", _("Someone says so; nothing else shows it."), _("alleged")
    DENIED = "denied", _("The party concerned denies it."), _("denied")
    DISPUTED = "disputed", _("Sources disagree on it."), pgettext_lazy("certainty", "disputed")
    UNKNOWN = "unknown", _("The sources do not settle how certain it is."), _("certainty not known")


class Outcome(Vocabulary):
    heading = nonmember(_("Outcome"))

    GRANTED = "granted", _("It was granted."), _("granted")
    PARTLY_GRANTED = "partly_granted", _("It was granted in part."), _("partly granted")
    REFUSED = "refused", _("It was refused."), _("refused")
    PENDING = "pending", _("It had not been decided when a source last reported on it."), _("pending")
    NO_ANSWER = "no_answer", _("No answer came."), _("no answer")
    SETTLED = "settled", _("The parties settled."), _("settled")
    NOT_POSSIBLE = "not_possible", _("It could not be made: no way was offered."), _("not possible")
    NOT_MADE = "not_made", _("It could have been made and was not."), _("not made")
    UNKNOWN = "unknown", _("No source says how it ended."), pgettext_lazy("outcome", "not known")
    NOT_APPLICABLE = (
        "not_applicable",
        _("There is no outcome to expect."),
        pgettext_lazy("outcome", "not applicable"),
    )


class OrderStatus(Vocabulary):
    heading = nonmember(_("Does the order or law still stand?"))

    NOT_APPLICABLE = (
        "not_applicable",
        _("It is not an order, demand or law."),
        pgettext_lazy("order", "not applicable"),
    )
    IN_FORCE = (
        "in_force",
        _("It still stood when a source last reported on it."),
        pgettext_lazy("order", "in force"),
    )
    LIFTED = "lifted", _("It was withdrawn, quashed or repealed."), pgettext_lazy("order", "lifted")
    UNKNOWN = "unknown", _("No source says whether it still stands."), pgettext_lazy("order", "not known")


class MemberKind(Vocabulary):
    heading = nonmember(_("What a set of accounts consists of"))

    NOT_APPLICABLE = (
        "not_applicable",
        _("The account is not a set."),
        pgettext_lazy("members of a set", "not a set"),
    )
    ACCOUNTS = "accounts", _("Accounts of people or organisations."), _("accounts")
    PAGES_OR_CHANNELS = (
        "pages_or_channels",
        _("Pages or channels that others follow."),
        _("pages or channels"),
    )
    GROUPS = "groups", _("Spaces in which many people post."), _("groups")
    POSTS = "posts", _("Posts, videos or other single items."), _("posts or videos")
    APPS = "apps", _("Apps or bots."), _("apps or bots")
    MIXED = "mixed", _("Several of these."), pgettext_lazy("members of a set", "mixed")
    UNKNOWN = "unknown", _("No source says of what."), pgettext_lazy("members of a set", "not known")


class PartyKind(Vocabulary):
    heading = nonmember(_("Kinds of people and organisations"))

    PERSON = "person", _("An individual."), _("person")
    ORGANISATION = (
        "organisation",
        _("An association, foundation, political party or other body with a name."),
        _("organisation"),
    )
    COLLECTIVE = "collective", _("An informal group of people."), _("collective")
    STATE_BODY = (
        "state_body",
        _("A government, parliament, court or public authority, or one of its offices."),
        _("state body"),
    )
    INTERGOVERNMENTAL_BODY = (
        "intergovernmental_body",
        _("An authority that is not a state: the EU, the UN, their courts and agencies."),
        _("intergovernmental body"),
    )
    MEDIA = "media", _("A news organisation or publisher."), _("media")
    COMPANY = "company", _("A business, including one that runs a platform."), _("company")
    UNKNOWN = "unknown", _("Not recorded by us."), _("kind not known")


class Derivation(Vocabulary):
    heading = nonmember(_("How a source came about"))

    ORIGINAL = "original", _("The document itself."), _("original")
    ADAPTATION = "adaptation", _("Rewritten from another document."), _("adaptation")
    SYNDICATED_COPY = (
        "syndicated_copy",
        _("A news agency’s text carried by another publisher."),
        _("syndicated copy"),
    )
    REPUBLICATION = "republication", _("The same text on someone else’s site."), _("republication")
    TRANSLATION = "translation", _("The same text in another language."), _("translation")
    EDITED_VERSION = "edited_version", _("A later version of the same page."), _("edited version")
    SCREENSHOT = "screenshot", _("An image of the document."), _("screenshot")


class CSLType(Vocabulary):
    """Types of the Citation Style Language, as its JSON schema (csl-data.json) spells them."""

    heading = nonmember(_("Kinds of source"))

    ARTICLE_NEWSPAPER = (
        "article-newspaper",
        _("A report by a newspaper or news agency."),
        _("news report"),
    )
    ARTICLE_MAGAZINE = "article-magazine", _("A longer report in a magazine."), _("magazine article")
    POST_WEBLOG = "post-weblog", _("An entry on a blog, including a company’s."), _("blog post")
    POST = "post", _("An entry in a forum or on a social network."), _("forum or social media post")
    WEBPAGE = "webpage", _("Any other page of a website."), _("web page")
    BROADCAST = "broadcast", _("A radio or television programme."), _("broadcast")
    INTERVIEW = "interview", _("An interview."), _("interview")
    REPORT = "report", _("A study, a filing or a press release."), _("report")
    LEGAL_CASE = "legal_case", _("A complaint, order or judgment."), _("legal case")
    LEGISLATION = "legislation", _("A law."), _("legislation")
    PERSONAL_COMMUNICATION = (
        "personal_communication",
        _("A letter or message to us or to a source."),
        _("personal communication"),
    )
    DOCUMENT = "document", _("Any other document."), _("document")


class IssuedBasis(Vocabulary):
    heading = nonmember(_("How the date of a source is known"))

    PRINTED = "printed", _("The document itself carries the date."), _("printed on the document")
    URL = "url", _("The date is part of the URL."), _("from its URL")
    INFERRED = "inferred", _("We inferred the date from what the document says."), _("our inference")
    UNKNOWN = "unknown", _("No date could be found."), pgettext_lazy("date of the source", "not known")


class Stance(Vocabulary):
    heading = nonmember(_("Support or contradiction"))

    SUPPORTS = "supports", _("The source says so."), _("supports")
    CONTRADICTS = "contradicts", _("The source says something else."), _("contradicts")
    MENTIONS = "mentions", _("The source mentions it without saying whether it is so."), _("mentions")


class RelationKind(Vocabulary):
    heading = nonmember(_("How incidents are related"))

    SAME_CAMPAIGN = "same_campaign", _("Both belong to the same wave of actions."), _("same campaign")
    FOLLOWS = (
        "follows",
        _("The first came after the second, and because of it or in the course of it."),
        _("follows"),
    )
    SAME_PARTY = "same_party", _("Both affected the same account holder."), _("same account holder")
    PART_OF = "part_of", _("The first is part of the second."), _("part of")
    CONTEXT_OF = "context_of", _("The first is background to the second."), _("background to")
    RETALIATION_FOR = (
        "retaliation_for",
        _("The first was done in retaliation for the second."),
        _("retaliation for"),
    )
    SEE_ALSO = "see_also", _("Worth reading together."), _("see also")
    POSSIBLY_SAME_AS = (
        "possibly_same_as",
        _("They may be the same event, but nobody has checked. Only editors see this relation."),
        _("possibly the same event"),
    )
    NOT_SAME_AS = "not_same_as", _("Checked: these are two different events."), _("checked: not the same")


SYMMETRIC_RELATIONS = frozenset(
    {
        RelationKind.SAME_CAMPAIGN,
        RelationKind.SAME_PARTY,
        RelationKind.SEE_ALSO,
        RelationKind.POSSIBLY_SAME_AS,
        RelationKind.NOT_SAME_AS,
    }
)

# The counting rule: an action is an account action when its occurrence and type are among these,
# its status is not `never_applied`, its account is not a meeting, and its incident is not context.
# `not_counted()` applies it.
COUNTED_OCCURRENCES = frozenset({Occurrence.CONFIRMED_BY_PLATFORM, Occurrence.REPORTED})
COUNTED_TYPES = frozenset(
    {
        ActionType.SUSPENDED,
        ActionType.TERMINATED,
        ActionType.LOCKED,
        ActionType.RESTRICTED,
        ActionType.POSTING_BLOCKED,
        ActionType.GEO_WITHHELD,
        ActionType.ACCESS_REVOKED,
        ActionType.VISIBILITY_REDUCED,
        ActionType.MONETISATION_SUSPENDED,
    }
)


class NotCounted(Vocabulary):
    """Why an action is not counted as an account action: the first of these that is true of it."""

    heading = nonmember(_("Why an action is not counted"))

    CONTEXT = (
        "context",
        _("It belongs to a background event."),
        _("background events are not counted"),
    )
    DISPUTED = (
        "disputed",
        _("Sources disagree on whether it took place."),
        _("sources disagree on whether it happened"),
    )
    ACTOR_DISPUTED = (
        "actor_disputed",
        _("Sources disagree on who did it."),
        _("sources disagree on who did it"),
    )
    NOT_APPLIED = (
        "not_applied",
        _("It was announced, recommended or threatened but not carried out."),
        _("it was not carried out"),
    )
    NOT_PLATFORM_ACTION = (
        "not_platform_action",
        _("It turned out not to be the platform’s action."),
        _("it was not the platform’s action"),
    )
    OCCURRENCE_UNKNOWN = (
        "occurrence_unknown",
        _("The sources do not settle whether it took place."),
        _("sources do not say if it happened"),
    )
    MEETING_OR_EVENT = (
        "meeting_or_event",
        _("It was done to a single meeting, call or event, which is not an account."),
        _("meetings are not counted"),
    )
    TYPE_UNKNOWN = (
        "type_unknown",
        _("The sources do not say what kind of action it was, nor whether the account could still be used."),
        _("sources do not say what was done"),
    )
    TYPE_NOT_COUNTED = (
        "type_not_counted",
        _("It is of a type that does not limit the account itself, such as the removal of posts."),
        _("actions of this type are not counted"),
    )


def not_counted(incident_kind, occurrence, status, account_kind, action_type):
    """Why an action with these values is not counted as an account action, as a `NotCounted`; empty if it is."""
    if incident_kind != IncidentKind.ACCOUNT_ACTION:
        return NotCounted.CONTEXT
    if occurrence not in COUNTED_OCCURRENCES:
        return {
            Occurrence.DISPUTED: NotCounted.DISPUTED,
            Occurrence.ACTOR_DISPUTED: NotCounted.ACTOR_DISPUTED,
            Occurrence.NOT_PLATFORM_ACTION: NotCounted.NOT_PLATFORM_ACTION,
            Occurrence.UNKNOWN: NotCounted.OCCURRENCE_UNKNOWN,
        }.get(occurrence, NotCounted.NOT_APPLIED)
    if status == Status.NEVER_APPLIED:
        return NotCounted.NOT_APPLIED
    if account_kind == AccountKind.MEETING_OR_EVENT:
        return NotCounted.MEETING_OR_EVENT
    if action_type == ActionType.UNKNOWN:
        return NotCounted.TYPE_UNKNOWN
    if action_type not in COUNTED_TYPES:
        return NotCounted.TYPE_NOT_COUNTED
    return ""
