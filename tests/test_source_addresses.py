"""One page, however its address is spelled: what counts as the same, and what the desk, search and import make of it."""

import pytest
from django.contrib.auth.models import Group, User

from incidents.addresses import canonical_address
from incidents.models import Incident, Source

from .factories import make_published_incident, make_source
from .test_admin import address, log_data
from .test_search import found

PAGE = "https://news.example/2020/zoom-talk/封號?id=7&page=2"


@pytest.mark.parametrize(
    "spelling",
    [
        "http://news.example/2020/zoom-talk/封號?id=7&page=2",
        "https://www.news.example/2020/zoom-talk/封號?id=7&page=2",
        "https://m.news.example/2020/zoom-talk/封號?id=7&page=2",
        "HTTPS://News.Example:443/2020/zoom-talk/封號?id=7&page=2",
        "https://news.example/2020/zoom-talk/封號/?id=7&page=2",
        "https://news.example/2020/zoom-talk/%E5%B0%81%e8%99%9f?id=7&page=2",
        "https://news.example/2020/zoom%2Dtalk/封號?page=2&id=7",
        "https://news.example/2020/zoom-talk/封號?id=7&page=2&utm_source=x&fbclid=abc&gclid=1",
        "https://news.example/2020/zoom-talk/封號?id=7&page=2#:~:text=the%20account",
        "https://news.example/2020/zoom-talk/封號?id=7&page=2#comments",
        "https://web.archive.org/web/20200612031522/https://news.example/2020/zoom-talk/封號?id=7&page=2",
        "https://web.archive.org/web/20200612031522id_/http://www.news.example/2020/zoom-talk/封號?id=7&page=2",
        "https://archive.ph/2020.06.12-031522/https://news.example/2020/zoom-talk/封號?id=7&page=2",
        "https://archive.today/https://news.example/2020/zoom-talk/封號?id=7&page=2",
        "“https://news.example/2020/zoom-talk/封號?id=7&page=2”.",
        "(https://news.example/2020/zoom-talk/封號?id=7&page=2)",
        "<https://news.example/2020/zoom-talk/封號?id=7&page=2>,",
        "news.example/2020/zoom-talk/封號?id=7&page=2",
    ],
)
def test_one_page_has_one_canonical_address(spelling):
    assert canonical_address(spelling) == canonical_address(PAGE)


@pytest.mark.parametrize(
    "other",
    [
        "https://news.example/2020/zoom-talk/封號?id=8&page=2",
        "https://news.example/2020/zoom-talk?id=7&page=2",
        "https://other.example/2020/zoom-talk/封號?id=7&page=2",
        "https://blog.news.example/2020/zoom-talk/封號?id=7&page=2",
        "https://news.example/2020/Zoom-Talk/封號?id=7&page=2",
        "https://news.example/2020%2Fzoom-talk/封號?id=7&page=2",
    ],
)
def test_another_page_has_another(other):
    assert canonical_address(other) != canonical_address(PAGE)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
        ("https://en.m.wikipedia.org/wiki/Zoom", "https://en.wikipedia.org/wiki/Zoom"),
        ("https://app.example/#!/post/1", "http://app.example#!/post/1"),
        ("https://old.example/%B0%A1", "https://old.example/%b0%a1"),
        ("https://m.com/a", "http://www.m.com/a"),
    ],
)
def test_hosts_and_letters_of_every_kind_are_compared(one, two):
    assert canonical_address(one) == canonical_address(two) != ""


@pytest.mark.parametrize(
    "text", ["", " ", "“”", "https://", "#", "?", "\0", "%", "https://[", "xn--\u0000.example"]
)
def test_what_is_no_address_is_no_error(text):
    assert isinstance(canonical_address(text), str)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "pasted",
    [
        PAGE,
        f'"{PAGE}"',
        f"“{PAGE}”",
        f"({PAGE})",
        f"<{PAGE}>,",
        PAGE.replace("https://", "http://www."),
        PAGE.replace("封號", "%E5%B0%81%E8%99%9F/") + "&utm_source=" + "x" * 250,
        PAGE + "#:~:text=" + "the%20account%20" * 20,
        "https://web.archive.org/web/2020/" + PAGE,
        "news.example/2020/zoom-talk",
        f"source:{PAGE}",
    ],
)
def test_a_reader_finds_a_page_however_its_address_is_pasted(pasted):
    make_published_incident(ref="told", source=make_source(url=PAGE + "&utm_medium=feed", title="封號"))
    make_published_incident(ref="other", source=make_source(url=PAGE.replace("7", "8")))

    assert "told" in found(pasted)
    assert found(pasted) == ["told"] or "?" not in pasted


