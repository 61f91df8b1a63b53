"""Orders to undo an action have a role of their own."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0020_registry_citations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="involvement",
            name="involvement_role_in_vocabulary",
        ),
        migrations.AlterField(
            model_name="historicalinvolvement",
            name="role",
            field=models.CharField(
                choices=[
                    ("demanded_by", "Demand from"),
                    ("ordered_by", "Order from"),
                    ("requested_by", "Request from"),
                    ("flagged_by", "Flag from"),
                    ("alleged_influence", "Alleged influence"),
                    ("insider", "Platform insider"),
                    ("legal_basis", "Law or sanction"),
                    ("account_operator", "Account operator"),
                    ("registered_owner", "Registered owner"),
                    ("co_sanctioned", "Others affected"),
                    ("allegation", "Allegation"),
                    ("response_by_holder", "Response by the holder"),
                    ("request_for_explanation", "Request for an explanation"),
                    ("appealed", "Appeal"),
                    ("complained_publicly", "Public complaint"),
                    ("media_inquiry", "Media inquiry"),
                    ("legislators_inquiry", "Legislators' inquiry"),
                    ("lawsuit", "Lawsuit"),
                    ("regulator_review", "Regulator's review"),
                    ("oversight_review", "Oversight review"),
                    ("official_finding", "Official finding"),
                    ("restoration_ordered", "Order to undo it"),
                    ("prosecution", "Prosecution"),
                    ("comment", "Comment"),
                    ("retaliation", "Retaliation"),
                ],
                max_length=40,
                verbose_name="role",
            ),
        ),
        migrations.AlterField(
            model_name="involvement",
            name="role",
            field=models.CharField(
                choices=[
                    ("demanded_by", "Demand from"),
                    ("ordered_by", "Order from"),
                    ("requested_by", "Request from"),
                    ("flagged_by", "Flag from"),
                    ("alleged_influence", "Alleged influence"),
                    ("insider", "Platform insider"),
                    ("legal_basis", "Law or sanction"),
                    ("account_operator", "Account operator"),
                    ("registered_owner", "Registered owner"),
                    ("co_sanctioned", "Others affected"),
                    ("allegation", "Allegation"),
                    ("response_by_holder", "Response by the holder"),
                    ("request_for_explanation", "Request for an explanation"),
                    ("appealed", "Appeal"),
                    ("complained_publicly", "Public complaint"),
                    ("media_inquiry", "Media inquiry"),
                    ("legislators_inquiry", "Legislators' inquiry"),
                    ("lawsuit", "Lawsuit"),
                    ("regulator_review", "Regulator's review"),
                    ("oversight_review", "Oversight review"),
                    ("official_finding", "Official finding"),
                    ("restoration_ordered", "Order to undo it"),
                    ("prosecution", "Prosecution"),
                    ("comment", "Comment"),
                    ("retaliation", "Retaliation"),
                ],
                max_length=40,
                verbose_name="role",
            ),
        ),
        migrations.AddConstraint(
            model_name="involvement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "account_operator",
                            "allegation",
                            "alleged_influence",
                            "appealed",
                            "co_sanctioned",
                            "comment",
                            "complained_publicly",
                            "demanded_by",
                            "flagged_by",
                            "insider",
                            "lawsuit",
                            "legal_basis",
                            "legislators_inquiry",
                            "media_inquiry",
                            "official_finding",
                            "ordered_by",
                            "oversight_review",
                            "prosecution",
                            "registered_owner",
                            "regulator_review",
                            "request_for_explanation",
                            "requested_by",
                            "response_by_holder",
                            "restoration_ordered",
                            "retaliation",
                        ],
                    )
                ),
                name="involvement_role_in_vocabulary",
            ),
        ),
    ]
