from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import okpay.kernel.ids
import okpay.notices.states


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Preference",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("transactions_mail", models.BooleanField(default=True)),
                ("service_app", models.BooleanField(default=True)),
                ("service_mail", models.BooleanField(default=True)),
                ("promotions_app", models.BooleanField(default=False)),
                ("promotions_mail", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Outgoing",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=okpay.kernel.ids.new_uuid,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "channel",
                    models.CharField(choices=[("mail", "mail"), ("sms", "sms")], max_length=8),
                ),
                ("purpose", models.CharField(blank=True, default="", max_length=60)),
                ("sender", models.CharField(blank=True, default="", max_length=200)),
                ("recipient", models.CharField(max_length=320)),
                ("subject", models.CharField(blank=True, default="", max_length=400)),
                ("text", models.TextField(blank=True, default="")),
                ("html", models.TextField(blank=True, default="")),
                ("dedupe", models.CharField(max_length=160, null=True, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("queued", "queued"), ("sent", "sent"), ("dead", "dead")],
                        default=okpay.notices.states.Sending["QUEUED"],
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("last_error", models.CharField(blank=True, default="", max_length=300)),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", okpay.notices.states.Sending["DEAD"])),
                        fields=["-created_at"],
                        name="outgoing_dead",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["queued", "sent", "dead"])),
                        name="outgoing_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["mail", "sms"])),
                        name="outgoing_channel",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", okpay.notices.states.Sending["SENT"]), _negated=True
                            ),
                            models.Q(("html", ""), ("text", "")),
                            _connector="OR",
                        ),
                        name="outgoing_sent_blank",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=okpay.kernel.ids.new_uuid,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("code", models.CharField(max_length=60)),
                ("params", models.JSONField(default=dict)),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("transactions", "transactions"),
                            ("security", "security"),
                            ("service", "service"),
                            ("promotions", "promotions"),
                        ],
                        max_length=20,
                    ),
                ),
                ("link", models.CharField(blank=True, default="", max_length=300)),
                ("dedupe", models.CharField(max_length=160, null=True, unique=True)),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-created_at", "-id"),
                "indexes": [
                    models.Index(fields=["person", "-created_at", "-id"], name="message_by_person"),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)),
                        fields=["person"],
                        name="message_unread",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("category__in", ["transactions", "security", "service", "promotions"])
                        ),
                        name="message_category",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("read_at__isnull", True),
                            ("read_at__gte", models.F("created_at")),
                            _connector="OR",
                        ),
                        name="message_read_after_created",
                    ),
                ],
            },
        ),
    ]
