"""From starting the process to the first screen that can be used, against an empty Flet app.

Both are new processes with a new browser profile in the same run; the browser itself is already
open, as it is on a screener's desk. What differs is ours: imports, the questionnaire, the code
lists' manifest, the vault's check at opening, the guard of the port, three fonts.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser

from tests.e2e.app_driver import Window, browser, chromium_path

ROUNDS = 7
_WHERE = ("--organisation=Proef", "--location=Proef", "--user=Proef")
_PASSPHRASE = "plainly a bench, not a secret\n"  # noqa: S105 - of a vault that lives for a minute


def run() -> Iterator[dict[str, object]]:
    """Give one figure: medians in seconds, and their ratio."""
    if chromium_path() is None:
        yield {"bench": "start", "skipped": "no Chromium here"}
        return
    with tempfile.TemporaryDirectory(prefix="intake-bench-") as folder, browser() as open_browser:
        vault = Path(folder) / "vault"
        me = [sys.executable, "-m", "intake_app"]
        subprocess.run(
            [*me, "vault", "init", f"--vault={vault}", *_WHERE],
            input=_PASSPHRASE,
            text=True,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        ours = [*me, "run", "--no-open", "--vault", str(vault)]
        empty = [sys.executable, "-m", "benchmarks.empty_flet"]
        _start(open_browser, empty, "ready")  # warms the disk's cache and the browser
        pairs = [
            (_start(open_browser, ours, "Proef"), _start(open_browser, empty, "ready"))
            for _ in range(ROUNDS)
        ]
    yield {
        "bench": "start",
        "what": "process start to first usable screen",
        "rounds": ROUNDS,
        "app_s": round(median(app for app, _ in pairs), 3),
        "empty_flet_s": round(median(peer for _, peer in pairs), 3),
        "ratio": round(median(app / peer for app, peer in pairs), 3),
    }


def _start(open_browser: Browser, command: list[str], seen: str) -> float:
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            address = next(line.strip() for line in process.stdout or () if "http://" in line)
            window = Window.opened(open_browser, address)
            window.sees(seen)
            took = time.perf_counter() - started
            window.page.context.close()
        finally:
            process.kill()
    return took
