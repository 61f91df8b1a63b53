"""The column that could hold one action is removed: PostgreSQL alters no table in the transaction that filled it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("incidents", "0013_statement_actions")]

    operations = [
        migrations.RemoveField("historicalinvolvement", "action"),
        migrations.RemoveField("historicaljustification", "action"),
        migrations.RemoveField("involvement", "action"),
        migrations.RemoveField("justification", "action"),
    ]
