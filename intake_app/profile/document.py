"""The profile as a document: a Dutch PDF/A-3u with the machine-readable profile inside it.

    a person reads    what this is, for whom and why; each question, its answer, the person's own
                      words in their own script, and where the answer comes from
    a machine reads   `profiel.json`, an associated file (AFRelationship Source): ISO 19005-3

The same profile gives the same bytes: every moment in the file is the profile's own.
"""

import hashlib
from datetime import datetime
from itertools import groupby
from xml.sax.saxutils import escape

from babel.dates import format_date
from fpdf.enums import AssociatedFileRelationship
from fpdf.prefs import ViewerPreferences

from intake_app.profile.format import Code, Field, Profile
from intake_app.profile.layout import ACCENT, QUIET, Sheet, Text
from intake_app.reference.folding import fold
from intake_app.settings import MUNICIPALITY
from intake_app.words import Words

#: The name of the machine-readable profile inside the document.
EMBEDDED = "profiel.json"
_LANGUAGE = "nl"
_PRODUCER = "intake-app"
_SHORT = 16
_USUAL_CALENDAR = "gregorian"
_SPOKEN = "/data/start/interview_language"


def render(profile: Profile, words: Words | None = None) -> bytes:
    """Return the document of a profile, in Dutch.

    Raises ProfileError where a font is missing.
    """
    return _Document(profile, words or Words.load(_LANGUAGE)).render()


def title(recipient: str, words: Words | None = None) -> str:
    """Return what the profile for a recipient is called, in Dutch; it names nobody."""
    words = words or Words.load(_LANGUAGE)
    if recipient == MUNICIPALITY:
        return words.about("document", "Profile for the municipality")
    return words.about("document", "Profile for the placement")


