"""Passkeys: WebAuthn Level 3, checked by Yubico's `fido2`; the rules beside it are ours.

The relying party is the host of the configured address, never what a request claims. The person
must be verified by their device (UV), a challenge is answered once, a counter that does not grow
means a copied key, and no attestation is asked for: we trust no maker more than another.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from okpay.identity import guards
from okpay.identity.factors import changes
from okpay.identity.factors.errors import (
    FactorNotAddedError,
    FactorWrongError,
    PasswordFirstError,
)
from okpay.identity.factors.models import Passkey, SpentChallenge
from okpay.identity.models import Person

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.kernel.actor import Actor

MOST: Final = 10
LONGEST_ANSWER: Final = 20_000  # characters of JSON
_REQUIRED: Final = UserVerificationRequirement.REQUIRED
# What the library and `json` raise for an answer that is not one.
_BAD: Final = (ValueError, KeyError, TypeError, AttributeError, IndexError)


def _server() -> Fido2Server:
    host = urlsplit(settings.OKPAY_BASE_URL).hostname or "localhost"
    return Fido2Server(
        PublicKeyCredentialRpEntity(name="OKPay", id=host),
        verify_origin=lambda origin: bool(origin == settings.OKPAY_BASE_URL),
    )


def _state(challenge: bytes) -> dict[str, Any]:
    return {"challenge": websafe_encode(challenge), "user_verification": _REQUIRED}


def _known(rows: list[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    kind = PublicKeyCredentialType.PUBLIC_KEY
    return [PublicKeyCredentialDescriptor(type=kind, id=bytes(row.credential_id)) for row in rows]


def begin(person_id: UUID, challenge: bytes) -> dict[str, Any]:
    """Return what the browser needs to ask one of this person's passkeys, ready for JSON.

    Args:
        person_id: whose passkeys.
        challenge: 16 bytes or more; for a payment the SHA-256 of its intent.
    """
    rows = list(Passkey.objects.filter(person_id=person_id))
    options, _ignored = _server().authenticate_begin(
        _known(rows), user_verification=_REQUIRED, challenge=challenge
    )
    return dict(options.public_key)


def begin_sign_in(challenge: bytes) -> dict[str, Any]:
    """Return what the browser needs to offer any passkey of ours; the same for everybody."""
    options, _ignored = _server().authenticate_begin(
        user_verification=_REQUIRED, challenge=challenge
    )
    return dict(options.public_key)


def finish(*, person_id: UUID, challenge: bytes, response: str, now: datetime) -> None:
    """Return when one of this person's passkeys signed the challenge; it is spent by that.

    Args:
        person_id: who must have signed.
        challenge: what was given to `begin`.
        response: the browser's answer as JSON (`PublicKeyCredential.toJSON`).
        now: the moment.

    Raises:
        FactorWrongError: another challenge, origin, person or key; the device did not verify its
            user; the challenge was answered before; the key's counter went back.
    """
    if _signer(challenge, response, now, person_id) != person_id:
        raise FactorWrongError


def who(*, challenge: bytes, response: str, now: datetime) -> UUID:
    """Return who signed the challenge, for signing in without a password; it is spent by that.

    Raises:
        FactorWrongError: as in `finish`; also when no passkey of ours signed.
        PasswordFirstError: their account is frozen; a thief may have added this passkey.
    """
    person_id = _signer(challenge, response, now, None)
    if Person.objects.filter(pk=person_id, frozen_at__isnull=False).exists():
        raise PasswordFirstError
    return person_id


def named_by(response: str) -> UUID | None:
    """Return whose passkey an answer names, though it proved nothing; None when it is nobody's."""
    try:
        row = _row(bytes(AuthenticationResponse.from_dict(_read(response)).raw_id), None)
    except _BAD:
        return None
    return row.person_id if row is not None else None


