"""Who logs in at the desk: wrong passwords lock an account, and a password alone opens nothing."""

import re
from base64 import b32decode
from datetime import timedelta
from io import StringIO

import pytest
from axes.models import AccessAttempt
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from incidents import second_factor
from incidents.clients import network_address

from .test_desk_access import broken_rules

pytestmark = pytest.mark.django_db

PASSWORD = "a long and good password"
LOGIN, SECOND_FACTOR = "/admin/login/", "/admin/second-factor/"
DESK = [
    "/admin/",
    "/admin/incidents/incident/",
    "/admin/password_change/",
    "/admin/jsi18n/",
    "/admin/nowhere/",
]


def addresses(patterns, prefix="/admin/"):
    """The names and routes of all addresses of the desk."""
    for each in patterns:
        route = prefix + str(each.pattern)
        yield from (
            addresses(each.url_patterns, route) if hasattr(each, "url_patterns") else [(each.name, route)]
        )


@pytest.fixture
def ada():
    user = User.objects.create_user("ada", password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name="editor"))
    return user


@pytest.fixture
def locking(settings):
    settings.AXES_ENABLED = True


@pytest.fixture
def two_factors(settings):
    settings.SECOND_FACTOR = True


def log_in(client, password=PASSWORD, username="ada", address="192.0.2.7", **headers):
    data = {"username": username, "password": password, "next": "/admin/incidents/incident/?q=searched"}
    return client.post(f"{LOGIN}?next=/?q=searched", data, REMOTE_ADDR=address, headers=headers)


def is_at_the_desk(client):
    return client.get("/admin/").status_code == 200


def code_for(key, steps=0):
    return f"{totp(key, drift=steps):06}"


@pytest.fixture
def app(ada):
    """What the app of a user shows: `app()` now, `app(1)` in half a minute."""
    device = TOTPDevice.objects.create(user=ada)
    return lambda steps=0: code_for(device.bin_key, steps)


class TestWrongPasswords:
    pytestmark = pytest.mark.usefixtures("locking", "ada")

    def test_five_of_them_lock_an_account_for_an_address(self, client):
        answers = [log_in(client, "wrong").status_code for _attempt in range(5)]
        right = log_in(client)

        assert answers == [200, 200, 200, 200, 429]
        assert (right.status_code, is_at_the_desk(client)) == (429, False)
        assert "In 15 minutes you can try again" in right.content.decode()

    def test_others_are_not_locked_out(self, client):
        User.objects.create_user("bob", password=PASSWORD, is_staff=True)
        for _attempt in range(5):
            log_in(client, "wrong")

        assert log_in(Client(), address="198.51.100.7").status_code == 302
        assert log_in(Client(), username="bob").status_code == 302

    def test_the_right_one_ends_the_count(self, client):
        for _attempt in range(4):
            log_in(client, "wrong")
        log_in(client)

        assert [log_in(Client(), "wrong").status_code for _attempt in range(4)] == [200] * 4

    @pytest.mark.slow
    def test_a_lock_runs_out_and_trying_meanwhile_does_not_prolong_it(self, client):
        for _attempt in range(7):
            log_in(client, "wrong")
        for attempt in AccessAttempt.objects.all():
            before = attempt.attempt_time - timedelta(minutes=15)
            AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=before)

        assert AccessAttempt.objects.get().failures_since_start == 5
        assert log_in(client).status_code == 302

    def test_a_lock_is_lifted_by_a_command(self, client):
        for _attempt in range(5):
            log_in(client, "wrong")
        call_command("axes_reset_username", "ada", stdout=StringIO())

        assert log_in(client).status_code == 302

    def test_behind_a_proxy_the_address_is_the_one_it_was_asked_from(self, client, settings):
        for number in range(5):
            log_in(client, "wrong", **{"X-Forwarded-For": f"203.0.113.{number}, 203.0.113.200"})
        assert log_in(client, **{"X-Forwarded-For": "203.0.113.200"}).status_code == 429  # not believed

        settings.BEHIND_PROXY = True
        for number in range(5):
            log_in(client, "wrong", **{"X-Forwarded-For": f"203.0.113.{number}, 198.51.100.9"})

        assert log_in(client, **{"X-Forwarded-For": "198.51.100.9"}).status_code == 429
        assert log_in(client, **{"X-Forwarded-For": "198.51.100.10"}).status_code == 302

    def test_what_somebody_looked_for_or_typed_is_not_kept_with_an_attempt(self, client):
        log_in(client, "mistyped")

        (kept,) = AccessAttempt.objects.values()
        assert not re.search("searched|mistyped", str(kept))


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("unknown", None),
        ("", None),
    ],
)
def test_an_address_of_ipv6_is_its_network(rf, typed, address):
    assert network_address(rf.get("/", REMOTE_ADDR=typed)) == address