@pytest.mark.django_db
def test_an_archived_copy_is_found_by_its_own_address_and_by_that_of_the_page():
    copy = "https://web.archive.org/web/2020/https://news.example/talk"
    make_published_incident(ref="told", source=make_source(url="", archived_url=copy))

    assert found(copy) == found("https://news.example/talk/") == found("web.archive.org") == ["told"]


@pytest.mark.django_db
def test_a_long_address_is_no_error_on_the_page_of_the_list(client):
    make_published_incident(title="Told here", source=make_source(url=PAGE))

    page = client.get("/incidents/", {"q": f'"{PAGE}&utm_campaign={"x" * 250}"'})

    assert "Told here" in page.content.decode()


class TestTheDesk:
    """What the desk says of a page that is on record."""

    @pytest.fixture
    def client(self, client):
        user = User.objects.create_user("some editor", is_staff=True)
        user.groups.add(Group.objects.get(name="editor"))
        client.force_login(user)
        return client

    def log(self, client, **changes):
        return client.post(address("incident_add"), log_data(**changes))

    @pytest.mark.slow
    def test_a_page_that_is_on_record_is_used_again_by_every_spelling(self, db, client):
        self.log(client, source_url=PAGE)

        self.log(client, title="Again", source_url=PAGE.replace("https://", "http://www.") + "&utm_source=x")

        assert (Source.objects.count(), Incident.objects.count()) == (1, 2)

    @pytest.mark.slow
    def test_what_was_typed_about_a_changed_page_is_not_dropped(self, db, client):
        self.log(client, source_url=PAGE)
        changed = {"title": "Again", "source_url": PAGE, "source_title": "Zoom corrects itself"}

        asked = self.log(client, **changed)
        assert "on record already" in str(asked.context["adminform"].form.errors["source_url"])
        assert 'name="new_capture"' in asked.content.decode()

        assert self.log(client, **changed, new_capture="on").status_code == 302
        assert sorted(Source.objects.values_list("title", flat=True)) == [
            "Zoom corrects itself",
            "Zoom shuts an account",
        ]

    def test_a_new_source_of_a_page_on_record_is_asked_about(self, db, client):
        known = make_source(url=PAGE)
        data = {
            "title": "A page", "url": PAGE + "#top", "issued": "", "issued_basis": "unknown",
            "csl_type": "webpage", "derivation": "original",
        }  # fmt: skip

        asked = client.post(address("source_add"), data)

        assert address("source_change", known.pk) in asked.content.decode()
        assert client.post(address("source_add"), data | {"new_capture": "on"}).status_code == 302

    def test_a_source_that_is_saved_again_is_not_the_same_as_itself(self, db, client):
        known = make_source(url=PAGE)
        data = {
            "title": "Another title", "url": PAGE, "issued": known.issued, "issued_basis": known.issued_basis,
            "citekey": known.citekey, "csl_type": "webpage", "derivation": "original", "accessed_on": "2020-06-12",
        }  # fmt: skip

        page = client.post(address("source_change", known.pk), data)

        assert page.headers["Location"] == address("source_change", known.pk)

    def test_a_look_up_says_in_which_incidents_a_page_is_cited(self, db, client):
        known = make_source(url=PAGE, title="Zoom shuts an account")
        incident = make_published_incident(ref="told", source=known)

        page = client.get(
            address("incident_add"), {"source_url": f'"{PAGE}&utm_source=x"', "source_title": "Site"}
        )

        form, text = page.context["adminform"].form, page.content.decode()
        assert (form.initial["source_url"], form.initial["source_title"]) == (PAGE, "")
        assert address("incident_change", incident.pk) in text
        assert "This page is on record already." in text

    def test_a_page_that_is_not_on_record_fills_the_form(self, db, client):
        given = {"source_url": PAGE, "source_title": "Zoom shuts an account", "quote": "It was shut."}

        form = client.get(address("incident_add"), given).context["adminform"].form

        assert {name: form.initial[name] for name in given} == given

    def test_a_bookmark_leads_through_a_page_that_needs_no_session(self, db, client):
        client.logout()

        page = client.get(
            address("incident_start"), {"source_url": PAGE, "quote": "<b>", "other": "x"}
        ).content.decode()

        assert f'content="0; url={address("incident_add")}?source_url=https%3A%2F%2F' in page
        assert "quote=%3Cb%3E" in page
        assert "other" not in page.partition("<body")[0]
