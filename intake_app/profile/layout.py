"""Pages of text in several scripts: the layout that a profile's document stands in.

One column of headings and paragraphs, and rows of a question beside its answer. Lines are broken
here, before the engine orders them, so that a line of Arabic is a line of Arabic also where it
goes on; a row stays on one page where it can, and a heading with the row that follows it.
"""

import importlib.util
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from fpdf import FPDF
from fpdf.enums import DocumentCompliance
from fpdf.fonts import TTFFont

from intake_app import paths
from intake_app.errors import ProfileError
from intake_app.profile.arabic import visual
from intake_app.words import mark

_FAMILIES = {
    "sans": "NotoSans",
    "arabic": "NotoSansArabic",
    "ethiopic": "NotoSansEthiopic",
}
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_LINE = 1.36  # line height in font sizes: room for Arabic marks and Ge'ez
_POINT = 25.4 / 72  # millimetres
# Stands for the number of pages, with room for four digits; no text on a page can hold it.
_PAGES = "\N{START OF TEXT}" * 4
_MISSING = "\N{REPLACEMENT CHARACTER}"
# Joiners matter to Persian; every other invisible control only misleads a reader.
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"

MARGIN = 18.0
GUTTER = 6.0
QUESTION_WIDTH = 62.0
INSET = 5.0
_TOP, _BOTTOM = 24.0, 22.0

