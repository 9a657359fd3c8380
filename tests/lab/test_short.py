"""The laboratory in its short form: the stage of `make lab`, seven of its faults (N1, N4, B5)."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

FAULTS = 7
# A busy machine starts processes slowly; `make lab` asks for five seconds.
LENIENT = "25"


@pytest.mark.timeout(440)
def test_n1_n4_b5_a20_nothing_is_lost_while_several_processes_are_broken_under_load(
    schema: str,
) -> None:
    options = ["--short", "--seconds", "0", "--at-least", str(FAULTS), "--ready-within", LENIENT]
    kept = {key: text for key, text in os.environ.items() if not key.startswith("OKPAY_")}
    run = subprocess.run(
        [sys.executable, "-m", "tests.lab", *options, "--schema", schema],
        env={**kept, "PYTHONWARNINGS": ""},
        check=False, capture_output=True, text=True, timeout=400,
    )  # fmt: skip
    print(run.stdout)
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    assert f"{FAULTS} faults" in run.stdout
    assert "0 violations" in run.stdout.splitlines()[-1]
