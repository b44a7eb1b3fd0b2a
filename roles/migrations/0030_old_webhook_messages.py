"""An index for what is old in the outbox. Of a state that does not exist, only one constraint complains."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("roles", "0029_webhooks")]

    operations = [
        migrations.RemoveConstraint(
            model_name="webhookdelivery", name="roles_webhookdelivery_next_while_open"
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("next_at", None), ("state__in", ["waiting", "failed"]), _negated=True),
                    models.Q(("next_at__isnull", False), ("state__in", ["sent", "given-up"]), _negated=True),
                ),
                name="roles_webhookdelivery_next_while_open",
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(fields=["created_at"], name="roles_webhookdelivery_age"),
        ),
    ]
