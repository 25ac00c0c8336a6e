"""Each proof of `make proofs`, at a size for every day."""

from pathlib import Path

import pytest

from tests.proofs import shim
from tests.proofs.__main__ import PROOFS
from tests.proofs.proof import Proof, Task


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.name)
def test_a_proof_holds(proof: Proof, tmp_path: Path) -> None:
    """Tried, and not once otherwise than the design says."""
    if proof.needs_compiler and shim.compiler() is None:
        pytest.skip("there is no C compiler here: apt install gcc")
    outcome = proof.run(Task(proof.name, proof.small, tmp_path))
    assert outcome.failures == ()
    assert outcome.holds
