"""A person's beginning and their facts: registering, proving e-mail and phone, changing them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import F

from okpay.identity import codes, guards, hooks, known, proofs, tries
from okpay.identity.caution import Cause, begin
from okpay.identity.errors import BadNameError, CodeExpiredError, NameCheckedError
from okpay.identity.hooks import SecurityEvent, SecurityNews
from okpay.identity.models import PastPassword, PaymentPassword, Person
from okpay.identity.phones import read_phone
from okpay.kernel import audit
from okpay.kernel.actor import Actor
from okpay.kernel.ids import encode

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

NAME_LENGTH: Final = 60
LANGUAGES: Final = ("zh-hans", "en")
# What a mail program could make a link of: okpay.cn, a:b, a/b, a@b. "J. R. Smith" stays possible.
_LINK: Final = re.compile(r"[/\\:@⁄∕⧸∶]|[.。]\w{2,}")


def clean_name(text: str) -> str:
    """Return a name in one written form; "" when nothing is left.

    Characters that are not seen (controls, those that turn the writing around) are left out.

    Raises:
        BadNameError: it reads as a link or an address.
    """
    spaced = " ".join(unicodedata.normalize("NFC", text).split())
    seen = "".join(char for char in spaced if not unicodedata.category(char).startswith("C"))
    name = " ".join(seen.split())
    if _LINK.search(unicodedata.normalize("NFKC", name)):
        raise BadNameError
    return name[:NAME_LENGTH].rstrip()


def name_key(name: str) -> str:
    """Return the key Chinese names are sorted and searched by: 周晓宁 → zhou xiao ning."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 — its dictionary takes memory and time

    return " ".join(" ".join(lazy_pinyin(name)).lower().split())[:240]


def _actor_of(person_id: UUID) -> Actor:
    return Actor(person_id=person_id, kind="person", via="web")


def register_person(
    *,
    actor: Actor,
    name: str,
    email: str,
    phone: str,
    password: str,
    language: str,
    now: datetime,
) -> Person:
    """Enter a person who claims an e-mail and a phone; neither is theirs before it is proven.

    Several people may claim the same e-mail or phone; the first who proves it owns it, so nobody
    is kept out by somebody else's claim, and nobody learns whether an alias is taken.

    Args:
        actor: who asks; the person does not exist yet, so it has no person.
        name: shown to payees, masked.
        email: any case.
        phone: as people write it, or E.164.
        password: already checked against the policy.
        language: `zh-hans` or `en`.
        now: the moment.

    Raises:
        BadPhoneError, RegionNotSupportedError: the phone.
        BadNameError: the name.
    """
    number = read_phone(phone)
    encoded = make_password(password)
    cleaned = clean_name(name)
    person = Person(
        name=cleaned,
        name_key=name_key(cleaned),
        email=email.strip().lower(),
        phone=number.e164,
        region=number.region,
        language=language if language in LANGUAGES else LANGUAGES[0],
        password=encoded,
    )
    with transaction.atomic():
        person.save(force_insert=True)
        EmailAddress.objects.create(user=person, email=person.email, primary=True)
        PastPassword.objects.create(person=person, encoded=encoded, created_at=now)
        _record(actor, "identity.person.registered", person.id, now)
    return person


def enrol_person(
    *,
    actor: Actor,
    name: str,
    email: str,
    phone: str,
    password: str,
    now: datetime,
    language: str = "zh-hans",
    payment_password: str = "",
    level: int = 0,
) -> Person:
    """Enter a person whose e-mail and phone are proven already: demo people and imports.

    `level` says how far their identity was checked elsewhere.

    Raises:
        BadPhoneError, RegionNotSupportedError: the phone.
        IntegrityError: e-mail or phone belong to somebody else.
    """
    from okpay.identity.hashing import hash_pin  # noqa: PLC0415 — only imports set one at once

    with transaction.atomic():
        person = register_person(
            actor=actor,
            name=name,
            email=email,
            phone=phone,
            password=password,
            language=language,
            now=now,
        )
        proven = {"email_verified_at": now, "phone_verified_at": now, "level": level}
        Person.objects.filter(pk=person.id).update(**proven)
        EmailAddress.objects.filter(user=person).update(verified=True)
        if payment_password:
            PaymentPassword.objects.create(
                person=person, digest=hash_pin(person.id, payment_password), changed_at=now
            )
    person.refresh_from_db()
    return person


def _record(actor: Actor, action: str, person_id: UUID, now: datetime, **data: object) -> None:
    audit.record(actor=actor, action=action, subject=encode("cus", person_id), data=data, now=now)


