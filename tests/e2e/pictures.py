"""The pictures in the README, taken from the app as it is: `python -m tests.e2e.pictures`.

The residents are invented; the vault lies in a temporary folder and is gone afterwards.
"""

import tempfile
from pathlib import Path

from intake_app import demo
from intake_app.words import Words
from tests.e2e.app_driver import Window, browser
from tests.e2e.behind import PASSPHRASE, caseload, make_vault
from tests.e2e.conftest import RunningApp

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
#: Invented residents, and the section before which the interview stands; blank: finished.
LIVES = (("welder_from_ukraine_with_a_contract", ""), ("surgeon_from_syria", "education"))
SIZE = (1280, 800)


def take(window: Window, name: str) -> None:
    """Keep one picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.png").write_bytes(window.drawn())


def main() -> None:
    """Make a vault with invented residents and look at three screens."""
    words = Words.load("nl")
    with tempfile.TemporaryDirectory() as folder, browser() as started:
        app = RunningApp(Path(folder) / "vault")
        make_vault(app.folder)
        with caseload(app.folder) as cases:
            record = ""
            for name, until in LIVES:
                life = demo.Life.load(name)
                draft = cases.start(life.language)
                for _ in demo.play(draft, life.before(until) if until else life):
                    pass
                if until:
                    record = draft.record_id
                else:
                    draft.finalise()
        try:
            window = Window.opened(started, app.start(), SIZE)
            window.fill("passphrase", PASSPHRASE)
            window.press(words("Unlock"))
            window.sees(words("Interviews"))
            take(window, "people")
            window.touch(window.named(f"record-{record}"))
            window.touch(window.named("section-household"))
            take(window, "interview")
            window.touch(window.named("section-summary"))
            window.sees(words("Summary for the resident"))
            take(window, "summary")
        finally:
            app.kill()


if __name__ == "__main__":
    main()
