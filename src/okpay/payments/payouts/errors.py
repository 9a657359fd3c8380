"""Refusals of payouts as a whole. A refused line carries the code of a transfer's refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from okpay.kernel.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from okpay.payments.payouts.wishes import Problem

MOST_PROBLEMS = 100  # told at once; the first ones show what is wrong with the rest


class PayoutInvalidError(DomainError):
    """Lines that cannot be paid as they stand. Params: `problems` (their number).

    `problems` are the first `MOST_PROBLEMS`, in the order of the file; `fields` the same as JSON
    Pointers with the reason.
    """

    code = "payout_invalid"
    status = 400
    title = _("The list has mistakes")
    message = _("%(problems)s mistakes were found in the list. Nothing was charged.")
    cause = _("Every line is checked before the first one is paid.")
    remedy = _("Correct the lines that are named and send the whole list again.")
    remedy_url_name = "payouts"

    def __init__(self, problems: Sequence[Problem] = (), **params: object) -> None:
        """Keep the first problems; the number says how many there were in all."""
        super().__init__(**{"problems": len(problems), **params})
        self.problems = tuple(problems[:MOST_PROBLEMS])
        # In the language in which the lines were read; whoever answers may speak another by then.
        self.fields = [(one.pointer, one.said()) for one in self.problems]


class PayoutTooLongError(DomainError):
    """More lines than one payout takes. Params: `most`."""

    code = "payout_too_long"
    status = 413
    title = _("The list is too long")
    message = _("One list has at most %(most)s lines and 2 MB. Nothing was charged.")
    remedy = _("Split it into several lists.")
    remedy_url_name = "payouts"


class PayoutFileError(DomainError):
    """A file that is no table of ours."""

    code = "payout_file_unreadable"
    status = 400
    title = _("The file cannot be read")
    message = _(
        "This is not a table in UTF-8 whose first line names the columns reference, payee, amount,"
        " currency and, if wanted, memo. Nothing was charged."
    )
    cause = _("It was saved in another format, or its first line has other names.")
    remedy = _("Save it as CSV UTF-8, or start from the template.")
    remedy_url_name = "payouts"


class PayoutStrangersError(DomainError):
    """Too many addresses that nobody has. Params: `most`."""

    code = "payout_strangers"
    status = 422
    title = _("Too many addresses without a wallet")
    message = _("More than %(most)s addresses in the list belong to nobody. Nothing was charged.")
    cause = _("It is limited how many strangers one list may name, so that nobody can collect "
              "who has a wallet.")  # fmt: skip
    remedy = _("Check the addresses, or invite these people before you pay them.")
    remedy_url_name = "payouts"


class PayoutNotFoundError(DomainError):
    """No such payout of this person."""

    code = "payout_not_found"
    status = 404
    title = _("No such list of payments")
    message = _("We found no list of payments of yours with this number.")
    cause = _("The number is mistyped, belongs to somebody else, or was never confirmed.")
    remedy = _("Look at your lists.")
    remedy_url_name = "payouts"


class PayoutMediaError(DomainError):
    """Neither JSON nor a file of a kind that is read."""

    code = "payout_media_type"
    status = 415
    title = _("This kind of file is not read here")
    message = _(
        "Send `application/json`, `text/csv`, or `multipart/form-data` with one `file`."
        " Nothing was charged."
    )
    remedy = _("Set the Content-Type header to one of the three.")
