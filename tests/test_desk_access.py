"""The pages of the editing desk break no rule of accessibility, with what is on them opened."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils.http import urlencode
from playwright.sync_api import expect

from .factories import (
    make_action,
    make_citation,
    make_incident,
    make_involvement,
    make_justification,
    make_party,
    make_published_incident,
    make_relation,
    make_topic,
    make_translation,
)
from .test_admin import LISTS, address, log_in, transition
from .test_look import STYLED
from .test_tables import ROW, csv_of, with_cells

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "rules": {"target-size": {"enabled": True}},
    "preload": False,  # it would write a style into the page, which the content policy refuses
}
OPEN_ALL = "document.querySelectorAll('details').forEach(each => { each.open = true })"
# Only the first element that breaks a rule: passing on all that was looked at takes longer than looking.
RUN = """options => {
    document.getAnimations().forEach(each => each.finish());  // colours that are still changing are nobody's
    return axe.run(options).then(found => found.violations.map(each => [each.id, each.nodes[0].html.slice(0, 220)]));
}"""
COVERED = """() => [...document.querySelectorAll(".object-tools li")].some(button => {
    const one = button.getBoundingClientRect();
    return [...document.querySelectorAll("#content h1, #content h2")].some(title => {
        const range = document.createRange();
        range.selectNodeContents(title);
        return [...range.getClientRects()].some(other =>
            one.top < other.bottom && other.top < one.bottom && one.left < other.right && other.left < one.right);
    });
})"""
COLOURED = """() => [...document.querySelectorAll("img:is([src*=icon-yes], [src*=icon-no])")].some(icon =>
    !getComputedStyle(icon).filter.includes("grayscale"))"""
BY_STYLE = RULES | {"runOnly": {"type": "rule", "values": STYLED}}


def broken_rules(page, where):
    """The rules that a page breaks: all of them once, those about what a style decides at both widths, in both schemes."""
    page.evaluate(OPEN_ALL)
    page.evaluate(Axe().axe_script)
    if page.evaluate(COLOURED):
        yield "a yes or no whose colour says that it is good or bad", where
    if page.locator('a[href=""]').count():
        yield "a link that leads nowhere", where
    for width in (360, 1400):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            rules = RULES if (width, scheme) == (360, "light") else BY_STYLE
            for rule, element in page.evaluate(RUN, rules | {"resultTypes": ["violations"]}):
                yield rule, where, width, scheme, element
            if page.evaluate(COVERED):
                yield "a button over the title", where, width
            if page.evaluate("document.documentElement.scrollWidth") > width:
                yield "wider than the screen", where, width, scheme, ""


def test_the_desk_breaks_no_rule_of_accessibility(browse, live_server):
    topic = make_topic()
    incident = make_published_incident(title="A long title " * 12)
    make_justification(incident)
    make_translation(incident)
    draft, same = make_incident(), make_incident()
    for number in range(4):
        action = make_action(draft, start=f"200{number}")
        make_citation(draft, action=action)
    make_involvement(draft)
    make_relation(draft, same)
    party = make_party(name_public=False, private_name="Lin Qiaozhen")
    page = log_in(browse, "/admin/")
    User.objects.get().groups.add(Group.objects.get(name="administrator"))
    for record in (incident, draft):
        record.title += " again"
        record.save()
    broken = []

    for path in [
        "/admin/",
        "/admin/account/",
        *(f"/admin/incidents/{name}/" for name in LISTS),
        "/admin/incidents/incident/?queue=doubtful&q=none",
        "/admin/incidents/incident/add/?source_url=https://news.example/a&source_title=A",
        "/admin/incidents/party/add/?_popup=1",
        address("source_add"),
        address("topic_change", topic.pk),
        address("party_change", party.pk),
        address("party_delete", party.pk),
        address("party_merge", party.pk),
        address("incident_change", incident.pk),
        address("incident_change", draft.pk),
        f"{address('incident_change', draft.pk)}?open=citation",
        address("incident_history", incident.pk),
        address("incident_simple_history", incident.pk, incident.history.first().pk),
        f"{address('incident_restore', draft.pk)}?{urlencode({'at': draft.history.first().history_date.isoformat()})}",
        address("incident_notes", draft.pk),
        address("incident_limit", draft.pk),
        address("incident_delete", draft.pk),
        address("incident_translate", incident.pk, "zh-Hant"),
        address("incident_import"),
        *(transition(name, draft) for name in ("publish", "review", "assign", "topics")),
        *(transition(name, incident) for name in ("withdraw", "merge")),
        f"{address('incident_set')}?ids={draft.pk},{same.pk}",
        reverse("admin:incidents_auditentry_changelist"),
        reverse("admin:auth_user_changelist"),
        reverse("admin:auth_user_add"),
        reverse("admin:password_change"),
    ]:
        answer = page.goto(live_server.url + path)
        if answer.status != 200:
            broken.append((answer.status, path))
        broken += broken_rules(page, path)

    # Pages that answer what was sent: saved, refused, what would be set and what was, and the rows of a spreadsheet.
    def answered(button, name):
        with page.expect_navigation():
            page.click(button)
        broken.extend(broken_rules(page, name))

    page.goto(live_server.url + address("incident_change", draft.pk))
    page.fill("#id_summary", "A platform shut an account.")
    answered("input[name=_save]", "saved")
    page.goto(live_server.url + address("source_add"))
    page.click("#calendarlink0")
    broken += broken_rules(page, "a calendar")
    page.goto(live_server.url + address("incident_add"))
    page.click(".field-platform .select2-selection")
    expect(page.locator(".select2-results__option").first).to_be_visible()
    broken += broken_rules(page, "an open list")
    page.reload()
    page.fill("#id_title", "Refused")
    answered("input[name=_save]", "refused")
    page.goto(f"{live_server.url}{address('incident_set')}?ids={draft.pk},{same.pk}")
    page.select_option("[name=term]", "permanent")
    answered("#content .submit-row .default", "what would be set")
    answered("#content .submit-row .default", "what was set")
    page.goto(live_server.url + address("incident_import"))
    cases = csv_of(ROW, with_cells(ROW, Date="7/6/2021"))
    page.set_input_files("[type=file]", {"name": "cases.csv", "mimeType": "text/csv", "buffer": cases})
    page.fill("[name=name]", "Cases")
    answered("#content .submit-row .default", "rows of a spreadsheet")

    assert broken == []
