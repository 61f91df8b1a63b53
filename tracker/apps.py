"""The admin with the site of ours."""

from django.contrib.admin.apps import AdminConfig


class EditingDeskConfig(AdminConfig):
    default_site = "incidents.admin_site.EditingDesk"
