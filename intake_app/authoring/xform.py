"""XForm XML to compiled JSON: the one compiler, for what pyxform writes and for any other XForm.

The ODK XForms specification (https://getodk.github.io/xforms-spec/) is what this reads. XML with
a document type or entities is refused before anything is expanded.

The compiled form, `schema` 1 (`assets/questionnaire/form.schema.json` has it in full):

    id, version, title, hash            the hash is over all else, as canonical JSON
    languages, default_language         [["Nederlands (nl)", "nl"], ...]; a code
    root                                the main instance: name, children | kind, type, bind,
                                        texts {role: key}, repeat {count, fixed, start}, choices ...
    texts, media, unconfirmed           by language: {key: text}, {key: {form: file}}, [keys]
    instances                           lists: {way, columns, rows} or nested elements
    actions                             setvalues: event, source, target, value
    aliases                             itext ids of the source, where an expression reads them

A text's key is its context in the catalogues: `household/living_with:label`,
`choice/yes_no/yes:label`. A text with outputs is a list of text and {"output": expression}.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from intake_app.authoring import anchors, instances, kinds, search
from intake_app.authoring.body import Body, absolute
from intake_app.authoring.choices import Choices
from intake_app.authoring.document import EMPTY, TOO_DEEP, Source, local
from intake_app.authoring.finding import Finding
from intake_app.authoring.itext import Texts
from intake_app.authoring.kinds import JR
from intake_app.authoring.terms import constant, parsed
from intake_app.errors import FormCompileError
from intake_app.interview.form import SCHEMA, fingerprint
from intake_app.interview.model import MAX_ROWS
from intake_app.interview.values import number, text

ORX = "{http://openrosa.org/xforms}"
_BIND = ("relevant", "readonly", "required", "constraint", "calculate")
_CHOOSING = ("select_one", "select_multiple", "rank")
#: Groups within groups go no deeper: more is a mistake, or meant to do harm.
_MAX_DEPTH = 100


def compile_xform(
    xml: bytes,
    folder: Path | None = None,
    *,
    itemsets: str | None = None,
    warnings: list[Finding] | None = None,
) -> dict[str, Any]:
    """Compile XForm XML; FormCompileError says what is wrong.

    `folder` is where the files lie that the form's lists are read from. `itemsets` is the CSV
    of a `select_one_external`, where it is no file there. What is no error comes in `warnings`.
    """
    source = Source.read(xml, folder, itemsets)
    try:
        made = _Compiler(source).compile()
    except RecursionError as error:
        raise FormCompileError((TOO_DEEP,)) from error
    found = dict.fromkeys(source.findings)
    if warnings is not None:
        warnings.extend(one for one in found if one.severity == "warning")
    errors = tuple(one for one in found if one.severity == "error")
    if errors:
        raise FormCompileError(errors)
    return made


class _Compiler:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.findings = source.findings
        self.main = source.main
        self.root = f"/{local(self.main)}"
        self.texts = Texts.read(source)
        self.binds: dict[str, Element] = {}
        identified: dict[str, str] = {}
        for bind in source.model:
            nodeset = bind.get("nodeset", "")
            if local(bind) == "bind" and "@" not in nodeset:
                path = absolute(nodeset, self.root)
                # What is bound twice has what both say.
                self.binds.setdefault(path, bind).attrib.update(bind.attrib)
                identified[bind.get("id", path)] = path
        self.body = Body.read(source, identified)
        self.instances = instances.read(source)
        self.offered = Choices(source, self.texts, self.instances)
        self.paths: set[str] = set()

    def compile(self) -> dict[str, Any]:
        root = self.node(self.main, "")
        if not any(child["name"] != "meta" for child in root["children"]):
            raise FormCompileError((EMPTY,))
        self.check_paths()
        self.check_counts()
        self.check_submission()
        actions = [
            anchors.mended(one, self.paths, self.body.repeats, self.findings)
            for one in self.body.actions
        ]
        made: dict[str, Any] = {
            "schema": SCHEMA,
            "id": self.main.get("id") or local(self.main),
            "version": self.main.get("version") or self.main.get(f"{ORX}version", ""),
            "title": self.source.title,
            "languages": self.texts.languages,
            "default_language": self.texts.default,
            "root": root,
            "texts": self.texts.texts,
            "media": self.texts.media,
            "unconfirmed": {
                code: sorted(entries)
                for code, entries in self.texts.texts.items()
                if code != self.texts.default
            },
            "instances": self.instances,
            "actions": actions,
            "aliases": self.texts.aliases(root, actions),
        }
        return {**made, "hash": fingerprint(made)}

    # The main instance

    def node(self, element: Element, around: str) -> dict[str, Any]:
        path = f"{around}/{local(element)}"
        if path.count("/") > _MAX_DEPTH:
            raise FormCompileError((TOO_DEEP,))
        self.paths.add(path)
        if around.endswith("/meta"):
            self.check_meta(local(element), path)
        inside = len(element) > 0 or path in self.body.groups or path in self.body.repeats
        made = self.group(element, path) if inside else self.question(element, path)
        made["name"] = local(element)
        bind = self.binds.get(path)
        if bind is not None:
            expressions = {
                aspect: words for aspect in _BIND if (words := bind.get(aspect, "").strip())
            }
            if expressions:
                made["bind"] = expressions
            intake = self.intake(bind)
            if intake:
                made["intake"] = intake
        return made

    def group(self, element: Element, path: str) -> dict[str, Any]:
        made: dict[str, Any] = {"children": []}
        if path in self.body.repeats:
            made["repeat"] = {"start": [{}]}
            control = self.body.repeats[path]
            count = control.get(f"{JR}count", "").strip()
            if count:
                made["repeat"]["count"] = count
            elif control.get(f"{JR}noAddRemove", "").strip() == "true()":
                made["repeat"]["fixed"] = True
        named: dict[str, list[Element]] = {}
        for child in element:
            named.setdefault(local(child), []).append(child)
        for name, found in named.items():
            inner = f"{path}/{name}"
            if inner not in self.body.repeats:
                if len(found) > 1:
                    self.refuse(
                        "twice", inner, "There are more nodes with this name in one group.",
                        "give each a name of its own.",
                    )  # fmt: skip
                made["children"].append(self.node(found[0], path))
                continue
            templates = [one for one in found if one.get(f"{JR}template") is not None]
            rows = [one for one in found if one not in templates]
            template = templates[0] if templates else self.emptied(found[0], inner)
            repeat = self.node(template, path)
            defaults = dict(self.start(template, path, ""))
            repeat["repeat"]["start"] = [
                {
                    way: held
                    for way, held in self.start(row, path, "")
                    if "[" in way or defaults.get(way, "") != held
                }
                for row in rows
            ]
            made["children"].append(repeat)
        for shown in self.body.groups.get(path, ()):
            self.described(made, shown, path)
        return made

    def emptied(self, row: Element, path: str) -> Element:
        """Return a template from a form's first row: empty, and with no rows inside it."""
        made = Element(row.tag, row.attrib)
        for child in row:
            inner = f"{path}/{local(child)}"
            if child.get(f"{JR}template") is not None:
                made.append(child)
                continue
            held = self.emptied(child, inner)
            if inner in self.body.repeats:
                held.set(f"{JR}template", "")
            made.append(held)
        return made

    def start(self, element: Element, around: str, way: str) -> Iterator[tuple[str, str]]:
        """Go through what a row holds at first, by path inside it."""
        if len(element) == 0 and way:
            yield way, (element.text or "").strip()
        path, seen = f"{around}/{local(element)}", dict[str, int]()
        for child in element:
            name = local(child)
            inner = f"{way}/{name}" if way else name
            if f"{path}/{name}" in self.body.repeats:
                if child.get(f"{JR}template") is not None:
                    continue
                seen[inner] = seen.get(inner, 0) + 1
                inner = f"{inner}[{seen[inner]}]"
            yield from self.start(child, path, inner)
        yield from ((f"{name}[]", str(number)) for name, number in seen.items())

    def question(self, element: Element, path: str) -> dict[str, Any]:
        bind, control = self.binds.get(path), self.body.controls.get(path)
        declared = bind.get("type", "") if bind is not None else ""
        own = self.intake(bind).get("type", "") if bind is not None else ""
        type_ = kinds.type_of(declared, own, path, self.findings)
        made: dict[str, Any] = {"kind": "calculate", "type": type_}
        default = kinds.default_of(element, type_)
        if default:
            made["default"] = default
        preload = kinds.preload_of(bind, path, self.findings)
        if preload:
            made["preload"] = preload
        if control is not None:
            self.controlled(made, control, path)
        self.messages(made, bind, path)
        return made

    def controlled(self, made: dict[str, Any], control: Element, path: str) -> None:
        bind = self.binds.get(path)
        made["kind"] = kinds.kind_of(control, made["type"], bind)
        if made["kind"] == "acknowledge":
            made["type"] = "acknowledge"
        parameters = kinds.parameters_of(control, bind)
        if parameters:
            made["parameters"] = parameters
        self.described(made, control, path)
        if made["kind"] in _CHOOSING:
            choices = self.offered.read(control, path)
            if choices is not None:
                made["choices"] = choices
        self.findings.extend(kinds.refusals(control, path))

    def described(self, made: dict[str, Any], shown: Element, path: str) -> None:
        texts = made.setdefault("texts", {})
        for element in shown:
            role = local(element)
            if role in {"label", "hint"}:
                texts.update(self.texts.element(element, path, role))
        if not texts:
            del made["texts"]
        appearance = search.appearance(shown.get("appearance", "").strip())
        if appearance:
            made["appearance"] = appearance

    def messages(self, made: dict[str, Any], bind: Element | None, path: str) -> None:
        for attribute, role in (("constraintMsg", "constraint"), ("requiredMsg", "required")):
            words = bind.get(f"{JR}{attribute}", "") if bind is not None else ""
            if words:
                found = self.texts.attribute(words, path, role)
                made.setdefault("texts", {}).update(found)

    def intake(self, bind: Element) -> dict[str, str]:
        space = self.source.prefixes.get("intake")
        return {
            name.rpartition("}")[2]: held
            for name, held in bind.attrib.items()
            if space and name.startswith(f"{{{space}}}")
        }

    def check_meta(self, name: str, path: str) -> None:
        if name == "entity":
            self.findings.append(
                Finding(
                    code="entities",
                    sheet="entities",
                    problem="This form makes or changes entities, which an intake does not.",
                    remedy="take away the entities sheet, and the column save_to.",
                )
            )
        elif name == "audit":
            self.warn(
                "audit", path,
                "This form asks for a log of how it is filled in. It stays blank: who did what "
                "stands in the log of the vault.",
                "take the audit row away.",
            )  # fmt: skip

    def check_paths(self) -> None:
        for path in [*self.body.controls, *self.body.repeats]:
            if path not in self.paths:
                self.refuse(
                    "no-node", path,
                    f"{path or 'A question without ref'} is in the form but not in its instance.",
                    "add the node, or take the question away.",
                )  # fmt: skip
        for path in self.binds:
            if path not in self.paths:
                self.warn(
                    "no-node", path,
                    f"{path or 'A bind without nodeset'} is bound but not in the form's instance.",
                    "add the node, or take the bind away.",
                )  # fmt: skip

    def check_counts(self) -> None:
        for path, control in self.body.repeats.items():
            words = control.get(f"{JR}count", "").strip()
            # What pyxform makes of a number or a formula is a calculation beside the repeat.
            bind = self.binds.get(absolute(words, path.rpartition("/")[0]))
            words = bind.get("calculate", words) if bind is not None else words
            tree = parsed(words)
            count = None if tree is None else constant(tree)
            if count is not None and number(count) > MAX_ROWS:
                self.refuse(
                    "repeat-count", path,
                    f"This repeat would have {text(count)} rows. An interview has at most "
                    f"{MAX_ROWS:,} of one.",
                    "write a smaller number, or let an answer say how many there are.",
                    "repeat_count",
                )  # fmt: skip

    def check_submission(self) -> None:
        submission = next((one for one in self.source.model if local(one) == "submission"), None)
        if submission is not None:
            self.warn(
                "submission", "",
                "This form says where it is sent, or with which key it is encrypted. That is not "
                "used: the app seals every answer itself, and settings say where it delivers.",
                "take submission_url, public_key and auto_send out of the settings sheet.",
            )  # fmt: skip

    def refuse(self, code: str, path: str, problem: str, remedy: str, column: str = "") -> None:
        self.findings.append(
            Finding(code=code, name=path, problem=problem, remedy=remedy, column=column)
        )

    def warn(self, code: str, path: str, problem: str, remedy: str) -> None:
        self.findings.append(
            Finding(code=code, name=path, problem=problem, remedy=remedy, severity="warning")
        )
