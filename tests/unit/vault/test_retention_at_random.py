"""Sweeps at random: what may never be erased by a date is not, whatever the clocks say."""

import shutil
import tempfile
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake_app.clock import FixedClock
from intake_app.settings import Retention
from intake_app.vault import FileSecret, Vault, certificate_holds
from intake_app.vault.terms import NOTICE
from tests.unit.vault.conftest import PASSPHRASE

CONTENT: dict[str, Any] = {"summary": {}, "body": {}, "health": {}}
TERMS = Retention()
NOW = FixedClock().now()

which = st.integers(0, 3)
days = st.sampled_from((-30, -1, 0, 1, 2, 7, 8, 14, 15, 16, 29, 60))
steps = st.lists(
    st.one_of(
        st.tuples(st.just("begin"), which),
        st.tuples(st.just("save"), which),
        st.tuples(st.just("finalise"), which),
        st.tuples(st.just("stop"), which),
        st.tuples(st.just("clock"), days),
        st.tuples(st.just("sweep"), days),
        st.tuples(st.just("sweep"), days),
    ),
    max_size=25,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps)
def test_a_date_never_erases_what_waits_nor_what_was_just_touched(
    made_folder: Path, steps: list[tuple[str, int]]
) -> None:
    """Finalised records stay; a draft goes only a day after a date saw it as it still is.

    And whatever goes leaves a certificate that holds, in a vault that is whole.
    """
    clock = FixedClock()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(shutil.copytree(made_folder, Path(temporary) / "vault"))
        opened = Vault.open(folder, device=FileSecret(folder), clock=clock)
        with closing(opened):
            vault = opened.unlock(opened.users()[0].id, PASSPHRASE)
            finalised: set[str] = set()
            #: By record: the earliest date of a sweep since it was touched last.
            seen: dict[str, datetime | None] = {}
            for what, number in steps:
                records = sorted(vault.records(), key=lambda record: record.id)
                drafts = [record for record in records if record.state == "draft"]
                draft = drafts[number % len(drafts)] if drafts else None
                if what == "begin":
                    record = vault.create_record(form_id="s", form_version="1", **CONTENT)
                    seen[record.id] = None
                elif what == "clock":
                    clock.move(days=number)
                elif what == "sweep":
                    confirmed = NOW + timedelta(days=number)
                    vault.keeping.sweep(TERMS, confirmed)
                    left = {record.id for record in vault.records()}
                    assert finalised <= left
                    for gone in seen.keys() - left:
                        first = seen.pop(gone)
                        assert first is not None
                        assert confirmed - first >= NOTICE
                    for each, first in seen.items():
                        seen[each] = min(first or confirmed, confirmed)
                elif draft is not None:
                    seen[draft.id] = None
                    if what == "save":
                        vault.save_record(draft.id, revision=draft.revision, **CONTENT)
                    elif what == "stop":
                        vault.set_record_state(draft.id, "stopped")
                    else:
                        vault.finalise_record(draft.id, revision=draft.revision, **CONTENT)
                        seen.pop(draft.id)
                        finalised.add(draft.id)
            key = vault.verifying_key()
            assert all(certificate_holds(each.content, key) for each in vault.certificates())
            assert vault.verify().ok
