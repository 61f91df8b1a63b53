"""Two records of one and the same platform, party, account or source become one, and that can be taken back."""

import pytest
from django.contrib.auth.models import Group, User
from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse

from incidents import index, merging
from incidents.languages import OWN_WORDS
from incidents.models import (
    Account,
    Action,
    AuditEntry,
    Citation,
    Incident,
    Involvement,
    Justification,
    Merge,
    Party,
    Platform,
    Source,
    Translation,
)
from incidents.slugs import unused_key

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
    make_source,
    make_translation,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = User.objects.create_user("some editor", is_staff=True)
    user.groups.add(Group.objects.get(name="editor"))
    client.force_login(user)
    return user


def merge(old, new, **chosen):
    return merging.merge(old, new, chosen=chosen, seen=merging.seen_of(old, new))


def page_of(old, new=None):
    address = reverse(f"admin:incidents_{old._meta.model_name}_merge", args=[old.pk])
    return f"{address}?into={new.pk}" if new else address


def make_two(model):
    """Two records of a model, the first one with everything that can refer to it; and what to read of those."""
    old, new = (
        {"platform": make_platform, "party": make_party, "account": make_account, "source": make_source}[
            model._meta.model_name
        ]()
        for _n in range(2)
    )
    if model is Account:
        Account.objects.filter(pk=old.pk).update(platform=new.platform, holder=new.holder)
        old.refresh_from_db()
    incident = make_incident()
    account = {Platform: lambda: make_account(platform=old), Party: lambda: make_account(holder=old)}.get(
        model
    )
    account = account() if account else old if model is Account else make_account()
    action = make_action(incident, account=account)
    party = {"party": old} if model is Party else {}
    speaker = {"speaker": old} if model is Party else {}
    together = {"together_with": [old]} if model is Party else {}
    make_justification(incident, **speaker)
    make_justification(incident, **together)
    make_involvement(incident, **party)
    make_involvement(incident, **together)
    make_citation(action=action, **({"source": old} if model is Source else {}))
    if model is Source:
        make_source(derived_from=old, derivation="republication")
    else:
        make_citation(incident, **{model._meta.model_name: old}, field="kind")
    if model is Account:
        make_account(succeeded_by=old)
    make_translation(old, OWN_WORDS[model._meta.model_name][0])
    return old, new


def references():
    """What every record refers to, by model, field and key."""
    found = {}
    for model in (Account, Source, Action, Justification, Involvement, Citation, Translation):
        for record in model.objects.all():
            for field in (*model._meta.concrete_fields, *model._meta.many_to_many):
                if field.related_model in merging.MERGEABLE:
                    value = getattr(record, field.name)
                    keys = (
                        sorted(each.pk for each in value.all())
                        if field.many_to_many
                        else [getattr(record, field.attname)]
                    )
                    found[model.__name__, record.pk, field.name] = field.related_model, keys
    return found


@pytest.mark.parametrize("model", merging.MERGEABLE, ids=lambda model: model._meta.model_name)
def test_what_referred_to_one_refers_to_the_other_until_that_is_taken_back(model):
    old, new = make_two(model)
    before = references()
    referring = [key for key, (related, keys) in before.items() if related is model and old.pk in keys]
    assert len(referring) == sum(number for _field, number in merging.moves(old))
    assert {field.related_model for field in merging.relations_to(model)} == {
        type_of(name) for name, _pk, _field in referring
    }

    found = merge(old, new)

    after = references()
    assert not model.objects.filter(pk=old.pk).exists()
    assert all(after[key][1] == [new.pk] for key in referring)
    assert {key: value for key, value in after.items() if key not in referring} == {
        key: value
        for key, value in before.items()
        if key not in referring and key[:2] != (model.__name__, old.pk)
    }
    assert new.history.first().history_change_reason == f"Merged: {merging.key_of(old)}"

    merging.undo(found)

    assert references() == before
    assert model.objects.get(pk=old.pk).natural_key() == old.natural_key()


def type_of(name):
    return {
        each.__name__: each
        for each in (Account, Source, Action, Justification, Involvement, Citation, Translation)
    }[name]


def test_where_both_were_named_one_is_named_once():
    old, new = make_party(), make_party()
    both = make_justification(together_with=[old, new])
    speaker = make_justification(speaker=new, together_with=[old])

    found = merge(old, new)

    assert list(both.together_with.all()) == [new]
    assert list(speaker.together_with.all()) == []
    merging.undo(found)
    assert {*both.together_with.all()} == {old, new}
    assert list(speaker.together_with.all()) == [old]


def test_each_field_that_differs_is_chosen_and_the_old_name_becomes_an_alias():
    old = make_platform(
        name="Twitter", operator="Twitter, Inc.", kind="social_network", website="https://twitter.example/"
    )
    new = make_platform(name="X", operator="X Corp.", aliases="X.com")

    proposed = {choice.field.name: choice.proposed for choice in merging.choices(old, new)}
    merge(old, new, operator="take", name="take")

    new.refresh_from_db()
    assert proposed == {"name": "keep", "operator": "keep", "kind": "take", "website": "take"}
    assert (new.name, new.operator, new.kind, new.website) == (
        "Twitter",
        "Twitter, Inc.",
        "social_network",
        "https://twitter.example/",
    )
    assert new.aliases.splitlines() == ["X.com", "X"]


