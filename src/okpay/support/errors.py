"""Refusals of support."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okpay.kernel.errors import DomainError


class TicketNotFoundError(DomainError):
    """No such ticket of this person."""

    code = "ticket_not_found"
    status = 404
    title = _("Ticket not found")
    message = _("There is no such ticket.")
    remedy = _("Open the list of your tickets.")
    remedy_url_name = "support"


class TicketTextError(DomainError):
    """Nothing was written, or too much. Params: `most`."""

    code = "ticket_text_invalid"
    status = 422
    title = _("Write what it is about")
    message = _("Write between 1 and %(most)s characters. Nothing was sent.")
    remedy = _("Change the text and send it again.")


class TooManyTicketsError(DomainError):
    """So many tickets are open, or so much was written today, that another helps nobody."""

    code = "too_many_tickets"
    status = 429
    title = _("Too many messages")
    message = _("You have written a lot today. What you sent before is being looked at.")
    remedy = _("Add to one of your open tickets, or write again tomorrow.")
    remedy_url_name = "support"


class TicketClosedError(DomainError):
    """The ticket was closed meanwhile."""

    code = "ticket_closed"
    status = 409
    title = _("The ticket is closed")
    message = _("This ticket was closed meanwhile. Nothing was sent.")
    remedy = _("Write again to open it.")