def _signer(challenge: bytes, response: str, now: datetime, person_id: UUID | None) -> UUID:
    try:
        answer = AuthenticationResponse.from_dict(_read(response))
        row = _row(bytes(answer.raw_id), person_id)
        handle = answer.response.user_handle
        if row is None or (handle and UUID(bytes=bytes(handle)) != row.person_id):
            raise FactorWrongError
        _server().authenticate_complete(_state(challenge), [_credential(row)], answer)
        counter = AuthenticatorData(answer.response.authenticator_data).counter
    except _BAD as wrong:
        raise FactorWrongError from wrong
    with transaction.atomic():
        _spend(challenge, now)
        _count(row, counter, now)
    return row.person_id


def _read(response: str) -> dict[str, Any]:
    """Read the browser's JSON.

    Raises:
        ValueError: it is none, or too long.
    """
    if len(response) > LONGEST_ANSWER:
        raise ValueError(len(response))
    found = json.loads(response)
    if not isinstance(found, dict):
        raise TypeError(found)
    return found


def _row(credential_id: bytes, person_id: UUID | None) -> Passkey | None:
    rows = Passkey.objects.filter(credential_id=credential_id, person__is_active=True)
    return (rows if person_id is None else rows.filter(person_id=person_id)).first()


def _credential(row: Passkey) -> AttestedCredentialData:
    key = CoseKey.parse(cast("dict[int, Any]", cbor.decode(bytes(row.public_key))))
    return AttestedCredentialData.create(bytes(16), bytes(row.credential_id), key)


def _spend(challenge: bytes, now: datetime) -> None:
    digest = hashlib.sha256(challenge).hexdigest()
    rows = [SpentChallenge(digest=digest, spent_at=now)]
    try:
        with transaction.atomic():
            SpentChallenge.objects.bulk_create(rows)
    except IntegrityError as again:
        raise FactorWrongError from again


def _count(row: Passkey, counter: int, now: datetime) -> None:
    """Take the counter on (WebAuthn §7.2, 22); synced passkeys stay at zero for ever."""
    rows = Passkey.objects.filter(pk=row.pk)
    same = rows.filter(sign_count=0) if counter == 0 else rows.filter(sign_count__lt=counter)
    if not same.update(sign_count=counter, last_used_at=now):
        raise FactorWrongError


def begin_adding(person: Person, challenge: bytes) -> dict[str, Any]:
    """Return what the browser needs to make a passkey: discoverable if it can be, verified."""
    rows = list(Passkey.objects.filter(person=person))
    user = PublicKeyCredentialUserEntity(
        name=person.email, id=person.id.bytes, display_name=person.name
    )
    options, _ignored = _server().register_begin(
        user,
        _known(rows),
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=_REQUIRED,
        challenge=challenge,
    )
    return {**dict(options.public_key), "attestation": "none"}


def add(*, actor: Actor, name: str, challenge: bytes, response: str, now: datetime) -> Passkey:
    """Take a new passkey into force; the challenge is spent by that.

    Raises:
        FactorNotAddedError: the answer is not one to this challenge, on our address, by a verified
            user; or the passkey is somebody's already; or the person has ten.
        AccountFrozenError: the person may only read.
    """
    person = guards.acting_person(actor)
    text = changes.named(name)
    try:
        made = _server().register_complete(_state(challenge), _read(response))
        credential = made.credential_data
    except _BAD as wrong:
        raise FactorNotAddedError from wrong
    if credential is None:
        raise FactorNotAddedError
    with transaction.atomic(durable=True):
        Person.objects.select_for_update().get(pk=person.id)
        if Passkey.objects.filter(person=person).count() >= MOST:
            raise FactorNotAddedError
        row = _new(person, text, credential, made.counter, now)
        _store(row, challenge, now)
        changes.added(actor, text, "passkey", now)
    return row


def _new(
    person: Person, name: str, credential: AttestedCredentialData, counter: int, now: datetime
) -> Passkey:
    return Passkey(
        person=person,
        name=name,
        credential_id=bytes(credential.credential_id),
        public_key=cbor.encode(dict(credential.public_key)),
        sign_count=counter,
        created_at=now,
    )


def _store(row: Passkey, challenge: bytes, now: datetime) -> None:
    try:
        with transaction.atomic():
            _spend(challenge, now)
            row.save(force_insert=True)
    except (IntegrityError, FactorWrongError) as taken:
        raise FactorNotAddedError from taken