def test_notes_of_both_are_kept():
    old, new = make_source(notes="Read twice."), make_source(notes="From a friend.")

    merge(old, new)

    new.refresh_from_db()
    assert new.notes.splitlines() == ["From a friend.", "Read twice."]


@pytest.mark.parametrize(
    ("make", "protected", "other"),
    [
        (make_party, {"kind": "person", "at_risk": True, "name_public": False}, {}),
        (make_party, {"cleared": False}, {}),
        (make_source, {"is_confidential": True}, {}),
        (make_account, {}, {"handle": "theirs", "handle_public": True}),
    ],
)
def test_nothing_is_merged_where_only_one_is_protected(make, protected, other):
    one, two = make(**protected), make(**other)

    for old, new in ((one, two), (two, one)):
        with pytest.raises(ValidationError, match="protects"):
            merge(old, new)


def test_accounts_are_not_merged_where_only_one_has_a_holder_who_is_protected():
    one = make_account(holder=make_party(kind="person", at_risk=True, name_public=False))
    two = make_account(platform=one.platform)

    with pytest.raises(ValidationError, match="is protected"):
        merge(one, two)


@pytest.mark.slow
def test_nothing_is_merged_that_a_published_incident_would_give_away_by():
    hidden = {"kind": "person", "at_risk": True, "name_public": False, "public_label": "a student"}
    old = make_party(**hidden, private_name="Jane Qvist")
    new = make_party(**hidden)
    make_published_incident(account=make_account(holder=new), title="An account of Jane Qvist")

    with pytest.raises(ValidationError):
        merge(old, new)

    assert Party.objects.filter(pk=old.pk).exists()


def test_a_record_that_changed_meanwhile_is_not_merged_unread():
    old, new = make_platform(), make_platform()
    seen = merging.seen_of(old, new)
    new.save()

    with pytest.raises(ValidationError, match="has been changed"):
        merging.merge(old, new, chosen={}, seen=seen)


def test_two_merges_make_no_circle():
    one, two = make_platform(), make_platform()
    merge(one, two)

    with pytest.raises(ValidationError, match="deleted or merged"):
        merge(two, one)


def test_a_merge_is_taken_back_only_while_nothing_has_changed_since():
    old, new = make_platform(), make_platform()
    account = make_account(platform=old)
    found = merge(old, new)
    account.refresh_from_db()
    account.platform = make_platform()
    account.save()

    with pytest.raises(ValidationError, match="by hand"):
        merging.undo(found)


@pytest.mark.slow
@pytest.mark.parametrize("kept", ["keep", "take"])
def test_a_merge_that_is_taken_back_leaves_no_translation_behind_its_original(kept):
    old, new = make_account(label="page for the vigil"), make_account(label="page of the vigil")
    Account.objects.filter(pk=old.pk).update(platform=new.platform, holder=new.holder)
    moved, own = make_translation(old, "label"), make_translation(new, "label", language="zh-Hans")
    late = make_translation(old, "label", language="fr")
    old.refresh_from_db()
    old.label = "page for the vigil of 2020"
    old.save()
    for each in (moved, own):
        each.is_behind, each.text = False, f"{each.text}!"
        each.save()

    found = merge(old, new, label=kept)
    after = [each.is_behind for each in Translation.objects.filter(pk__in=[moved.pk, own.pk]).order_by("pk")]
    merging.undo(found)

    assert after == [kept == "keep", kept == "take"]
    behind = Translation.objects.filter(is_behind=True)
    assert [each.pk for each in behind] == [late.pk]


def test_readers_of_an_old_address_find_the_platform_party_or_account(client):
    first, second = make_account(), make_account()
    for account in (first, second):
        make_published_incident(account=account)
    index.current_version("default")
    old = {"platform": first.platform, "party": first.holder, "account": first}
    new = {"platform": second.platform, "party": second.holder, "account": second}
    for name in old:
        old[name].refresh_from_db()
        new[name].refresh_from_db()
        merge(old[name], new[name])
    index.current_version("default")

    for name, plural in (("platform", "platforms"), ("party", "parties"), ("account", "accounts")):
        answer = client.get(f"/{plural}/{old[name].slug}/?sort=oldest")
        assert (answer.status_code, answer["Location"]) == (
            301,
            f"/{plural}/{new[name].slug}/?sort=oldest",
        )
        found = client.get("/api/v1/incidents/", {name: old[name].slug}).json()
        assert found == client.get("/api/v1/incidents/", {name: new[name].slug}).json()
        assert len(found["results"]) == 2


