"""What becomes private is looked for at once: protecting somebody is never refused, and what contains it is taken back.

All names are invented.
"""

import html
import json
import re
from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from incidents import index, publishing
from incidents.models import Account, Incident, NameDecision, Party, Source

from .factories import (
    internal_fixture,
    make_account,
    make_citation,
    make_incident,
    make_party,
    make_published_incident,
    make_source,
    make_translation,
)
from .test_admin import address, change_data, errors, log_in, transition
from .test_check_names import check
from .test_leaks import answers, found, make_draft, make_hidden, party_data, staff  # noqa: F401 (a fixture)

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def save(client, record, **changes):
    """Change a party, account or source on the editing desk, and come to the page after it."""
    data = {
        "party": party_data,
        "account": account_data,
        "source": source_data,
    }[record._meta.model_name](record, **changes)
    return client.post(address(f"{record._meta.model_name}_change", record.pk), data, follow=True)


def account_data(account, **changes):
    names = ("label", "slug", "kind", "plan", "url", "handle")
    data = {name: getattr(account, name) for name in names}
    data |= {"platform": account.platform_id, "holder": account.holder_id or ""}
    return data | ({"handle_public": "on"} if account.handle_public else {}) | changes


def source_data(source, **changes):
    names = ("citekey", "csl_type", "title", "author", "publisher", "issued", "issued_basis", "derivation")
    names += ("url", "archived_url", "private_url", "accessed_on")
    return {name: getattr(source, name) or "" for name in names} | changes


def messages(page):
    """What the editing desk says after saving, each with the addresses it links to."""
    listed = re.search(r'<ul class="messagelist">(.*?)</ul>\s*(?:<|$)', page.content.decode(), re.DOTALL)
    text = listed[1] if listed else ""
    return html.unescape(re.sub(r"<[^>]*>", "", text)), re.findall(r'href="([^"]+)"', text)


def page_of(incident):
    return address("incident_change", incident.pk)


def state(incident):
    return Incident.objects.get(pk=incident.pk).publication


# A private name is entered


def test_an_incident_that_tells_a_new_private_name_is_taken_back(staff, client):  # noqa: F811
    party = make_hidden("")
    incident = make_published_incident(account=make_account(holder=party), summary="Jane Qvist complained.")
    assert client.get(f"/incidents/{incident.ref}/").status_code == 200

    page = save(staff("editor"), party, private_name="Jane Qvist")

    assert Party.objects.get(pk=party.pk).private_name == "Jane Qvist"
    assert state(incident) == "withdrawn"
    said, links = messages(page)
    assert f"“{incident}” was taken off the public" in said
    assert page_of(incident) in links
    gone = client.get(f"/incidents/{incident.ref}/")
    assert gone.status_code == 410
    assert "Qvist" not in gone.content.decode()
    assert check()[1]


@pytest.mark.slow
def test_it_comes_back_when_it_has_been_corrected(staff):  # noqa: F811
    party = make_hidden("")
    incident = make_published_incident(account=make_account(holder=party), summary="Jane Qvist complained.")
    client = staff("editor")
    save(client, party, private_name="Jane Qvist")
    assert "contains a name" in client.get(page_of(incident)).content.decode()

    Incident.objects.filter(pk=incident.pk).update(summary="The holder complained.")
    client.post(transition("publish", incident))

    assert state(incident) == "published"


def test_who_took_it_back_is_in_its_history(staff):  # noqa: F811
    party = make_hidden("")
    incident = make_published_incident(account=make_account(holder=party), summary="Jane Qvist complained.")

    save(staff("editor"), party, private_name="Jane Qvist")

    assert incident.history.first().updated_by.username == "some editor"


def test_a_past_revision_that_tells_a_new_private_name_can_no_longer_be_read(staff, client):  # noqa: F811
    party = make_hidden("")
    incident = make_published_incident(account=make_account(holder=party), summary="Jane Qvist complained.")
    index.current_version("default")
    Incident.objects.filter(pk=incident.pk).update(summary="The holder complained.")
    first, second = (f"/incidents/{incident.ref}/revisions/{number}/" for number in (1, 2))
    assert "Qvist" in client.get(first).content.decode()
    assert "Qvist" in client.get(second).content.decode()  # in what has changed

    save(staff("editor"), party, private_name="Jane Qvist")

    client.logout()
    assert state(incident) == "published"
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    assert "Qvist" not in client.get(first).content.decode() + client.get(second).content.decode()
    assert check()[1]


