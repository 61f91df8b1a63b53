"""Names on the editing desk: forms refuse what surely names somebody who is hidden, and ask an editor about what may do so;
what becomes private is looked for in what is public."""

from django.contrib import messages
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import leaks, protection
from ..locales import in_quotes, signs
from ..publishing import leak_problem
from .base import RecordAdmin, may_publish
from .links import change_url, problem_link

MAX_INCIDENTS_LISTED = 30


class ProtectingAdmin(RecordAdmin):
    """The admin of parties, accounts and sources, which can have private values."""

    def save_model(self, request, obj, form, change):
        request.private_before = (
            leaks.private_values_around(type(obj).objects.get(pk=obj.pk)) if change else []
        )
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        request.newly_private = leaks.newly_private(form.instance, request.private_before)
        exposure = protection.protect(request.newly_private, by=request.user)
        super().save_related(request, form, formsets, change)
        self.report(request, exposure)

    def blocks(self, request, problem):
        # Protecting somebody is never refused because of what is public already.
        return not (problem.leak and problem.leak.private in request.newly_private)

    def report(self, request, exposure):
        """Say which incidents contain what has become private, with links, and note in their log what was done."""
        for incident in exposure.taken_back:
            self.log_change(request, incident, _("Taken off the public"))
            message = _(
                "“%s” was taken off the public: it contains what is now private. Correct it and publish it again."
            )
            _say(request, message, incident)
        for incident in exposure.refs:
            message = _("The ref of “%s” contains what is now private. Replace it with “Replace ref…”.")
            _say(request, message, incident)
        for incident, leak in exposure.questions[:MAX_INCIDENTS_LISTED]:
            messages.warning(request, _link(incident, leak))
        if (more := len(exposure.questions) - MAX_INCIDENTS_LISTED) > 0:
            messages.warning(
                request,
                ngettext("%d more passage may name them.", "%d more passages may name them.", more) % more,
            )

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and may_publish(request.user):
            privates = leaks.Privates(leaks.private_values_around(obj))
            incidents = (
                self.published_incidents(obj).order_by("ref")[:MAX_INCIDENTS_LISTED]
                if privates.values
                else []
            )
            found = list(leaks.leaks_of_published(incidents, privates))
            context["name_passages"] = [_link(incident, leak) for incident, leak in found]
            context["name_questions"] = [leak for _incident, leak in found]
            context["name_decisions"] = leaks.decisions_about_values_of(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)


def _link(incident, leak):
    """What an incident gives away, or may give away, as a link to the passage."""
    return format_html("{}{}{}", in_quotes(str(incident)), signs().colon, problem_link(leak_problem(leak)))


def _say(request, message, incident):
    """A message in which the name of an incident is a link to its page."""
    before, after = message.split("%s")
    messages.warning(
        request, format_html('{}<a href="{}">{}</a>{}', before, change_url(incident), incident, after)
    )