@pytest.mark.slow
def test_an_old_address_that_was_never_public_or_names_somebody_leads_nowhere(client):
    draft, new, other = make_party(), make_party(), make_party()
    for each in (new, other):
        make_published_incident(account=make_account(holder=each))
    merge(draft, new)
    new.refresh_from_db()
    merge(other, new)
    index.current_version("default")
    assert client.get(f"/parties/{draft.slug}/").status_code == 404
    assert client.get(f"/parties/{other.slug}/").status_code == 301

    Party.objects.filter(pk=new.pk).update(name_public=False)
    index.current_version("default")

    assert client.get(f"/parties/{other.slug}/").status_code == 404
    assert client.get("/api/v1/incidents/", {"party": other.slug}).status_code == 400


def test_an_import_of_what_was_merged_lands_in_the_one_that_stayed(tmp_path, capsys):
    old, new = make_platform(slug="twitter"), make_platform(slug="x")
    incident = make_incident()
    make_action(incident, account=make_account(platform=old))
    path = tmp_path / "internal.json"
    path.write_bytes(internal_fixture(Incident.objects.all()))
    merge(old, new)
    version = Platform.objects.get().version

    call_command("import_fixture", str(path), internal=True)

    assert "it was merged into “x” here" in capsys.readouterr().out
    assert (Platform.objects.get().slug, Platform.objects.get().version) == ("x", version)
    assert Account.objects.get().platform == new


def test_the_key_of_what_was_merged_is_not_given_to_another():
    old, new = make_platform(slug="twitter"), make_platform(slug="x")
    merge(old, new)

    assert unused_key(Platform, "slug", "Twitter") == "twitter-2"
    with pytest.raises(ValidationError, match="was merged into “x”"):
        Platform(slug="twitter", name="Another").full_clean()


def test_an_editor_merges_and_takes_it_back_on_the_page(client, editor):
    old, new = (
        make_platform(name="Twitter", operator="Twitter, Inc."),
        make_platform(name="X", operator="X Corp."),
    )
    make_action(account=make_account(platform=old))

    page = client.get(page_of(old, new))
    done = client.post(page_of(old, new), {"seen": page.context["seen"], "name": "keep", "operator": "take"})

    for line in ("accounts: platform: 1", "Twitter, Inc.", "X Corp."):
        assert line in page.content.decode(), line
    assert done["Location"] == reverse("admin:incidents_platform_change", args=[new.pk])
    assert Platform.objects.get().operator == "Twitter, Inc."
    assert "Take this merge back" in client.get(page_of(new)).content.decode()
    client.post(
        reverse("admin:incidents_platform_merge_undo", args=[new.pk]), {"merge": Merge.objects.get().pk}
    )
    assert Platform.objects.count() == 2
    assert Merge.objects.get().undone_by == editor
    events = AuditEntry.objects.filter(event="merged").order_by("pk")
    assert [(each.who, each.key, each.detail) for each in events] == [
        ("some editor", new.pk, f"platform {old.pk}"),
        ("some editor", new.pk, f"taken back: platform {old.pk}"),
    ]


def test_two_are_chosen_in_the_list(client, editor):
    platforms = [make_platform(), make_platform(), make_platform()]
    address = reverse("admin:incidents_platform_changelist")

    for number, target in ((2, page_of(platforms[1], platforms[0])), (3, address)):
        chosen = [each.pk for each in platforms[:number]]
        answer = client.post(address, {"action": "merge_two", "_selected_action": chosen})
        assert answer["Location"] == target


def test_the_page_says_what_keeps_two_from_being_merged(client, editor):
    old, new = make_source(is_confidential=True), make_source()

    page = client.get(page_of(old, new)).content.decode()
    client.post(page_of(old, new), {"seen": merging.seen_of(old, new)})

    assert "“confidential” protects" in page
    assert Source.objects.count() == 2


def test_who_may_not_publish_may_not_merge(client):
    user = User.objects.create_user("some researcher", is_staff=True)
    user.groups.add(Group.objects.get(name="researcher"))
    client.force_login(user)
    old, new = make_platform(), make_platform()

    assert client.get(page_of(old, new)).status_code == 403
    assert client.post(page_of(old, new)).status_code == 403
    assert client.post(reverse("admin:incidents_platform_merge_undo", args=[new.pk])).status_code == 403
    assert (
        "Merge into"
        not in client.get(reverse("admin:incidents_platform_change", args=[new.pk])).content.decode()
    )


@pytest.mark.parametrize("model", merging.MERGEABLE, ids=lambda model: model._meta.model_name)
def test_loaddata_does_not_add_again_what_was_merged(tmp_path, model):
    old, new = make_two(model)
    fields = [field.name for field in model._meta.fields if not field.is_relation]
    path, stored = tmp_path / "all.json", model.objects.get(pk=old.pk)
    path.write_text(serializers.serialize("json", [stored], fields=fields, use_natural_primary_keys=True))
    merge(old, new)

    with pytest.raises(ValueError, match=f"“{merging.key_of(old)}” was merged into “{merging.key_of(new)}”"):
        call_command("loaddata", str(path), verbosity=0)

    assert merging.key_of(old) not in [merging.key_of(each) for each in model.objects.all()]