class TestSecondFactor:
    pytestmark = pytest.mark.usefixtures("two_factors", "ada")

    @pytest.mark.parametrize("path", DESK)
    def test_a_password_alone_opens_no_page(self, client, app, path):
        log_in(client)

        answer = client.get(path, follow=True)

        assert answer.redirect_chain[-1][0].startswith(SECOND_FACTOR)
        assert client.post(path, {"action": "delete_selected"}).status_code in (302, 403)

    def test_a_password_alone_opens_no_address_that_the_desk_has(self, client, app):
        log_in(client)

        for name, route in addresses(admin.site.urls[0]):
            path = re.sub(r"<[^>]*>|\(\?P.*\)", "1", route).replace("^", "").replace("$", "")
            for ask in (client.get, client.post):
                answer = ask(path)
                is_closed = answer.status_code == 302 and answer["Location"].startswith(
                    ("/admin/login/", "/admin/?")
                )
                assert is_closed or name in (
                    "login",
                    "logout",
                    "second_factor",
                    "incidents_incident_start",
                ), path

    def test_a_code_of_the_app_opens_the_page_that_was_asked_for(self, client, app):
        log_in(client)

        answer = client.post(SECOND_FACTOR, {"code": app(), "next": "/admin/incidents/incident/?q=x"})

        assert (answer.status_code, answer.url) == (302, "/admin/incidents/incident/?q=x")
        assert is_at_the_desk(client)
        assert client.post(SECOND_FACTOR, {"next": "https://elsewhere.example/"}).url == "/admin/"

    def test_a_code_is_good_once(self, client, app):
        code, other = app(), Client()
        for each in (client, other):
            log_in(each)
            each.post(SECOND_FACTOR, {"code": code})

        assert (is_at_the_desk(client), is_at_the_desk(other)) == (True, False)

    def test_wrong_codes_make_everybody_wait(self, client, app):
        log_in(client)
        waits = []
        for _attempt in range(3):
            answer = client.post(SECOND_FACTOR, {"code": "000000"}).content.decode()
            waits.append(re.search(r"Wait (\d+) second", answer).group(1))
            TOTPDevice.objects.update(throttling_failure_timestamp="2026-01-01T00:00Z")
        client.post(SECOND_FACTOR, {"code": "000000"})
        TOTPDevice.objects.update(throttling_failure_count=20)  # in days, of which none passes meanwhile

        assert waits == ["1", "2", "4"]
        client.post(SECOND_FACTOR, {"code": app()})
        assert not is_at_the_desk(client)

    def test_a_recovery_code_is_good_once(self, client, ada, app):
        code, other = second_factor.new_recovery_codes(ada)[0], Client()
        for each in (client, other):
            log_in(each)
            each.post(SECOND_FACTOR, {"code": f" {code[:4].upper()} {code[4:]}"})

        assert (is_at_the_desk(client), is_at_the_desk(other)) == (True, False)

    def test_whoever_has_none_sets_one_up_at_the_first_login(self, client, ada):
        log_in(client)
        page = client.get(SECOND_FACTOR).content.decode()
        key = b32decode(re.search("<code>([A-Z2-7 ]{39})</code>", page).group(1).replace(" ", ""))
        wrong = client.post(SECOND_FACTOR, {"code": code_for(b"another")}).content.decode()
        was_open = is_at_the_desk(client)

        answer = client.post(SECOND_FACTOR, {"code": code_for(key)}).content.decode()

        assert 'class="qr"' in page
        assert "style=" not in page
        assert ("This is not the code" in wrong, was_open) == (True, False)
        assert is_at_the_desk(client)
        codes = re.findall("<code>([a-z2-7]{8})</code>", answer)
        assert sorted(codes) == sorted(StaticDevice.objects.get().token_set.values_list("token", flat=True))
        assert len(codes) == 10

    def test_nobody_sets_up_another_one_beside_the_one_there_is(self, client, ada, app):
        log_in(client)
        client.get(SECOND_FACTOR)

        assert "second_factor_key" not in client.session
        assert 'class="qr"' not in client.get(SECOND_FACTOR).content.decode()

    def test_one_of_somebody_else_opens_nothing(self, client, ada, app):
        bob = User.objects.create_user("bob", is_staff=True)
        TOTPDevice.objects.create(user=bob)
        client.force_login(bob)

        client.post(SECOND_FACTOR, {"code": app()})

        assert not is_at_the_desk(client)

    def test_it_is_asked_of_those_at_the_desk_only(self, client):
        assert client.get(SECOND_FACTOR).url == LOGIN
        client.force_login(User.objects.create_user("reader"))
        assert client.get(SECOND_FACTOR).url == LOGIN
        assert client.get("/incidents/").status_code == 200

    def test_after_a_reset_it_is_set_up_anew(self, client, ada, app):
        log_in(client)
        client.post(SECOND_FACTOR, {"code": app()})

        call_command("reset_second_factor", "ada", stdout=StringIO())

        assert not is_at_the_desk(client)
        assert 'class="qr"' in client.get(SECOND_FACTOR).content.decode()
        with pytest.raises(CommandError, match="There is no user “nobody”"):
            call_command("reset_second_factor", "nobody")