def test_an_incident_that_may_tell_a_new_private_name_stays_and_is_listed(staff):  # noqa: F811
    party = make_hidden("")
    incident = make_published_incident(account=make_account(holder=party), summary="Judge Roe decided.")
    client = staff("editor")

    page = save(client, party, private_name="Jane Roe")

    assert Party.objects.get(pk=party.pk).private_name == "Jane Roe"
    assert state(incident) == "published"
    said, links = messages(page)
    assert "“Roe”" in said
    assert any(link.startswith(page_of(incident)) for link in links)


@pytest.mark.slow
def test_the_page_of_a_party_lists_what_may_name_them_and_takes_the_answer(staff):  # noqa: F811
    party = make_hidden("Jane Roe")
    incident = make_published_incident(account=make_account(holder=party), summary="Judge Roe decided.")
    client, change_page = staff("editor"), address("party_change", party.pk)
    page = client.get(change_page).content.decode()
    assert "“Roe”" in page
    assert 'name="name_reason"' in page

    client.post(change_page, party_data(party, name_reason="The judge.", name_question="another"))
    assert not NameDecision.objects.exists()
    asked = re.findall(r'name="name_question" value="(\w+)"', page)
    data = party_data(party, name_reason="The judge, not the holder.", name_question=asked)
    client.post(change_page, data)

    assert NameDecision.objects.get().reason == "The judge, not the holder."
    assert found(incident) == []
    page = client.get(change_page).content.decode()
    assert 'name="name_reason"' not in page
    assert "The judge, not the holder." in page


@pytest.mark.slow
def test_incidents_that_do_not_show_somebody_and_name_them_are_listed(staff):  # noqa: F811
    party = make_hidden("")
    make_published_incident(account=make_account(holder=party))
    other = make_published_incident(summary="Jane Qvist complained.")
    index.current_version("default")

    page = save(staff("editor"), party, private_name="Qvist, Jane")

    assert state(other) == "published"
    said, links = messages(page)
    assert "“Jane Qvist”" in said
    assert any(link.startswith(page_of(other)) for link in links)


def test_a_new_party_is_looked_for_as_well(staff):  # noqa: F811
    other = make_published_incident(summary="龐雪瀾的帳號被關閉")
    index.current_version("default")
    party = Party(public_label="a blogger", kind="person")

    page = staff("editor").post(
        address("party_add"), party_data(party, private_name="庞雪澜", slug="a-blogger"), follow=True
    )

    assert any(link.startswith(page_of(other)) for link in messages(page)[1])


def test_nothing_is_said_where_nothing_tells_it(staff):  # noqa: F811
    party = make_hidden("")
    incident = make_published_incident(account=make_account(holder=party))

    page = save(staff("editor"), party, private_name="Jane Qvist")

    assert state(incident) == "published"
    assert "public" not in messages(page)[0]


def test_a_change_that_makes_nothing_private_takes_nothing_back(staff):  # noqa: F811
    party = make_hidden("Jane Qvist")
    incident = make_published_incident(account=make_account(holder=party), summary="Jane Qvist complained.")

    save(staff("editor"), party, contact="by letter")

    assert state(incident) == "published"


def test_whoever_was_hidden_in_a_merged_incident_is_looked_for_where_it_went(staff):  # noqa: F811
    party = make_hidden("")
    double = make_published_incident(account=make_account(holder=party))
    kept = make_published_incident(summary="Jane Qvist complained.")
    publishing.withdraw(double, merged_into=kept)

    save(staff("editor"), party, private_name="Jane Qvist")

    assert state(kept) == "withdrawn"


def test_a_reason_for_a_withdrawal_that_tells_it_is_replaced(staff, client):  # noqa: F811
    party = make_hidden("")
    incident = make_published_incident(account=make_account(holder=party))
    publishing.withdraw(incident, reason="It named Jane Qvist.")

    page = save(staff("editor"), party, private_name="Jane Qvist")

    assert "Qvist" not in client.get(f"/incidents/{incident.ref}/").content.decode()
    assert page_of(incident) in messages(page)[1]
    assert check()[1]


