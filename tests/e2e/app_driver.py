"""Drives the real app in Chromium through what a screen reader would find there.

Flutter draws on a canvas and keeps a tree of semantics beside it; `Window` works on that tree:
by label, by role and by the identifiers that screens give. Nothing sleeps: each step waits for
what it needs to see.
"""

import io
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

PICTURES = Path(__file__).parent / "pictures"
WIDE, TABLET = (1280, 800), (800, 1280)
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PATIENCE = 20_000
#: An empty window has one colour, one that turns its wheel some hundred; how often to look.
_FEW, _LOOKS = 300, 200
_TURNS = 12
#: Where to turn the wheel, and how far, until an element is in sight; null when it is.
_WAY_TO_SIGHT = """element => {
    let pane = element.parentElement;
    while (pane && getComputedStyle(pane).overflowY !== "scroll") pane = pane.parentElement;
    if (!pane) return null;
    const box = element.getBoundingClientRect(), room = pane.getBoundingClientRect();
    const top = Math.max(room.top, 0), bottom = Math.min(room.bottom, innerHeight);
    if (box.top >= top && box.bottom <= bottom) return null;
    const middle = (top + bottom) / 2;
    return [room.left + room.width / 2, middle, (box.top + box.bottom) / 2 - middle];
}"""


def chromium_path() -> str | None:
    """Return the Chromium or Chrome of this machine, None where there is none."""
    return next(filter(None, map(shutil.which, _BROWSERS)), None)


@contextmanager
def browser() -> Iterator[Browser]:
    """Start the machine's browser without a window."""
    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium_path(), args=list(_FLAGS))
        try:
            yield started
        finally:
            started.close()


class Window:
    """One browser window that shows the app."""

    def __init__(self, page: Page) -> None:
        """Take a page that is not at the app yet."""
        self.page = page
        self.elsewhere: list[str] = []
        page.set_default_timeout(_PATIENCE)
        page.on("requestfinished", lambda request: self._look(request.url))

    @classmethod
    def opened(cls, browser: Browser, address: str, size: tuple[int, int] = WIDE) -> "Window":
        """Open the one-time address in a fresh profile of the browser."""
        context = browser.new_context(viewport={"width": size[0], "height": size[1]})
        window = cls(context.new_page())
        window.page.goto(address)
        window.wake()
        return window

    def _look(self, url: str) -> None:
        if ".localhost:" not in url and not url.startswith(("data:", "blob:")):
            self.elsewhere.append(url)

    def wake(self) -> None:
        """Let Flutter keep its tree of semantics, as it does for a screen reader."""
        placeholder = self.page.locator("flt-semantics-placeholder")
        placeholder.wait_for(state="attached")
        placeholder.evaluate("element => element.click()")
        self.page.locator("flt-semantics-host flt-semantics").first.wait_for(state="attached")

    def reload(self) -> None:
        """Load the page again, as a person does when in doubt."""
        self.page.reload()
        self.wake()

    # Finding

    def named(self, identifier: str) -> Locator:
        """Return what carries an identifier."""
        return self.page.locator(f'[flt-semantics-identifier="{identifier}"]')

    def button(self, name: str | re.Pattern[str], *, exact: bool = False) -> Locator:
        """Return a button by its name, or the start of it."""
        return self.page.get_by_role("button", name=name, exact=exact)

    def choice(self, name: str) -> Locator:
        """Return a choice by its name in the questionnaire."""
        return self.named(f"o-{name}")

    # Doing

    def press(self, name: str) -> None:
        """Press a button by its name."""
        self.touch(self.button(name))

    def choose(self, *names: str) -> None:
        """Touch choices, by their names in the questionnaire."""
        for name in names:
            self.touch(self.choice(name))

    def touch(self, found: Locator) -> None:
        """Turn the wheel until the first that was found is in sight, and touch it.

        The browser must not scroll by itself: it moves the tree of semantics and not what
        Flutter drew, and the touch then lands on something else.
        """
        element = found.first
        element.wait_for(state="attached")
        for _ in range(_TURNS):
            self.settle()
            turn = element.evaluate(_WAY_TO_SIGHT)
            if turn is None:
                break
            x, y, way = turn
            self.page.mouse.move(x, y)
            self.page.mouse.wheel(0, way)
        element.click()

    def fill(self, identifier: str, value: str) -> None:
        """Type into the field that carries an identifier."""
        field = self.named(identifier).locator("input, textarea").first
        for _ in range(_TURNS):
            self.touch(field)
            # Until Flutter has taken the field over, it puts back what it knows: nothing. What
            # it edits in is the field's own element, or one beside the tree when the field had
            # the focus before the tree was there.
            self.settle()
            self.page.keyboard.press("Control+A")
            self.page.keyboard.insert_text(value)
            self.settle()
            if self.page.evaluate("document.activeElement.value") == value:
                return
        message = f"the field {identifier!r} takes no text"
        raise AssertionError(message)

    # Seeing

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Wait until a text is on the screen, as a screen reader hears it."""
        host = self.page.locator("flt-semantics-host")
        expect(
            host.get_by_text(text)
            .or_(host.get_by_label(text))
            .or_(host.get_by_role("heading", name=text))
            .first
        ).to_be_attached(timeout=_PATIENCE)

    def picture(self, name: str) -> None:
        """Keep a picture of the window, in its present size, once something is drawn."""
        PICTURES.mkdir(exist_ok=True)
        size = self.page.viewport_size or {"width": 0}
        kind = "wide" if size["width"] >= WIDE[0] else "tablet"
        (PICTURES / f"{name}-{kind}.png").write_bytes(self.drawn())

    def drawn(self) -> bytes:
        """Return a picture of the window; the tree of semantics is there before the first frame."""
        for _ in range(_LOOKS):
            self.settle()
            shot = self.page.screenshot()
            if Image.open(io.BytesIO(shot)).convert("RGB").getcolors(maxcolors=_FEW) is None:
                return shot
        message = "nothing was drawn"
        raise AssertionError(message)

    def pictures(self, name: str) -> None:
        """Keep a picture in each of the sizes that the app is made for."""
        for width, height in (TABLET, WIDE):
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.wait_for_function("size => window.innerWidth === size", arg=width)
            self.settle()
            self.picture(name)

    def settle(self) -> None:
        """Wait until two frames were drawn and the tree of semantics stands still."""
        self.page.evaluate(
            """() => new Promise(done => {
                let before = "", same = 0;
                const look = () => {
                    const host = document.querySelector("flt-semantics-host");
                    const now = host ? host.innerHTML : "";
                    same = now === before ? same + 1 : 0;
                    before = now;
                    same > 12 ? done() : requestAnimationFrame(look);
                };
                look();
            })"""
        )
