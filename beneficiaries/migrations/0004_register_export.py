import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("beneficiaries", "0003_search"),
        ("documents", "0001_initial"),
        ("jobs", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RegisterExport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "file_format",
                    models.CharField(
                        choices=[
                            ("xlsx", "Excel workbook (.xlsx)"),
                            ("ods", "LibreOffice sheet (.ods)"),
                            ("csv", "Plain table (.csv)"),
                        ],
                        max_length=4,
                        verbose_name="file format",
                    ),
                ),
                ("filters", models.TextField(blank=True)),
                ("is_full", models.BooleanField(default=False, verbose_name="with full numbers")),
                ("reason", models.CharField(blank=True, max_length=1000, verbose_name="reason")),
                ("households", models.PositiveIntegerField(default=0, verbose_name="households")),
                ("failure", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="asked for")),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="documents.storedfile",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="jobs.job"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "export of the register",
                "verbose_name_plural": "exports of the register",
                "ordering": ["-created_at", "-id"],
            },
        ),
    ]
