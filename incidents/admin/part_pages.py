"""The page of a part of an incident, with its history."""

from django.contrib import admin

from ..limits import readable
from ..models import Action, Citation, Incident, Involvement, Justification, Relation
from .base import RecordAdmin


@admin.register(Action, Justification, Involvement, Citation, Relation)
class PartAdmin(RecordAdmin):
    """Only for the change history of a part, linked from the page of its incident. Parts are changed there."""

    def get_autocomplete_fields(self, request):
        # For the log form, which borrows fields of parts.
        return [field.name for field in self.opts.fields if field.name in ("account", "speaker")]

    def get_model_perms(self, request):
        return {}

    def is_editors_only(self, record):
        return False  # nobody changes it here

    def has_view_permission(self, request, obj=None):
        incidents = (
            []
            if obj is None
            else [obj.from_incident_id, obj.to_incident_id]
            if isinstance(obj, Relation)
            else [obj.incident_id]
        )
        may_read = readable().filter(pk__in=incidents).count() == len(incidents)
        return super().has_view_permission(request, obj) and may_read

    def may_read_deleted(self, key):
        return True  # the incident that it was a part of decides, in `has_view_permission()`

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        # Deleting a draft deletes its parts, and Django asks each model for permission.
        incident = obj and (obj.from_incident if isinstance(obj, Relation) else obj.incident)
        incident_admin = self.admin_site.get_model_admin(Incident)
        return incident_admin.has_delete_permission(request, incident)
