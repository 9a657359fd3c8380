"""For supervisors and load balancers."""

from __future__ import annotations

from django.db import connection
from django.utils.translation import gettext_lazy as _

from okpay.api.endpoint import PUBLIC, endpoint
from okpay.api.schemas.account import Health


@endpoint("GET", "/health/live", scope=PUBLIC, tag="health", summary=_("Is the process alive"))
def live() -> Health:
    """Answer without asking anybody."""
    return Health("ok")


@endpoint(
    "GET",
    "/health/ready",
    scope=PUBLIC,
    tag="health",
    summary=_("Can it serve"),
    refusals=("service_busy",),
)
def ready() -> Health:
    """Ask the database; without it the answer is 503."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Health("ok")
