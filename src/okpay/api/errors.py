"""Refusals that only a program can meet: the form of a request, its key, its pace."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from okpay.kernel.errors import DomainError


class RequestError(DomainError):
    """A refusal that points at fields. `fields` are JSON Pointers with what is wrong there."""

    def __init__(
        self, *, param: str = "", fields: Sequence[tuple[str, str]] = (), **params: object
    ) -> None:
        """Keep what is wrong where; `params` fill the message."""
        super().__init__(**params)
        self.param = param
        self.fields = tuple(fields)


class InvalidRequestError(RequestError):
    """A field is missing, or of another type or form than documented."""

    code = "invalid_request"
    status = 400
    title = _("The request cannot be read")
    message = _("A part of the request is missing or has another form. Nothing was done.")
    cause = _("The request does not follow the documented schema; `errors` says where.")
    remedy = _("Compare the request with the documentation of this endpoint.")


class InvalidJsonError(RequestError):
    """The body is no JSON object, names a key twice, or carries NaN."""

    code = "invalid_json"
    status = 400
    title = _("The body is not JSON")
    message = _("The body is not one JSON object in UTF-8 with each name once. Nothing was done.")
    cause = _("A quote or comma is missing, a name stands twice, or the body was cut.")
    remedy = _("Send the body exactly as a JSON library writes it.")


class ExtraForbiddenError(RequestError):
    """A field or parameter that this endpoint does not know."""

    code = "extra_forbidden"
    status = 400
    title = _("Unknown field")
    message = _("The request carries a field that this endpoint does not know. Nothing was done.")
    cause = _("A name is misspelt, or the value can only be set by us.")
    remedy = _("Remove the field that `errors` points at.")


class InvalidCursorError(RequestError):
    """A cursor that this list did not give, or two places at once."""

    code = "invalid_cursor"
    status = 400
    title = _("This place in the list is unknown")
    message = _("The cursor did not come from this list, or several were given at once.")
    remedy = _("Use `next_cursor` as it came, and only one of the three parameters.")


class ResourceNotFoundError(DomainError):
    """No such address, or no such thing of this person."""

    code = "not_found"
    status = 404
    title = _("There is nothing here")
    message = _("There is nothing at this address that you can see.")
    cause = _("The address or the id is mistyped, or it belongs to somebody else.")
    remedy = _("Check the address and the id.")


class MethodNotAllowedError(DomainError):
    """The address exists, the method does not."""

    code = "method_not_allowed"
    status = 405
    title = _("This cannot be done here")
    message = _("This address does not know this method; the Allow header lists what it knows.")
    cause = _("Methods are taken from the request line only; override headers are ignored.")
    remedy = _("Use one of the methods in the Allow header.")


class BodyTooLargeError(DomainError):
    """More than an endpoint reads. Params: `limit` (bytes)."""

    code = "body_too_large"
    status = 413
    title = _("The body is too large")
    message = _("A body may have at most %(limit)s bytes. Nothing was done.")
    remedy = _("Send only the documented fields.")


class UnsupportedMediaTypeError(DomainError):
    """The body is not declared as JSON."""

    code = "unsupported_media_type"
    status = 415
    title = _("Only JSON is read here")
    message = _("Send the body as `Content-Type: application/json`. Nothing was done.")
    cause = _("Forms and plain text are refused, because a browser can be tricked to send them.")
    remedy = _("Set the header and send JSON.")


class VersionNotSupportedError(DomainError):
    """A version of the API that never was. Params: `version`."""

    code = "version_not_supported"
    status = 400
    title = _("Unknown version")
    message = _("There is no version of this kind. The current one is %(version)s.")
    remedy = _("Set OKPay-Version to a published date, or leave it out.")


class RateLimitedError(DomainError):
    """Too many requests. Params: `seconds` until the next may be."""

    code = "rate_limited"
    status = 429
    title = _("Too many requests")
    message = _("Too many requests came in a short time. Try again in %(seconds)s seconds.")
    cause = _("Each token and each address has a pace; the RateLimit headers show it.")
    remedy = _("Wait as long as Retry-After says, then send it again with the same key.")


class IdempotencyKeyRequiredError(DomainError):
    """A request that moves money came without a key."""

    code = "idempotency_key_required"
    status = 400
    title = _("A request key is needed")
    message = _("Send an Idempotency-Key header of 1 to 255 visible characters. Nothing was done.")
    cause = _("Without a key, a repeated request could pay twice.")
    remedy = _("Make one random key for each payment, and repeat it when you retry.")


class IdempotencyInProgressError(DomainError):
    """The same key is being worked on right now."""

    code = "idempotency_in_progress"
    status = 409
    title = _("Still working on it")
    message = _("A request with this key is being worked on. It is done at most once.")
    cause = _("The same request came twice at the same time.")
    remedy = _("Ask again with the same key in a moment.")


class ServiceBusyError(DomainError):
    """More is waiting than this process takes on."""

    code = "service_busy"
    status = 503
    title = _("Busy at the moment")
    message = _("The service is busy or being maintained. Nothing was done for this request.")
    remedy = _("Try again in a few seconds with the same key.")


class InternalError(DomainError):
    """Our fault; the log knows it by its request id."""

    code = "internal_error"
    status = 500
    title = _("Something broke on our side")
    message = _("We could not finish this request. If it moved money, ask again with the same key.")
    cause = _("A fault in our software; it is logged under the request id.")
    remedy = _("Ask again with the same key, and tell us the request id if it stays.")