def test_no_page_of_the_admin_shows_a_key_to_anybody(client):
    client.force_login(User.objects.create_superuser("above"))

    for name in ("otp_totp/totpdevice", "otp_static/staticdevice", "axes/accessattempt"):
        assert client.get(f"/admin/{name}/").status_code == 404


@pytest.mark.parametrize(
    ("action", "is_done"),
    [
        ("unlock", lambda user: not AccessAttempt.objects.exists()),
        ("reset_second_factor", lambda user: not second_factor.is_set_up(user)),
    ],
)
@pytest.mark.parametrize(
    ("role", "above", "works"),
    [("administrator", False, True), ("administrator", True, False), ("editor", False, False)],
)
def test_an_administrator_helps_who_is_locked_out(client, ada, app, action, is_done, role, above, works):
    AccessAttempt.objects.create(username="ada", ip_address="192.0.2.7", failures_since_start=5)
    User.objects.filter(pk=ada.pk).update(is_superuser=above)
    helper = User.objects.create_user("helper", is_staff=True)
    helper.groups.add(Group.objects.get(name=role))
    client.force_login(helper)

    client.post("/admin/auth/user/", {"action": action, "_selected_action": [ada.pk]})

    assert is_done(ada) is works


def test_a_form_of_an_earlier_login_says_how_to_open_it_again(ada):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)

    answer = client.post(
        "/admin/incidents/incident/add/?source_url=https://news.example/a", {"title": "Typed"}
    )
    page = answer.content.decode()

    assert answer.status_code == 403
    assert "You have logged in or out since you opened it" in page
    assert 'href="/admin/incidents/incident/add/?source_url=https://news.example/a"' in page


class TestSessions:
    pytestmark = pytest.mark.usefixtures("ada")

    def page(self, client):
        return client.get("/admin/account/").content.decode()

    @pytest.mark.slow
    def test_a_user_sees_and_ends_their_own_sessions_only(self, client):
        User.objects.create_user("bob", password=PASSWORD, is_staff=True)
        phone, bob = Client(), Client()
        log_in(
            client, **{"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"}
        )
        log_in(phone, **{"User-Agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit Chrome/126 Safari/537"})
        log_in(bob, username="bob")
        page = self.page(client)
        (number,) = re.findall(r'name="end" value="(\w+)"', page)

        bob.post("/admin/account/", {"end": number})
        assert is_at_the_desk(phone)
        client.post("/admin/account/", {"end": number})

        assert ("Firefox, Linux" in page, "Chrome, Android" in page) == (True, True)
        assert [is_at_the_desk(each) for each in (client, phone, bob)] == [True, False, True]
        assert client.session.session_key not in page

    def test_another_password_ends_all_other_sessions(self, client):
        other = Client()
        log_in(client)
        log_in(other)
        new = "another long password"
        data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}

        client.post("/admin/password_change/", data)

        assert [is_at_the_desk(each) for each in (client, other)] == [True, False]
        assert 'name="end"' not in self.page(client)

    def test_an_administrator_ends_all_sessions_of_a_user(self, client, ada):
        helper = User.objects.create_user("helper", is_staff=True)
        helper.groups.add(Group.objects.get(name="administrator"))
        helpers = Client()
        helpers.force_login(helper)
        log_in(client)

        helpers.post("/admin/auth/user/", {"action": "end_sessions", "_selected_action": [ada.pk]})

        assert [is_at_the_desk(each) for each in (client, helpers)] == [False, True]

    def test_new_recovery_codes_replace_those_there_were(self, client, ada, app):
        second_factor.new_recovery_codes(ada)
        before = set(StaticDevice.objects.get().token_set.values_list("token", flat=True))
        log_in(client)

        answer = client.post("/admin/account/", {"new_codes": "1"}).content.decode()

        after = set(StaticDevice.objects.get().token_set.values_list("token", flat=True))
        assert set(re.findall("<code>([a-z2-7]{8})</code>", answer)) == after
        assert not before & after


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.once
def test_a_browser_goes_through_a_first_login_on_pages_that_break_no_rule(
    browse, two_factors, transactional_db
):
    """The content policy included: the QR code is drawn by the page itself."""
    User.objects.create_user("ada", password=PASSWORD, is_staff=True, is_superuser=True)
    page, broken = browse("/admin/", width=360), []

    def check():
        broken.extend(broken_rules(page, page.url))

    page.fill("#id_username", "ada")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    key = b32decode(page.inner_text("code").replace(" ", ""))
    is_drawn = page.locator(".qr svg").bounding_box()
    check()
    page.keyboard.type(code_for(key))
    page.keyboard.press("Enter")
    page.wait_for_selector(".recovery-codes")
    check()
    page.click("main a.button")
    page.wait_for_selector(".queues")
    page.goto(page.url + "account/")
    check()

    assert (is_drawn["width"] > 200, is_drawn["width"] <= 360) == (True, True)
    assert broken == []
