"""Writing the audit log. Entries are only ever added: the database refuses to change or delete one, whoever asks.

No entry says what somebody searched for, and none is about a reader.
"""

from contextlib import contextmanager

from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import connections, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save

from .limits import current_user
from .marks import MARKS
from .models import IN_ORDER, AuditEntry
from .models.audit import Event

TABLE = AuditEntry._meta.db_table
TRIGGER = f"{TABLE}_kept"
REFUSAL = "The audit log can only be added to."
RIGHTS = ("is_active", "is_staff", "is_superuser")
SQL = {
    "sqlite": {
        "present": f"SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = '{TRIGGER}_update'",
        "create": [
            f"CREATE TRIGGER {TRIGGER}_{verb} BEFORE {verb} ON {TABLE} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            for verb in ("update", "delete")
        ],
        "drop": [f"DROP TRIGGER IF EXISTS {TRIGGER}_{verb}" for verb in ("update", "delete")],
    },
    "postgresql": {
        "present": f"SELECT 1 FROM pg_trigger WHERE tgname = '{TRIGGER}'",
        "create": [
            f"CREATE OR REPLACE FUNCTION {TRIGGER}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
            f"CREATE TRIGGER {TRIGGER} BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {TRIGGER}()",
        ],
        "drop": [f"DROP TRIGGER IF EXISTS {TRIGGER} ON {TABLE}"],
    },
}


def record(event, *, by=None, about=None, detail=""):
    """Add an entry: `by` is the user, if it is not the one whose request this is, and `about` the record or user."""
    by = by or current_user()
    AuditEntry.objects.create(
        event=event,
        who=by.get_username() if by else "",
        model=about._meta.model_name if about else "",
        key=about.pk if about else None,
        detail=str(detail)[:200],
    )


# The triggers


def protect(using):
    """Have the database refuse changes of what is in the log; SQLite forgets it whenever Django rebuilds the table."""
    sql = SQL[connections[using].vendor]
    with transaction.atomic(using), connections[using].cursor() as cursor:
        if TABLE in connections[using].introspection.table_names(cursor) and not is_protected(using):
            for statement in (*sql["drop"], *sql["create"]):
                cursor.execute(statement)


def is_protected(using):
    with connections[using].cursor() as cursor:
        cursor.execute(SQL[connections[using].vendor]["present"])
        return cursor.fetchone() is not None


@contextmanager
def replaceable(using):
    """A context, for a restore, in which the log can be replaced by that of a backup."""
    was_protected = is_protected(using)
    with connections[using].cursor() as cursor:
        for statement in SQL[connections[using].vendor]["drop"]:
            cursor.execute(statement)
    yield
    if was_protected:
        protect(using)


def protect_after_migrations(using, **kwargs):
    # Tests empty all tables of their database; those of the log protect it themselves.
    if not settings.TESTING:
        protect(using)


# What is recorded by itself


def connect():
    """Record logins and changes of rights and of marks from now on, whatever makes them."""
    user_model = get_user_model()
    user_logged_in.connect(_logged_in)
    user_logged_out.connect(_logged_out)
    user_login_failed.connect(_login_failed)
    user_locked_out.connect(_locked_out)
    pre_save.connect(_before_saving_user, sender=user_model)
    post_save.connect(_saved_user, sender=user_model)
    post_delete.connect(_deleted_user, sender=user_model)
    for through in (
        user_model.groups.through,
        user_model.user_permissions.through,
        Group.permissions.through,
    ):
        m2m_changed.connect(_changed_rights, sender=through)
    for model in IN_ORDER:
        if model._meta.model_name in MARKS:
            pre_save.connect(_before_saving_marks, sender=model)
            post_save.connect(_saved_marks, sender=model)


def _logged_in(user, **kwargs):
    record(Event.PASSWORD, by=user, about=user)


def _logged_out(user, **kwargs):
    if user:
        record(Event.LOGOUT, by=user, about=user)


def _login_failed(credentials, **kwargs):
    _record_if_known(Event.WRONG_PASSWORD, credentials.get("username"), kwargs.get("request"))


def _locked_out(request, username, **kwargs):
    _record_if_known(Event.LOCKED, username, request)


def _record_if_known(event, username, request):
    """Only about those whom there are: somebody may have typed a password where the user name belongs. Once locked, further
    attempts are not recorded, or anybody could fill the disk."""
    is_refused = getattr(request, "axes_locked_out", False) and not getattr(
        request, "axes_failures_since_start", None
    )
    user = get_user_model().objects.filter(username=username or "").first()
    if user and not is_refused:
        record(event, about=user)


def _before_saving_user(instance, raw, **kwargs):
    instance._before = (
        type(instance).objects.filter(pk=instance.pk).values(*RIGHTS, "password").first() if not raw else None
    )


def _saved_user(instance, created, **kwargs):
    if created:
        record(Event.USER_ADDED, about=instance, detail=instance.get_username())
    before = instance._before or {}
    if changed := [
        f"{name}={getattr(instance, name)}"
        for name in RIGHTS
        if name in before and before[name] != getattr(instance, name)
    ]:
        record(Event.RIGHTS, about=instance, detail=", ".join(changed))
    if before and before["password"] != instance.password:
        record(Event.PASSWORD_CHANGED, about=instance)


def _deleted_user(instance, **kwargs):
    record(Event.USER_DELETED, detail=instance.get_username())


def _changed_rights(instance, action, model, pk_set, reverse, **kwargs):
    # What groups may do is set anew by each migration, without a user.
    if not action.startswith(("post_add", "post_remove", "post_clear")) or (
        isinstance(instance, Group) and not reverse and not current_user()
    ):
        return
    sign = {"post_add": "+", "post_remove": "-", "post_clear": "none"}[action]
    names = sorted(map(str, model.objects.filter(pk__in=pk_set or ())))
    record(Event.RIGHTS, about=instance, detail=" ".join(f"{sign}{name}" for name in names) or sign)


def _before_saving_marks(instance, raw, **kwargs):
    names = MARKS[instance._meta.model_name]
    is_new = raw or instance._state.adding
    instance._marks = None if is_new else type(instance).objects.filter(pk=instance.pk).values(*names).first()


def _saved_marks(instance, **kwargs):
    changed = [
        f"{name}={getattr(instance, name)}"
        for name, value in (instance._marks or {}).items()
        if value != getattr(instance, name)
    ]
    if changed:
        record(Event.MARK, by=instance.updated_by, about=instance, detail=", ".join(changed))
