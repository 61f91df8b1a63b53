"""A statement can give several reasons."""

from django.db import migrations, models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Replace
from django.db.models.lookups import Exact

GROUNDS = (
    "child_safety court_or_legal_order error fraud government_demand hacked_material harassment_or_abuse hate_speech"
    " identity_verification inauthentic_behaviour incitement_or_violence insider_misconduct local_law ownership_dispute"
    " privacy_or_doxxing sanctions_or_export_control security_compromise spam_manipulation terms_rule_named"
    " terms_rule_not_named terrorism_or_dangerous_org unlawful_fundraising"
).split()


def further_grounds():
    return models.CharField(
        blank=True,
        help_text="If the statement gives several reasons at once. Hold down “Control”, or “Command” on a Mac, to select"
        " more than one.",
        max_length=600,
        verbose_name="further stated reasons",
    )


def nothing_else():
    """What is left of the column without these words is the space around them."""
    left = Concat(Value(" "), F("further_grounds"), Value(" "), output_field=models.CharField())
    for ground in GROUNDS:
        left = Replace(left, Value(f" {ground} "), Value(" "))
    return Q(further_grounds="") | Q(Exact(left, Value(" ")))


class Migration(migrations.Migration):
    dependencies = [("incidents", "0017_record_versions")]

    operations = [
        migrations.AddField("historicaljustification", "further_grounds", further_grounds()),
        migrations.AddField("justification", "further_grounds", further_grounds()),
        migrations.AddConstraint(
            "justification",
            models.CheckConstraint(
                condition=nothing_else(), name="justification_further_grounds_in_vocabulary"
            ),
        ),
        migrations.AddConstraint(
            "justification",
            models.CheckConstraint(
                condition=Q(further_grounds="") | ~Q(ground__in=["none_stated", "not_applicable"]),
                name="justification_further_grounds_follow_one",
                violation_error_message="Choose the first of several reasons as the stated reason.",
            ),
        ),
    ]