def begin_email_change(
    *, actor: Actor, email: str, payment_password: str = "", holder_code: str = "", now: datetime
) -> bool:
    """Note the e-mail that is to replace the current one once its link is opened.

    Args:
        actor: whose e-mail it is.
        email: the new one, in lower case.
        payment_password: six digits; needed where one is set.
        holder_code: instead of it, the code that `proofs.send_holder_code` sent.
        now: the moment.

    Returns:
        Whether the link should be sent; False when somebody else has proven this e-mail (then its
        owner is told, and the person who asks sees no difference).

    Raises:
        AccountFrozenError: the person may only read.
        DomainError: the proof, see `proofs.prove_holder`.
    """
    person = guards.acting_person(actor)
    proofs.prove_holder(person=person, payment_password=payment_password, code=holder_code, now=now)
    with transaction.atomic(durable=True):
        EmailAddress.objects.filter(user=person, verified=False).delete()
        EmailAddress.objects.create(user=person, email=email)
        person.wanted_email = email
        person.save(update_fields=["wanted_email"])
        _record(actor, "identity.email.change_asked", person.id, now)
    return not Person.objects.filter(email_index=email, email_verified_at__isnull=False).exists()


def drop_email_change(*, actor: Actor, now: datetime) -> None:
    """Forget the e-mail that waits for its link; without one nothing changes."""
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=actor.require_person())
        if EmailAddress.objects.filter(user=person, verified=False).delete()[0]:
            person.wanted_email = ""
            person.save(update_fields=["wanted_email"])
            _record(actor, "identity.email.change_dropped", person.id, now)


def confirm_email(
    *, person_id: UUID, email: str, now: datetime, though_frozen: bool = False
) -> bool:
    """Make a proven e-mail the person's own, at registration or as a change.

    Other people's unproven claims to it end here. The link that leads here is signed, dated and
    works once (its row is no longer unverified after this). `though_frozen` is for whoever was
    given the account back by two of our staff.

    Returns:
        False when somebody else has proven it meanwhile, or the person is frozen and has another;
        nothing changed then.
    """
    try:
        with transaction.atomic():
            tries.alone_until_commit(f"email:{email}")  # two at once would wait for each other
            person = Person.objects.select_for_update().get(pk=person_id)
            frozen = person.frozen_at is not None and not though_frozen
            if not email or (frozen and person.email_verified_at is not None):
                return False
            _take_email(person, email, now)
    except IntegrityError:
        return False
    return True


def _take_email(person: Person, email: str, now: datetime) -> None:
    old = person.email if person.email_verified_at is not None else ""
    changed = bool(old) and old != email
    mine = EmailAddress.objects.filter(user=person)
    mine.exclude(email=email).delete()
    mine.filter(email=email).update(verified=True, primary=True)
    EmailAddress.objects.filter(email=email, verified=False).exclude(user=person).delete()
    claims = Person.objects.filter(email_index=email, email_verified_at__isnull=True)
    claims.exclude(pk=person.pk).update(is_active=False)
    person.email, person.email_verified_at, person.wanted_email = email, now, ""
    person.save(update_fields=["email", "email_verified_at", "wanted_email"])
    _record(_actor_of(person.id), "identity.email.verified", person.id, now, changed=changed)
    if changed:
        _holder_changed(person.id)
        begin(person_id=person.id, cause=Cause.EMAIL_CHANGED, now=now)
        hooks.tell(SecurityNews(person.id, SecurityEvent.EMAIL_CHANGED, now, {}, old_email=old))


def _holder_changed(person_id: UUID) -> None:
    """Make every confirmation that is bound to the old facts void, from this very moment."""
    Person.objects.filter(pk=person_id).update(holder_version=F("holder_version") + 1)


def phone_is_taken(*, phone: str, person_id: UUID | None) -> bool:
    """Whether somebody else has proven this phone."""
    owners = Person.objects.filter(phone_index=phone, phone_verified_at__isnull=False)
    others = owners if person_id is None else owners.exclude(pk=person_id)
    return others.exists()


def claim_phone(*, person_id: UUID, phone: str) -> None:
    """Correct the phone of a person who is still registering; proven phones are not touched."""
    number = read_phone(phone)
    with transaction.atomic():
        registering = Person.objects.filter(pk=person_id, phone_verified_at__isnull=True)
        person = registering.select_for_update().first()
        if person is not None:
            person.phone, person.region = number.e164, number.region
            person.save(update_fields=["phone", "region"])


