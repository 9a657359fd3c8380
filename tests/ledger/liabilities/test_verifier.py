"""The stand-alone program: alone, strict, with known vectors, and with exit codes."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okpay.kernel.signing import Signer, verify
from okpay.ledger.liabilities import okpay_proof
from okpay.ledger.liabilities.okpay_proof import UnreadableError
from tests.ledger.liabilities.test_m7_attacks import HOUSE, _honest, _wallets

pytestmark = pytest.mark.no_database
FILE = Path(okpay_proof.__file__)
# RFC 8032 §7.1: TEST 1, TEST 2, TEST 3 and TEST SHA(abc): public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701c"
            "f9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0"
            "f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f76098"
            "4dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        (
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3"
            "feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
        (
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c664"
            "31e0303dca179c138ac17ad9bef1177331a704"
        ),
    ),
]


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_ed25519_agrees_with_rfc_8032(public: str, message: str, signature: str) -> None:
    key, text, value = map(bytes.fromhex, (public, message, signature))
    assert okpay_proof.signature_holds(key, text, value)
    assert not okpay_proof.signature_holds(key, text + b".", value)
    for at in (0, 31, 32, 63):
        wrong = value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :]
        assert not okpay_proof.signature_holds(key, text, wrong)


def test_ed25519_refuses_a_signature_whose_scalar_is_not_reduced() -> None:
    """RFC 8032 §5.1.7: s + L verifies by arithmetic and must not be accepted."""
    key, text, value = (bytes.fromhex(part) for part in VECTORS[1])
    s = int.from_bytes(value[32:], "little") + okpay_proof.Q
    forged = value[:32] + s.to_bytes(32, "little")
    assert not okpay_proof.signature_holds(key, text, forged)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=90), st.binary(max_size=90))
def test_ed25519_agrees_with_the_house_library(seed: bytes, text: bytes, other: bytes) -> None:
    house = Signer(seed)
    signature = house.sign(text).value
    assert okpay_proof.signature_holds(house.public, text, signature)
    assert okpay_proof.signature_holds(house.public, other, signature) == verify(
        house.public, other, signature
    )


def test_it_imports_nothing_but_the_standard_library() -> None:
    tree = ast.parse(FILE.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import)
             for alias in node.names}  # fmt: skip
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= {*sys.stdlib_module_names, "__future__"}


def _run(tmp_path: Path, content: bytes, *more: str) -> subprocess.CompletedProcess[str]:
    """Run it as a customer does: a copy, somewhere, by a Python that knows nothing of us."""
    program, proof = tmp_path / "okpay_proof.py", tmp_path / "proof.json"
    program.write_bytes(FILE.read_bytes())
    proof.write_bytes(content)
    command = [sys.executable, "-I", "-S", str(program), str(proof), *more]
    return subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)


@pytest.fixture
def honest() -> dict[str, Any]:
    wallets = _wallets(100, 2_000, 30_000)
    return _honest(wallets, wallets[1])


def test_the_program_says_in_words_and_by_its_exit_code_what_it_found(
    tmp_path: Path, honest: dict[str, Any]
) -> None:
    good = _run(tmp_path, json.dumps(honest).encode(), "--customer", honest["customer"])
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.startswith("The proof holds.")
    assert "20.00 CNY" in good.stdout
    assert "321.00 CNY" in good.stdout
    bad = _run(tmp_path, json.dumps({**honest, "balance": "20.01"}).encode())
    assert (bad.returncode, bad.stdout) == (1, "")
    assert bad.stderr.startswith("THE PROOF DOES NOT HOLD: your balance does not lead")
    none = _run(tmp_path, b"hello")
    assert (none.returncode, none.stdout) == (2, "")
    assert "not a proof" in none.stderr


def test_what_is_known_from_elsewhere_is_compared(tmp_path: Path, honest: dict[str, Any]) -> None:
    raw = json.dumps(honest).encode()
    known = tmp_path / "statement.txt"
    known.write_text(honest["statement"], encoding="ascii")
    key = HOUSE.public.hex()
    assert _run(tmp_path, raw, "--key", key, "--statement", str(known)).returncode == 0
    assert _run(tmp_path, raw, "--key", "00" * 32).returncode == 1
    assert _run(tmp_path, raw, "--customer", "cus_" + "0" * 26).returncode == 1
    known.write_text(honest["statement"].replace("321.00", "322.00"), encoding="ascii")
    assert _run(tmp_path, raw, "--statement", str(known)).returncode == 1
    assert _run(tmp_path, raw, "--statement", str(tmp_path / "none")).returncode == 2


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    "change",
    [
        lambda proof: proof.pop("nonce"),
        lambda proof: proof.update(extra=""),
        lambda proof: proof.update(format="okpay-proof-of-liabilities/2"),
        lambda proof: proof.update(balance=20.0),
        lambda proof: proof.update(balance="20"),
        lambda proof: proof.update(balance="020.00"),
        lambda proof: proof.update(balance="+20.00"),
        lambda proof: proof.update(balance="2０.00"),
        lambda proof: proof.update(balance="2e1.00"),
        lambda proof: proof.update(nonce=proof["nonce"].upper()),
        lambda proof: proof.update(customer=proof["customer"].upper()),
        lambda proof: proof.update(customer="cus_" + "z" * 26),
        lambda proof: proof.update(path={}),
        lambda proof: proof.update(path=proof["path"] * 40),
        lambda proof: proof["path"][0].update(side="up"),
        lambda proof: proof["path"][0].update(sum=1),
        lambda proof: proof["path"][0].pop("side"),
    ],
)
def test_what_is_not_understood_is_refused_not_repaired(
    change: Change, honest: dict[str, Any]
) -> None:
    change(honest)
    with pytest.raises(UnreadableError):
        okpay_proof.check(okpay_proof.read(json.dumps(honest).encode()))


def test_a_name_that_stands_twice_is_refused(honest: dict[str, Any]) -> None:
    raw = json.dumps(honest).replace('{"format"', '{"balance": "1.00", "format"', 1)
    with pytest.raises(UnreadableError, match="twice"):
        okpay_proof.read(raw.encode())