def test_an_incident_is_taken_back_even_if_it_breaks_a_rule_that_came_later(staff):  # noqa: F811
    party = make_hidden("")
    incident = make_published_incident(account=make_account(holder=party), summary="Jane Qvist complained.")
    Incident.objects.filter(pk=incident.pk).update(title="")

    save(staff("editor"), party, private_name="Jane Qvist")

    assert state(incident) == "withdrawn"


# Somebody is no longer named


def make_named(**fields):
    return make_party(public_label="Jane Qvist", slug="jane-qvist", kind="person", **fields)


def test_the_name_of_somebody_who_is_no_longer_named_is_kept_as_private_name(staff):  # noqa: F811
    party = make_named(aliases="Janie")
    incident = make_published_incident(account=make_account(holder=party), summary="Jane Qvist complained.")

    page = save(staff("editor"), party, name_public="", public_label="a blogger")

    party.refresh_from_db()
    assert (party.private_name, party.name_public, party.public_label) == ("Jane Qvist", False, "a blogger")
    assert "kept as private name" in messages(page)[0]
    assert state(incident) == "withdrawn"


def test_a_private_name_that_was_typed_is_kept(staff):  # noqa: F811
    party = make_named()
    make_published_incident(account=make_account(holder=party))

    save(staff("editor"), party, name_public="", public_label="a blogger", private_name="Jane A. Qvist")

    assert Party.objects.get(pk=party.pk).private_name == "Jane A. Qvist"


def test_a_slug_that_tells_the_name_does_not_prevent_protection_and_can_be_changed_afterwards(staff):  # noqa: F811
    party = make_named()
    incident = make_published_incident(account=make_account(holder=party))
    client = staff("editor")
    save(client, party, name_public="", public_label="a blogger")
    party.refresh_from_db()
    assert (party.slug, state(incident)) == ("jane-qvist", "withdrawn")

    refused = save(client, party, contact="by letter")
    save(client, party, slug="a-blogger")

    assert set(errors(refused)) == {"slug"}
    assert Party.objects.get(pk=party.pk).slug == "a-blogger"
    assert found(incident) == []


def test_a_party_that_is_public_anyway_does_not_get_its_name_as_slug_refused_twice():
    party = make_named()
    make_published_incident(account=make_account(holder=party))
    party.name_public, party.public_label, party.private_name = False, "a blogger", "Jane Qvist"

    party.full_clean()


def test_a_past_revision_under_the_old_label_stays_hidden(staff, client):  # noqa: F811
    party = make_named(cleared=True)
    incident = make_published_incident(account=make_account(holder=party), ref="2020-x")
    Party.objects.update(slug="p-1")
    index.current_version("default")

    save(staff("editor"), Party.objects.get(pk=party.pk), name_public="", public_label="a blogger")

    client.logout()
    assert client.get("/incidents/2020-x/").status_code == 200
    assert "Qvist" not in client.get("/incidents/2020-x/revisions/1/").content.decode()
    assert state(incident) == "published"
    assert check()[1]


@pytest.mark.slow
def test_a_doubtful_passage_of_a_past_revision_is_asked_about_and_answered(staff):  # noqa: F811
    incident = make_published_incident(
        account=make_account(holder=make_hidden("Jane Roe")), summary="Judge Roe."
    )
    index.current_version("default")
    Incident.objects.filter(pk=incident.pk).update(summary="A judge decided.")
    index.current_version("default")
    assert not check()[1]
    client = staff("editor")
    page = client.get(page_of(incident))
    assert "Revision 1: “Roe” in “summary”" in page.content.decode()

    incident.refresh_from_db()
    client.post(page_of(incident), change_data(incident, **answers(page, "The judge.")))

    assert NameDecision.objects.get().reason == "The judge."
    assert "Revision 1" not in client.get(page_of(incident)).content.decode()
    assert check()[1]


# Handles and addresses


def test_a_handle_that_is_no_longer_public_is_looked_for(staff):  # noqa: F811
    account = make_account(handle="@grey_heron_77", handle_public=True)
    incident = make_published_incident(account=account, summary="The account @grey_heron_77 was closed.")

    save(staff("editor"), account, handle_public="")

    assert Account.objects.get(pk=account.pk).handle_public is False
    assert state(incident) == "withdrawn"