def send_phone_code(
    *, person_id: UUID, phone: str, purpose: codes.Purpose, address: str = "", now: datetime
) -> None:
    """Send the code that proves a phone; the owner of a taken phone hears of it instead.

    The person who asks sees the same either way.

    Raises:
        CodeCoolingError, CodeLockedError, TooManyCodesError: see `codes.send_code`.
    """
    taken = phone_is_taken(phone=phone, person_id=person_id)
    codes.send_code(
        purpose=purpose,
        person_id=person_id,
        phone=phone,
        address=address,
        now=now,
        real=not taken,
    )
    if taken:
        codes.tell_phone_is_known(phone)


def confirm_phone(
    *,
    person_id: UUID,
    phone: str,
    purpose: codes.Purpose,
    code: str,
    payment_password: str = "",
    holder_code: str = "",
    now: datetime,
) -> None:
    """Make a phone the person's own with the code that was sent to it.

    Replacing a proven phone also needs the payment password, where one is set, or the code that
    `proofs.send_holder_code` sent to the old phone.

    Raises:
        PaymentPasswordRequiredError, PaymentPasswordWrongError, PaymentPasswordLockedError.
        CodeWrongError, CodeExpiredError, CodeLockedError: the code; also when somebody else has
            proven the phone meanwhile.
        AccountFrozenError: a frozen person may not change a proven phone.
    """
    if purpose is codes.Purpose.PHONE_CHANGE:
        proofs.prove_holder(
            person=guards.acting_person(_actor_of(person_id)),
            payment_password=payment_password,
            code=holder_code,
            now=now,
        )
    codes.check_code(purpose=purpose, person_id=person_id, phone=phone, code=code, now=now)
    try:
        with transaction.atomic(durable=True):
            _take_phone(Person.objects.select_for_update().get(pk=person_id), phone, now)
    except IntegrityError as taken:
        raise CodeExpiredError from taken


def _take_phone(person: Person, phone: str, now: datetime) -> None:
    old = person.phone if person.phone_verified_at is not None else ""
    lost = not old and person.phone_changed_at is not None  # see `forget_phone`
    changed = lost or (bool(old) and old != phone)
    number = read_phone(phone)
    person.phone, person.region, person.phone_verified_at = number.e164, number.region, now
    person.phone_changed_at = now if changed else person.phone_changed_at
    person.save(update_fields=["phone", "region", "phone_verified_at", "phone_changed_at"])
    _record(_actor_of(person.id), "identity.phone.verified", person.id, now, changed=changed)
    if changed:
        _holder_changed(person.id)
        begin(person_id=person.id, cause=Cause.PHONE_CHANGED, now=now)
        hooks.tell(SecurityNews(person.id, SecurityEvent.PHONE_CHANGED, now, {}, old_phone=old))
    elif not old:
        hooks.tell(SecurityNews(person.id, SecurityEvent.REGISTERED, now))


def forget_phone(*, person_id: UUID, now: datetime) -> None:
    """Let the phone prove nothing any more, in the caller's transaction.

    For an account that was given back to somebody who lost the phone: whoever has it now reaches
    nothing by it. The next sign-in asks for the present one, and then for a second step.
    """
    Person.objects.filter(pk=person_id).update(phone_verified_at=None, phone_changed_at=now)
    _holder_changed(person_id)


def rename(*, actor: Actor, name: str, now: datetime) -> str:
    """Change the name that payees see; open confirmations that showed the old one become void.

    Raises:
        AccountFrozenError: the person may only read.
        BadNameError: it reads as a link or an address.
        NameCheckedError: the real name is checked, and this is another one.
        ValueError: nothing is left of the name once cleaned.
    """
    cleaned = clean_name(name)
    if not cleaned:
        raise ValueError(name)
    person = guards.acting_person(actor)
    if person.level > 0 and not known.name_fits(person.id, cleaned):
        raise NameCheckedError
    with transaction.atomic(durable=True):
        show_name(actor=actor, person_id=person.id, name=cleaned, now=now)
    return cleaned


def show_name(*, actor: Actor, person_id: UUID, name: str, now: datetime) -> None:
    """Show a person by this name, in the caller's transaction, who has seen that it may be."""
    Person.objects.filter(pk=person_id).update(name=name, name_key=name_key(name))
    _holder_changed(person_id)
    _record(actor, "identity.name.changed", person_id, now)


def choose_language(*, actor: Actor, language: str) -> None:
    """Keep the language in which this person is written to; unknown ones are ignored."""
    if language in LANGUAGES:
        Person.objects.filter(pk=actor.require_person()).update(language=language)
