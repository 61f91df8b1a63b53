"""The three cases of 2020 in `fixtures/`, held to the checklist of facts they were written from.

Every fact of the two founding documents (A01 to A45) and every point on which later sources differ (B6) is
either found in the public records or listed here as left out, with the reason. Nothing is quoted that is not printed.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import transaction
from django.utils.translation import override

from incidents import models, publishing
from incidents.choices import Certainty, Occurrence, ReasonStatus, RelationKind, Scope, Status
from incidents.languages import OWN_WORDS, QUOTED_WORDS
from incidents.public.presenters.notes import Notes
from incidents.public.presenters.wording import localized
from incidents.records import incident_record
from incidents.shape import SHAPE
from incidents.translations import missing

from .factories import public_fixture

# The database itself is used by the fixture `loaded` alone; the mark has it set up.
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]

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
        "Allegations against the video conferencing company Zoom",
        "For China’s ruling Communist Party",
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
        "香港支联会的ZOOM帐户也被关闭，对话中国组织的六四纪念活动也两次被黑客攻击，无法登入",
    ],
    "american-military-news-2020-06-13": [
        "Zhou said his account was reactivated on Wednesday",
    ],
    "amnesty-nz-2020-06": [
        "had his account shut down twice",
        "The accounts have since been reinstated after Zoom acknowledged it had made a mistake",
    ],
    "amnesty-uk-2020-06": [
        "Wang Dan, who held a Zoom event on 3 June",
    ],
    "ap-pagina-abierta-2020-06-11": [
        "su cuenta pagada de Zoom fue bloqueada el 22 de mayo",
        "una vocera del Ministerio del Exterior de China dijo no estar enterada del asunto que involucra a Zoom",
    ],
    "apple-daily-2020-06-05": [
        "全球六四31周年網上公祭及紀念大會於美東時間上午9時舉行(香港昨晚9時)",
        "公祭及紀念大會準時開始後,開始不久後即兩度中斷。王丹在facebook發聲明質疑遭中共黑客攻擊,提請美國FBI和美國政府調查。",
    ],
    "asianews-2020-06-12": [
        "Wang Dan: We will go through legal channels.",
    ],
    "axios-2020-06-10": [
        "a paid Zoom account associated with Humanitarian China",
        "in a screenshot viewed by Axios",
        "A second Zoom account belonging to a pro-democracy activist, Lee Cheuk Yan, a former Hong Kong "
        "politician and pro-democracy activist, was also closed in late May. Lee has also received no response "
        "from Zoom.",
        "Zoom did not respond to a request for comment.",
    ],
    "axios-2020-06-11": [
        "Our response should not have impacted users outside of mainland China. We made two mistakes: We "
        "suspended or terminated the host accounts, one in Hong Kong SAR and two in the U.S. We have reinstated "
        "these three host accounts. We shut down the meetings instead of blocking the participants by country.",
    ],
    "axios-update-2020-06-10": [
        "A Zoom spokesperson confirmed to Axios that the account had been closed “to comply with local law” and "
        "said it had now been re-activated.",
    ],
    "balloon-juice-2023-04-17": [
        "sought to suppress the dissidents’ free speech on the platform of a U.S. telecommunications company "
        "(Company-1)",
    ],
    "bbc-2020-12-20": [
        "terminated at least four meetings commemorating the 31st anniversary of the Tiananmen Square crackdown",
    ],
    "business-today-2020-06-12": [
        "Zoom does not currently have the ability to remove specific participants from a meeting or block "
        "participants from a certain country from joining a meeting. As such, we made the decision to end three "
        "of the four meetings and suspended or terminated the host accounts associated with the three meetings,",
    ],
    "businessline-2020-06": [
        "had suspended the accounts of Lee Cheuk-yan, Wang Dan, and Zhou Fengsuo at the request of the Chinese "
        "government",
        "one was based in Hong Kong SAR and two in the U.S. It has reinstated those accounts.",
        "The Chinese government informed us that this activity is illegal in China and demanded that Zoom "
        "terminate the meetings and host accounts",
    ],
    "cnet-2020-12": [
        "and with the exception of user data for fewer than ten individual users",
    ],
    "cnn-business-copy": [
        "Zoom confirmed to CNN Business on Wednesday that it reactivated the “US-based account” involved in the "
        "matter",
    ],
    "complaint-20-mj-1103": [
        "In or about and between January 2019 and the present",
    ],
    "crusoe-2020-06-11": [
        "Lamentamos que algumas reuniões recentes com participantes dentro e fora da China tenham sido "
        "impactadas negativamente",
        "Como qualquer empresa global, o Zoom deve cumprir com as leis nos países em que opera.",
    ],
    "epoch-times-2020-06-12": [
        "suspended or terminated the host accounts associated with the three meetings",
    ],
    "epoch-times-hk-2020-06-12": [
        "李卓人的Zoom帳號確實被關閉",
        "我們搞支聯會的一些公開講座,講座之前就發現被封號了,之後有寫信去(詢問),但一直沒有收到回覆。",
        "這是從北京發出的一個指令造成的。",
    ],
    "epoch-times-senators-2020-06": [
        "A bipartisan group of 12 U.S. senators are demanding answers",
        "the senators said in their June 12 letter",
    ],
    "financial-district-2020-06-11": [
        "The account was shut on June 7, they said in a statement.",
        "Zoom confirmed the U.S.-based account had been suspended but had now been reactivated.",
    ],
    "ft-cityinsider-2020-06": [
        "We strive to limit actions taken to those necessary to comply with local law",
    ],
    "ft-irish-times-2020-06": [
        "of his Zoom call being cancelled twice and two of his team’s paid Zoom accounts being disabled. The "
        "cancellations started just as the meetings were due to begin on the morning of June 4th in the US, "
        "where Mr Wang is based.",
        "Zoom later suggested to the South China Morning Post that the Tiananmen commemoration had violated "
        'local laws, saying that "when a meeting is held across different countries, the participants within '
        'those countries are required to comply with their respective local laws".',
    ],
    "goa-chronicle-undated": [
        "In May and early June, we were notified by the Chinese government about four large, public June 4th "
        "commemoration meetings on Zoom that were being publicized on social media, including meeting details.",
        "For the fourth situation, the Chinese government showed us a social media invitation for an upcoming "
        "meeting referencing a June 4th commemoration event and demanded we take action. The Chinese authorities "
        "also notified us of a prior meeting under this account that they considered to be illegal. A U.S.-based "
        "Zoom team confirmed the attendance of mainland China participants in that prior meeting.",
    ],
    "guardian-business-humanrights-2020-06-12": [
        "We did not provide any user information or meeting content to the Chinese government. We do not have a "
        "backdoor that allows someone to enter a meeting without being visible.",
        "None were given an explanation by Zoom.",
    ],
    "guardian-nchrd-2020-06-11": [
        "said his account was shut down in May before he was to host a Zoom event on an extradition bill",
        "Lee said he purchased a subscription to the platform in an effort to get access, but his account "
        "remained blocked.",
        "I demanded an answer from Zoom but so far they haven’t given me an answer",
        "So the only explanation is that it’s politically motivated.",
    ],
    "hawley-letter-2020-06-11": [
        "Just as disturbing is your defense that you censored these conversations and suspended accounts to "
        "“comply with local law.”",
    ],
    "hk01-2020-06": [
        "李卓人在facebook表示,在支聯會的六四講座開始前半小時,他的帳戶突然被停用",
        "Zoom一開始先以「遵守當地法律」為由",
        "不過,公司後來坦承是「受中國政府要求」停用帳戶",
    ],
    "hkfp-2020-06-12": [
        "The account was suspended before the talk started. I’ve asked Zoom many times whether this is political "
        "censorship but it has never replied to me",
        "The group had held two previous talks on Zoom without an issue, according to Lee.",
        "Once locked out they broadcast on Facebook and YouTube, which are allowed in Hong Kong but banned in China, "
        "he said.",
        "The May 22 talk contained no speakers from mainland China, according to Lee.",
        "Asked about Lee’s statement that his account had been locked and his requests for information, Zoom "
        "sent AFP a statement that matched the temporary blocking of the account used by US activists.",
        "Just like any global company, we must comply with applicable laws in the jurisdictions where we operate.",
    ],
    "humanitarian-china-media-support": [
        "Media Support in Reopening our Zoom Account",
    ],
    "independent-yahoo-2020-07": [
        "We are improving our global policy to respond to these types of requests. We will outline this policy "
        "as part of our transparency report, to be published later this year",
    ],
    "justice-department-2020-12-18": [
        "allegedly participated in a scheme to disrupt a series of meetings in May and June 2020",
        "organized and hosted by U.S-based individuals",
    ],
    "justice-department-2023-04": [
        "suppress the dissidents free speech on the platform of a U.S. telecommunications company (Company-1)",
    ],
    "latimes-2020-06-10": [
        "has acknowledged it shut down the account of a group of prominent Chinese activists",
        "Zoom said Wednesday afternoon it had reactivated the U.S.-based account.",
        "Zhou confirmed the account had been reactivated but said Humanitarian China has not heard directly from "
        "Zoom",
    ],
    "newssummedup-2020-06-10": [
        "told AFP that the Zoom account was reactivated on Wednesday",
    ],
    "newtalk-2020-06": [
        "王丹當晚也在臉書分享六四線上紀念活動Zoom的連結,但數度連結失效",
    ],
    "nikkei-2020-06-12": [
        "Wang Dan labels shutdown as 'infringement of America's national interest'",
    ],
    "npr-knau-2020-06-12": [
        "The first two came off without a hitch, but before the third one in late May, he says Zoom blocked him.",
        "It then apologized, reinstated the accounts",
    ],
    "nytimes-copy-undated": [
        "Suspensions similar to Mr. Zhou’s appeared to affect the accounts of a Hong Kong politician, Lee Cheuk "
        "Yan, and Wang Dan",
        "Mr. Zhou now lives in the United States.",
    ],
    "reuters-cbc-2020-06": [
        "On Friday, Zoom said it had reactivated accounts of three U.S. and Hong Kong activists that it had "
        "suspended at Beijing's request",
    ],
    "reuters-wsau-2020-12-18": [
        "conspired to terminate at least four meetings",
        "the U.S. Department of Justice said",
    ],
    "rfa-2020-06-01": [
        "北京時間5月31日晚間",
        "近230名來自中國大陸及海外的人士全程參與線上互動",
        "會議期間亦受到親中團體的技術干擾和謾駡",
    ],
    "rthk-2020-06-12": [
        "his account was suspended recently",
        "it had temporarily closed three accounts",
        "He said he now wants his annual subscription fee to be refunded",
    ],
    "scmp-2020-06-11": [
        "suggested that it had taken the action because participants joining the conference from China had "
        "violated “local laws”",
        "the paid Zoom account that they set up for the forum had been disabled",
    ],
    "secret-china-2020-06-12": [
        "請問是中國政府要求該公司這麼做的嗎?",
        "這不是外交問題,你問得太具體了。我沒有聽說,也不瞭解情況。",
    ],
    "seekingalpha-2020-06-12": [
        "We will have a new process for handling similar situations",
        "developing technology over the next several days that will enable us to remove or block at the "
        "participant level based on geography",
    ],
    "senators-letter-2020-06-12": [
        "two U.S.-based, pro-democracy Chinese activists after they held a Zoom meeting on the June 4th "
        "anniversary",
        "Zoom also shut down the account of Hong Kong activist Lee Cheuk-yan, potentially for a similar reason.",
    ],
    "snews-2020-12": [
        "to persuade [Zoom] executives based in the United States to terminate meetings and suspend or terminate "
        "the user accounts of the meeting hosts",
    ],
    "sourceful-humanitarian-china": [
        "6月7日,美国东部时间晚上10点左右",
    ],
    "taipei-times-2020-06-12": [
        "said that he has been locked out of Zoom since May 22 when his group tried to host an online discussion on "
        "China’s influence around the world",
    ],
    "techtimes-2020-06-11": [
        "Zoom confirmed that the Chinese activists' account was already re-activated on Wednesday, June 10.",
        "This is not acceptable. How many accounts are targeted during this anniversary of the Tiananmen "
        "Massacre? We want answers",
    ],
    "the-blaze-2020-06": [
        "And on June 3, a separate Tiananmen commemoration was severed after the Zoom account that hosted it was "
        "deactivated midstream",
        "The live event that began with 200 participants suffered two disruptions that 'practically destroyed "
        "it,' said one of the organizers, former Tiananmen student protest leader Wang Dan, who is based in "
        "Washington.",
    ],
    "the-hill-2020-06": [
        "Zoom confirmed to the network it suspended the account.",
        "Like any global company, Zoom must comply with laws in the countries where we operate. We strive to "
        "limit actions taken to those necessary to comply with local law",
    ],
    "the-week-2020-06-12": [
        "Zoom has since restored the accounts of U.S.-based activists Zhou Fengsuo and Wang Dan, and Hong Kong "
        "pro-democracy activist Lee Cheuk-Yan.",
        "Going forward Zoom will not allow requests from the Chinese government to impact anyone outside of "
        "mainland China",
    ],
    "up-media-2020-06": [
        "六四學生領袖王丹表示,他4日在Zoom上舉辦的六四紀念活動,出現帳號短暫關閉,導致活動兩度中斷的情況",
    ],
    "vice-2020-06": [
        "organized a meeting using Zoom’s video conferencing tool on June 4",
        "The conference took place without a problem, but three days later, on June 7, Zhou’s account was locked "
        "without warning",
        "late on Wednesday, after VICE News and other media outlets contacted Zoom, Zhou’s account was suddenly "
        "reinstated",
    ],
    "washington-examiner-2020-06-10": [
        "Just like any global company, we must comply with applicable laws in the jurisdictions where we "
        "operate. When a meeting is held across different countries, the participants within those countries are "
        "required to comply with their respective local laws. We aim to limit the actions we take to those "
        "necessary to comply with local law and continuously review and improve our process on these matters. We "
        "have reactivated the U.S.-based account",
        "Zoom said Wednesday that it had reactivated Zhou’s account.",
        "Zoom has not given an explanation for the account’s closure.",
    ],
    "washington-times-2020-12-18": [
        "attempting to circumvent certain internal access controls",
        "We also learned that this former employee took actions resulting in the termination of several meetings "
        "and accounts, and shared or directed the sharing of a limited amount of individual user data with "
        "Chinese authorities.",
    ],
    "western-journal-2020-06": [
        "However, Zoom is committed to modifying its processes to further protect its users from those who wish "
        "to stifle their communications.",
    ],
    "wire-china-2023-08-06": [
        "our Zoom account was closed with no explanation",
        "We have emailed Zoom asking for the reason, but we haven’t received a response.",
        "On the evening of June 8, 2020",
    ],
    "zoom-policies-2020-06-11": [
        "Recent articles in the media about adverse actions we took toward Lee Cheuk-yan, Wang Dan, and Zhou "
        "Fengsuo have some calling into question our commitment",
        "To be clear, their accounts have been reinstated, and going forward, we will have a new process for "
        "handling similar situations.",
        "We did not provide any user information or meeting content to the Chinese government.",
        "For one of the meetings, even though the Chinese authorities demanded we take action, we chose to keep "
        "the meeting undisturbed because it did not have any participants from mainland China.",
        "For two of the four meetings, a U.S.-based Zoom team reviewed the meeting metadata (such as IP "
        "addresses) while the meeting was in progress, and confirmed a significant number of mainland China "
        "participants.",
        "The Chinese government informed us that this activity is illegal in China and demanded that Zoom "
        "terminate the meetings and host accounts.",
        "In May and early June, we were notified by the Chinese government about four large, public June 4th "
        "commemoration meetings on Zoom that were being publicized on social media, including meeting details.",
    ],
    "zoom-policies-2020-12-18": [
        "adverse actions we took toward Lee Cheuk-yan, Wang Dan, and Zhou Fengsuo",
        "their accounts have been reinstated",
        "Editor’s note 12/18/20: We have updated this blog post regarding the meetings in remembrance of "
        "Tiananmen Square to reflect information we have recently learned.",
        "In May, we were notified by the Chinese government that they believed there would be large, public June "
        "4th commemoration meetings on Zoom.",
        "The Chinese government informed us that this activity is illegal in China and demanded that Zoom "
        "terminate the meetings and host accounts.",
        "We subsequently were informed of or identified four such meetings.",
        "We did not provide any non-China-base",
    ],
    "zoom-policies-de": [
        "Wir haben keine Informationen zu den Benutzern oder den Inhalt der Meetings an die chinesische "
        "Regierung weitergegeben.",
    ],
    "zoom-policies-fr-2020-12-18": [
        "Publié le June 11, 2020",
        "Mis à jour le December 18, 2020",
    ],
    "zoom-policies-pt-2020-06-11": [
        "as contas desses usuários foram restabelecidas",
        "Não fornecemos informações dos usuários ou conteúdo das reuniões ao governo chinês.",
    ],
    "zoom-policies-pt-2020-12-18": [
        "Nota do editor 18/12/20",
        "Em maio, fomos notificados pelo governo chinês de que eles acreditavam que haveria grandes reuniões "
        "públicas",
    ],
    "zoom-sec-2020-12-18": [
        "we terminated for violating company policies the China-based former employee charged in this matter",
    ],
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


@dataclass(frozen=True)
class Undisputed:
    """No citation contradicts this field of the action."""

    ref: str
    action: int
    field: str

    def is_in(self, records):
        return not any(
            each["action"] == self.action and each["field"] == self.field and each["stance"] == "contradicts"
            for each in records[self.ref]["citations"]
        )


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
        said(HC, D1, "was reactivated, Zoom confirmed to the media", field="end", stance="mentions"),
        holds(HC, "actions", occurrence="confirmed_by_platform", status="lifted", status_as_of="2020-06-10"),
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
            date="2020-06-07/2020-06-09",
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
            actions=[],
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
        holds(WANG_DAN, "actions", account="zoom-wang-dan", type="suspended"),
    ],
    "A27": [
        said(
            ALLIANCE,
            D2,
            "The ZOOM accounts of Wang Dan and the Hong Kong Alliance were also shut down.",
            **BY_HC,
        ),
        said(ALLIANCE, D2, "were also shut down", field="start", stance="mentions"),
        holds(ALLIANCE, "actions", account="zoom-hong-kong-alliance", type="suspended"),
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
        said(CONFERENCE, D1, "while other streamed it live on social media", **BY_HC),
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
        said(CONFERENCE, D1, "Writers, scholars and former student leaders", stance="mentions"),
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
        said(HC, "financial-district-2020-06-11", "they said in a statement", stance="mentions", **BY_HC),
        Undisputed(HC, 1, "start"),
    ],
    "B6 Humanitarian China back": [
        holds(HC, "actions", end="2020-06-10", end_text="Wednesday afternoon", status="lifted"),
        said(HC, "techtimes-2020-06-11", "Wednesday, June 10", field="end", **BY_ZOOM),
        said(HC, "latimes-2020-06-10", "Wednesday afternoon", field="end", **BY_ZOOM),
        said(HC, "cnn-business-copy", "on Wednesday", field="end", **BY_ZOOM),
        said(HC, "newssummedup-2020-06-10", "reactivated on Wednesday", field="end", **BY_ZHOU),
        said(HC, "american-military-news-2020-06-13", "reactivated on Wednesday", field="end", **BY_ZHOU),
        said(HC, "vice-2020-06", "late on Wednesday", field="end"),
    ],
    "B6 Humanitarian China back, and the press": [
        holds(HC, "involvements", role="media_inquiry", certainty="documented"),
        said(HC, "vice-2020-06", "after VICE News and other media outlets contacted Zoom"),
        said(HC, "axios-2020-06-10", "Zoom did not respond to a request for comment."),
    ],
    "B6 Hong Kong Alliance closed": [
        holds(
            ALLIANCE, "actions", start="2020-05-22", start_basis="first_observed", timezone="Asia/Hong_Kong"
        ),
        said(ALLIANCE, "taipei-times-2020-06-12", "since May 22", field="start", attribution="Lee Cheuk-yan"),
        said(ALLIANCE, "ap-pagina-abierta-2020-06-11", "el 22 de mayo", field="start"),
        said(
            ALLIANCE, "hkfp-2020-06-12", "before the talk started", field="start", attribution="Lee Cheuk-yan"
        ),
        said(ALLIANCE, "hk01-2020-06", "開始前半小時", field="start", attribution="Lee Cheuk-yan"),
        said(ALLIANCE, "axios-2020-06-10", "late May", field="start", value_as_stated="in late May"),
        said(ALLIANCE, "npr-knau-2020-06-12", "in late May", field="start"),
        Undisputed(ALLIANCE, 1, "start"),
    ],
    "B6 Hong Kong Alliance back": [
        holds(ALLIANCE, "actions", end="2020-06-11/2020-06-12", status="lifted", status_as_of="2020-06-12"),
        said(ALLIANCE, "guardian-nchrd-2020-06-11", "remained blocked", field="end", stance="supports"),
        said(ALLIANCE, "axios-2020-06-11", "reinstated", field="end", **BY_ZOOM),
        said(ALLIANCE, "reuters-cbc-2020-06", "On Friday", field="end", **BY_ZOOM),
        Undisputed(ALLIANCE, 1, "end"),
    ],
    "B6 Hong Kong Alliance's topic": [
        said(ALLIANCE, source, words, field="summary", attribution="Lee Cheuk-yan")
        for source, words in (
            ("hk01-2020-06", "六四講座"),
            ("taipei-times-2020-06-12", "on China’s influence around the world"),
            ("guardian-nchrd-2020-06-11", "an extradition bill"),
        )
    ],
    "B6 Wang Dan's event": [
        *(holds(WANG_DAN, "actions", seq=seq, start="2020-06-04", start_basis="occurred") for seq in (2, 3)),
        *(
            said(WANG_DAN, source, words, action=seq, field="start", stance=stance)
            for seq in (2, 3)
            for source, words, stance in (
                ("apple-daily-2020-06-05", "於美東時間上午9時舉行", "supports"),
                ("ft-irish-times-2020-06", "on the morning of June 4th in the US", "supports"),
                ("up-media-2020-06", "4日", "supports"),
                ("amnesty-uk-2020-06", "3 June", "contradicts"),
                ("the-blaze-2020-06", "on June 3", "contradicts"),
            )
        ),
        holds(WANG_DAN, "actions", seq=1, start="2020-06-03/2020-06-04", start_basis="occurred"),
        said(WANG_DAN, "the-blaze-2020-06", "on June 3", action=1, field="start", stance="supports"),
    ],
    "B6 Wang Dan's calls": [
        said(WANG_DAN, source, words, action=seq, field="note")
        for seq in (2, 3)
        for source, words in (
            ("ft-irish-times-2020-06", "just as the meetings were due to begin"),
            ("apple-daily-2020-06-05", "準時開始後,開始不久後即兩度中斷"),
            ("the-blaze-2020-06", "midstream"),
        )
    ],
    "B6 Wang Dan's accounts": [
        holds(WANG_DAN, "actions", accounts_min=1, accounts_max=2),
        said(WANG_DAN, "amnesty-nz-2020-06", "had his account shut down twice", field="accounts_min"),
        said(WANG_DAN, "axios-2020-06-11", "two in the U.S.", field="accounts_min", **BY_ZOOM),
        said(
            WANG_DAN, "ft-irish-times-2020-06", "two of his team’s paid Zoom accounts", field="accounts_max"
        ),
    ],
    "B6 Wang Dan back": [
        holds(WANG_DAN, "actions", end="2020-06-03/2020-06-11", status="lifted", status_as_of="2020-06-11"),
        said(WANG_DAN, "axios-2020-06-11", "reinstated", field="end", **BY_ZOOM),
        said(WANG_DAN, "up-media-2020-06", "帳號短暫關閉", field="end", stance="mentions"),
    ],
    "B6 Who cut Wang Dan's event": [
        holds(
            WANG_DAN,
            "involvements",
            party="wang-dan",
            role="allegation",
            modality="hedged",
            date="2020-06-04",
        ),
        said(WANG_DAN, "apple-daily-2020-06-05", "質疑遭中共黑客攻擊", attribution="Wang Dan"),
        holds(WANG_DAN, "justifications", kind="confirmation", date="2020-06-11"),
    ],
    "B6 Reason, public": [
        *(
            holds(
                HC,
                "justifications",
                seq=seq,
                date=date,
                speaker=speaker,
                kind=kind,
                ground=ground,
                supersedes=old,
            )
            for seq, date, speaker, kind, ground, old in (
                (1, "2020-06-07", "zoom", "notice_to_holder", "none_stated", None),
                (2, "2020-06-07/2020-06-09", "zoom", "no_response", "none_stated", None),
                (3, "2020-06-10", "zoom", "public_justification", "local_law", None),
                (4, "2020-06-10/2020-06-11", "zoom", "no_response", "none_stated", None),
                (5, "2020-06-11", "china-foreign-ministry", "no_reason_given", "none_stated", None),
                (6, "2020-06-11", "zoom", "public_justification", "local_law", 3),
                (7, "2020-06-11", "zoom", "confirmation", "not_applicable", None),
                (8, "2020-06-11", "zoom", "public_justification", "government_demand", 6),
                (9, "2020-06-11", "zoom", "correction", "error", None),
                (10, "2020-06-11", "zoom", "policy_or_promise", "not_applicable", None),
                (11, "2020-07-01", "zoom", "policy_or_promise", "not_applicable", 10),
                (12, "2020-12-18", "zoom", "correction", "government_demand", 8),
                (13, "2020-12-18", "zoom", "public_justification", "insider_misconduct", None),
            )
        ),
        holds(ALLIANCE, "justifications", ground="local_law", date="2020-06-11/2020-06-12", supersedes=None),
        holds(ALLIANCE, "justifications", ground="government_demand", date="2020-06-11", supersedes=2),
        holds(
            WANG_DAN,
            "justifications",
            ground="local_law",
            date="2020-06-10/2020-06-11",
            modality="reported",
            supersedes=None,
        ),
        holds(WANG_DAN, "justifications", ground="government_demand", date="2020-06-11", supersedes=1),
        said(
            HC,
            "washington-examiner-2020-06-10",
            "We have reactivated the U.S.-based account",
            justification=3,
        ),
        said(ALLIANCE, "hkfp-2020-06-12", "Just like any global company", justification=2, **BY_ZOOM),
        said(WANG_DAN, "ft-irish-times-2020-06", "had violated local laws", justification=1),
        said(WANG_DAN, "scmp-2020-06-11", "“local laws”", justification=1, stance="mentions"),
    ],
    "B6 Government role": [
        holds(HC, "involvements", role="alleged_influence", certainty="alleged", modality="hedged"),
        holds(
            HC,
            "involvements",
            role="allegation",
            party="zhou-fengsuo",
            modality="asserted",
            date="2020-06-11",
        ),
        holds(HC, "justifications", speaker="china-foreign-ministry", kind="no_reason_given"),
        *(
            holds(
                ref,
                "involvements",
                actions=[1],
                role="demanded_by",
                party="chinese-government",
                certainty="admitted",
                modality="asserted",
                date="2020-05/2020-06",
                quote="The Chinese government informed us that this activity is illegal in China and demanded that Zoom "
                "terminate the meetings and host accounts.",
            )
            for ref in CASES
        ),
    ],
    "B6 User data": [
        said(HC, "zoom-policies-2020-06-11", "any user information or meeting content", justification=8),
        said(HC, "zoom-policies-2020-12-18", "any non-China-base", justification=12, stance="mentions"),
        *(
            said(
                ref,
                "washington-times-2020-12-18",
                "sharing of a limited amount",
                field="quote",
                stance="contradicts",
            )
            for ref in CASES
        ),
        said(HC, "cnet-2020-12", "fewer than ten individual users", justification=13, **BY_ZOOM),
    ],
    "B6 Meetings ended": [
        said(HC, "business-today-2020-06-12", "end three of the four meetings", justification=8, **BY_ZOOM),
        said(HC, "bbc-2020-12-20", "at least four meetings", justification=8, stance="mentions"),
        said(HC, "reuters-wsau-2020-12-18", "at least four meetings", justification=8, stance="mentions"),
    ],
    "B6 Humanitarian China's conference": [
        said(CONFERENCE, "vice-2020-06", "took place without a problem", field="summary", stance="supports"),
        said(CONFERENCE, "rfa-2020-06-01", "親中團體的技術干擾", field="summary", stance="contradicts"),
        said(CONFERENCE, "vice-2020-06", "on June 4", field="date", stance="contradicts"),
    ],
    "B6 Humanitarian China's attendance": [
        said(CONFERENCE, D2, "More than 250 people", field="summary"),
        said(CONFERENCE, "rfa-2020-06-01", "近230名", field="summary", stance="supports"),
    ],
}

LEFT_OUT = {
    "A39": "It would reveal who a person at risk is; it says nothing of an account.",
}

CHECKLIST = [f"A{number:02}" for number in range(1, 46)] + [
    f"B6 {point}"
    for point in (
        "Humanitarian China closed",
        "Humanitarian China back",
        "Humanitarian China back, and the press",
        "Hong Kong Alliance closed",
        "Hong Kong Alliance back",
        "Hong Kong Alliance's topic",
        "Wang Dan's event",
        "Wang Dan's calls",
        "Wang Dan's accounts",
        "Wang Dan back",
        "Who cut Wang Dan's event",
        "Reason, public",
        "Government role",
        "User data",
        "Meetings ended",
        "Humanitarian China's conference",
        "Humanitarian China's attendance",
    )
]


@dataclass(frozen=True)
class Loaded:
    """What the tracker makes of the fixture."""

    records: dict
    broken: list
    problems: dict
    counted: list
    untranslated: set
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
            untranslated={each.ref for words in (OWN_WORDS, QUOTED_WORDS) for each in missing(words)},
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
    "scope": ("countries", "scope_text"),
    "duration_text": (),
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


# Where people and bodies are, by the words of a source; the place a person acts from, never a nationality.
PLACES = {
    "zhou-fengsuo": (HC, "US", "Mr. Zhou now lives in the United States."),
    "humanitarian-china": (HC, "US", "based in California, US"),
    "zoom": (HC, "US", "ZOOM, a U.S company."),
    "chinese-communist-party": (HC, "CN", "China’s ruling Communist Party"),
    "china-foreign-ministry": (HC, "CN", "Ministerio del Exterior de China"),
    "wang-dan": (WANG_DAN, "US", "Wang Dan, who is based in Washington."),
    "lee-cheuk-yan": (ALLIANCE, "HK", "Hong Kong pro-democracy activist Lee Cheuk-Yan."),
    "hong-kong-alliance": (ALLIANCE, "HK", "the Hong Kong Alliance"),
    "united-states-department-of-justice": (CHARGED, "US", "U.S. Department of Justice"),
}
PLACE_IN_THE_NAME = {"chinese-government": "CN"}


def test_where_people_and_bodies_are_is_cited(records, entries):
    parties = {
        each["fields"]["slug"]: each["fields"]["country"]
        for each in entries
        if each["model"] == "incidents.party"
    }

    assert parties == {slug: country for slug, (_ref, country, _words) in PLACES.items()} | PLACE_IN_THE_NAME
    for slug, (ref, _country, words) in PLACES.items():
        cited = [
            each for each in records[ref]["citations"] if (each["party"], each["field"]) == (slug, "country")
        ]
        assert any(words in each["quote"] for each in cited), slug


def test_why_a_person_is_named_is_cited(entries):
    named = {each["fields"]["slug"] for each in entries if each["fields"].get("name_public_basis")}
    cited = {
        each["fields"]["party"][0] for each in entries if each["fields"].get("field") == "name_public_basis"
    }

    assert cited == named


def test_what_sources_say_of_paid_accounts_is_cited(records, entries):
    plans = {
        each["fields"]["slug"]: each["fields"]["plan"]
        for each in entries
        if each["model"] == "incidents.account"
    }
    cited = {
        (each["account"], each["source"], each["stance"])
        for record in records.values()
        for each in record["citations"]
        if each["field"] == "plan"
    }

    assert plans == {
        "zoom-humanitarian-china": "paid",
        "zoom-hong-kong-alliance": "paid",
        "zoom-wang-dan": "paid",
        "zoom-wang-dan-call": "unknown",
    }
    assert cited == {
        ("zoom-humanitarian-china", "axios-2020-06-10", "supports"),
        ("zoom-humanitarian-china", "scmp-2020-06-11", "supports"),
        ("zoom-hong-kong-alliance", "ap-pagina-abierta-2020-06-11", "supports"),
        ("zoom-hong-kong-alliance", "guardian-nchrd-2020-06-11", "mentions"),
        ("zoom-wang-dan", "ft-irish-times-2020-06", "supports"),
    }


def test_a_charge_is_never_more_than_alleged(records):
    charges = {
        (ref, each["certainty"])
        for ref, record in records.items()
        for each in record["involvements"]
        if each["role"] in ("insider", "prosecution", "official_finding")
    }

    assert charges == {(ref, Certainty.ALLEGED) for ref in (*CASES, CHARGED)}


def test_what_zoom_said_of_all_three_stands_in_each_case(records):
    said_of_all = [
        [
            (each["kind"], each["ground"], each["date"], each["quote"])
            for each in records[ref]["justifications"]
        ][-7:]
        for ref in CASES
    ]

    assert said_of_all[0] == said_of_all[1] == said_of_all[2]
    assert [(kind, ground, date) for kind, ground, date, _ in said_of_all[0]] == [
        ("confirmation", "not_applicable", "2020-06-11"),
        ("public_justification", "government_demand", "2020-06-11"),
        ("correction", "error", "2020-06-11"),
        ("policy_or_promise", "not_applicable", "2020-06-11"),
        ("policy_or_promise", "not_applicable", "2020-07-01"),
        ("correction", "government_demand", "2020-12-18"),
        ("public_justification", "insider_misconduct", "2020-12-18"),
    ]


def test_what_zoom_said_of_accounts_is_not_put_under_the_calls(records):
    record = records[WANG_DAN]
    under_calls = [each["seq"] for each in record["justifications"] if set(each["actions"]) & {2, 3}]
    about = {(each["role"], tuple(each["actions"])) for each in record["involvements"]}

    assert under_calls == []
    assert about == {
        ("account_operator", (1,)),
        ("demanded_by", (1,)),
        ("insider", ()),
        ("legislators_inquiry", (1,)),
        ("allegation", (2, 3)),
        ("complained_publicly", (1, 2, 3)),
    }


def test_no_reason_that_was_replaced_or_is_second_hand_is_the_stated_one(records):
    stated, others = (
        {
            ref: sorted(
                {
                    ground
                    for each in records[ref]["justifications"]
                    if each["standing"] and (each["standing"] == "stated") is is_stated
                    for ground in (each["ground"], *each["further_grounds"])
                }
            )
            for ref in CASES
        }
        for is_stated in (True, False)
    )

    reasons = ["error", "government_demand", "insider_misconduct"]
    assert stated == {HC: [*reasons, "none_stated"], ALLIANCE: [*reasons, "none_stated"], WANG_DAN: reasons}
    assert others == dict.fromkeys(CASES, ["government_demand", "local_law"])


@pytest.mark.parametrize("ref", CASES)
def test_each_account_was_suspended_and_came_back_because_it_was_a_mistake(ref, records):
    action = records[ref]["actions"][0]

    assert (action["type"], action["status"], action["end_cause"], action["reason_status"]) == (
        "suspended",
        "lifted",
        "platform_reversal_error",
        "generic",
    )
    assert (action["occurrence"], action["automation"]) == ("confirmed_by_platform", "not_automated")
    assert (action["scope"], action["term"]) == ("unknown", "unknown")


@pytest.mark.parametrize("ref", CASES)
def test_words_that_stand_for_a_value_of_an_action_are_printed_in_a_source_cited_for_it(ref, records):
    printed = "\n".join(
        passage
        for each in records[ref]["citations"]
        if each["action"] and each["stance"] == "supports"
        for passage in PRINTED[each["source"]]
    )

    assert [
        action[name]
        for action in records[ref]["actions"]
        for name in ("start_text", "end_text", "term_text", "accounts_text")
        if action[name] not in printed
    ] == []


def test_a_source_s_words_for_a_value_stand_in_the_quotation(records):
    wrong = [
        (ref, each["seq"], each["value_as_stated"])
        for ref, record in records.items()
        for each in record["citations"]
        if each["value_as_stated"] not in each["quote"]
    ]

    assert wrong == []


def test_a_passage_that_names_its_speaker_at_the_end_is_not_cut_before_that(records):
    endings = (", according to Lee.", ", he said.", ", they said in a statement.")
    told = [
        (source, passage)
        for source, passages in PRINTED.items()
        for passage in passages
        if passage.endswith(endings)
    ]
    cut = [
        (ref, each["seq"], each["quote"])
        for ref, record in records.items()
        for each in record["citations"]
        for source, passage in told
        if each["source"] == source
        and each["quote"] in passage
        and not (each["attribution"] and each["quote"].endswith(endings))
    ]

    assert cut == []


def test_every_citation_has_a_quotation(records):
    assert [
        (ref, each["seq"])
        for ref, record in records.items()
        for each in record["citations"]
        if not each["quote"]
    ] == []


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


def test_the_page_whose_address_names_the_accused_is_cited_without_it(entries):
    sources = {
        each["fields"]["citekey"]: each["fields"] for each in entries if each["model"] == "incidents.source"
    }

    assert [key for key, source in sources.items() if not source["url"]] == [
        "nikkei-2020-06-12",  # its address was not found again
        "washington-times-2020-12-18",
    ]


def test_why_the_chair_of_the_alliance_may_be_named(entries):
    parties = {
        each["fields"]["slug"]: each["fields"] for each in entries if each["model"] == "incidents.party"
    }

    assert not parties["lee-cheuk-yan"]["at_risk"]
    assert parties["lee-cheuk-yan"]["name_public_basis"] == (
        "Zoom itself named him in its public statement, he spoke to the press under his own name as the Alliance's chair, "
        "and this record adds nothing to that."
    )


def test_all_of_them_are_about_june_fourth_by_name_in_english_and_both_chinese_scripts(records):
    for record in records.values():
        (topic,) = record["topics"]
        names = {label["language"]: label["name"] for label in topic["labels"]}
        assert names == {"en": "June Fourth commemoration", "zh-Hans": "六四纪念", "zh-Hant": "六四紀念"}


def test_names_are_found_in_their_own_script(records):
    shown = {
        ref: json.dumps([record["actions"], record["involvements"]], default=str, ensure_ascii=False)
        for ref, record in records.items()
    }

    assert all(name in shown[HC] for name in ("人道中國", "周鋒鎖"))
    assert all(name in shown[ALLIANCE] for name in ("香港支聯會", "李卓人"))
    assert "王丹" in shown[WANG_DAN]


def test_three_actions_count_and_the_calls_say_why_they_do_not(records, loaded):
    counted = {
        (ref, action["seq"]): str(action["not_counted_because"])
        for ref, record in records.items()
        for action in record["actions"]
    }

    assert counted == {
        (HC, 1): "",
        (ALLIANCE, 1): "",
        (WANG_DAN, 1): "",
        (WANG_DAN, 2): "meeting_or_event",
        (WANG_DAN, 3): "meeting_or_event",
    }
    assert sorted(loaded.counted) == [(ALLIANCE, 1), (HC, 1), (WANG_DAN, 1)]


def test_every_record_in_the_file_keeps_the_rules_and_every_incident_may_be_public(loaded):
    assert loaded.broken == []
    assert loaded.problems == {ref: [] for ref in loaded.records}


def test_the_file_is_what_the_exporter_writes(loaded):
    assert loaded.written == FIXTURE.read_bytes()


def test_the_file_holds_public_fields_only(entries):
    for entry in entries:
        assert set(entry["fields"]) == set(SHAPE[entry["model"].removeprefix("incidents.")].fields)
        assert "pk" not in entry


def test_all_that_the_pages_show_is_told_in_each_language_of_the_site(loaded):
    assert loaded.untranslated == set()


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
def test_every_quotation_in_another_language_has_our_translation_beside_it(records, language):
    notes = []
    with override(language):
        for record in records.values():
            noted = Notes(localized(record))
            noted.number([])
            notes += [note for source in noted.sources for note in source["notes"]]

    beside = {True: set(), False: set()}
    for note in notes:
        is_other = bool(note["language"]) and not note["language"].startswith(language[:2])
        translation = note["quote_translation"]
        beside[is_other].add(translation and translation["language"].casefold())
    assert beside == {True: {language}, False: {None}}
