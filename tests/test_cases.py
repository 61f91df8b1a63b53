"""The three cases of 2020 in `fixtures/`, held to the checklist of facts they were written from.

Every fact of the two founding documents (A01 to A45) and every point on which later sources differ (B6) is
either found in the public records or listed here as left out, with the reason. Nothing is quoted that is not printed.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import transaction

from incidents import models, publishing
from incidents.choices import Certainty, Occurrence, ReasonStatus, RelationKind, Scope, Status
from incidents.records import incident_record
from incidents.shape import SHAPE

from .factories import public_fixture

# The database itself is used by the fixture `loaded` alone; the mark has it set up.
pytestmark = pytest.mark.django_db

FIXTURE = settings.BASE_DIR / "fixtures" / "zoom_2020.json"

HC = "2020-zoom-humanitarian-china"
ALLIANCE = "2020-zoom-hong-kong-alliance"
WANG_DAN = "2020-zoom-wang-dan"
CONFERENCE = "2020-zoom-tiananmen-conference"
HACKED = "2020-commemoration-event-hacked"
DETAINED = "2020-china-speaker-detained"
SILENCED = "2020-china-commemoration-silenced"
CHARGED = "2020-zoom-former-employee-charged"
CASES = (HC, ALLIANCE, WANG_DAN)

D1 = "business-gurus-2020-06-11"
D2 = "outlookseries-2020-06-11"

# What each source prints, as far as it is quoted. A quotation in the fixture is a passage of its source, or a part of one.
PRINTED = {
    D1: [
        "had temporarily shut down the account",
        "The group described the incident of blocking their account as outrageous.",
        "The group was not able to access its account on Sunday, a week after it held the virtual meeting, said the "
        "Humanitarian China, an organization that is based in California, US, that provides “relief for political "
        "prisoners and activists” in China, said in a statement. The Zoom conference was joined by more than 250 people "
        "worldwide while other streamed it live on social media, the group said.",
        "“The Zoom account used for this conference displayed a message that it had been shut down,” the organization "
        "said. “Zoom has not responded to our requests for an explanation.”",
        "Chinese civilians protesting for democracy were fired upon by the Chinese army on June 4, 1989, at the "
        "Tiananmen Square in Beijing",
        "The death toll in the incident is varied, ranging from several hundred to thousands.",
        "The May 31 event included the Tiananmen Mothers, a group set up by those who lost children in the massacre, "
        "said Zhou Fengsuo, a former protest leader in Beijing who leads Humanitarian China. Writers, scholars and "
        "former student leaders were participants in the event, the group also said.",
        "“A significant proportion of attendees were from China,” the group said in its statement. “Our conference "
        "provided many the opportunity to connect with activists abroad for the first time.”",
        "The news website Axios first reported the news of the account closure of the group by Zoon.",
        "The “US-based account” involved in the matter was reactivated, Zoom confirmed to the media. The company “must "
        "comply with laws in the countries where we operate”, said Zoom in a statement released Thursday.",
        "We strive to limit actions taken to those necessary to comply with local law. Our platform is increasingly "
        "supporting complex, cross-border conversations, for which the compliance with the laws of multiple countries "
        "is very difficult",
        "We regret that a few recent meetings with participants both inside and outside of China were negatively "
        "impacted and important conversations were disrupted. It is not in Zoom’s power to change the laws of "
        "governments opposed to free speech.",
        "seemed to have made the decision to deactivate the account according to Chinese law. Zoom was “complicit in "
        "erasing the memories of the Tiananmen Massacre in collaboration with an authoritarian government,” the group "
        "said in the statement.",
        "While confirming that his account had been reactivated, Zhou said that his team wanted clarification from Zoom "
        "about the reasons for the suspension of the services to the account",
        "“We haven’t heard from Zoom. We want to know why,” Zhou said.",
    ],
    D2: [
        "On May 31st, Humanitarian China held the first ever ZOOM conference to commemorate the 31st anniversary of the "
        "Tiananmen Massacre. On June 7th, Around 10 PM EST, the ZOOM account used for this conference displayed a "
        "message that it had been shut down, and repeated logins failed. ZOOM has not responded to our requests for an "
        "explanation.",
        "More than 250 people worldwide joined the conference on ZOOM, while more than 4000 streamed through Social "
        "Media. A significant proportion of attendees were from China. Our conference provided many the opportunity to "
        "connect with activists abroad for the first time. As the most comprehensive Tiananmen conference of the last "
        "31 years, the event was announced and reported by many news outlets.",
        "Speakers included the Tiananmen Mothers, workers severely punished for resisting the butchering troops, "
        "organizers of the Hong Kong Candlelight Vigil, writers and scholars, as well as former student leaders. "
        "Prevented by police from reporting live, most speakers from China sent pre recorded messages.",
        "was detained for 5 days to prevent him from attending the conference live",
        "We are outraged by this act from ZOOM, a U.S company. Simultaneous to our censoring, thousands in relation to "
        "the Tiananmen Commemoration and Free Hong Kong Movements were silenced within China both online and through in "
        "person detainments. The ZOOM accounts of Wang Dan and the Hong Kong Alliance were also shut down. Another "
        "commemoration event encouraging dialogue on the Massacre was attacked twice by hackers, preventing viewers "
        "from logging in.",
        "As the most commercially popular meeting software worldwide, ZOOM is essential as an unbanned outreach to "
        "Chinese audiences",
        "It seems possible ZOOM acted on pressure from the CCP to shut down our account. If so, ZOOM is complicit in "
        "erasing the memories of the Tiananmen Massacre in collaboration with an authoritarian government.",
        "Humanitarian China demands an explanation of why our account was shut down, we will pursue other channels to "
        "protect our rights.",
    ],
    "2049bbs-2020-06-09": [
        "Screenshots enclosed of message detailing account closed before 10PM June 7th",
        "美国东部时间",
        "对话中国组织的六四纪念活动",
    ],
    "american-military-news-2020-06-13": ["Zhou said his account was reactivated on Wednesday"],
    "amnesty-uk-2020-06": ["Wang Dan, who held a Zoom event on 3 June"],
    "axios-2020-06-10": ["in a screenshot viewed by Axios", "was also closed in late May"],
    "businessline-2020-06": ["had fallen short"],
    "cnet-2020-12": ["fewer than ten individual users"],
    "cnn-business-copy": [
        "Zoom confirmed to CNN Business on Wednesday that it reactivated the “US-based account” involved in the matter"
    ],
    "cnn-krdo-2020-12-18": ["terminated at least four video meetings"],
    "complaint-20-mj-1103": ["In or about and between January 2019 and the present"],
    "epoch-times-hk-2020-06-12": ["講座之前就發現被封號了"],
    "financial-district-2020-06-11": ["The account was shut on June 7"],
    "ft-irish-times-2020-06": [
        "his Zoom call being cancelled twice and two of his team’s paid Zoom accounts being disabled",
        "on the morning of June 4th in the US",
    ],
    "goa-chronicle-undated": [
        "In May and early June, we were notified by the Chinese government about four large, public June 4th "
        "commemoration meetings",
        "any user information or meeting content",
    ],
    "guardian-nchrd-2020-06-11": ["So the only explanation is that it’s politically motivated."],
    "hkfp-2020-06-12": [
        "The account was suspended before the talk started. I’ve asked Zoom many times whether this is political "
        "censorship but it has never replied to me"
    ],
    "justice-department-2020-12-18": [
        "allegedly participated in a scheme to disrupt a series of meetings in May and June 2020"
    ],
    "justice-department-2023-04": [
        "suppress the dissidents free speech on the platform of a U.S. telecommunications company (Company-1)"
    ],
    "latimes-2020-06-10": ["Zoom said Wednesday afternoon it had reactivated the U.S.-based account."],
    "newssummedup-2020-06-10": ["told AFP that the Zoom account was reactivated on Wednesday"],
    "nytimes-copy-undated": ["Suspensions similar to Mr. Zhou’s appeared to affect"],
    "rthk-2020-06-12": ["Lee Cheuk-yan says his Zoom account was suspended recently."],
    "seekingalpha-2020-06-12": ["We will have a new process for handling similar situations"],
    "senators-letter-2020-06-12": [
        "two U.S.-based, pro-democracy Chinese activists after they held a Zoom meeting on the June 4th anniversary"
    ],
    "snews-2020-12": [
        "to persuade [Zoom] executives based in the United States to terminate meetings and suspend or terminate the "
        "user accounts of the meeting hosts"
    ],
    "sourceful-humanitarian-china": ["6月7日,美国东部时间晚上10点左右"],
    "taipei-times-2020-06-12": ["locked out of Zoom since May 22"],
    "the-week-2020-06-12": ["Zoom has since restored the accounts"],
    "todaychina-2020-12": [
        "Lee Cheuk-yan’s account was deactivated half an hour before the conference",
        "interrupted",
    ],
    "vice-2020-06": ["The conference took place without a problem", "late on Wednesday"],
    "washington-examiner-2020-06-10": ["We have reactivated the U.S.-based account"],
    "washington-times-2020-12-18": [
        "this former employee took actions resulting in the termination of several meetings and accounts, and shared or "
        "directed the sharing of a limited amount of individual user data with Chinese authorities"
    ],
    "wire-china-2023-08-06": ["our Zoom account was closed with no explanation"],
    "zoom-policies-2020-12-18": [
        "adverse actions we took toward Lee Cheuk-yan, Wang Dan, and Zhou Fengsuo",
        "their accounts have been reinstated",
        "We did not provide any non-China-base",
    ],
    "zoom-sec-2020-12-18": [
        "we terminated for violating company policies the China-based former employee charged in this matter"
    ],
}

# Digests of the names that stand nowhere in the file: a speaker at risk in China, and a person who is charged.
HIDDEN_NAMES = {
    "1ff69c405a41cda970cf36c6c8192247",
    "460860849d0b846baa0142f004104d89",
    "4e766f099e980c1ed89164271b470d32",
    "96f8be3f45dabd38efc17da18ea3e35d",
    "bf438051494fe04e72b37537c9e6ae8a",
    "e23c3d7ff76f6e6235ce091f2fcd5fd3",
}


@dataclass(frozen=True)
class Said:
    """A citation in this incident quotes these words from this source; `how` narrows it: field, stance, attribution."""

    ref: str
    source: str
    quote: str
    how: tuple = ()

    def is_in(self, records):
        return any(
            each["source"] == self.source and self.quote in each["quote"] and matches(each, dict(self.how))
            for each in records[self.ref]["citations"]
        )


@dataclass(frozen=True)
class Holds:
    """The incident, or one of its actions, justifications, involvements or relations, has these values."""

    ref: str
    part: str
    values: tuple

    def is_in(self, records):
        record = records[self.ref]
        return any(
            matches(each, dict(self.values)) for each in (record[self.part] if self.part else [record])
        )


@dataclass(frozen=True)
class Silent:
    """The incident cites nothing from this source, which says nothing of it."""

    ref: str
    source: str

    def is_in(self, records):
        return all(each["source"] != self.source for each in records[self.ref]["citations"])


def said(ref, source, quote, **how):
    return Said(ref, source, quote, tuple(how.items()))


def holds(ref, part="", **values):
    return Holds(ref, part, tuple(values.items()))


def matches(row, values):
    """Whether a row of a record has these values; a party, account or incident in it goes by its key."""

    def key(value):
        return value.get("slug") or value.get("ref") if isinstance(value, dict) else value

    return all(key(row[name]) == value for name, value in values.items())


BY_HC = {"attribution": "Humanitarian China"}
BY_ZOOM = {"attribution": "Zoom"}
BY_ZHOU = {"attribution": "Zhou Fengsuo"}

FACTS = {
    "A01": [
        said(HC, D2, "On June 7th, Around 10 PM EST", field="start", **BY_HC),
        holds(
            HC,
            "actions",
            account="zoom-humanitarian-china",
            start="2020-06-07",
            start_text="On June 7th, Around 10 PM EST",
            start_basis="first_observed",
            timezone="America/New_York",
        ),
    ],
    "A02": [said(HC, D2, "repeated logins failed", **BY_HC)],
    "A03": [
        said(
            HC,
            D1,
            "not able to access its account on Sunday, a week after it held the virtual meeting",
            **BY_HC,
        )
    ],
    "A04": [
        said(HC, D1, "displayed a message that it had been shut down", **BY_HC),
        holds(
            HC,
            "justifications",
            kind="notice_to_holder",
            ground="none_stated",
            audience="holder",
            modality="reported",
        ),
    ],
    "A05": [
        said(HC, D1, "had temporarily shut down the account", field="type", attribution=""),
        holds(HC, "actions", type="suspended"),
    ],
    "A06": [
        said(HC, D2, "the ZOOM account used for this conference", field="accounts_min", **BY_HC),
        said(HC, D1, "The Zoom account used for this conference", field="accounts_max", **BY_HC),
        holds(HC, "actions", accounts_min=1, accounts_max=1),
    ],
    "A07": [
        said(
            HC,
            D1,
            "The “US-based account” involved in the matter was reactivated",
            field="account",
            **BY_ZOOM,
        )
    ],
    "A08": [
        said(HC, D1, "confirming that his account had been reactivated", field="account"),
        holds(HC, "involvements", role="account_operator", party="zhou-fengsuo", certainty="documented"),
    ],
    "A09": [
        said(HC, D1, "was reactivated, Zoom confirmed to the media", field="status", **BY_ZOOM),
        said(
            HC,
            D1,
            "was reactivated, Zoom confirmed to the media",
            field="end",
            reading="was reactivated; no date",
        ),
        holds(HC, "actions", occurrence="confirmed_by_platform", status="lifted", status_as_of="2020-06-11"),
    ],
    "A10": [
        said(HC, D1, "While confirming that his account had been reactivated", field="status", **BY_ZHOU)
    ],
    "A11": [
        said(HC, D2, "has not responded to our requests for an explanation", **BY_HC),
        said(HC, D1, "has not responded to our requests for an explanation", **BY_HC),
        holds(
            HC,
            "justifications",
            kind="no_response",
            speaker="zoom",
            audience="holder",
            date="2020-06-07/2020-06-11",
        ),
    ],
    "A12": [
        said(HC, D1, "We haven’t heard from Zoom. We want to know why", **BY_ZHOU),
        holds(
            HC,
            "justifications",
            kind="no_response",
            speaker="zoom",
            audience="holder",
            date="2020-06-10/2020-06-11",
        ),
        holds(HC, "involvements", role="request_for_explanation", party="zhou-fengsuo", outcome="no_answer"),
    ],
    "A13": [
        said(HC, D2, "we will pursue other channels to protect our rights", **BY_HC),
        holds(
            HC,
            "involvements",
            role="request_for_explanation",
            party="humanitarian-china",
            outcome="no_answer",
        ),
    ],
    "A14": [said(HC, D1, "The news website Axios first reported")],
    "A15": [
        said(HC, D1, "must comply with laws in the countries where we operate", **BY_ZOOM),
        holds(
            HC,
            "justifications",
            kind="public_justification",
            ground="local_law",
            speaker="zoom",
            audience="public",
            date="2020-06-11",
            action=None,
        ),
        holds(HC, "actions", reason_status="generic"),
    ],
    "A16": [
        said(
            HC, D1, "We strive to limit actions taken to those necessary to comply with local law.", **BY_ZOOM
        )
    ],
    "A17": [said(HC, D1, "the compliance with the laws of multiple countries is very difficult", **BY_ZOOM)],
    "A18": [
        said(
            HC,
            D1,
            "We regret that a few recent meetings with participants both inside and outside of China were negatively impacted",
            **BY_ZOOM,
        )
    ],
    "A19": [
        said(
            HC,
            D1,
            "It is not in Zoom’s power to change the laws of governments opposed to free speech.",
            **BY_ZOOM,
        )
    ],
    "A20": [
        said(
            HC, D2, "It seems possible ZOOM acted on pressure from the CCP to shut down our account.", **BY_HC
        ),
        holds(
            HC,
            "involvements",
            role="alleged_influence",
            party="chinese-communist-party",
            certainty="alleged",
            modality="hedged",
        ),
        holds(
            HC,
            "involvements",
            role="allegation",
            party="humanitarian-china",
            modality="hedged",
            quote="It seems possible ZOOM acted on pressure from the CCP to shut down our account.",
        ),
    ],
    "A21": [
        said(HC, D2, "If so, ZOOM is complicit in erasing the memories", **BY_HC),
        holds(
            HC,
            "involvements",
            role="allegation",
            party="humanitarian-china",
            certainty="alleged",
            modality="conditional",
        ),
    ],
    "A22": [
        said(
            HC,
            D1,
            "Zoom was “complicit in erasing the memories of the Tiananmen Massacre in collaboration with an authoritarian government,”",
            field="modality",
            stance="contradicts",
            reading="without the “if”",
        )
    ],
    "A23": [
        said(
            HC,
            D1,
            "seemed to have made the decision to deactivate the account according to Chinese law",
            stance="contradicts",
        )
    ],
    "A24": [
        said(HC, D2, "We are outraged by this act from ZOOM, a U.S company.", **BY_HC),
        holds(
            HC, "involvements", role="complained_publicly", party="humanitarian-china", certainty="documented"
        ),
    ],
    "A25": [said(HC, D1, "described the incident of blocking their account as outrageous", **BY_HC)],
    "A26": [
        said(
            WANG_DAN,
            D2,
            "The ZOOM accounts of Wang Dan and the Hong Kong Alliance were also shut down.",
            **BY_HC,
        ),
        said(WANG_DAN, D2, "were also shut down", field="start", stance="mentions"),
        holds(WANG_DAN, "actions", account="zoom-wang-dan", type="unknown"),
    ],
    "A27": [
        said(
            ALLIANCE,
            D2,
            "The ZOOM accounts of Wang Dan and the Hong Kong Alliance were also shut down.",
            **BY_HC,
        ),
        said(ALLIANCE, D2, "were also shut down", field="start", stance="mentions"),
        holds(ALLIANCE, "actions", account="zoom-hong-kong-alliance", type="unknown"),
    ],
    "A28": [Silent(WANG_DAN, D1), Silent(ALLIANCE, D1)],
    "A29": [
        said(
            CONFERENCE,
            D2,
            "On May 31st, Humanitarian China held the first ever ZOOM conference",
            field="date",
            **BY_HC,
        ),
        holds(CONFERENCE, kind="context", date="2020-05-31"),
        holds(HC, "relations", kind="context_of", incident=CONFERENCE, forward=False),
    ],
    "A30": [
        said(CONFERENCE, D2, "More than 250 people worldwide joined the conference on ZOOM", **BY_HC),
        said(CONFERENCE, D1, "joined by more than 250 people worldwide", **BY_HC),
    ],
    "A31": [
        said(CONFERENCE, D2, "more than 4000 streamed through Social Media", **BY_HC),
        said(CONFERENCE, D1, "", reading="more than 250; no number for the stream"),
    ],
    "A32": [
        said(CONFERENCE, D2, "A significant proportion of attendees were from China.", **BY_HC),
        said(CONFERENCE, D1, "A significant proportion of attendees were from China", **BY_HC),
    ],
    "A33": [
        said(CONFERENCE, D2, "connect with activists abroad for the first time", **BY_HC),
        said(CONFERENCE, D1, "connect with activists abroad for the first time", **BY_HC),
    ],
    "A34": [
        said(CONFERENCE, D2, "organizers of the Hong Kong Candlelight Vigil", **BY_HC),
        said(
            CONFERENCE,
            D1,
            "Writers, scholars and former student leaders",
            reading="without the workers and the organisers of the vigil",
        ),
    ],
    "A35": [said(CONFERENCE, D2, "most speakers from China sent pre recorded messages", **BY_HC)],
    "A36": [said(CONFERENCE, D2, "announced and reported by many news outlets", **BY_HC)],
    "A37": [
        said(HACKED, D2, "was attacked twice by hackers, preventing viewers from logging in", **BY_HC),
        said(HACKED, "2049bbs-2020-06-09", "对话中国组织的六四纪念活动", **BY_HC),
        holds(HC, "relations", kind="context_of", incident=HACKED, forward=False, certainty="alleged"),
    ],
    "A38": [
        said(
            DETAINED, D2, "was detained for 5 days to prevent him from attending the conference live", **BY_HC
        ),
        holds(DETAINED, kind="context", date="2020-05-31~"),
        holds(HC, "relations", kind="context_of", incident=DETAINED, forward=False, certainty="alleged"),
    ],
    "A40": [
        said(SILENCED, D2, "silenced within China both online and through in person detainments", **BY_HC),
        holds(SILENCED, kind="context", date_text="Simultaneous to our censoring"),
        holds(HC, "relations", kind="context_of", incident=SILENCED, forward=False, certainty="alleged"),
    ],
    "A41": [
        said(
            HC,
            D1,
            "based in California, US, that provides “relief for political prisoners and activists” in China",
        )
    ],
    "A42": [said(HC, D1, "a former protest leader in Beijing who leads Humanitarian China")],
    "A43": [said(CONFERENCE, D1, "a group set up by those who lost children", **BY_ZHOU)],
    "A44": [
        said(CONFERENCE, D1, "fired upon by the Chinese army on June 4, 1989"),
        said(CONFERENCE, D1, "ranging from several hundred to thousands"),
    ],
    "A45": [
        said(HC, D2, "essential as an unbanned outreach to Chinese audiences", **BY_HC),
        said(HC, D2, "a U.S company", **BY_HC),
    ],
    "B6 Humanitarian China closed": [
        holds(
            HC,
            "actions",
            start="2020-06-07",
            start_basis="first_observed",
            start_at_from=datetime(2020, 5, 31, 4, tzinfo=UTC),
            start_at_to=datetime(2020, 6, 8, 3, tzinfo=UTC),
        ),
        said(HC, "2049bbs-2020-06-09", "before 10PM June 7th", field="start_at_to"),
        said(HC, "sourceful-humanitarian-china", "6月7日,美国东部时间晚上10点左右", field="start_text"),
        said(HC, "financial-district-2020-06-11", "The account was shut on June 7", stance="contradicts"),
    ],
    "B6 Humanitarian China back": [
        holds(HC, "actions", end="2020-06-10", status="lifted"),
        said(HC, "latimes-2020-06-10", "Wednesday afternoon", field="end", **BY_ZOOM),
        said(HC, "cnn-business-copy", "on Wednesday", field="end", **BY_ZOOM),
        said(HC, "newssummedup-2020-06-10", "reactivated on Wednesday", field="end", **BY_ZHOU),
        said(HC, "american-military-news-2020-06-13", "reactivated on Wednesday", field="end", **BY_ZHOU),
        said(HC, "vice-2020-06", "late on Wednesday", field="end"),
    ],
    "B6 Hong Kong Alliance closed": [
        holds(
            ALLIANCE, "actions", start="2020-05-22", start_basis="first_observed", timezone="Asia/Hong_Kong"
        ),
        said(ALLIANCE, "taipei-times-2020-06-12", "since May 22", field="start", attribution="Lee Cheuk-yan"),
        said(
            ALLIANCE, "hkfp-2020-06-12", "before the talk started", field="start", attribution="Lee Cheuk-yan"
        ),
        said(ALLIANCE, "axios-2020-06-10", "late May", field="start", value_as_stated="in late May"),
    ],
    "B6 Hong Kong Alliance back": [
        holds(ALLIANCE, "actions", end="2020-06-11/2020-06-12", status="lifted", status_as_of="2020-06-12"),
        said(
            ALLIANCE,
            "zoom-policies-2020-12-18",
            "their accounts have been reinstated",
            field="end",
            **BY_ZOOM,
        ),
        said(ALLIANCE, "guardian-nchrd-2020-06-11", "", field="end", stance="contradicts"),
        said(ALLIANCE, "rthk-2020-06-12", "was suspended recently", field="end", stance="contradicts"),
    ],
    "B6 Wang Dan": [
        holds(
            WANG_DAN,
            "actions",
            start="2020-06-03/2020-06-04",
            start_basis="inferred",
            accounts_min=1,
            accounts_max=2,
        ),
        said(WANG_DAN, "amnesty-uk-2020-06", "3 June", field="start"),
        said(WANG_DAN, "ft-irish-times-2020-06", "on the morning of June 4th in the US", field="start"),
        said(WANG_DAN, "businessline-2020-06", "", field="accounts_min", **BY_ZOOM),
        said(
            WANG_DAN, "ft-irish-times-2020-06", "two of his team’s paid Zoom accounts", field="accounts_max"
        ),
    ],
    "B6 Wang Dan back": [
        holds(WANG_DAN, "actions", end="2020-06-03/2020-06-11", status="lifted", status_as_of="2020-06-11"),
        said(
            WANG_DAN,
            "zoom-policies-2020-12-18",
            "their accounts have been reinstated",
            field="end",
            **BY_ZOOM,
        ),
    ],
    "B6 Reason, public": [
        holds(HC, "justifications", speaker="zoom", date="2020-06-10", ground="local_law", supersedes=None),
        holds(HC, "justifications", speaker="zoom", date="2020-06-11", ground="local_law", supersedes=3),
        holds(
            HC, "justifications", speaker="zoom", date="2020-06-11", ground="government_demand", supersedes=5
        ),
        holds(
            HC,
            "justifications",
            speaker="zoom",
            date="2020-07-01/2020-12-18",
            kind="confirmation",
            supersedes=6,
        ),
        holds(HC, "justifications", speaker="zoom", date="2020-12-18", kind="correction", supersedes=6),
        said(HC, "businessline-2020-06", "had fallen short", **BY_ZOOM),
        said(HC, "zoom-sec-2020-12-18", "terminated for violating company policies", **BY_ZOOM),
    ],
    "B6 Government role": [
        holds(HC, "involvements", role="alleged_influence", certainty="alleged", modality="hedged"),
        *(
            holds(
                ref,
                "involvements",
                role="demanded_by",
                party="chinese-government",
                certainty="admitted",
                date="2020-05/2020-06",
            )
            for ref in CASES
        ),
        *(
            said(ref, "goa-chronicle-undated", "we were notified by the Chinese government", **BY_ZOOM)
            for ref in CASES
        ),
    ],
    "B6 User data": [
        said(HC, "goa-chronicle-undated", "any user information or meeting content", **BY_ZOOM),
        said(
            HC,
            "washington-times-2020-12-18",
            "sharing of a limited amount",
            justification=6,
            stance="contradicts",
        ),
        said(HC, "cnet-2020-12", "fewer than ten individual users", justification=9, **BY_ZOOM),
    ],
    "B6 Meetings ended": [
        said(
            HC,
            "goa-chronicle-undated",
            "",
            justification=6,
            reading="three of the four meetings ended",
        ),
        said(
            HC,
            "cnn-krdo-2020-12-18",
            "terminated at least four video meetings",
            justification=6,
            stance="contradicts",
            attribution="United States Department of Justice",
        ),
    ],
    "B6 Humanitarian China's event": [
        said(CONFERENCE, "vice-2020-06", "took place without a problem", field="summary", stance="supports"),
        said(CONFERENCE, "todaychina-2020-12", "interrupted", field="summary", stance="contradicts"),
    ],
}

LEFT_OUT = {
    "A39": "The years a speaker spent in prison tell who the person is, who may be harmed by it; they say nothing of an account.",
}

CHECKLIST = [f"A{number:02}" for number in range(1, 46)] + [
    f"B6 {point}"
    for point in (
        "Humanitarian China closed",
        "Humanitarian China back",
        "Hong Kong Alliance closed",
        "Hong Kong Alliance back",
        "Wang Dan",
        "Wang Dan back",
        "Reason, public",
        "Government role",
        "User data",
        "Meetings ended",
        "Humanitarian China's event",
    )
]


@dataclass(frozen=True)
class Loaded:
    """What the tracker makes of the fixture."""

    records: dict
    broken: list
    problems: dict
    counted: list
    written: bytes


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The fixture, loaded for a moment and looked at once; the tests compare what was seen."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("loaddata", FIXTURE, verbosity=0)
        incidents = models.Incident.objects.all()
        seen = Loaded(
            records={each.ref: incident_record(each) for each in incidents.public().with_story()},
            broken=broken_rules(),
            problems={each.ref: publishing.problems(each) for each in incidents},
            counted=[
                action.natural_key()
                for action in models.Action.objects.with_account()
                if not action.not_counted_because
            ],
            written=public_fixture(incidents.public()),
        )
        transaction.set_rollback(True)
    return seen


def broken_rules():
    """Each stored record that does not pass its own validation, with what is wrong."""
    found = []
    for name in SHAPE:
        for record in apps.get_model("incidents", name).objects.all():
            try:
                record.full_clean()
            except ValidationError as error:
                found.append((name, record.natural_key(), error.message_dict))
    return found


@pytest.fixture(scope="module")
def records(loaded):
    """What everyone may read of each incident, by ref."""
    return loaded.records


@pytest.fixture(scope="module")
def entries():
    """The entries of the file as they stand in it."""
    return json.loads(FIXTURE.read_text())


def test_the_file_holds_the_three_cases_and_their_context(records):
    assert {ref: record["kind"] for ref, record in records.items()} == {
        **dict.fromkeys(CASES, "account_action"),
        **dict.fromkeys((CONFERENCE, HACKED, DETAINED, SILENCED, CHARGED), "context"),
    }


def test_each_fact_is_either_in_the_record_or_left_out_for_a_reason():
    assert sorted([*FACTS, *LEFT_OUT]) == sorted(CHECKLIST)
    assert all(LEFT_OUT.values())


@pytest.mark.parametrize("fact", FACTS)
def test_the_fact_is_found_in_the_record(fact, records):
    assert [where for where in FACTS[fact] if not where.is_in(records)] == []


def test_every_quotation_is_printed_in_its_source(records):
    wrong = [
        (ref, citation["seq"], part)
        for ref, record in records.items()
        for citation in record["citations"]
        for part in citation["quote"].split(" […] ")
        if not any(part in passage for passage in PRINTED[citation["source"]])
    ]

    assert wrong == []


def test_every_word_put_in_a_mouth_is_printed_in_a_source_cited_for_it(records):
    wrong = []
    for ref, record in records.items():
        for kind in ("justification", "involvement"):
            for spoken in record[f"{kind}s"]:
                cited = {each["source"] for each in record["citations"] if each[kind] == spoken["seq"]}
                passages = [passage for source in cited for passage in PRINTED[source]]
                for part in spoken["quote"].split(" […] "):
                    if not any(part in passage for passage in passages):
                        wrong.append((ref, kind, spoken["seq"], part))

    assert wrong == []


def test_every_source_in_the_file_is_cited(entries, records):
    cited = {each["source"] for record in records.values() for each in record["citations"]}

    assert cited == set(PRINTED)
    assert cited == {each["fields"]["citekey"] for each in entries if each["model"] == "incidents.source"}


# The fields of an action, each with those that one citation bears out together with it.
ACTION_FIELDS = {
    "type": (),
    "occurrence": (),
    "start": ("start_text", "start_basis", "start_is_span"),
    "timezone": (),
    "start_at_from": (),
    "start_at_to": (),
    "end": ("end_text", "end_at_from", "end_at_to"),
    "expected_end": (),
    "status": ("status_as_of",),
    "end_cause": (),
    "term": ("term_text",),
    "scope": ("countries",),
    "accounts_min": ("accounts_text",),
    "accounts_max": (),
    "accounts_as_of": (),
    "member_kind": (),
    "automation": (),
    "reason_status": (),
}
# What says that nothing is known, or follows from the kind of action alone.
SAYS_NOTHING = {
    "",
    None,
    "unknown",
    Occurrence.REPORTED,
    Status.NOT_APPLICABLE,
    ReasonStatus.NOT_RECORDED,
    False,
    "not_applicable",
    Scope.UNKNOWN,
}


def test_every_value_of_an_action_has_a_source_that_supports_it(records):
    bare = []
    for ref, record in records.items():
        for action in record["actions"]:
            cited = {
                each["field"]
                for each in record["citations"]
                if each["action"] == action["seq"] and each["stance"] == "supports"
            }
            bare += [
                (ref, action["seq"], name)
                for name, companions in ACTION_FIELDS.items()
                if name not in cited and any(action[each] not in SAYS_NOTHING for each in (name, *companions))
            ]

    assert bare == []


def test_every_field_of_an_action_is_on_that_list():
    structural = {"incident", "seq", "account", "note"}

    named = {each for name, companions in ACTION_FIELDS.items() for each in (name, *companions)}

    assert named == set(SHAPE["action"].fields) - structural


@pytest.mark.parametrize("kind", ["justification", "involvement"])
def test_everything_said_or_done_by_others_is_cited_with_a_quotation(kind, records):
    bare = [
        (ref, each["seq"])
        for ref, record in records.items()
        for each in record[f"{kind}s"]
        if not any(
            c[kind] == each["seq"] and c["quote"] and c["stance"] == "supports" for c in record["citations"]
        )
    ]

    assert bare == []


def test_the_date_of_a_context_event_is_cited(records):
    dated = {ref for ref, record in records.items() if record["date"] or record["date_text"]}

    cited = {
        ref
        for ref, record in records.items()
        for each in record["citations"]
        if each["field"] == "date" and not (each["action"] or each["justification"] or each["involvement"])
    }

    assert dated == cited == {CONFERENCE, HACKED, DETAINED, SILENCED, CHARGED}


def test_a_charge_is_never_more_than_alleged(records):
    charges = {
        (ref, each["certainty"])
        for ref, record in records.items()
        for each in record["involvements"]
        if each["role"] in ("insider", "official_finding")
    }

    assert charges == {(ref, Certainty.ALLEGED) for ref in (*CASES, CHARGED)}


def test_what_zoom_said_of_all_three_stands_in_each_case(records):
    said_of_all = [
        [
            (each["kind"], each["ground"], each["date"], each["quote"])
            for each in records[ref]["justifications"]
        ][-4:]
        for ref in CASES
    ]

    assert said_of_all[0] == said_of_all[1] == said_of_all[2]
    assert [kind for kind, *_ in said_of_all[0]] == [
        "public_justification",
        "policy_or_promise",
        "confirmation",
        "correction",
    ]


def test_the_three_cases_are_one_campaign(records):
    campaign = {
        ref: {each["incident"]["ref"] for each in record["relations"] if each["kind"] == "same_campaign"}
        for ref, record in records.items()
    }

    assert {ref: others for ref, others in campaign.items() if others} == {
        ref: set(CASES) - {ref} for ref in CASES
    }


def test_nothing_is_joined_on_a_suspicion(entries):
    kinds = {each["fields"]["kind"] for each in entries if each["model"] == "incidents.relation"}

    assert RelationKind.POSSIBLY_SAME_AS not in kinds


def test_the_speaker_at_risk_and_the_accused_are_not_named():
    text = FIXTURE.read_text().casefold()

    words = set(re.findall(r"[a-z]+|[\u3400-\u9fff]", text))

    assert {word for word in words if hashlib.sha256(word.encode()).hexdigest()[:32] in HIDDEN_NAMES} == set()


def test_names_are_found_in_their_own_script(records):
    shown = {
        ref: json.dumps([record["actions"], record["involvements"]], default=str, ensure_ascii=False)
        for ref, record in records.items()
    }

    assert all(name in shown[HC] for name in ("人道中國", "周鋒鎖"))
    assert all(name in shown[ALLIANCE] for name in ("香港支聯會", "李卓人"))
    assert "王丹" in shown[WANG_DAN]


def test_one_action_counts_and_the_others_say_why_they_do_not(records, loaded):
    counted = {
        (ref, action["seq"]): str(action["not_counted_because"])
        for ref, record in records.items()
        for action in record["actions"]
    }

    assert counted == {
        (HC, 1): "",
        (ALLIANCE, 1): "type_unknown",
        (WANG_DAN, 1): "type_unknown",
        (WANG_DAN, 2): "meeting_or_event",
        (WANG_DAN, 3): "meeting_or_event",
    }
    assert loaded.counted == [(HC, 1)]


def test_every_record_in_the_file_keeps_the_rules_and_every_incident_may_be_public(loaded):
    assert loaded.broken == []
    assert loaded.problems == {ref: [] for ref in loaded.records}


def test_the_file_is_what_the_exporter_writes(loaded):
    assert loaded.written == FIXTURE.read_bytes()


def test_the_file_holds_public_fields_only(entries):
    for entry in entries:
        assert set(entry["fields"]) == set(SHAPE[entry["model"].removeprefix("incidents.")].fields)
        assert "pk" not in entry