Colour = tuple[int, int, int]
INK: Colour = (28, 32, 36)
QUIET: Colour = (92, 98, 106)
ACCENT: Colour = (24, 62, 102)
RULE: Colour = (206, 212, 220)
PAPER: Colour = (241, 245, 249)


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text: size in points, weight, colour, and space above it in millimetres."""

    text: str
    size: float = 10
    bold: bool = False
    colour: Colour = INK
    above: float = 0


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a piece, as wide as its column allows."""

    text: str
    piece: Text
    rtl: bool
    above: float

    @property
    def height(self) -> float:
        return self.piece.size * _LINE * _POINT + self.above


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading that waits for what follows it."""

    lines: list[_Line]
    x: float
    outlined: bool


class _Paper(FPDF):
    """An A4 in PDF/A-3u whose running head and foot are given to it."""

    def __init__(self, head: Callable[["_Paper"], None], foot: Callable[["_Paper"], None]) -> None:
        super().__init__(format="A4", enforce_compliance=DocumentCompliance.PDFA_3U)
        self._head, self._foot = head, foot

    def header(self) -> None:
        self._head(self)

    def footer(self) -> None:
        self._foot(self)


class Sheet:
    """Pages that fill from top to bottom.

    `running` stands at the head of every page but the first, `foot` at the foot of each beside
    the page number. Without the shaping engine (a tablet) Arabic stands in its order, unjoined.
    """

    def __init__(self, *, running: str, foot: str, page_of: Callable[[int, str], str]) -> None:
        """Take the words of the head and the foot, and how a page is numbered."""
        self._running, self._foot, self._page_of = running, foot, page_of
        self.pdf = _Paper(self._draw_head, self._draw_foot)
        self.pdf.set_margins(MARGIN, _TOP, MARGIN)
        self.pdf.set_auto_page_break(auto=False)
        self.pdf.c_margin = 0
        self.pdf.alias_nb_pages(_PAGES)
        for family, name in _FAMILIES.items():
            for style, weight in (("", "Regular"), ("B", "Bold")):
                path = paths.assets("fonts", f"{name}-{weight}.ttf")
                if not path.is_file():
                    raise ProfileError(
                        mark("A font of the document is missing ({file}). Install the app again."),
                        file=path.name,
                    )
                self.pdf.add_font(family, style, path)
        self.pdf.set_fallback_fonts(list(_FAMILIES))
        self._glyphs = [font.cmap for font in self.pdf.fonts.values() if isinstance(font, TTFFont)]
        self._shaped = importlib.util.find_spec("uharfbuzz") is not None
        self._widths: dict[tuple[str, float, bool], float] = {}
        self._pending: list[_Heading] = []
        self._chapter = ""
        self.pdf.add_page()

    @property
    def width(self) -> float:
        """Return the width of the text area in millimetres."""
        return float(self.pdf.epw)

    def chapter(self, title: str) -> None:
        """Start a part: its heading stays with what follows, and is in the outline."""
        self._chapter = title
        lines = self._lines(Text(title, 13, bold=True, colour=ACCENT, above=5), self.width)
        self._pending = [_Heading(lines, MARGIN, outlined=True)]

    def heading(self, title: str) -> None:
        """Set a lesser heading, which stays with what follows, over rows that are set in."""
        piece = Text(title, 10, bold=True, colour=INK, above=3)
        lines = self._lines(piece, self.width - INSET)
        self._pending.append(_Heading(lines, MARGIN + INSET, outlined=False))

    def paragraphs(self, pieces: Sequence[Text]) -> None:
        """Set pieces over the whole width."""
        self._flow([(MARGIN, self.width, self._all_lines(pieces, self.width))])

    def box(self, pieces: Sequence[Text]) -> None:
        """Set pieces in a quiet box, which stays on one page."""
        inset = 4.0
        lines = self._all_lines(pieces, self.width - 2 * inset)
        height = sum(line.height for line in lines) + 2 * inset
        self._need(height)
        self.pdf.set_fill_color(*PAPER)
        top = self.pdf.get_y()
        self.pdf.rect(MARGIN, top, self.width, height, style="F")
        self.pdf.set_y(top + inset)
        self._draw_column(lines, MARGIN + inset, self.width - 2 * inset)
        self.pdf.set_y(top + height)

    def space(self, height: float) -> None:
        """Leave room, unless a page starts here."""
        if self.pdf.get_y() > _TOP:
            self.pdf.set_y(self.pdf.get_y() + height)

    def row(self, question: Sequence[Text], answer: Sequence[Text], *, inset: bool) -> None:
        """Set a question beside its answer under a fine rule; set in under a heading."""
        left = INSET if inset else 0
        right = MARGIN + QUESTION_WIDTH + GUTTER
        answer_width = self.width - QUESTION_WIDTH - GUTTER
        self._flow(
            [
                (
                    MARGIN + left,
                    QUESTION_WIDTH - left,
                    self._all_lines(question, QUESTION_WIDTH - left),
                ),
                (right, answer_width, self._all_lines(answer, answer_width)),
            ],
            ruled=True,
        )

    def finish(self) -> bytes:
        """Return the file."""
        # The font draws a dotted letter as a bare one and its dots. One of the two carries the
        # letter for who copies or searches; the other may not be without a meaning (PDF/A-3u,
        # ISO 19005-3 6.2.11.7): a joiner, which changes no word.
        for font in self.pdf.fonts.values():
            for glyph, _ in font.subset.items() if isinstance(font, TTFFont) else ():
                if glyph is not None and glyph.unicode == ():
                    glyph.unicode = (ord("\N{ZERO WIDTH JOINER}"),)
        return bytes(self.pdf.output())

    # Flow.

    def _flow(
        self, columns: list[tuple[float, float, list[_Line]]], *, ruled: bool = False
    ) -> None:
        """Set columns side by side, on one page if one page can hold them, else line by line."""
        above = 2.0 if ruled else 0.0
        height = above + max(sum(line.height for line in lines) for _, _, lines in columns)
        lead = sum(line.height for heading in self._pending for line in heading.lines)
        page = self.pdf.h - _TOP - _BOTTOM
        self._need(lead + (height if height + lead <= page else 4 * above + 20))
        self._draw_pending()
        if ruled and self.pdf.get_y() > _TOP:
            self._rule(self.pdf.get_y() + above / 2, columns[0][0])
            self.pdf.set_y(self.pdf.get_y() + above)
        rest = [(x, width, list(lines)) for x, width, lines in columns]
        while True:
            top = bottom = self.pdf.get_y()
            for x, width, lines in rest:
                self.pdf.set_y(top)
                fitting = _fitting(lines, self.pdf.h - _BOTTOM - top)
                self._draw_column(lines[:fitting], x, width)
                del lines[:fitting]
                bottom = max(bottom, self.pdf.get_y())
            self.pdf.set_y(bottom)
            if not any(lines for _, _, lines in rest):
                return
            self._new_page()

    def _need(self, height: float) -> None:
        if self.pdf.get_y() + height > self.pdf.h - _BOTTOM and self.pdf.get_y() > _TOP:
            self._new_page()

    def _new_page(self) -> None:
        self.pdf.add_page()

    def _draw_pending(self) -> None:
        for heading in self._pending:
            if heading.outlined:
                self.pdf.start_section(self._chapter)
            self._draw_column(heading.lines, heading.x, self.width)
        self._pending = []

    def _rule(self, y: float, x: float = MARGIN) -> None:
        self.pdf.set_draw_color(*RULE)
        self.pdf.set_line_width(0.2)
        self.pdf.line(x, y, MARGIN + self.width, y)

    # Lines.

    def _all_lines(self, pieces: Sequence[Text], width: float) -> list[_Line]:
        return [line for piece in pieces for line in self._lines(piece, width)]

    def _lines(self, piece: Text, width: float) -> list[_Line]:
        lines: list[_Line] = []
        for paragraph in piece.text.splitlines():
            clean = self._printable(paragraph)
            rtl = _is_rtl(clean)
            for text in self._broken(clean, piece, width):
                lines.append(_Line(text, piece, rtl, 0 if lines else piece.above))
        return lines

    def _broken(self, text: str, piece: Text, width: float) -> Iterator[str]:
        """Break between words; within one only where it is wider than the column."""
        space = self._measure(" ", piece)
        line, used = "", 0.0
        for word in text.split():
            size = self._measure(word, piece)
            if line and used + space + size <= width:
                line, used = f"{line} {word}", used + space + size
                continue
            if line:
                yield line
            rest = word
            while size > width:
                part = self._part(rest, piece, width)
                yield part
                rest = rest[len(part) :]
                size = self._measure(rest, piece)
            line, used = rest, size
        if line:
            yield line

    def _part(self, word: str, piece: Text, width: float) -> str:
        end = len(word)
        while end > 1 and self._measure(word[:end], piece) > width:
            end -= max(1, end // 8)
        return word[:end]

    def _measure(self, text: str, piece: Text) -> float:
        key = (text, piece.size, piece.bold)
        if key not in self._widths:
            self._use(text, piece)
            self._widths[key] = float(self.pdf.get_string_width(text))
        return self._widths[key]

    def _printable(self, text: str) -> str:
        """Return the text with what has no glyph made visible as missing; the JSON has it all."""
        plain = unicodedata.normalize("NFC", text)
        return "".join(
            each if each in _JOINERS or self._has_glyph(each) else _MISSING
            for each in plain
            if each in _JOINERS or unicodedata.category(each) not in {"Cc", "Cf", "Cs"}
        )

    def _has_glyph(self, letter: str) -> bool:
        return any(ord(letter) in cmap for cmap in self._glyphs)

    # Drawing.

    def _draw_column(self, lines: Sequence[_Line], x: float, width: float) -> None:
        for line in lines:
            self.pdf.set_xy(x, self.pdf.get_y() + line.above)
            self._use(line.text, line.piece, rtl=line.rtl)
            self.pdf.set_text_color(*line.piece.colour)
            bottom = self.pdf.get_y() + line.height - line.above
            align = "R" if line.rtl else "L"
            text = line.text if self._shaped else visual(line.text, rtl=line.rtl)
            self.pdf.cell(width, line.height - line.above, text, align=align)
            self.pdf.set_y(bottom)

    def _use(self, text: str, piece: Text, *, rtl: bool = False) -> None:
        """Choose the font by the script, so that one font sets whole words and their spaces."""
        family = "sans"
        if any("\u1200" <= each <= "\u139f" for each in text):
            family = "ethiopic"
        if any(unicodedata.bidirectional(each) in _RIGHT_TO_LEFT for each in text):
            family = "arabic"
        self.pdf.set_font(family, "B" if piece.bold else "", piece.size)
        if self._shaped:
            self.pdf.set_text_shaping(direction="rtl" if rtl else "ltr")

    def _draw_head(self, pdf: FPDF) -> None:
        if pdf.page_no() == 1:
            return
        piece = Text(f"{self._running} · {self._chapter}", 8, colour=QUIET)
        pdf.set_y(11)
        self._draw_column(self._lines(piece, self.width)[:1], MARGIN, self.width)
        self._rule(17)
        pdf.set_xy(MARGIN, _TOP)

    def _draw_foot(self, pdf: FPDF) -> None:
        piece = Text(self._foot, 7, colour=QUIET)
        self._rule(pdf.h - 17)
        pdf.set_y(pdf.h - 15)
        self._draw_column(self._lines(piece, self.width - 30), MARGIN, self.width - 30)
        # The engine puts the number of pages in place of its mark when all of them are there.
        number = self._page_of(pdf.page_no(), _PAGES)
        wider = pdf.get_string_width(_PAGES) - pdf.get_string_width("0")
        pdf.set_xy(pdf.w - MARGIN - 30, pdf.h - 15)
        pdf.cell(30 + wider, 3.4, number, align="R")


def _fitting(lines: Sequence[_Line], height: float) -> int:
    used, count = 0.0, 0
    for line in lines:
        used += line.height
        if used > height + 0.01:
            break
        count += 1
    return count


def _is_rtl(text: str) -> bool:
    """Tell a paragraph's direction by its first strong letter (UAX #9, P2 and P3)."""
    for each in text:
        kind = unicodedata.bidirectional(each)
        if kind == "L":
            return False
        if kind in _RIGHT_TO_LEFT:
            return True
    return False
