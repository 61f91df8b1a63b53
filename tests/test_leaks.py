"""A hidden name stays hidden: at the box, at publishing, at every later change, at merge and at import. All names are invented."""

import json
import re

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from incidents import leaks, publishing
from incidents.models import Account, Citation, Incident, NameDecision, Source

from .factories import (
    internal_fixture,
    make_account,
    make_action,
    make_citation,
    make_incident,
    make_involvement,
    make_justification,
    make_party,
    make_platform,
    make_published_incident,
    make_relation,
    make_source,
    public_fixture,
)
from .test_admin import address, change_data, citation_row, errors, log_data, transition

pytestmark = pytest.mark.django_db
NAMING_ADDRESS = "https://news.example/2020/06/lin-qiaozhen-channel-closed.html"


@pytest.fixture
def staff(client):
    """`staff("editor")` is a client logged in as a member of that group."""

    def log_in(group):
        user = User.objects.create_user(f"some {group}", is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        client.force_login(user)
        return client

    return log_in


def make_hidden(private_name="Lin Qiaozhen", **fields):
    """A person who must not be named."""
    defaults = {"public_label": "a blogger in a coastal city", "kind": "person", "at_risk": True}
    return make_party(private_name=private_name, name_public=False, **defaults | fields)


def answers(page, reason):
    """What an editor posts to answer the questions that a page of the editing desk shows."""
    asked = re.findall(r'name="name_question" value="(\w+)"', page.content.decode())
    return {"name_reason": reason, "name_question": asked}


def make_draft(holder, **fields):
    """A draft that would be ready to publish but for what it gives away."""
    incident = make_published_incident(account=make_account(holder=holder), **fields)
    Incident.objects.filter(pk=incident.pk).update(publication="draft", published_at=None)
    return Incident.objects.get(pk=incident.pk)


def found(incident):
    """What is found in an incident: the record's kind, the field, and whether it is refused."""
    return [
        (problem.record._meta.model_name, problem.field, problem.leak.refused)
        for problem in publishing.problems(Incident.objects.get(pk=incident.pk))
        if problem.leak
    ]


# H1: the address of a source


def test_a_name_in_the_address_of_a_source_is_refused_when_it_is_published():
    incident = make_draft(make_hidden(), source=make_source(url=NAMING_ADDRESS))

    assert found(incident) == [("source", "url", True)]


def test_a_name_in_the_address_of_a_source_is_refused_at_the_box(staff):
    make_hidden()
    page = staff("researcher").post(address("incident_add"), log_data(source_url=NAMING_ADDRESS))

    assert "private URL" in str(errors(page)["source_url"])
    assert not Source.objects.exists()


def test_a_source_that_an_incident_cites_refuses_a_naming_address_at_the_box(staff):
    source = make_draft(make_hidden()).citations.first().source
    data = {"citekey": source.citekey, "csl_type": source.csl_type, "title": source.title}
    data |= {
        "issued": "2020-06-11",
        "issued_basis": "printed",
        "derivation": "original",
        "url": NAMING_ADDRESS,
    }

    page = staff("editor").post(address("source_change", source.pk), data)

    assert "private URL" in str(errors(page)["url"])


@pytest.mark.slow
def test_a_citation_refuses_a_source_whose_address_names_somebody(staff):
    incident = make_draft(make_hidden())
    naming = make_source(url=NAMING_ADDRESS)

    page = staff("editor").post(
        address("incident_change", incident.pk),
        change_data(incident)
        | citation_row(incident.citations.first(), source=naming.pk)
        | {"citations-INITIAL_FORMS": 1},
    )

    assert "contains a name that is not public" in page.content.decode()
    assert naming not in {citation.source for citation in Citation.objects.all()}


# H2: the same name in other characters


@pytest.mark.parametrize(
    ("private", "text"),
    [
        ("張偉民", "The channel of 张伟民 was closed."),
        ("張偉民", "See https://news.example/%E5%BC%A0%E4%BC%9F%E6%B0%91 for more."),
        ("José Bermejal", "JOSE BERMEJAL"),
        ("Пётр Рогожин", "Петр Рогожин"),
    ],
)
def test_what_the_search_takes_for_the_name_is_refused(private, text):
    incident = make_draft(make_hidden(private), summary=text)

    assert found(incident) == [("incident", "summary", True)]


# H3: other orders, and parts of a name


@pytest.mark.parametrize("text", ["Roe, Jane", "Jane M. Roe", "https://x.example/zoom-bans-roe-jane"])
def test_the_whole_name_in_any_order_is_refused(text):
    incident = make_draft(make_hidden("Jane Roe"), summary=text)

    assert found(incident) == [("incident", "summary", True)]


@pytest.mark.slow
def test_a_surname_is_a_question_that_an_editor_answers_once(staff):
    incident = make_draft(make_hidden("Jane Roe"))
    incident.actions.get().citations.update(quote="As Roe said, it was closed.")
    assert found(incident) == [("citation", "quote", False)]
    with pytest.raises(publishing.NotPublishable, match="“Roe”"):
        publishing.publish(incident)

    page = staff("editor").get(address("incident_change", incident.pk))
    assert "name_reason" in page.content.decode()
    staff_page = address("incident_change", incident.pk)
    page.client.post(staff_page, change_data(incident, **answers(page, "Roe is the judge.")))

    assert found(incident) == []
    decision = NameDecision.objects.get()
    assert (decision.words, decision.reason, decision.decided_by.username) == (
        "Roe",
        "Roe is the judge.",
        "some editor",
    )
    assert "Roe is the judge." in page.client.get(staff_page).content.decode()
    assert publishing.publish(incident).publication == "published"


@pytest.mark.slow
def test_a_question_comes_again_when_the_text_has_changed():
    incident = make_draft(make_hidden("Jane Roe"), summary="Roe was not asked.")
    leaks.answer(leaks.leaks_of(incident), "Another one.")
    assert found(incident) == []

    Incident.objects.update(summary="Roe was asked.")

    assert found(incident) == [("incident", "summary", False)]


def test_an_answer_about_one_party_does_not_hold_for_another():
    incident = make_draft(make_hidden("Jane Roe"), summary="Roe was not asked.")
    leaks.answer(leaks.leaks_of(incident), "Another one.")

    make_involvement(incident, party=make_hidden("Richard Roe", public_label="a neighbour"))

    assert found(incident) == [("incident", "summary", False)]


@pytest.mark.slow
def test_a_researcher_does_not_answer(staff):
    incident = make_draft(make_hidden("Jane Roe"), summary="Roe was not asked.")
    page = staff("researcher").get(address("incident_change", incident.pk))
    assert 'name="name_reason"' not in page.content.decode()

    asked = [leak.token for leak in leaks.leaks_of(incident)]
    data = change_data(incident, name_reason="Never mind.", name_question=asked)
    page.client.post(address("incident_change", incident.pk), data)

    assert not NameDecision.objects.exists()


def test_a_part_of_a_name_within_a_public_name_is_no_question():
    incident = make_draft(make_hidden("Tang Roe"), summary="The Tang Foundation complained.")
    assert found(incident) == [("incident", "summary", False)]

    make_involvement(incident, party=make_party(public_label="Tang Foundation"))

    assert found(incident) == []


@pytest.mark.slow
def test_the_name_of_a_group_is_only_the_whole_of_it():
    group = make_hidden("Green Lantern Reading Group", kind="collective", public_label="a student group")
    incident = make_draft(group, summary="The green lantern was lit, the group went on reading.")
    assert found(incident) == []

    Incident.objects.update(summary="The green-lantern reading group was closed.")

    assert found(incident) == [("incident", "summary", True)]


# H4: very short names, and our own words


def test_a_very_short_name_does_not_stand_in_the_way_of_ordinary_words():
    incident = make_draft(
        make_hidden("Su"),
        summary="The account was closed.",
        action={"type": "suspended", "start_text": "suspended"},
    )

    assert found(incident) == []


def test_a_very_short_name_is_a_question():
    incident = make_draft(make_hidden("Su"), summary="Su was not asked.")

    assert found(incident) == [("incident", "summary", False)]


def test_our_own_vocabulary_is_never_looked_at():
    holder = make_hidden("Start Suspended", aliases="asserted\nsupports")
    incident = make_draft(holder, action={"type": "suspended"})
    Citation.objects.update(field="start", stance="supports")
    make_justification(incident, quote="We said so.")

    assert found(incident) == []


# Who is hidden elsewhere, user names, private addresses


def test_a_person_hidden_in_another_incident_is_asked_about():
    make_published_incident(account=make_account(holder=make_hidden()))
    incident = make_draft(make_party(), summary="Lin Qiaozhen complained; Lin did so twice.")

    assert found(incident) == [("incident", "summary", False)]


def test_parts_of_names_hidden_in_other_incidents_are_no_question():
    make_hidden(), make_hidden("Su"), make_account(handle="@lin", holder=None)
    incident = make_draft(make_party(), summary="Lin complained. Su did, too.")

    assert found(incident) == []


def test_a_party_named_as_somebody_else_is_hidden_is_asked_about():
    make_hidden()
    incident = make_draft(make_party(public_label="Lin Qiaozhen"), summary="Lin Qiaozhen complained.")

    assert found(incident) == [("party", "public_label", False)]


@pytest.mark.parametrize(
    "text", ["closed: @lisi", "https://x.example/@LiSi/1", "https://x.example/?user=lisi"]
)
def test_a_private_handle_is_refused(text):
    incident = make_draft(make_party(), summary=text)
    Account.objects.update(handle="@lisi")

    assert found(incident) == [("incident", "summary", True)]


def test_the_address_of_an_unnamed_holders_account_is_refused():
    incident = make_draft(make_hidden(), summary="It stood at https://video.example/channel/77120.")
    Account.objects.update(url="https://video.example/channel/77120")

    assert found(incident) == [("incident", "summary", True)]


def test_the_real_name_behind_a_public_one_is_refused():
    holder = make_party(public_label="Grey Heron", private_name="Lin Qiaozhen", kind="person")
    incident = make_draft(holder, summary="Grey Heron, that is Lin Qiaozhen, was cut off.")

    assert found(incident) == [("incident", "summary", True)]


def test_a_name_that_is_public_is_not_hidden():
    holder = make_party(public_label="Lin Qiaozhen", private_name="Lin Qiaozhen", kind="person")

    assert found(make_draft(holder, summary="Lin Qiaozhen complained.")) == []


@pytest.mark.parametrize(
    "place",
    [
        lambda incident, text: Incident.objects.filter(pk=incident.pk).update(title=text),
        lambda incident, text: make_justification(incident, note=text),
        lambda incident, text: make_justification(incident, speaker_text=text),
        lambda incident, text: make_justification(incident, reference_url=f"https://x.example/{text}".replace(" ", "-")),
        lambda incident, text: make_involvement(incident, party_text=text),
        lambda incident, text: make_involvement(incident, quote=text),
        lambda incident, text: make_citation(incident, attribution=text),
        lambda incident, text: make_citation(incident, locator=text),
        lambda incident, text: make_citation(incident, source=make_source(title=text)),
        lambda incident, text: make_citation(incident, source=make_source(citekey="lin-qiaozhen")),
        lambda incident, text: make_citation(
            incident,
            source=make_source(derivation="adaptation", derived_from=make_source(author=text)),
        ),
        lambda incident, text: make_action(incident, account=make_account(label=text)),
        lambda incident, text: make_action(incident, account=make_account(platform=make_platform(aliases=text))),
        lambda incident, text: make_action(incident, account=make_account(slug="lin-qiaozhen")),
        lambda incident, text: make_relation(incident, make_incident(), note=text),
        lambda incident, text: make_relation(make_incident(), incident, note=text),
        lambda incident, text: make_involvement(incident, party=make_party(aliases=text)),
    ],
)  # fmt: skip
def test_every_public_text_of_an_incident_is_looked_at(place):
    incident = make_draft(make_hidden())
    assert found(incident) == []

    place(incident, "Qiaozhen Lin")

    assert True in [refused for _model, _field, refused in found(incident)]


@pytest.mark.slow
def test_the_number_of_queries_does_not_depend_on_how_much_there_is(django_assert_max_num_queries):
    incident = make_draft(make_hidden())
    make_justification(incident), make_involvement(incident)
    with django_assert_max_num_queries(40) as few:
        leaks.leaks_of(incident)

    for _n in range(5):
        make_hidden(), make_citation(incident), make_justification(incident, speaker=make_hidden("Jane Roe"))
        make_action(incident), make_involvement(incident, party=make_party())
    with django_assert_max_num_queries(len(few)):
        leaks.leaks_of(incident)


# Later changes of what is published


def party_data(party, **changes):
    names = ("public_label", "slug", "kind", "private_name", "aliases", "native_label", "name_public_basis")
    data = {name: getattr(party, name) for name in names} | {"at_risk": "on", "cleared": "on"}
    return data | ({"name_public": "on"} if party.name_public else {}) | changes


@pytest.mark.slow
def test_a_change_of_a_published_incident_is_asked_about_and_saved_with_the_answer(staff):
    incident = make_published_incident(account=make_account(holder=make_hidden("Jane Roe")))
    row = citation_row(incident.citations.first(), quote="So Roe said.") | {"citations-INITIAL_FORMS": 1}
    row |= {"actions-TOTAL_FORMS": 0}
    page = staff("editor").post(address("incident_change", incident.pk), change_data(incident) | row)
    assert "“Roe”" in str(errors(page))

    page.client.post(
        address("incident_change", incident.pk), change_data(incident) | row | answers(page, "The judge.")
    )

    assert Citation.objects.filter(quote="So Roe said.").exists()
    assert NameDecision.objects.get().words == "Roe"


@pytest.mark.slow
@pytest.mark.parametrize("part", ["summary", "title"])
def test_a_form_refuses_a_name_in_a_draft_at_the_box(staff, part):
    incident = make_draft(make_hidden())

    page = staff("researcher").post(
        address("incident_change", incident.pk), change_data(incident, **{part: "Lin Qiaozhen"})
    )

    assert "not public" in str(errors(page)[part])


@pytest.mark.parametrize(
    ("model", "changes", "field"),
    [
        ("party", {"public_label": "Lin Qiaozhen's friend"}, "public_label"),
        ("party", {"slug": "lin-qiao-zhen"}, "slug"),
        ("account", {"label": "channel of Lin, Qiaozhen"}, "label"),
        ("account", {"slug": "zoom-linqiaozhen"}, "slug"),
    ],
)
def test_a_record_refuses_its_own_private_name(model, changes, field):
    account = make_account(holder=make_hidden())
    record = account if model == "account" else account.holder
    for name, value in changes.items():
        setattr(record, name, value)

    with pytest.raises(ValidationError) as error:
        record.full_clean()

    assert set(error.value.message_dict) == {field}


def test_a_withdrawal_does_not_say_the_name():
    incident = make_published_incident(account=make_account(holder=make_hidden()))

    with pytest.raises(ValidationError, match="not public"):
        publishing.withdraw(incident, reason="It named Lin Qiaozhen.")

    assert Incident.objects.public().get() == incident


# Merging


def test_who_is_hidden_in_one_incident_is_hidden_in_the_one_it_is_merged_into():
    double = make_published_incident(account=make_account(holder=make_hidden()))
    kept = make_published_incident(summary="Lin Qiaozhen complained.")

    with pytest.raises(ValidationError, match="not public"):
        publishing.withdraw(double, merged_into=kept)

    assert Incident.objects.get(pk=double.pk).publication == "published"


@pytest.mark.slow
def test_a_merge_is_asked_about_and_made_with_the_answer(staff):
    double = make_published_incident(account=make_account(holder=make_hidden("Jane Roe")))
    kept = make_published_incident(summary="Judge Roe decided.")
    page = staff("editor").post(transition("merge", double), {"merged_into": kept.pk})
    assert "“Roe”" in page.content.decode()
    assert Incident.objects.get(pk=double.pk).publication == "published"

    asked = re.search(r'name="asked" value="([\w ]+)"', page.content.decode())[1]
    answer = {"merged_into": kept.pk, "name_reason": "The judge."}
    page.client.post(transition("merge", double), answer)
    assert not NameDecision.objects.exists()
    page.client.post(transition("merge", double), answer | {"asked": asked})

    assert Incident.objects.get(pk=double.pk).merged_into == kept
    assert found(kept) == []


# Imports


def import_file(folder, entries, **options):
    path = folder / "in.json"
    path.write_text(json.dumps(entries))
    call_command("import_fixture", path, **options)


@pytest.mark.slow
@pytest.mark.parametrize("internal", [False, True])
def test_an_import_refuses_a_name_that_is_hidden_here(tmp_path, internal):
    incident = make_published_incident(account=make_account(holder=make_hidden()))
    entries = json.loads(
        internal_fixture(Incident.objects.all()) if internal else public_fixture(Incident.objects.all())
    )
    for entry in entries:
        if entry["model"] == "incidents.incident":
            entry["fields"]["summary"] = "Qiaozhen Lin complained."

    with pytest.raises(CommandError, match="cannot be imported"):
        import_file(tmp_path, entries, internal=internal)

    incident.refresh_from_db()
    assert "Lin" not in incident.summary


def test_an_import_of_records_that_a_published_incident_shows_is_looked_at(tmp_path, capsys):
    make_published_incident(account=make_account(holder=make_hidden()), source=make_source(citekey="paper"))
    entry = {"model": "incidents.source", "fields": {"citekey": "paper", "author": "Lin Qiaozhen"}}

    with pytest.raises(CommandError, match="cannot be imported"):
        import_file(tmp_path, [entry], internal=True)

    assert "it cannot be published" in capsys.readouterr().err


@pytest.mark.slow
def test_an_import_answers_questions_with_a_reason(tmp_path):
    make_published_incident(
        account=make_account(holder=make_hidden("Jane Roe")), summary="Judge Roe decided."
    )
    entries = json.loads(internal_fixture(Incident.objects.all()))
    with pytest.raises(CommandError, match="cannot be imported"):
        import_file(tmp_path, entries, internal=True)

    import_file(tmp_path, entries, internal=True, name_reason="The judge, not the holder.")

    assert NameDecision.objects.get().reason == "The judge, not the holder."


# H5: a private address on a source


@pytest.mark.slow
def test_a_private_address_is_kept_and_never_shown(client):
    make_published_incident(
        ref="shown", source=make_source(citekey="paper", url="", private_url=NAMING_ADDRESS)
    )

    page = client.get("/incidents/shown/").content.decode()

    assert "A newsroom" in page
    assert "qiaozhen" not in page.lower()
    assert "qiaozhen" not in public_fixture(Incident.objects.all()).decode()
    assert NAMING_ADDRESS in internal_fixture(Incident.objects.all()).decode()


@pytest.mark.slow
def test_a_private_address_comes_back_from_an_internal_fixture(tmp_path):
    make_published_incident(source=make_source(url="", private_url=NAMING_ADDRESS))
    entries = json.loads(internal_fixture(Incident.objects.all()))
    Source.objects.update(private_url="")

    import_file(tmp_path, entries, internal=True)

    assert Source.objects.get().private_url == NAMING_ADDRESS


def test_a_private_address_is_not_taken_from_a_public_file(tmp_path):
    with pytest.raises(CommandError):
        import_file(
            tmp_path,
            [{"model": "incidents.source", "fields": {"citekey": "x", "private_url": NAMING_ADDRESS}}],
        )


def test_a_private_address_does_not_come_out_by_its_archived_copy():
    source = make_source(
        url="", private_url=NAMING_ADDRESS, archived_url=f"https://web.archive.org/web/2020/{NAMING_ADDRESS}"
    )

    with pytest.raises(ValidationError) as error:
        source.full_clean()

    assert set(error.value.message_dict) == {"archived_url"}


def test_the_source_with_a_private_address_is_found_by_it_and_used_again(staff):
    source = make_source(url="", private_url=NAMING_ADDRESS)

    staff("researcher").post(address("incident_add"), log_data(source_url=NAMING_ADDRESS))

    assert Source.objects.get() == source


@pytest.mark.slow
def test_decisions_are_in_no_export():
    incident = make_published_incident(
        account=make_account(holder=make_hidden("Jane Roe")), summary="Judge Roe."
    )
    leaks.answer(leaks.leaks_of(incident), "Not for the public.")

    for exported in (public_fixture(Incident.objects.all()), internal_fixture(Incident.objects.all())):
        assert "Not for the public." not in exported.decode()


@pytest.mark.slow
def test_the_change_page_of_a_published_incident_lists_open_questions(staff):
    incident = make_published_incident(
        account=make_account(holder=make_hidden("Jane Roe")), summary="Judge Roe."
    )

    page = (
        staff("editor").get(reverse("admin:incidents_incident_change", args=[incident.pk])).content.decode()
    )

    assert "1 thing to complete in this published incident" in " ".join(page.split())
    assert "“Roe”" in page