def test_the_handle_of_somebody_who_is_no_longer_named_is_looked_for(staff):  # noqa: F811
    party = make_party(public_label="Grey Heron")
    account = make_account(holder=party, handle="@grey_heron_77", handle_public=True)
    incident = make_published_incident(account=account, summary="The account @grey_heron_77 was closed.")

    save(staff("editor"), party, name_public="", public_label="a group", private_name="-")

    assert state(incident) == "withdrawn"


def test_the_address_of_a_source_that_becomes_private_is_looked_for(staff):  # noqa: F811
    naming = "https://news.example/2020/jane-qvist-speaks"
    source = make_source(url=naming)
    incident = make_published_incident(source=source, summary=f"See {naming}.")

    save(staff("editor"), source, url="", private_url=naming)

    assert Source.objects.get().private_url == naming
    assert state(incident) == "withdrawn"


def test_the_address_of_a_source_that_becomes_confidential_is_looked_for(staff):  # noqa: F811
    naming = "https://news.example/2020/jane-qvist-speaks"
    source = make_source(url=naming)
    incident = make_published_incident()
    make_citation(incident, source=source, quote="", locator=naming)

    save(staff("editor"), source, is_confidential="on")

    assert state(incident) == "published"  # its citations are no longer shown either
    assert check()[1]


# Imports


def imported(folder, entries, **options):
    path, out = folder / "in.json", StringIO()
    path.write_text(json.dumps(entries))
    call_command("import_fixture", path, internal=True, stdout=out, **options)
    return out.getvalue()


def test_an_import_of_a_private_name_takes_back_what_tells_it(tmp_path):
    party = make_hidden("", slug="hidden")
    incident = make_published_incident(account=make_account(holder=party), summary="Jane Qvist complained.")
    entry = {"model": "incidents.party", "fields": {"slug": "hidden", "private_name": "Jane Qvist"}}

    said = imported(tmp_path, [entry])

    assert Party.objects.get(pk=party.pk).private_name == "Jane Qvist"
    assert state(incident) == "withdrawn"
    assert f"taken off the public: {incident.ref}" in said
    assert "Qvist" not in said


def test_a_trial_import_says_what_it_would_take_back(tmp_path):
    party = make_hidden("", slug="hidden")
    incident = make_published_incident(account=make_account(holder=party), summary="Jane Qvist complained.")
    entry = {"model": "incidents.party", "fields": {"slug": "hidden", "private_name": "Jane Qvist"}}

    said = imported(tmp_path, [entry], dry_run=True)

    assert f"taken off the public: {incident.ref}" in said
    assert state(incident) == "published"


def test_an_import_of_a_private_name_lists_what_may_tell_it(tmp_path):
    party = make_hidden("", slug="hidden")
    incident = make_published_incident(account=make_account(holder=party), summary="Judge Roe decided.")
    entry = {"model": "incidents.party", "fields": {"slug": "hidden", "private_name": "Jane Roe"}}

    said = imported(tmp_path, [entry])

    assert Party.objects.get(pk=party.pk).private_name == "Jane Roe"
    assert state(incident) == "published"
    assert f"may name a blogger in a coastal city: {incident.ref}" in said


def test_an_import_brings_no_text_that_names_somebody(tmp_path, capsys):
    make_published_incident(account=make_account(holder=make_hidden("Jane Roe")), summary="A judge decided.")
    entries = json.loads(internal_fixture(Incident.objects.all()))
    for entry in entries:
        if entry["model"] == "incidents.incident":
            entry["fields"]["summary"] = "Judge Roe decided."

    with pytest.raises(Exception, match="cannot be imported"):
        imported(tmp_path, entries)

    assert "--name-reason" in capsys.readouterr().err


# A ref that names somebody


