"""What the real-name check refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okpay.kernel.errors import DomainError

_OWN = _("Open your real-name check and go on from there.")


class CaseNotFoundError(DomainError):
    """No such case, picture or wish of this person."""

    code = "kyc_not_found"
    status = 404
    title = _("No such real-name check")
    message = _("There is no such real-name check or picture.")
    cause = _("The address is incomplete, old, or somebody else's.")
    remedy = _OWN
    remedy_url_name = "kyc"


class CaseClosedError(DomainError):
    """Nothing may be changed in the state the case is in."""

    code = "kyc_nothing_to_change"
    status = 409
    title = _("There is nothing to change now")
    message = _("Your real-name check is not waiting for you. Nothing was changed.")
    cause = _("It is being looked at, or it has been decided.")
    remedy = _OWN
    remedy_url_name = "kyc"


class FieldClosedError(DomainError):
    """A field that nobody asked for again. Params: `field`."""

    code = "kyc_field_closed"
    status = 409
    title = _("This part is not asked for")
    message = _("This part of your real-name check is not asked for. Nothing was changed.")
    cause = _("Only what a reviewer remarked on is sent again; the rest stays as it was seen.")
    remedy = _OWN
    remedy_url_name = "kyc"


class AnswersRefusedError(DomainError):
    """Typed fields that cannot be right. Params: `fields`; `problems` is code by field."""

    code = "kyc_answers_refused"
    title = _("Something here cannot be right")
    message = _("Please look at these fields again: %(fields)s. Nothing was changed.")
    cause = _("Numbers of documents carry check digits, and dates must fit together.")
    remedy = _("Compare each with the document.")
    remedy_url_name = "kyc"

    def __init__(self, problems: dict[str, str]) -> None:
        """Keep which field has which problem."""
        super().__init__(fields=", ".join(sorted(problems)))
        self.problems = problems


class CaseIncompleteError(DomainError):
    """Something that is needed is missing. Params: `missing`."""

    code = "kyc_incomplete"
    status = 409
    title = _("Something is still missing")
    message = _("Before you can send it, this is needed: %(missing)s. Nothing was sent.")
    cause = _("A reviewer can decide only when everything is there.")
    remedy = _OWN
    remedy_url_name = "kyc"


class LevelReachedError(DomainError):
    """There is no higher level to reach, or a case is open already."""

    code = "kyc_not_needed"
    status = 409
    title = _("No real-name check is needed")
    message = _("You have one under way, or have reached the highest level. Nothing was changed.")
    cause = _("One person has one real-name check at a time.")
    remedy = _OWN
    remedy_url_name = "kyc"


class DocumentUnknownError(DomainError):
    """A document that is not offered for this region."""

    code = "kyc_document_unknown"
    title = _("This document is not taken here")
    message = _("This document is not taken for this region. Nothing was changed.")
    cause = _("Which documents prove a name differs by region.")
    remedy = _("Choose one from the list.")
    remedy_url_name = "kyc"


class TooManySubmissionsError(DomainError):
    """Sent too often in a day."""

    code = "kyc_too_often"
    status = 429
    title = _("You have sent it too often today")
    message = _("Your real-name check can be sent five times a day. Nothing was sent.")
    cause = _("Every one of them is looked at by a person.")
    remedy = _("Read the remarks, and send it again tomorrow.")
    remedy_url_name = "kyc"


class TooManyUploadsError(DomainError):
    """Too many pictures at once or in a day."""

    code = "kyc_too_many_pictures"
    status = 429
    title = _("Too many pictures")
    message = _("Too many pictures were sent. This one was not kept.")
    cause = _("Sixty a day are more than any document needs.")
    remedy = _("Try again in a minute; if it stays so, tomorrow.")
    remedy_url_name = "kyc"


class FileTypeRefusedError(DomainError):
    """It is no picture that we take, whatever it is called."""

    code = "kyc_file_type"
    title = _("This is no picture that we can take")
    message = _("Send a photo: JPEG, PNG or WebP. Nothing was kept.")
    cause = _("What a file is shows in its content. PDFs and archives can carry programs.")
    remedy = _("Take a photo of the document; of a PDF, take a screenshot.")
    remedy_url_name = "kyc"


class PictureTooLargeError(DomainError):
    """More bytes or pixels than we take."""

    code = "kyc_picture_too_large"
    title = _("The picture is too large")
    message = _("A picture has at most 8 MB and 26 million pixels. Nothing was kept.")
    cause = _("Very large pictures can be made to stop a server.")
    remedy = _("Send it smaller, or let the page take it with the camera.")
    remedy_url_name = "kyc"


class PictureTooSmallError(DomainError):
    """Too few pixels to read a document."""

    code = "kyc_picture_too_small"
    title = _("The picture is too small")
    message = _("A picture has at least 400 pixels on its shorter side. Nothing was kept.")
    cause = _("On a smaller one nobody can read the document.")
    remedy = _("Go closer, and take it again.")
    remedy_url_name = "kyc"


class PictureTooIntricateError(DomainError):
    """More scans, chunks or frames than a photo has: much work for few bytes."""

    code = "kyc_picture_too_intricate"
    title = _("The picture has too many parts")
    message = _("The file is made of more parts than a photo has. Nothing was kept.")
    cause = _("Moving pictures and very finely divided files can be made to stop a server.")
    remedy = _("Take a new photo, or a screenshot of this one.")
    remedy_url_name = "kyc"


class PictureUnreadableError(DomainError):
    """Cut off or broken."""

    code = "kyc_picture_unreadable"
    title = _("The picture cannot be opened")
    message = _("The picture is broken or not complete. Nothing was kept.")
    cause = _("The sending may have been cut off.")
    remedy = _("Take it again.")
    remedy_url_name = "kyc"


class AppealSpentError(DomainError):
    """There is nothing to appeal against, or it was done once."""

    code = "kyc_no_appeal"
    status = 409
    title = _("There is no further appeal")
    message = _("An appeal is possible once, after a final refusal. Nothing was changed.")
    cause = _("Another person has looked at it, or it is not decided yet.")
    remedy = _OWN
    remedy_url_name = "kyc"
