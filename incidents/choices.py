"""The vocabularies of the tracker: stored value, definition, label, and what they say in the EU DSA's terms.

Everything else imports from here; nothing of ours is imported. Each member reads
`VALUE = stored value, definition, label`; the definitions make up the vocabulary page.
"""

import re
from enum import nonmember

from django.db import models
from django.utils.translation import gettext_lazy as _


class Vocabulary(models.TextChoices):
    """Choices whose members also carry a `definition`, one plain sentence.

    The `heading` stands over them on the vocabulary page; without one they are only for those who edit.
    """

    heading = nonmember("")

    def __new__(cls, value, definition=""):
        member = str.__new__(cls, value)
        member._value_ = value
        member.definition = definition
        return member

    @property
    def phrase(self):
        """The label within a sentence: without its capital."""
        label = str(self.label)
        return label[:1].lower() + label[1:]

    @classmethod
    def public(cls):
        """The vocabularies that readers meet."""
        return [vocabulary for vocabulary in cls.__subclasses__() if vocabulary.heading]

    @classmethod
    def anchor_of_all(cls):
        """Where the vocabulary page begins with this vocabulary: `action-type`."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", cls.__name__).lower()

    @property
    def anchor(self):
        """Where the vocabulary page defines it: `action-type-suspended`."""
        return f"{self.anchor_of_all()}-{self.value.replace('_', '-')}"


class IncidentKind(Vocabulary):
    heading = nonmember(_("Kinds of incident"))

    ACCOUNT_ACTION = (
        "account_action",
        _("What a platform did, or is said to have done, to one or more accounts."),
        _("Account incident"),
    )
    CONTEXT = (
        "context",
        _("A related event that no platform brought about. It is shown as context and never counted."),
        _("Context"),
    )


class Publication(Vocabulary):
    DRAFT = "draft", _("Being written; seen by editors only."), _("Draft")
    IN_REVIEW = "in_review", _("Waiting for a second reader; seen by editors only."), _("In review")
    PUBLISHED = "published", _("Open to everyone."), _("Published")
    WITHDRAWN = (
        "withdrawn",
        _("Taken back after publication, for the reason given in its place."),
        _("Withdrawn"),
    )


class ActionType(Vocabulary):
    heading = nonmember(_("What was done"))

    SUSPENDED = (
        "suspended",
        _("The account could not be used, and nothing says that this was meant to be final."),
        _("Account suspended"),
    )
    TERMINATED = "terminated", _("The account was closed for good."), _("Account closed")
    LOCKED = (
        "locked",
        _("The account could not be used until its holder did something, such as deleting a post."),
        _("Locked until the holder does something"),
    )
    RESTRICTED = (
        "restricted",
        _("The account could be used, with some of its functions switched off."),
        _("Some functions limited"),
    )
    POSTING_BLOCKED = (
        "posting_blocked",
        _("The account stayed open and could not post, comment or send."),
        _("Posting blocked"),
    )
    GEO_WITHHELD = (
        "geo_withheld",
        _("The account or its content was hidden from people in some places."),
        _("Hidden in some places"),
    )
    VISIBILITY_REDUCED = (
        "visibility_reduced",
        _("Fewer people were shown the account or its content."),
        _("Reach reduced"),
    )
    MONETISATION_SUSPENDED = (
        "monetisation_suspended",
        _("Payments to the account were stopped or held back."),
        _("Payments stopped or held"),
    )
    ACCESS_REVOKED = (
        "access_revoked",
        _("A service, tool or programming interface was withdrawn from the account."),
        _("Service or API access withdrawn"),
    )
    EVENT_REFUSED = (
        "event_refused",
        _("A meeting or event was not allowed to begin."),
        _("Meeting or event refused"),
    )
    EVENT_TERMINATED = (
        "event_terminated",
        _("A meeting or event was cut off while it ran."),
        _("Meeting or event ended"),
    )
    SPACE_REMOVED = (
        "space_removed",
        _("A group, page or fundraiser was taken down."),
        _("Group, page or fundraiser removed"),
    )
    CONTENT_REMOVED = (
        "content_removed",
        _("Posts or files were taken down; the account itself stayed."),
        _("Posts removed"),
    )
    OWNERSHIP_CHANGED = (
        "ownership_changed",
        _("The platform moved the account or its name to somebody else."),
        _("Ownership changed"),
    )
    OTHER = "other", _("Something this list has no word for; the summary says what."), _("Other")
    UNKNOWN = (
        "unknown",
        _("The sources do not let us say what kind of action it was."),
        _("Type not known"),
    )


class AccountKind(Vocabulary):
    heading = nonmember(_("Kinds of account"))

    PERSONAL_ACCOUNT = "personal_account", _("An account in one person's name."), _("Personal account")
    ORGANISATION_ACCOUNT = (
        "organisation_account",
        _("An account in the name of a group, company or office."),
        _("Organisation account"),
    )
    PAGE_OR_CHANNEL = "page_or_channel", _("A page or channel that others follow."), _("Page or channel")
    GROUP_OR_COMMUNITY = (
        "group_or_community",
        _("A space in which many people post."),
        _("Group or community"),
    )
    BOT_OR_APP = "bot_or_app", _("An account run by a program, or an app."), _("Bot or app")
    WORKSPACE_OR_TENANT = (
        "workspace_or_tenant",
        _("The shared space of an organisation that uses the platform."),
        _("Workspace"),
    )
    PAYMENT_ACCOUNT = "payment_account", _("An account that receives or sends money."), _("Payment account")
    FUNDRAISER = "fundraiser", _("One collection of donations."), _("Fundraiser")
    WORKER_OR_SELLER_ACCOUNT = (
        "worker_or_seller_account",
        _("An account through which somebody works or sells."),
        _("Worker or seller account"),
    )
    DEVELOPER_ACCOUNT = "developer_account", _("An account that publishes software."), _("Developer account")
    AD_ACCOUNT = "ad_account", _("An account that buys advertising."), _("Advertising account")
    EMAIL_ACCOUNT = "email_account", _("A mailbox."), _("E-mail account")
    MEETING_OR_EVENT = (
        "meeting_or_event",
        _(
            "A single meeting, call or event. It is no account, and actions on it are not counted as account actions."
        ),
        _("Meeting or event"),
    )
    SET_OF_ACCOUNTS = (
        "set_of_accounts",
        _("Several accounts that the sources tell of together."),
        _("Set of accounts"),
    )
    UNKNOWN = "unknown", _("The sources do not say in what capacity it was held."), _("Kind not known")


class PlatformKind(Vocabulary):
    heading = nonmember(_("Kinds of platform"))

    SOCIAL_NETWORK = "social_network", _("Posts, followers and comments."), _("Social network")
    MESSAGING = "messaging", _("Private messages and groups."), _("Messaging")
    VIDEO_CONFERENCING = "video_conferencing", _("Calls and meetings with picture."), _("Video conferencing")
    VIDEO_OR_AUDIO = (
        "video_or_audio",
        _("Publishing of films, streams or sound."),
        _("Video or audio hosting"),
    )
    PAYMENT = "payment", _("Payments and donations."), _("Payment")
    MARKETPLACE = "marketplace", _("Buying, selling or finding work."), _("Marketplace")
    HOSTING = "hosting", _("Web sites, files, code or domain names."), _("Hosting")
    EMAIL = "email", _("Mailboxes."), _("E-mail")
    APP_STORE = "app_store", _("Distribution of software."), _("App store")
    OTHER = "other", _("None of these."), _("Other")
    UNKNOWN = "unknown", _("Not recorded by us."), _("Not recorded")


class Occurrence(Vocabulary):
    heading = nonmember(_("Did it happen?"))

    CONFIRMED_BY_PLATFORM = (
        "confirmed_by_platform",
        _("The platform itself said that the action took place."),
        _("Confirmed by the platform"),
    )
    REPORTED = (
        "reported",
        _("A source reports the action; the platform has not confirmed it."),
        _("Reported, platform silent"),
    )
    DISPUTED = "disputed", _("Sources disagree on whether it took place."), _("Disputed")
    ANNOUNCED_NOT_APPLIED = (
        "announced_not_applied",
        _("The platform announced the action and did not carry it out."),
        _("Announced, not applied"),
    )
    RECOMMENDED_NOT_APPLIED = (
        "recommended_not_applied",
        _("A body recommended the action and the platform did not carry it out."),
        _("Recommended, not applied"),
    )
    THREATENED_NOT_APPLIED = (
        "threatened_not_applied",
        _("The action was threatened and not carried out."),
        _("Threatened, not applied"),
    )
    NOT_PLATFORM_ACTION = (
        "not_platform_action",
        _("It turned out that the platform did not do it: a fault, an intruder, or the holder."),
        _("Not done by the platform"),
    )
    UNKNOWN = (
        "unknown",
        _("The sources leave open whether it took place."),
        _("Not known whether it took place"),
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

    OCCURRED = "occurred", _("The source says when the action took effect."), _("When it took effect")
    FIRST_OBSERVED = (
        "first_observed",
        _("The date is when somebody noticed; the action took effect then or earlier."),
        _("When it was noticed"),
    )
    ANNOUNCED = "announced", _("The date is when the platform announced it."), _("When it was announced")
    REPORTED = (
        "reported",
        _("The date is when a source first told of it."),
        _("When it was reported"),
    )
    INFERRED = (
        "inferred",
        _("We worked the date out from other dates; the citation says how."),
        _("Worked out by us"),
    )


class Status(Vocabulary):
    heading = nonmember(_("Status"))

    UNKNOWN = "unknown", _("No source says whether it still holds."), _("Not known")
    IN_FORCE = "in_force", _("It held on the day given."), _("In force")
    LIFTED = "lifted", _("It was fully undone."), _("Lifted")
    PARTLY_LIFTED = "partly_lifted", _("Some of it was undone."), _("Partly lifted")
    EXPIRED = "expired", _("An announced term ran out."), _("Term ran out")
    SUPERSEDED = "superseded", _("A later action took its place."), _("Replaced by a later action")
    NEVER_APPLIED = (
        "never_applied",
        _("It was announced or threatened and not carried out."),
        _("Never applied"),
    )
    NOT_APPLICABLE = (
        "not_applicable",
        _("A single act, such as ending a meeting, that cannot be lifted."),
        _("One-off act"),
    )


class EndCause(Vocabulary):
    heading = nonmember(_("Why it ended"))

    PLATFORM_REVERSAL_ERROR = (
        "platform_reversal_error",
        _("The platform undid it and called it a mistake."),
        _("Platform called it a mistake"),
    )
    PLATFORM_REVERSAL_POLICY = (
        "platform_reversal_policy",
        _("The platform undid it on second thoughts or under a changed rule."),
        _("Platform changed its decision"),
    )
    CONDITION_MET = "condition_met", _("The holder did what was asked."), _("Condition met")
    TERM_EXPIRED = "term_expired", _("The announced term ran out."), _("Term ran out")
    APPEAL_GRANTED = "appeal_granted", _("An appeal to the platform succeeded."), _("Appeal granted")
    COURT_OR_REGULATOR = (
        "court_or_regulator",
        _("A court or regulator had it undone."),
        _("Court or regulator"),
    )
    OWNERSHIP_CHANGE = (
        "ownership_change",
        _("A new owner of the platform undid it."),
        _("Change of ownership"),
    )
    HOLDER_RETURNED = (
        "holder_returned",
        _("The holder came back by another way; the platform did not undo it."),
        _("Holder returned"),
    )
    SUPERSEDED = "superseded", _("A later action took its place."), _("Replaced by a later action")
    NOT_APPLICABLE = "not_applicable", _("It has no end to explain."), _("Not applicable")
    UNKNOWN = "unknown", _("No source says why it ended."), _("Not known")


class Scope(Vocabulary):
    heading = nonmember(_("Where it applied"))

    WORLDWIDE = "worldwide", _("It took effect everywhere."), _("Worldwide")
    LISTED_COUNTRIES = (
        "listed_countries",
        _("It took effect in the countries and territories listed."),
        _("In the places listed"),
    )
    HOLDER_LOCATION = (
        "holder_location",
        _("It took effect where the holder was."),
        _("Where the holder was"),
    )
    UNKNOWN = "unknown", _("No source says where it took effect."), _("Not known")


class Term(Vocabulary):
    heading = nonmember(_("Announced duration"))

    PERMANENT = "permanent", _("Announced as final."), _("Permanent")
    INDEFINITE = "indefinite", _("Announced without an end."), _("Indefinite")
    FIXED = "fixed", _("Announced for a stated time."), _("For a stated time")
    MIXED = "mixed", _("Different terms for different parts."), _("Mixed")
    UNSTATED = "unstated", _("The platform announced no term."), _("No term announced")


class Automation(Vocabulary):
    heading = nonmember(_("Who decided"))

    FULLY = "fully", _("A program decided alone."), _("Fully automated")
    PARTIALLY = "partially", _("A program and a person had a part."), _("Partly automated")
    NOT_AUTOMATED = "not_automated", _("A person decided."), _("Decided by a person")
    DISPUTED = "disputed", _("Sources disagree."), _("Disputed")
    UNKNOWN = "unknown", _("No source says."), _("Not known")


class ReasonStatus(Vocabulary):
    heading = nonmember(_("Was a reason given?"))

    STATED = "stated", _("The platform gave a reason for this action."), _("Reason given")
    GENERIC = (
        "generic",
        _("The platform gave a reason without naming a rule or law."),
        _("Given, no rule named"),
    )
    NONE_STATED = (
        "none_stated",
        _("A source says that the platform gave no reason."),
        _("Source says none was given"),
    )
    DISPUTED = "disputed", _("Sources disagree on whether or which reason was given."), _("Disputed")
    NOT_RECORDED = (
        "not_recorded",
        _("We have found no source on this; a reason may have been given."),
        _("Not recorded by us"),
    )


class JustificationKind(Vocabulary):
    heading = nonmember(_("Kinds of statement"))

    NOTICE_TO_HOLDER = (
        "notice_to_holder",
        _("What the holder was told: the message shown, the e-mail sent."),
        _("Notice to the holder"),
    )
    PUBLIC_JUSTIFICATION = (
        "public_justification",
        _("A reason stated to the press or the public."),
        _("Public justification"),
    )
    CONFIRMATION = "confirmation", _("The platform confirms that it acted."), _("Confirmation")
    DENIAL = "denial", _("The platform denies that it acted, or why it is said to have acted."), _("Denial")
    APOLOGY = "apology", _("The platform says that it was wrong or regrets it."), _("Apology")
    CORRECTION = (
        "correction",
        _("A later statement that corrects or withdraws an earlier one."),
        _("Corrects or withdraws"),
    )
    POLICY_OR_PROMISE = (
        "policy_or_promise",
        _("What the platform says that it will do from now on."),
        _("Policy or promise"),
    )
    NO_REASON_GIVEN = "no_reason_given", _("A source says that no reason was given."), _("Gave no reason")
    NO_RESPONSE = "no_response", _("A source says that the platform did not answer."), _("Did not answer")


class Ground(Vocabulary):
    heading = nonmember(_("Stated reasons"))

    LOCAL_LAW = "local_law", _("The law of a place, named or not."), _("Local law")
    GOVERNMENT_DEMAND = "government_demand", _("A government asked for it."), _("Government demand")
    COURT_OR_LEGAL_ORDER = (
        "court_or_legal_order",
        _("An order by a court or under a statute."),
        _("Court or legal order"),
    )
    SANCTIONS_OR_EXPORT_CONTROL = (
        "sanctions_or_export_control",
        _("Sanctions or export rules."),
        _("Sanctions or export control"),
    )
    TERMS_RULE_NAMED = "terms_rule_named", _("A rule of the platform, named."), _("Terms, rule named")
    TERMS_RULE_NOT_NAMED = (
        "terms_rule_not_named",
        _("The platform's rules, without saying which."),
        _("Terms, no rule named"),
    )
    SPAM_MANIPULATION = "spam_manipulation", _("Spam or manipulation."), _("Spam or manipulation")
    INAUTHENTIC_BEHAVIOUR = (
        "inauthentic_behaviour",
        _("False identity or coordinated accounts."),
        _("Inauthentic behaviour"),
    )
    INCITEMENT_OR_VIOLENCE = (
        "incitement_or_violence",
        _("Threats or calls to violence."),
        _("Incitement or violence"),
    )
    HATE_SPEECH = "hate_speech", _("Hatred against a group of people."), _("Hate speech")
    HARASSMENT_OR_ABUSE = "harassment_or_abuse", _("Attacks on a person."), _("Harassment or abuse")
    TERRORISM_OR_DANGEROUS_ORG = (
        "terrorism_or_dangerous_org",
        _("A body or person on a list of dangerous ones."),
        _("Terrorism or dangerous organisation"),
    )
    CHILD_SAFETY = "child_safety", _("Safety of children."), _("Child safety")
    PRIVACY_OR_DOXXING = "privacy_or_doxxing", _("Private facts about a person."), _("Privacy or doxxing")
    HACKED_MATERIAL = "hacked_material", _("Material taken without leave."), _("Hacked material")
    FRAUD = "fraud", _("Deceit for gain."), _("Fraud")
    IDENTITY_VERIFICATION = (
        "identity_verification",
        _("The holder did not or could not prove who they are."),
        _("Identity verification"),
    )
    SECURITY_COMPROMISE = (
        "security_compromise",
        _("The account was or seemed taken over."),
        _("Security compromise"),
    )
    OWNERSHIP_DISPUTE = "ownership_dispute", _("Two sides claim the account."), _("Ownership dispute")
    ERROR = "error", _("The platform says that it was a mistake or a fault."), _("Error")
    NONE_STATED = "none_stated", _("The statement names no ground."), _("None stated")
    NOT_APPLICABLE = (
        "not_applicable",
        _("The statement is not about a reason, such as a bare confirmation."),
        _("Not applicable"),
    )


class Modality(Vocabulary):
    heading = nonmember(_("How it was said"))

    ASSERTED = "asserted", _("Said as a fact."), _("Asserted")
    HEDGED = "hedged", _("Said as something possible."), _("Said as possible")
    CONDITIONAL = "conditional", _("Said with an “if”."), _("Said with an “if”")
    REPORTED = "reported", _("The speaker passes on what somebody else said."), _("Hearsay")


class Audience(Vocabulary):
    heading = nonmember(_("Who it was said to"))

    HOLDER = "holder", _("Said to the holder of the account."), _("To the holder")
    PUBLIC = "public", _("Said to the press or in public."), _("To the public")
    OFFICIAL = "official", _("Said to a court, parliament or office."), _("To an official body")
    UNKNOWN = "unknown", _("No source says to whom."), _("Not known to whom")


class Role(Vocabulary):
    heading = nonmember(_("Roles of others"))

    DEMANDED_BY = "demanded_by", _("Demanded the action."), _("Demanded by")
    ORDERED_BY = "ordered_by", _("Ordered the action under a law."), _("Ordered by")
    REQUESTED_BY = "requested_by", _("Asked for the action."), _("Requested by")
    FLAGGED_BY = "flagged_by", _("Drew the platform's attention to the account."), _("Flagged by")
    ALLEGED_INFLUENCE = (
        "alleged_influence",
        _("Is said to have had a hand in the action."),
        _("Alleged influence"),
    )
    INSIDER = "insider", _("Acted from inside the platform."), _("Insider")
    ACCOUNT_OPERATOR = "account_operator", _("Ran the account."), _("Account operator")
    REGISTERED_OWNER = "registered_owner", _("Was the account's owner on paper."), _("Registered owner")
    CO_SANCTIONED = "co_sanctioned", _("Met the same measure at the same time."), _("Also affected")
    ALLEGATION = "allegation", _("Says why the platform acted, or who was behind it."), _("Allegation")
    RESPONSE_BY_HOLDER = "response_by_holder", _("The holder's own word on it."), _("Response by the holder")
    REQUEST_FOR_EXPLANATION = (
        "request_for_explanation",
        _("Asked the platform for its reason."),
        _("Request for an explanation"),
    )
    APPEALED = "appealed", _("Appealed to the platform."), _("Appealed")
    COMPLAINED_PUBLICLY = "complained_publicly", _("Complained in public."), _("Complained publicly")
    MEDIA_INQUIRY = "media_inquiry", _("A newsroom asked the platform."), _("Media inquiry")
    LEGISLATORS_INQUIRY = (
        "legislators_inquiry",
        _("Members of a parliament asked."),
        _("Legislators' inquiry"),
    )
    LAWSUIT = "lawsuit", _("Brought the matter to court."), _("Lawsuit")
    REGULATOR_REVIEW = "regulator_review", _("A regulator looked into it."), _("Regulator's review")
    OVERSIGHT_REVIEW = "oversight_review", _("An oversight body looked into it."), _("Oversight review")
    OFFICIAL_FINDING = (
        "official_finding",
        _("An authority stated what it found or charges."),
        _("Official finding or charge"),
    )
    RETALIATION = "retaliation", _("Struck back over the action."), _("Retaliation")


CAUSE_ROLES = frozenset(
    {
        Role.DEMANDED_BY,
        Role.ORDERED_BY,
        Role.REQUESTED_BY,
        Role.FLAGGED_BY,
        Role.ALLEGED_INFLUENCE,
        Role.INSIDER,
    }
)
ACCOUNT_ROLES = frozenset({Role.ACCOUNT_OPERATOR, Role.REGISTERED_OWNER, Role.CO_SANCTIONED})
RESPONSE_ROLES = frozenset(Role) - CAUSE_ROLES - ACCOUNT_ROLES


class Certainty(Vocabulary):
    heading = nonmember(_("Certainty"))

    ADMITTED = "admitted", _("The platform or the party itself says so."), _("Admitted")
    DOCUMENTED = "documented", _("A document shows it."), _("Documented")
    ALLEGED = "alleged", _("Somebody says so; it is not shown."), _("Alleged")
    DENIED = "denied", _("The party it is said of denies it."), _("Denied")
    DISPUTED = "disputed", _("Sources disagree."), _("Disputed")
    UNKNOWN = "unknown", _("The sources leave it open."), _("Not known")


class Outcome(Vocabulary):
    heading = nonmember(_("Outcome"))

    GRANTED = "granted", _("It was granted."), _("Granted")
    PARTLY_GRANTED = "partly_granted", _("It was granted in part."), _("Partly granted")
    REFUSED = "refused", _("It was refused."), _("Refused")
    PENDING = "pending", _("It was not decided when last heard of."), _("Pending")
    NO_ANSWER = "no_answer", _("No answer came."), _("No answer")
    SETTLED = "settled", _("The sides came to terms."), _("Settled")
    UNKNOWN = "unknown", _("No source says how it ended."), _("Not known")
    NOT_APPLICABLE = "not_applicable", _("It asks for no outcome."), _("Not applicable")


class PartyKind(Vocabulary):
    heading = nonmember(_("Kinds of people and organisations"))

    PERSON = "person", _("One human being."), _("Person")
    ORGANISATION = "organisation", _("A body with a name and members."), _("Organisation")
    COLLECTIVE = "collective", _("A loose or informal group of people."), _("Collective")
    STATE_BODY = "state_body", _("A government, parliament, court, office or ruling party."), _("State body")
    MEDIA = "media", _("A newsroom or publisher."), _("Media")
    COMPANY = "company", _("A business, platforms' operators among them."), _("Company")
    UNKNOWN = "unknown", _("Not recorded by us."), _("Kind not known")


class Derivation(Vocabulary):
    heading = nonmember(_("How a source came about"))

    ORIGINAL = "original", _("The document itself."), _("Original")
    ADAPTATION = "adaptation", _("Rewritten from another document."), _("Adaptation")
    SYNDICATED_COPY = (
        "syndicated_copy",
        _("An agency's text printed by another outlet."),
        _("Syndicated copy"),
    )
    REPUBLICATION = "republication", _("The same text on another's site."), _("Republication")
    TRANSLATION = "translation", _("The same text in another language."), _("Translation")
    EDITED_VERSION = "edited_version", _("A later state of the same page."), _("Edited version")
    SCREENSHOT = "screenshot", _("A picture of the document."), _("Screenshot")


class CSLType(Vocabulary):
    """Types of the Citation Style Language, as its JSON schema (csl-data.json) spells them."""

    heading = nonmember(_("Kinds of source"))

    ARTICLE_NEWSPAPER = "article-newspaper", _("A report in a newspaper or by an agency."), _("News report")
    ARTICLE_MAGAZINE = "article-magazine", _("A longer report in a magazine."), _("Magazine article")
    POST_WEBLOG = "post-weblog", _("An entry on a weblog, a company's included."), _("Weblog post")
    POST = "post", _("An entry in a forum or on a social network."), _("Post")
    WEBPAGE = "webpage", _("Any other page of a web site."), _("Web page")
    BROADCAST = "broadcast", _("Radio or television."), _("Broadcast")
    INTERVIEW = "interview", _("Printed or recorded questions and answers."), _("Interview")
    REPORT = "report", _("A study, filing or press release."), _("Report")
    LEGAL_CASE = "legal_case", _("A complaint, order or judgment."), _("Legal case")
    LEGISLATION = "legislation", _("A law."), _("Legislation")
    PERSONAL_COMMUNICATION = (
        "personal_communication",
        _("A letter or message to us or to a source."),
        _("Personal communication"),
    )
    DOCUMENT = "document", _("Anything else on paper or in a file."), _("Document")


class IssuedBasis(Vocabulary):
    heading = nonmember(_("How the date of a source is known"))

    PRINTED = "printed", _("The document carries the date."), _("Printed on it")
    URL = "url", _("The date stands in its web address."), _("From its address")
    INFERRED = "inferred", _("We worked the date out from what it says."), _("Worked out by us")
    UNKNOWN = "unknown", _("No date could be found."), _("Not known")


class Stance(Vocabulary):
    heading = nonmember(_("Support or contradiction"))

    SUPPORTS = "supports", _("The source says so."), _("Supports")
    CONTRADICTS = "contradicts", _("The source says otherwise."), _("Contradicts")
    MENTIONS = "mentions", _("The source touches on it without deciding it."), _("Mentions")


class RelationKind(Vocabulary):
    heading = nonmember(_("How incidents are related"))

    SAME_CAMPAIGN = "same_campaign", _("Both belong to one wave of actions."), _("Same campaign")
    FOLLOWS = (
        "follows",
        _("The first came after the second and because of it or in its course."),
        _("Follows"),
    )
    SAME_PARTY = "same_party", _("Both happened to the same holder."), _("Same party")
    PART_OF = "part_of", _("The first is a part of the second."), _("Part of")
    CONTEXT_OF = "context_of", _("The first is background to the second."), _("Context of")
    RETALIATION_FOR = "retaliation_for", _("The first answers the second."), _("Retaliation for")
    SEE_ALSO = "see_also", _("Worth reading together."), _("See also")
    POSSIBLY_SAME_AS = (
        "possibly_same_as",
        _("They may be one event. Nobody has checked; the two are not merged on it."),
        _("Possibly the same event"),
    )
    NOT_SAME_AS = "not_same_as", _("Checked: these are two events."), _("Checked: not the same")


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

# The crosswalk to the EU Digital Services Act's statement of reasons (schema v2, 1 July 2025).
# A value that is missing here cannot be said in that vocabulary.
DSA_DECISION = {
    ActionType.SUSPENDED: "DECISION_ACCOUNT_SUSPENDED",
    ActionType.TERMINATED: "DECISION_ACCOUNT_TERMINATED",
    ActionType.LOCKED: "DECISION_ACCOUNT_SUSPENDED",
    ActionType.RESTRICTED: "DECISION_PROVISION_PARTIAL_SUSPENSION",
    ActionType.POSTING_BLOCKED: "DECISION_PROVISION_PARTIAL_SUSPENSION",
    ActionType.GEO_WITHHELD: "DECISION_VISIBILITY_CONTENT_DISABLED",
    ActionType.VISIBILITY_REDUCED: "DECISION_VISIBILITY_CONTENT_DEMOTED",
    ActionType.MONETISATION_SUSPENDED: "DECISION_MONETARY_SUSPENSION",
    ActionType.ACCESS_REVOKED: "DECISION_PROVISION_TOTAL_SUSPENSION",
    ActionType.SPACE_REMOVED: "DECISION_VISIBILITY_CONTENT_REMOVED",
    ActionType.CONTENT_REMOVED: "DECISION_VISIBILITY_CONTENT_REMOVED",
}
LAW_GROUNDS = frozenset(
    {
        Ground.LOCAL_LAW,
        Ground.GOVERNMENT_DEMAND,
        Ground.COURT_OR_LEGAL_ORDER,
        Ground.SANCTIONS_OR_EXPORT_CONTROL,
    }
)
NEITHER_GROUNDS = frozenset(
    {Ground.OWNERSHIP_DISPUTE, Ground.ERROR, Ground.NONE_STATED, Ground.NOT_APPLICABLE}
)
DSA_GROUND = {ground: "DECISION_GROUND_ILLEGAL_CONTENT" for ground in Ground if ground in LAW_GROUNDS} | {
    ground: "DECISION_GROUND_INCOMPATIBLE_CONTENT"
    for ground in Ground
    if ground not in LAW_GROUNDS | NEITHER_GROUNDS
}