@pytest.mark.slow
def test_a_ref_that_names_somebody_can_be_replaced(staff, client):  # noqa: F811
    party = make_hidden("")
    incident = make_published_incident(account=make_account(holder=party), ref="2020-zoom-jane-qvist")
    index.current_version("default")
    editor = staff("editor")
    page = save(editor, party, private_name="Jane Qvist")
    assert state(incident) == "withdrawn"
    assert "ref" in messages(page)[0]
    assert transition("rename", incident).split("?")[0] in editor.get(page_of(incident)).content.decode()

    editor.post(transition("rename", incident), {"ref": "2020-zoom-unnamed"})

    incident.refresh_from_db()
    assert incident.ref == "2020-zoom-unnamed"
    client.logout()
    assert client.get("/incidents/2020-zoom-jane-qvist/").status_code == 404
    for path in ("/changes/", "/changes.atom", "/incidents/2020-zoom-unnamed/"):
        assert "qvist" not in client.get(path).content.decode().lower()
    publishing.publish(incident)
    assert client.get("/incidents/2020-zoom-unnamed/").status_code == 200
    assert client.get("/incidents/2020-zoom-unnamed/revisions/1/").status_code == 404
    assert check()[1]


def test_no_other_ref_can_be_replaced(staff):  # noqa: F811
    incident = make_published_incident(account=make_account(holder=make_hidden()), ref="2020-zoom")
    publishing.withdraw(incident, reason="An error.")

    page = staff("editor").post(transition("rename", incident), {"ref": "2021-zoom"})

    assert Incident.objects.get(pk=incident.pk).ref == "2020-zoom"
    assert "names nobody" in page.content.decode()


def test_a_ref_is_not_replaced_by_one_that_names_somebody_or_is_taken(staff):  # noqa: F811
    incident = make_published_incident(account=make_account(holder=make_hidden()), ref="2020-lin-qiaozhen")
    publishing.withdraw(incident, reason="An error.")
    make_incident(ref="taken")

    for ref in ("2021-lin-qiaozhen", "taken", "no slug", ""):
        staff_client = staff("editor") if ref.startswith("2021") else staff_client  # noqa: F821
        staff_client.post(transition("rename", incident), {"ref": ref})

        assert Incident.objects.get(pk=incident.pk).ref == "2020-lin-qiaozhen"


# The way of an editor


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.once
@pytest.mark.parametrize("width", [360, 1400])
def test_an_editor_is_asked_answers_and_sees_the_answer_again(browse, live_server, width):
    """At publishing, at a later change, when somebody becomes private, and at a merge; then a ref is replaced."""
    holder = make_hidden("Jane Roe")
    incident = make_draft(holder, summary="Judge Roe decided.", ref="2020-zoom-unnamed")
    double = make_published_incident(account=make_account(holder=holder), summary="As above.")
    other = make_hidden("", public_label="a student in a city", slug="student")
    told = make_published_incident(account=make_account(holder=other), ref="2021-li-mei-hua", title="A talk")
    page = log_in(browse, page_of(incident), width=width)

    def is_wide_enough():
        return page.evaluate("document.documentElement.scrollWidth") <= width

    # At publishing: the page of the step leads to the passage, the page of the incident takes the answer.
    page.goto(live_server.url + transition("publish", incident))
    expect(page.locator(".missing")).to_contain_text("“Roe” in “summary” may name somebody")
    page.click(".missing li a")
    expect(page.locator("#id_summary")).to_be_focused()
    assert is_wide_enough()
    page.fill("#id_name_reason", "The judge, named in the ruling.")
    page.click("[name=_save]")
    expect(page.locator(".complete")).to_be_visible()
    page.click("text=Answers about names")
    expect(page.locator("details.names")).to_contain_text("The judge, named in the ruling. – editor")
    page.goto(live_server.url + transition("publish", incident))
    page.click("[type=submit].default")
    expect(page.locator(".messagelist")).to_contain_text("has been published")

    # At a later change of what is public: asked before anything is saved, and saved with the answer.
    page.fill("#id_summary", "Judge Roe decided, and Roe alone.")
    page.click("[name=_save]")
    expect(page.locator(".errornote, .errorlist").first).to_be_visible()
    expect(page.locator(".errorlist.nonfield")).to_contain_text("“Roe”")
    assert Incident.objects.get(pk=incident.pk).summary == "Judge Roe decided."
    page.fill("#id_name_reason", "Still the judge.")
    page.click("[name=_save]")
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert Incident.objects.get(pk=incident.pk).summary == "Judge Roe decided, and Roe alone."

    # At a merge: the other incident is asked about, and the answer is kept.
    kept = make_published_incident(title="The one that stays", summary="Roe ruled.")
    page.goto(live_server.url + transition("merge", double))
    # Without the search for incidents, which would read the tables while the test writes to them.
    choose = "(select, key) => select.add(new Option(key, key, true, true))"
    page.eval_on_selector("#id_merged_into", choose, str(kept.pk))
    page.click("[type=submit].default")
    expect(page.locator(".errorlist a")).to_contain_text("“Roe”")
    assert is_wide_enough()
    page.fill("#id_name_reason", "A judge again.")
    page.click("[type=submit].default")
    expect(page.locator(".messagelist")).to_contain_text("has been merged")
    assert Incident.objects.get(pk=double.pk).merged_into == kept

    # When somebody becomes private: saved, and incidents that contain it are listed and taken back.
    page.goto(f"{live_server.url}{address('party_change', other.pk)}")
    page.locator("summary", has_text="Private").click()
    page.fill("#id_private_name", "Li Mei-hua")
    page.click("[name=_save]")
    expect(page.locator(".messagelist")).to_contain_text("was taken off the public")
    assert is_wide_enough()
    page.click(".messagelist a >> nth=0")
    expect(page.locator(".missing")).to_contain_text("“ref” contains a name")

    # Its ref is replaced, and it is published again.
    page.click("text=Replace ref…")
    page.fill("#id_ref", "2021-zoom-student")
    page.click("[type=submit].default")
    expect(page.locator(".messagelist")).to_contain_text("has another ref")
    page.click(".object-tools >> text=Publish")
    page.click("[type=submit].default")
    expect(page.locator(".messagelist")).to_contain_text("has been published")
    assert Incident.objects.get(pk=told.pk).ref == "2021-zoom-student"
    assert check()[1]


