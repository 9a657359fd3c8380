"""The check in a real browser: the same verdicts as the stand-alone program, and in plain words.

The page is the real one; a small stage answers for the server, so that it can lie.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from tests.support.browser import OpenPage

if TYPE_CHECKING:
    from tests.ledger.liabilities.town import Town
    from tests.web.proof.conftest import Visitor

Proof = dict[str, Any]
Change = Callable[[Proof], object]


@pytest.fixture
def desk(open_page: OpenPage, web_address: str) -> Page:
    """A page of our origin with the verifier in it, and nothing else."""
    page = open_page(locale="en-GB")
    page.goto(f"{web_address}/offline")
    page.add_script_tag(url=f"{web_address}/static/web/proof-check.js")
    return page


def _verdicts(page: Page, proofs: list[Proof]) -> list[str]:
    """What the browser's verifier says of each: "" when it holds."""
    found: list[str] = page.evaluate(
        """async (proofs) => {
          const verdicts = [];
          for (const proof of proofs) {
            try {
              const found = await okpayProof.check(proof);
              verdicts.push(found.signature === "valid" ? "" : found.signature);
            } catch (error) { verdicts.push(error.code || String(error)); }
          }
          return verdicts;
        }""",
        proofs,
    )
    return found


def _changed(proof: Proof, change: Change) -> Proof:
    made = copy.deepcopy(proof)
    change(made)
    return made


def _swap(proof: Proof) -> None:
    first, second = proof["path"][0], proof["path"][1]
    first["sum"], second["sum"] = second["sum"], first["sum"]


def _flip(proof: Proof) -> None:
    step = proof["path"][0]
    step["side"] = "left" if step["side"] == "right" else "right"


ATTACKS: list[tuple[str, Change]] = [
    ("", lambda _: None),
    ("root", lambda proof: proof.update(balance="0.01")),
    ("root", lambda proof: proof.update(customer="cus_" + "0" * 26)),
    ("root", lambda proof: proof["path"][0].update(sum="99.99")),
    ("negative", lambda proof: proof["path"][1].update(sum="-1.00")),
    ("overflow", lambda proof: proof["path"][0].update(sum="9" * 39 + ".00")),
    ("root", _swap),
    ("root", _flip),
    ("root", lambda proof: proof["path"].pop()),
    ("root", lambda proof: proof.update(nonce="00" * 32)),
    ("signature", lambda proof: proof.update(signature="00" * 64)),
    ("signature", lambda proof: proof.update(
        statement=re.sub(r"CNY 2 \d+", "CNY 2 1", proof["statement"]))),
    ("asset", lambda proof: proof.update(asset="USD")),
    ("form", lambda proof: proof.update(format="okpay-proof-of-liabilities/2")),
    ("form", lambda proof: proof.update(balance="1")),
    ("form", lambda proof: proof.update(balance=1)),
    ("form", lambda proof: proof.update(path="x")),
    ("form", lambda proof: proof["path"][0].update(side="up")),
]  # fmt: skip


def test_m7_the_browsers_verifier_gives_the_verdicts_of_the_stand_alone_one(desk: Page) -> None:
    from okpay.ledger.liabilities import okpay_proof
    from tests.ledger.liabilities.test_m7_attacks import _honest, _wallets

    wallets = _wallets(100, 2_000, 30_000, 400_000, 5_000_000)
    honest = [_honest(wallets, wallet) for wallet in wallets]
    proofs = [_changed(honest[1], change) for _, change in ATTACKS]
    assert _verdicts(desk, [*honest, *proofs]) == ["" for _ in honest] + [
        code for code, _ in ATTACKS
    ]
    for proof, (code, _) in zip(proofs, ATTACKS, strict=True):
        try:
            okpay_proof.check(okpay_proof.read(json.dumps(proof).encode()))
        except (okpay_proof.BrokenError, okpay_proof.UnreadableError):
            assert code
        else:
            assert not code


def test_ed25519_in_the_browser_agrees_with_rfc_8032(desk: Page) -> None:
    from tests.ledger.liabilities.test_verifier import VECTORS

    found = desk.evaluate(
        """async (vectors) => {
          const bytes = (text) => Uint8Array.from(text.match(/../g) || [], (p) => parseInt(p, 16));
          const verdicts = [];
          for (const [key, message, signature] of vectors) {
            const { subtle } = crypto;
            const one = await subtle.importKey("raw", bytes(key), "Ed25519", false, ["verify"]);
            verdicts.push(await subtle.verify("Ed25519", one, bytes(signature), bytes(message)));
          }
          return verdicts;
        }""",
        [list(vector) for vector in VECTORS],
    )
    assert found == [True] * len(VECTORS)


@dataclass
class Stage:
    """Answers in the server's place: honestly, until `proof` or `statement` is changed."""

    page: Page
    address: str
    body: str
    policy: str
    proof: Proof
    statement: str
    asked: list[tuple[str, bool]] = field(default_factory=list)

    def play(self) -> None:
        """Open the page."""
        self.page.route("**/proof**", self._answer)
        self.page.goto(f"{self.address}/proof")

    def _answer(self, route: Route) -> None:
        url, cookie = route.request.url, "cookie" in route.request.all_headers()
        if "/static/" in url:
            route.continue_()
            return
        self.asked.append((url, cookie))
        if url.endswith(".txt"):
            route.fulfill(body=self.statement, content_type="text/plain")
        elif "/proof/file" in url:
            route.fulfill(body=json.dumps(self.proof), content_type="application/json")
        else:
            headers = {"content-security-policy": self.policy}
            route.fulfill(body=self.body, content_type="text/html; charset=utf-8", headers=headers)

    def check(self) -> str:
        """Press the button; return what the page says."""
        self.page.locator("[data-proof-check]").click()
        said = self.page.locator("[data-proof-said]")
        expect(said.locator(".banner")).to_be_visible()
        expect(self.page.locator("[data-proof]")).not_to_have_attribute("aria-busy", "true")
        return said.inner_text()

    def states(self) -> list[str]:
        """How each line of the check stands."""
        found: list[str] = self.page.eval_on_selector_all(
            "[data-step]", "all => all.map(one => one.className)"
        )
        return found


