"""A security key in software: answers like a browser, and lies when it is told to."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

FLAGS = AuthenticatorData.FLAG


@dataclass
class SoftKey:
    """One credential. `lie(...)` bends the next answers."""

    person_id: UUID | None = None
    counter: int = 0
    id: bytes = field(default_factory=lambda: os.urandom(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def made(self, options: dict[str, Any], **lies: Any) -> str:
        """Answer to the options for a new passkey, as the browser's JSON."""
        self.person_id = UUID(bytes=websafe_decode(options["user"]["id"]))
        public = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]  # theirs
        credential = AttestedCredentialData.create(bytes(16), self.id, public)
        data = self._data(lies, FLAGS.AT, credential)
        response = {
            "clientDataJSON": websafe_encode(self._client("webauthn.create", options, lies)),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        }
        return self._json(response)

    def signed(self, options: dict[str, Any], **lies: Any) -> str:
        """Answer to the options for using a passkey, as the browser's JSON."""
        self.counter += 1
        data = self._data(lies, FLAGS(0), None)
        client = self._client("webauthn.get", options, lies)
        signature = self.key.sign(data + sha256(client), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": websafe_encode(client),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(lies.get("signature", signature)),
        }
        person_id = lies.get("person_id", self.person_id)
        if person_id is not None:
            response["userHandle"] = websafe_encode(person_id.bytes)
        return self._json(response)

    def _data(
        self, lies: dict[str, Any], more: FLAGS, credential: AttestedCredentialData | None
    ) -> AuthenticatorData:
        host = lies.get("rp_id", "localhost")
        verified = FLAGS.UV if lies.get("verified", True) else FLAGS(0)
        counter = lies.get("counter", self.counter)
        flags = FLAGS.UP | verified | more
        made: AuthenticatorData = AuthenticatorData.create(
            sha256(host.encode()), flags, counter, credential or b""
        )
        return made

    def _client(
        self, kind: str, options: dict[str, Any], lies: dict[str, Any]
    ) -> CollectedClientData:
        challenge = lies.get("challenge", websafe_decode(options["challenge"]))
        origin = lies.get("origin", settings.OKPAY_BASE_URL)
        return CollectedClientData.create(lies.get("kind", kind), challenge, origin)

    def _json(self, response: dict[str, Any]) -> str:
        text = websafe_encode(self.id)
        return json.dumps({"id": text, "rawId": text, "type": "public-key", "response": response})