# Names in other languages


def named_in_chinese():
    """A published incident of somebody whose label is translated as 隼鷹嵐."""
    party = make_party(public_label="Jane Qvist", slug="p-1", kind="person", aliases="Janie")
    make_translation(party, "public_label", text="隼鷹嵐")
    incident = make_published_incident(account=make_account(holder=party, slug="a-1"), ref="2020-x")
    return party, incident


def public_texts(client):
    """What readers get of this incident in Chinese, and as data."""
    paths = ("/zh-hant/incidents/2020-x/", "/zh-hant/parties/p-1/", "/zh-hant/incidents.atom")
    paths += ("/incidents.jsonl", "/api/v1/parties/", "/zh-hans/incidents/?q=隼鹰岚")
    return {path: client.get(path).getvalue().decode() for path in paths}


def test_the_translated_name_of_somebody_who_is_no_longer_named_is_private(staff, client):  # noqa: F811
    party, incident = named_in_chinese()
    assert ["隼鷹嵐" in text for text in public_texts(client).values()] == [True] * 6

    save(staff("editor"), party, name_public="", public_label="a blogger", aliases="")

    party.refresh_from_db()
    assert (party.private_name, set(party.aliases.splitlines())) == ("Jane Qvist", {"Janie", "隼鷹嵐"})
    assert state(incident) == "published"
    client.logout()
    assert [path for path, text in public_texts(client).items() if "隼鷹嵐" in text] == []


def test_a_translated_title_with_the_translated_name_is_taken_back(staff):  # noqa: F811
    party, incident = named_in_chinese()
    make_translation(incident, text="隼鹰岚的账号", language="zh-Hans")

    save(staff("editor"), party, name_public="", public_label="a blogger")

    assert state(incident) == "withdrawn"


def test_a_translation_of_a_text_that_named_somebody_is_not_published_until_it_is_read(staff):  # noqa: F811
    party = make_hidden("")
    incident = make_published_incident(account=make_account(holder=party), title="Jane Qvist is suspended")
    title = make_translation(incident, text="阿珍的帳號被封")
    incident.title = "A blogger is suspended"
    incident.save()

    save(staff("editor"), party, private_name="Jane Qvist")

    assert state(incident) == "withdrawn"
    assert found(incident) == [("translation", "text", True)]
    title.refresh_from_db()
    title.text, title.is_behind = "一名博客的帳號被封", False
    title.save()
    assert found(incident) == []
