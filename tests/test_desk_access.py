"""The pages of the editing desk break no rule of accessibility, with what is on them opened."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from .factories import make_incident, make_justification, make_published_incident
from .test_admin import LISTS, address, log_in, transition

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


@pytest.mark.parametrize(("width", "dark"), [(360, False), (1400, True)])
def test_the_desk_breaks_no_rule_of_accessibility(browse, live_server, width, dark):
    incident = make_published_incident()
    make_justification(incident)
    draft = make_incident()
    page = log_in(browse, "/admin/", width=width, dark=dark)
    incident.save()
    broken = {}

    for path in [
        "/admin/",
        *(f"/admin/incidents/{name}/" for name in LISTS),
        "/admin/incidents/incident/add/",
        "/admin/incidents/party/add/?_popup=1",
        address("source_add"),
        address("incident_change", incident.pk),
        address("incident_history", incident.pk),
        address("incident_import"),
        transition("merge", incident),
        transition("assign", draft),
    ]:
        page.goto(live_server.url + path)
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        for each in Axe().run(page, options=RULES).response["violations"]:
            broken.setdefault(each["id"], []).append(
                (path, each["nodes"][0]["html"][:220], len(each["nodes"]))
            )

    assert broken == {}
