"""Keeps the search index in step with the records: which tables it watches, what it reads, and when."""

import sys
from functools import cache, partial

from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_delete, post_migrate, post_save

from .models import (
    Account,
    Action,
    Citation,
    Incident,
    Involvement,
    Justification,
    Party,
    Platform,
    Source,
)
from .records import search_passages
from .search import Watch, index

# Of records that many incidents show, only the columns that are searched count: whatever else changes, nothing is read.
WATCHED = {
    Incident: "ref title summary date_text",
    Action: "",
    Justification: "",
    Involvement: "",
    Citation: "",
    Platform: "name operator website aliases",
    Account: "platform_id holder_id label url handle handle_public",
    Party: "public_label native_label aliases name_public",
    Source: "citekey title author container_title publisher url archived_url derivation_note is_confidential",
}
SHOWN_BY = {
    "platform": (Action, "account__platform"),
    "account": (Action, "account"),
    "party": (Action, "account__holder", Justification, "speaker", Involvement, "party"),
    "source": (Citation, "source"),
}


def connect(app):
    """Called once, when the models are there."""
    index.connect(watched=list(watches()), read=read, reached=reached)
    post_migrate.connect(make_index, sender=app)
    for model in WATCHED:
        post_save.connect(refresh_later, sender=model)
        post_delete.connect(refresh_later, sender=model)


def watches():
    for model, columns in WATCHED.items():
        own = model is Incident or model.__name__.lower() in SHOWN_BY
        yield Watch(
            table=model._meta.db_table,
            kind=model._meta.model_name if own else "incident",
            key="id" if own else "incident_id",
            columns=tuple(columns.split()),
        )


def read(using, ids):
    """What search reads of these incidents, those that are still there."""
    found = Incident.objects.using(using).filter(pk__in=ids).with_texts()
    return {incident.pk: search_passages(incident) for incident in found}


def reached(using, kind, ids):
    """The incidents that show these platforms, accounts, parties or sources."""
    routes = iter(SHOWN_BY[kind])
    return {
        incident
        for model, path in zip(routes, routes, strict=True)
        for incident in model.objects.using(using)
        .filter(**{f"{path}__in": ids})
        .values_list("incident", flat=True)
    }


def refresh_later(sender, using, **kwargs):
    """Index what was saved or deleted, once for each transaction and after it, so that no reader waits for it."""
    refresh, waiting = refresher(using), connections[using].run_on_commit
    if not waiting or waiting[-1][1] is not refresh:
        transaction.on_commit(refresh, using=using, robust=True)


@cache
def refresher(using):
    return partial(index.refresh, using)


def make_index(sender, using, **kwargs):
    """After a migration: make the index if it is not there, and read what was written while nothing watched."""
    executor = MigrationExecutor(connections[using])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return  # the tables are not those of our models
    index.ensure(using)
    index.refresh(using, progress=tell)


def tell(count):
    sys.stderr.write(f"{count:,} incidents indexed for search…\n")
