"""An index for what is old in the outbox."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("roles", "0029_webhooks")]

    operations = [
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(fields=["created_at"], name="roles_webhookdelivery_age"),
        ),
    ]
