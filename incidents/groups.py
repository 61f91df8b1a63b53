"""The four groups of users and their permissions, reset after every migration."""

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.db.models import Q

PARTS = [
    "action",
    "justification",
    "involvement",
    "citation",
    "relation",
    "topiclabel",
    "translation",
]
RECORDS = ["platform", "party", "account", "topic", "source", "incident"]


def make_groups(sender, using, **kwargs):
    """Give each group its permissions: readers read, researchers draft, editors publish, administrators manage users."""
    for config in (sender, apps.get_app_config("auth")):
        create_permissions(config, using=using, verbosity=0)  # this may run before Django creates them
    group_model, permission_model = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    permissions = permission_model.objects.using(using)
    ours = Q(content_type__app_label="incidents")
    reading = ours & Q(codename__in=[f"view_{name}" for name in PARTS + RECORDS])
    drafting = ours & Q(
        codename__in=[
            f"{verb}_{name}" for verb in ("add", "change", "delete", "view") for name in PARTS + RECORDS
        ]
    )
    publishing = drafting | ours & Q(codename="publish_incident")
    users = Q(content_type__app_label="auth", content_type__model__in=["user", "group"])
    log = ours & Q(codename="view_auditentry")
    for name, granted in {
        "reader": reading,
        "researcher": drafting,
        "editor": publishing,
        "administrator": publishing | users | log,
    }.items():
        group, _new = group_model.objects.using(using).get_or_create(name=name)
        group.permissions.set(permissions.filter(granted))