@pytest.fixture
def ann(town: Town) -> UUID:
    (made,) = town.rich(123_450)
    town.rich(7_700, 88_800)
    town.sleep()
    town.publish()
    return made


@pytest.fixture
def stage(ann: UUID, town: Town, visitor: Visitor, open_page: OpenPage, web_address: str) -> Stage:
    answer = visitor(ann).get("/proof")
    body = answer.content.decode()
    proof = town.proof(ann)
    page = open_page(locale="en-GB", service_workers="block")
    page.emulate_media(reduced_motion="reduce")
    policy = answer.headers["Content-Security-Policy"]
    made = Stage(page, web_address, body, policy, proof, proof["statement"])
    made.play()
    return made


def test_the_page_checks_draws_and_remembers(stage: Stage) -> None:
    assert "your balance is in the total" in stage.check()
    assert stage.states() == ["done"] * 6
    rungs = stage.page.locator("[data-proof-ladder] li")
    expect(rungs).to_have_count(len(stage.proof["path"]) + 1)
    expect(rungs.first).to_contain_text("1,234.50")
    total = re.search(r"tree CNY 2 (\d+)", stage.statement)
    assert total is not None
    expect(rungs.last).to_contain_text(f"{int(total[1]):,}")
    memory = stage.page.locator('[data-step="memory"]')
    expect(memory).to_contain_text("First check in this browser")
    stage.check()
    expect(memory).to_contain_text("same key as at your last check")
    assert [cookie for url, cookie in stage.asked if url.endswith(".txt")] == [False, False]


def test_the_page_is_used_with_the_keyboard_and_read_aloud(stage: Stage) -> None:
    button = stage.page.locator("[data-proof-check]")
    button.focus()
    stage.page.keyboard.press("Enter")
    expect(stage.page.locator("[data-proof-said] .banner--ok")).to_be_visible()
    expect(stage.page.locator("[data-proof-said]")).to_be_focused()
    assert Axe().run(stage.page).response["violations"] == []


@pytest.mark.parametrize(
    ("change", "said", "bad"),
    [
        (lambda proof: proof["path"][0].update(sum="0.00"), "does not lead to the published root",
         "path"),
        (lambda proof: proof["path"][0].update(sum="-5.00"), "below zero (step 1)", "path"),
        (lambda proof: proof.update(balance="1.00"), "another balance than the one shown", "leaf"),
        (lambda proof: proof.update(customer="cus_" + "0" * 26), "another customer number", "leaf"),
        (lambda proof: proof.update(signature="11" * 64), "signature does not belong", "signature"),
        (lambda proof: proof.update(statement=proof["statement"].replace("day 2", "day 3")),
         "not the one that everybody sees", "public"),
    ],
)  # fmt: skip
def test_m7_a_lie_of_the_server_is_told_in_words(
    stage: Stage, change: Change, said: str, bad: str
) -> None:
    change(stage.proof)
    text = stage.check()
    assert said in text
    assert "Your money has not moved" in text
    assert "bad" in stage.states()
    assert stage.page.locator(f'[data-step="{bad}"]').get_attribute("class") == "bad"


def test_m7_a_key_or_a_past_day_that_changes_behind_the_back_is_noticed(stage: Stage) -> None:
    from okpay.kernel.signing import Signer

    stage.check()
    honest = copy.deepcopy(stage.proof)
    other = Signer(bytes(32))
    stage.proof["public_key"] = other.public.hex()
    stage.proof["signature"] = other.sign(stage.statement.encode()).value.hex()
    assert "another key than at your last check" in stage.check()
    stage.proof = honest
    stage.page.evaluate(
        """(customer) => {
          const all = JSON.parse(localStorage.getItem("okpay-proof"));
          const { days } = all[customer];
          for (const day of Object.keys(days)) days[day] = "0".repeat(64);
          localStorage.setItem("okpay-proof", JSON.stringify(all));
        }""",
        honest["customer"],
    )
    assert "not the one that this browser saw before" in stage.check()


def test_no_answer_is_not_a_proof_that_fails(stage: Stage) -> None:
    stage.page.route("**/proof/file**", lambda route: route.abort())
    text = stage.check()
    assert "No answer came from the server" in text
    assert "does not match" not in text
    expect(stage.page.locator("[data-proof-said] .banner--warn")).to_be_visible()


def test_a_browser_without_ed25519_says_so_and_checks_the_rest(stage: Stage) -> None:
    stage.page.evaluate(
        """() => { crypto.subtle.importKey = async () => {
          throw new DOMException("no such algorithm", "NotSupportedError"); }; }"""
    )
    assert "cannot check Ed25519" in stage.check()
    assert stage.states() == ["done", "wait", "done", "done", "done", "done"]
