"""Indexes changes after a save and everything after a migration; what no signal reports is indexed for the next reader."""

import sys
from functools import cache

from django.apps import apps
from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import m2m_changed, post_delete, post_migrate, post_save

from ..choices import Publication
from ..models import IN_ORDER
from . import indexer

# Whether a record hides something that was public before.
HIDES = {
    "incident": lambda incident: incident.publication != Publication.PUBLISHED,
    "party": lambda party: not (party.cleared and party.name_public),
    "account": lambda account: not account.handle_public,
    "source": lambda source: source.is_confidential,
}


def connect(app):
    """Connect the signals of this app's models; called once they are loaded."""
    post_migrate.connect(create_index, sender=app)
    for name in HIDES:
        post_save.connect(protect_at_once, sender=apps.get_model("incidents", name))
    for model in IN_ORDER:
        post_save.connect(refresh_on_commit, sender=model)
        post_delete.connect(refresh_on_commit, sender=model)
        for field in model._meta.many_to_many:
            m2m_changed.connect(refresh_on_commit, sender=field.remote_field.through)


def refresh_on_commit(sender, using, **kwargs):
    """Index what was saved or deleted, once for each transaction and after it, so that no reader waits for it."""
    refresh, callbacks = _refresher(using), connections[using].run_on_commit
    if not callbacks or callbacks[-1][1] is not refresh:
        transaction.on_commit(refresh, using=using, robust=True)


def protect_at_once(sender, instance, created, using, raw, **kwargs):
    """What a saved record hides is hidden before the transaction ends, whatever else is queued."""
    if not created and not raw and HIDES[instance._meta.model_name](instance):
        indexer.protect(using, instance._meta.model_name, instance.pk)


@cache
def _refresher(using):
    def refresh():
        # An editor waits for no more than one transaction; what is left is done for readers and in the background.
        indexer.refresh_beside_others(using, max_seconds=0)

    return refresh  # no partial(): Django writes the name of a function that fails to the log, and would fail itself


def create_index(sender, using, **kwargs):
    """After a migration: create queue and triggers where they are missing, and index what changed without them."""
    executor = MigrationExecutor(connections[using])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return  # the tables are not those of our models
    indexer.ensure(using)
    indexer.refresh(using, progress=_report)


def _report(count):
    sys.stderr.write(f"{count:,} incidents indexed…\n")