class _Document:
    """One profile on its pages."""

    def __init__(self, profile: Profile, words: Words) -> None:
        self._profile = profile
        self._context = profile.context
        self._words = words
        self._json = profile.to_json()
        self._title = title(profile.recipient, words)

    def render(self) -> bytes:
        running = f"{self._title} · {self._profile.v_number}"
        sheet = Sheet(running=running, foot=self._foot(), page_of=self._page_of)
        self._opening(sheet)
        for section in self._profile.sections:
            sheet.chapter(section.title)
            for group, fields in groupby(section.fields, key=lambda each: each.group):
                if group:
                    sheet.heading(group)
                for each in fields:
                    question = [Text(each.label or each.item, 9, colour=QUIET)]
                    sheet.row(question, self._answer(each), inset=bool(group))
        self._closing(sheet)
        self._describe(sheet, running)
        return sheet.finish()

    def _purpose(self) -> str:
        words = self._words
        if self._profile.recipient == MUNICIPALITY:
            return words.about(
                "document",
                "For the municipality where this person will live: for the broad intake and the "
                "integration plan, and for the home only what the home itself needs. Nothing else "
                "from the interview is in it. Use it for this purpose only.",
            )
        return words.about(
            "document",
            "For the placement officers of the reception organisation: to find a municipality "
            "where this person can live, work and learn. Nothing else from the interview is in "
            "it. Use it for this purpose only.",
        )

    def _opening(self, sheet: Sheet) -> None:
        words, context = self._words, self._context
        origin = " · ".join(filter(None, (context.organisation, context.location)))
        sheet.paragraphs(
            [
                Text(origin, 9, colour=QUIET),
                Text(self._title, 19, bold=True, colour=ACCENT, above=1),
                Text(
                    words.about(
                        "document",
                        "V-number {v_number}, made on {date}",
                        v_number=self._profile.v_number,
                        date=_day(context.created),
                    ),
                    11,
                    above=0.5,
                ),
            ]
        )
        sheet.space(4)
        sheet.box(
            [
                Text(self._purpose(), 9.5),
                Text(
                    words.about(
                        "document",
                        "It was made with no score and no ranking. A person decides, never a "
                        "computer.",
                    ),
                    9.5,
                    above=1.5,
                ),
                Text(self._confirmation(), 9.5, above=1.5),
                Text(self._conversation(), 9.5, above=1.5),
            ]
        )

    def _confirmation(self) -> str:
        words = self._words
        match self._context.confirmed:
            case "yes":
                return words.about(
                    "document", "The answers were read to the resident, who confirmed them."
                )
            case "corrected":
                return words.about(
                    "document",
                    "The answers were read to the resident, who corrected and then confirmed them.",
                )
            case "disagree":
                return words.about(
                    "document",
                    "The answers were read to the resident, who does not agree with all of them. "
                    "What is not confirmed is marked.",
                )
            case _:
                return words.about(
                    "document", "The answers were not yet read to the resident to be confirmed."
                )

    def _conversation(self) -> str:
        words = self._words
        spoken = [
            words.about(
                "document", "Asked by: {role}.", role=self._role(self._context.screener_role)
            )
        ]
        spoken += [
            words.about("document", "Language: {language}.", language=each.display)
            for each in self._profile.fields()
            if each.path == _SPOKEN and each.display
        ]
        if self._context.interpreter:
            kind = self._interpreter(self._context.interpreter)
            spoken.append(words.about("document", "Interpreter: {kind}.", kind=kind))
        return " ".join(spoken)

    def _role(self, role: str) -> str:
        words = self._words
        return {
            "screener": words.about("document", "screener"),
            "placement": words.about("document", "placement officer"),
        }.get(role, role)

    def _interpreter(self, kind: str) -> str:
        words = self._words
        return {
            "none": words.about("document", "none"),
            "telephone": words.about("document", "by telephone"),
            "on_site": words.about("document", "in the room"),
            "video": words.about("document", "by video"),
            "informal": words.about("document", "informal"),
        }.get(kind, kind)

    def _answer(self, each: Field) -> list[Text]:
        words = self._words
        if each.status == "declined":
            told = [
                Text(words.about("document", "The resident chose not to answer."), colour=QUIET)
            ]
        elif each.status == "unknown":
            told = [Text(words.about("document", "The resident does not know."), colour=QUIET)]
        elif each.status == "uncoded":
            told = [Text(each.own_words)]
        else:
            told = [Text(each.display)]
            # What was typed to find a label says no more than the label.
            if fold(each.own_words) not in fold(each.display):
                said = words.about("document", "In their own words:")
                told += [Text(said, 7, colour=QUIET, above=0.8), Text(each.own_words, 9.5)]
        return [*told, Text(self._source(each), 7, colour=QUIET, above=0.8)]

    def _source(self, each: Field) -> str:
        """Return the small print: when and how it was asked, on what it rests, its code."""
        words = self._words
        codes = [code for code in each.codes if code.system != self._profile.form_id]
        parts = [
            self._asked(each),
            self._evidence(each.evidence),
            words.about("document", "not coded yet") if each.status == "uncoded" else "",
            "" if each.confirmed else words.about("document", "not confirmed by the resident"),
            self._calendar(each.calendar),
            ", ".join(map(_code, codes)),
        ]
        return " · ".join(filter(None, parts))

    def _calendar(self, name: str) -> str:
        if name in {"", _USUAL_CALENDAR}:
            return ""
        return self._words.about("document", "calendar: {name}", name=name)

    def _asked(self, each: Field) -> str:
        words = self._words
        if not each.asked_at:
            return ""
        date = _day(datetime.fromisoformat(each.asked_at))
        match each.provenance:
            case "prefilled":
                return words.about("document", "taken over and checked on {date}", date=date)
            case "observed":
                return words.about("document", "noted on {date}", date=date)
            case _:
                return words.about("document", "asked on {date}", date=date)

    def _evidence(self, evidence: str) -> str:
        words = self._words
        return {
            "self-declared": words.about("document", "told by the resident"),
            "record": words.about("document", "from the records"),
            "observed": words.about("document", "observed by the screener"),
            "document-seen": words.about("document", "document seen"),
            "document-follows": words.about("document", "document follows"),
        }.get(evidence, evidence)

    def _closing(self, sheet: Sheet) -> None:
        words, profile = self._words, self._profile
        sheet.chapter(words.about("document", "About this document"))
        sheet.paragraphs(
            [
                Text(
                    words.about(
                        "document",
                        "What is not in this document was not asked, was not answered, or is not "
                        "meant for who reads it. The resident may see it, have it corrected and "
                        "object to its use.",
                    ),
                    9,
                ),
                Text(
                    words.about(
                        "document",
                        "The same profile is attached to this document as {file}, for machines to "
                        "read. SHA-256: {hash}",
                        file=EMBEDDED,
                        hash=hashlib.sha256(self._json).hexdigest(),
                    ),
                    9,
                    above=1.5,
                ),
                Text(
                    words.about(
                        "document",
                        "Questionnaire {form}, version {version}. Audit log of the device when "
                        "this was made: {head}",
                        form=profile.form_id,
                        version=profile.form_version,
                        head=self._context.audit_head,
                    ),
                    9,
                    above=1.5,
                ),
            ]
        )

    def _foot(self) -> str:
        return self._words.about(
            "document",
            "Profile {hash} · audit log {head}\n"
            "Made with no score and no ranking; a person decides.",
            hash=hashlib.sha256(self._json).hexdigest()[:_SHORT],
            head=self._context.audit_head[:_SHORT],
        )

    def _page_of(self, page: int, pages: str) -> str:
        return self._words.about("document", "page {page} of {pages}", page=page, pages=pages)

    def _describe(self, sheet: Sheet, name: str) -> None:
        """Set the file's metadata and embed the profile."""
        pdf, created = sheet.pdf, self._context.created
        pdf.set_lang("nl-NL")
        pdf.set_title(name)
        pdf.set_creation_date(created)
        pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
        pdf.set_xmp_metadata(_xmp(name, self._purpose(), self._context.organisation, created))
        pdf.embed_file(
            bytes=self._json,
            basename=EMBEDDED,
            desc=self._words.about("document", "The profile for machines to read"),
            mime_type="application/json",
            creation_date=created,
            modification_date=created,
            associated_file_relationship=AssociatedFileRelationship.SOURCE.value,
            compress=True,
            checksum=True,
        )


def _day(moment: datetime) -> str:
    return format_date(moment.date(), "d MMMM y", locale=_LANGUAGE)


def _code(code: Code) -> str:
    return f"{code.code} ({' '.join(filter(None, (code.system, code.version)))})"


def _xmp(title: str, subject: str, author: str, created: datetime) -> str:
    """Return the XMP packet of a PDF/A-3u (ISO 19005-3, 6.6), its dates the profile's own."""
    moment = created.isoformat(timespec="seconds")
    title, subject, author = (escape(each) for each in (title, subject, author or _PRODUCER))
    return f"""\
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
    xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/">
   <pdfaid:part>3</pdfaid:part>
   <pdfaid:conformance>U</pdfaid:conformance>
   <dc:format>application/pdf</dc:format>
   <dc:language><rdf:Bag><rdf:li>nl-NL</rdf:li></rdf:Bag></dc:language>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
   <dc:description>
    <rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt>
   </dc:description>
   <dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
   <pdf:Producer>{_PRODUCER}</pdf:Producer>
   <xmp:CreatorTool>{_PRODUCER}</xmp:CreatorTool>
   <xmp:CreateDate>{moment}</xmp:CreateDate>
   <xmp:ModifyDate>{moment}</xmp:ModifyDate>
   <xmp:MetadataDate>{moment}</xmp:MetadataDate>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>"""
