"""A case is logged from its source by keyboard alone: boxes filled, keys pressed and seconds by the keystroke model."""

import re

import pytest
from playwright.sync_api import expect

from incidents.models import Incident

from .server import wait_until
from .test_admin import log_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]
# The keystroke-level model: seconds for a key, for pointing at something, for deciding what comes next.
KEY, POINTING, DECISION = 0.28, 1.1, 1.35
MAX_TABS = 200


class Hand:
    """What somebody does who uses the keyboard alone, counted."""

    def __init__(self, page):
        self.page, self.keys, self.pointings, self.decisions, self.boxes = page, 0, 0, 0, 0

    @property
    def seconds(self):
        return KEY * self.keys + POINTING * self.pointings + DECISION * self.decisions

    def press(self, *keys):
        for key in keys:
            self.keys += key.count("+") + 1
            self.page.keyboard.press(key)

    def reach(self, selector, *, back=False):
        """Tab to an element."""
        for _tab in range(MAX_TABS):
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            self.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"No key leads to {selector}")

    def begin(self, selector, **way):
        self.reach(selector, **way)
        self.decisions += 1
        self.boxes += 1

    def type(self, selector, text, **way):
        self.begin(selector, **way)
        self.page.keyboard.type(text)
        self.keys += len(text)

    def paste(self, selector, text, **way):
        """Copy words in the window of the source, come back and paste them."""
        self.begin(selector, **way)
        self.pointings += 2
        self.keys += 8
        self.page.keyboard.insert_text(text)

    def choose(self, selector, letters, **way):
        """Choose in a list by the first letters of a choice."""
        self.begin(selector, **way)
        self.keys += len(letters)

        def is_chosen():
            self.page.keyboard.type(letters)
            chosen = self.page.locator(selector).evaluate("list => list.selectedOptions[0].label")
            if chosen.startswith(letters):
                return True
            # A browser forgets letters that come slowly, after a second: then once more.
            self.page.wait_for_timeout(1500)
            return False

        wait_until(is_chosen)

    def pick(self, field, letters, **way):
        """Choose a record by a part of its name."""
        self.begin(f".field-{field} .select2-selection", **way)
        self.press("Enter")
        self.page.keyboard.type(letters)
        self.keys += len(letters)
        expect(self.page.locator(".select2-results__option--highlighted")).to_contain_text(
            re.compile(re.escape(letters), re.IGNORECASE)
        )
        self.press("Enter")

    def tick(self, selector, **way):
        self.begin(selector, **way)
        self.press("Space")

    def follow(self, selector, **way):
        """Go to a link or button and use it."""
        self.reach(selector, **way)
        self.decisions += 1
        self.press("Enter")

    def go(self, selector):
        """Use what leads to another page."""
        with self.page.expect_navigation():
            self.follow(selector)

    def save(self):
        """Press the button at the end of the form."""
        self.go("input[name=_save]")
        expect(self.page.locator(".messagelist .success")).to_be_visible()

    def add(self, field, **boxes):
        """Add a record with the plus beside a box, in its own small window."""
        with self.page.expect_popup() as popup:
            self.follow(f"#add_id_{field}")
        main, self.page = self.page, popup.value
        self.page.wait_for_load_state()
        for name, text in boxes.items():
            self.type(f"#id_{name}", text)
        self.press("Enter")
        self.page = main
        expect(main.locator(f"#id_{field}")).not_to_have_value("")


def test_a_case_of_two_actions_is_logged_and_published_by_keyboard(browse, live_server, settings):
    settings.SINGLE_USER = True
    page = log_in(browse, "/admin/")
    wait_until(lambda: page.url.endswith("/admin/"))
    hand = Hand(page)
    # The words are selected on the page of the source, and the bookmark is opened.
    hand.pointings, hand.decisions = 3, 1
    page.goto(
        f"{live_server.url}/admin/incidents/incident/add/?source_url=https://news.example/2021/reading-group"
        "&source_title=Two+closures+in+one+week&quote=On+6+July+the+group+could+no+longer+log+in+to+Weibo."
    )

    hand.type("#id_title", "Weibo suspends and closes the account of a reading group")
    hand.choose("#id_type", "Account susp")
    hand.add("platform", name="Weibo")
    hand.add("holder", public_label="a reading group in China")
    hand.type("#id_start", "2021-07-06")
    hand.choose("#id_status", "Repl")
    hand.choose("#id_reason_status", "Reason g")
    hand.choose("#id_ground", "Terms, r")
    hand.paste("#id_justification_quote", "The account has broken rule 5 of our terms.")
    hand.type("#id_speaker_text", "Weibo")
    hand.choose("#id_audience", "To the h")
    hand.type("#id_said_on", "2021-07-06")
    hand.type("#id_source_outlet", "Example News")
    hand.type("#id_source_date", "2021-07-10")
    hand.save()
    draft_seconds = hand.seconds

    # What else the source says, on the page of the incident.
    hand.follow(".missing a")  # the summary
    hand.type(
        "#id_summary",
        "Weibo suspended the account of a reading group on 6 July 2021 and closed it three days later. It named a rule.",
    )
    hand.follow("#actions-group .add-row a")
    hand.choose("#id_actions-1-type", "Account clo")
    hand.type("#id_actions-1-start", "2021-07-09")
    hand.choose("#id_actions-1-status", "In f")
    hand.type("#id_actions-1-status_as_of", "2021-07-10")
    hand.paste("#id_actions-1-cite_quote", "On 9 July Weibo closed the account for good.")
    hand.tick("[name=actions-1-cite_fields][value=type]")
    hand.tick("[name=actions-1-cite_fields][value=start]")
    hand.follow("#justifications-group .add-row a")
    hand.choose("#id_justifications-1-kind", "Public")
    hand.choose("#id_justifications-1-ground", "Terms, r")
    hand.type("#id_justifications-1-speaker_text", "a spokesperson")
    hand.paste("#id_justifications-1-quote", "The account was closed for repeated violations.")
    hand.type("#id_justifications-1-date", "2021-07-09")
    hand.choose("#id_justifications-1-audience", "To the p")
    hand.follow("#involvements-group .add-row a")
    hand.choose("#id_involvements-0-role", "Media")
    hand.choose("#id_involvements-0-certainty", "Doc")
    hand.type("#id_involvements-0-party_text", "Example News")
    hand.type("#id_involvements-0-date", "2021-07-10")
    hand.paste("#id_involvements-0-cite_quote", "Weibo did not answer our questions.")
    hand.save()
    hand.go(".missing a")  # the holder, who has to be cleared
    hand.tick("#id_cleared")
    hand.save()
    hand.go(".object-tools .back")
    expect(page.locator(".complete")).to_be_visible()
    hand.go(".object-tools a[href*='publish']")
    hand.go("[type=submit].default")

    expect(page.locator(".messagelist")).to_contain_text("has been published")
    incident = Incident.objects.get()
    assert list(incident.actions.values_list("type", "start", "start_basis", "status", "reason_status")) == [
        ("suspended", "2021-07-06", "occurred", "superseded", "stated"),
        ("terminated", "2021-07-09", "occurred", "in_force", "not_recorded"),
    ]
    assert list(incident.justifications.values_list("kind", "ground", "audience")) == [
        ("notice_to_holder", "terms_rule_named", "holder"),
        ("public_justification", "terms_rule_named", "public"),
    ]
    assert incident.citations.exclude(quote="").count() == incident.citations.count() == 7
    assert draft_seconds < 120
    assert hand.seconds < 8 * 60
    assert hand.boxes <= 81
