"""Brings the archive in step after a save or a migration; what neither sees, the next reader brings in."""

import sys
from functools import cache, partial

from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_delete, post_migrate, post_save

from ..models import IN_ORDER
from . import indexer


def connect(app):
    """Called once, when the models are there."""
    post_migrate.connect(make_index, sender=app)
    for model in IN_ORDER:
        post_save.connect(refresh_later, sender=model)
        post_delete.connect(refresh_later, sender=model)


def refresh_later(sender, using, **kwargs):
    """Bring in what was saved or deleted, once for each transaction and after it, so that no reader waits for it."""
    refresh, waiting = refresher(using), connections[using].run_on_commit
    if not waiting or waiting[-1][1] is not refresh:
        transaction.on_commit(refresh, using=using, robust=True)


@cache
def refresher(using):
    return partial(indexer.refresh, using)


def make_index(sender, using, **kwargs):
    """After a migration: watch the records, and read what was written while nothing watched."""
    executor = MigrationExecutor(connections[using])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return  # the tables are not those of our models
    indexer.ensure(using)
    indexer.refresh(using, progress=tell)


def tell(count):
    sys.stderr.write(f"{count:,} incidents read into the archive…\n")
