"""Deleting a draft offers to delete the accounts, parties and sources that only it has used."""

from django.contrib import admin, messages
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ..leftovers import leftovers, without_others
from ..models import IN_ORDER
from .base import change_reason


class LeftoversMixin(admin.ModelAdmin):
    """The part of the admin of incidents that deletes one."""

    delete_confirmation_template = "admin/incidents/incident/delete_confirmation.html"

    def delete_view(self, request, object_id, extra_context=None):
        incident = self.get_object(request, object_id) if request.method == "GET" else None
        offered = [_row(record) for record in self.leftovers(request, incident)] if incident else []
        return super().delete_view(request, object_id, (extra_context or {}) | {"leftovers": offered})

    def get_deleted_objects(self, objs, request):
        """As Django has it, but only records are counted, not the rows that tie them together."""
        found, counts, *lacking = super().get_deleted_objects(objs, request)
        names = {model._meta.verbose_name_plural for model in IN_ORDER}
        return found, {name: number for name, number in counts.items() if name in names}, *lacking

    def leftovers(self, request, incident):
        """What only this incident uses, and this user may delete."""
        return [
            record
            for record in leftovers(incident)
            if self.admin_site.get_model_admin(type(record)).has_delete_permission(request, record)
        ]

    def delete_model(self, request, obj):
        ticked = request.POST.getlist("leftover")
        chosen = [record for record in self.leftovers(request, obj) if _token(record) in ticked]
        super().delete_model(request, obj)
        unused = without_others(chosen)
        for record in chosen:
            if record in unused:
                record._change_reason = change_reason(request)
                self.admin_site.get_model_admin(type(record)).log_deletions(request, [record])
                record.delete()
            else:
                messages.warning(request, _("“%s” was not deleted: something else refers to it.") % record)


def _token(record):
    return f"{record._meta.model_name}-{record.pk}"


def _row(record):
    return {"token": _token(record), "kind": capfirst(record._meta.verbose_name), "record": record}
