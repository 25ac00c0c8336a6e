"""XForm XML to compiled JSON: the one compiler, for what pyxform writes and for any other XForm.

The ODK XForms specification (https://getodk.github.io/xforms-spec/) is what this reads. XML with
a document type or entities is refused before anything is expanded.

The compiled form, `schema` 1:

    id, version, title, hash            the hash is over all else, as canonical JSON
    languages, default_language         [["Nederlands (nl)", "nl"], ...]; a code
    root                                the main instance: name, children | kind, type, bind,
                                        texts {role: key}, repeat {count?, start}, choices ...
    texts, media, unconfirmed           by language: {key: text}, {key: {form: file}}, [keys]
    instances                           lists: {way, columns, rows} or nested elements
    actions                             setvalues: event, source, target, value
    aliases                             itext ids of the source, where an expression reads them

A text's key is its context in the catalogues: `household/living_with:label`,
`choice/yes_no/yes:label`. A text with outputs is a list of text and {"output": expression}.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from intake_app.authoring import instances
from intake_app.authoring.body import Body, local, plain_path
from intake_app.authoring.document import Source
from intake_app.authoring.finding import Finding
from intake_app.authoring.itext import Texts
from intake_app.errors import FormCompileError
from intake_app.interview.form import SCHEMA, fingerprint

JR = "{http://openrosa.org/javarosa}"
_BIND = ("relevant", "readonly", "required", "constraint", "calculate")
_TYPES = {
    "integer": "int",
    "long": "int",
    "short": "int",
    "double": "decimal",
    "float": "decimal",
    "select": "string",
    "select1": "string",
    "rank": "string",
    "text": "string",
    "": "string",
}
_INPUTS = {"string": "text", "int": "integer", "boolean": "text"}
_OWN_TYPES = ("partial-date", "code")
_STANDARD = {"ref", "nodeset", "bind", "appearance", "mediatype", "query"}
#: Groups within groups go no deeper: more is a mistake, or meant to do harm.
_MAX_DEPTH = 100
_TOO_DEEP = Finding(
    code="too-deep",
    problem="This form is nested too deeply.",
    remedy="put fewer groups inside groups.",
)
_ITEMSET = re.compile(r"jr:itext\((.+)\)")


def compile_xform(xml: bytes, folder: Path | None = None) -> dict[str, Any]:
    """Compile XForm XML; FormCompileError says what is wrong.

    `folder` is where the files lie that the form's lists are read from.
    """
    source = Source.read(xml, folder)
    try:
        made = _Compiler(source).compile()
    except RecursionError as error:
        raise FormCompileError((_TOO_DEEP,)) from error
    if source.findings:
        raise FormCompileError(tuple(source.findings))
    return made


class _Compiler:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.findings = source.findings
        main = next(one for one in source.model.iter() if local(one) == "instance")
        if len(main) == 0 or len(main[0]) == 0:
            finding = Finding(
                code="empty",
                problem="The form's main instance is empty.",
                remedy="give the form at least one question.",
            )
            raise FormCompileError((finding,))
        self.main = main[0]
        self.texts = Texts.read(source.model, f"/{local(self.main)}")
        self.binds = {
            plain_path(bind.get("nodeset", "")): bind
            for bind in source.model
            if local(bind) == "bind" and "@" not in bind.get("nodeset", "")
        }
        identified = {bind.get("id", path): path for path, bind in self.binds.items()}
        self.body = Body.read(source.model, source.body, identified)
        self.instances = instances.read(source.model, source.folder, self.findings)
        self.paths: set[str] = set()

    def compile(self) -> dict[str, Any]:
        root = self.node(self.main, "")
        self.check_paths()
        made: dict[str, Any] = {
            "schema": SCHEMA,
            "id": self.main.get("id") or local(self.main),
            "version": self.main.get("version", ""),
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
            "actions": self.body.actions,
            "aliases": self.texts.aliases(root, self.body.actions),
        }
        return {**made, "hash": fingerprint(made)}

    # The main instance

    def node(self, element: Element, around: str) -> dict[str, Any]:
        path = f"{around}/{local(element)}"
        if path.count("/") > _MAX_DEPTH:
            raise FormCompileError((_TOO_DEEP,))
        self.paths.add(path)
        if local(element) == "entity" and around.endswith("/meta"):
            self.findings.append(
                Finding(
                    code="entities",
                    sheet="entities",
                    problem="This form makes or changes entities, which an intake does not.",
                    remedy="take away the entities sheet.",
                )
            )
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
        declared = declared.rpartition(":")[2]
        own = self.intake(bind).get("type", "") if bind is not None else ""
        type_ = own if own in _OWN_TYPES else _TYPES.get(declared, declared)
        made: dict[str, Any] = {"kind": "calculate", "type": type_}
        default = (element.text or "").strip()
        if default:
            made["default"] = default
        preload = _preload(bind)
        if preload:
            made["preload"] = preload
        if control is not None:
            made["kind"] = type_ if own in _OWN_TYPES else _kind(control, type_, bind)
            if made["kind"] == "acknowledge":
                made["type"] = "acknowledge"
            parameters = {
                name.rpartition("}")[2]: held
                for name, held in control.attrib.items()
                if name not in _STANDARD
            }
            if parameters:
                made["parameters"] = parameters
            self.described(made, control, path)
            self.choices(made, control, path)
        self.messages(made, bind, path)
        return made

    def described(self, made: dict[str, Any], shown: Element, path: str) -> None:
        texts = made.setdefault("texts", {})
        for element in shown:
            role = local(element)
            if role in {"label", "hint"}:
                texts.update(self.texts.element(element, path, role))
        if not texts:
            del made["texts"]
        if shown.get("appearance"):
            made["appearance"] = shown.get("appearance")

    def messages(self, made: dict[str, Any], bind: Element | None, path: str) -> None:
        for attribute, role in (("constraintMsg", "constraint"), ("requiredMsg", "required")):
            words = bind.get(f"{JR}{attribute}", "") if bind is not None else ""
            if words:
                found = self.texts.attribute(words, path, role)
                made.setdefault("texts", {}).update(found)

    def choices(self, made: dict[str, Any], control: Element, path: str) -> None:
        itemset = next((one for one in control if local(one) == "itemset"), None)
        if itemset is not None:
            value = next((one.get("ref", "") for one in itemset if local(one) == "value"), "")
            label = next((one.get("ref", "") for one in itemset if local(one) == "label"), value)
            translated = _ITEMSET.fullmatch(label.strip())
            column = translated.group(1).strip() if translated else label.strip()
            nodeset = itemset.get("nodeset", "")
            if translated:
                self.texts.choices(self.instances, nodeset, value, column)
            made["choices"] = {
                "nodeset": nodeset,
                "value": value,
                "label": column,
                "itext": bool(translated),
            }
            return
        items = [one for one in control if local(one) == "item"]
        if items:
            name = f"{path}:items"
            self.instances[name] = {
                "way": ["root", "item"],
                "columns": ["name", "itextId"],
                "rows": [self.item(one, path) for one in items],
            }
            made["choices"] = {
                "nodeset": f"instance('{name}')/root/item",
                "value": "name",
                "label": "itextId",
                "itext": True,
            }
        elif control.get("query"):
            self.findings.append(
                Finding(
                    code="external",
                    name=path,
                    problem="select_one_external is not supported.",
                    remedy="use select_one_from_file with a choice_filter.",
                )
            )

    def item(self, element: Element, path: str) -> list[str]:
        held = next((one for one in element if local(one) == "value"), None)
        name = "".join(held.itertext()).strip() if held is not None else ""
        label = next((one for one in element if local(one) == "label"), None)
        taken = {} if label is None else self.texts.element(label, path, f"choice/{name}")
        return [name, next(iter(taken.values()), "")]

    def intake(self, bind: Element) -> dict[str, str]:
        space = self.source.prefixes.get("intake")
        return {
            name.rpartition("}")[2]: held
            for name, held in bind.attrib.items()
            if space and name.startswith(f"{{{space}}}")
        }

    def check_paths(self) -> None:
        for path in [*self.body.controls, *self.body.repeats, *self.binds]:
            if path not in self.paths:
                self.findings.append(
                    Finding(
                        code="no-node",
                        name=path,
                        problem=f"{path or 'A question without ref'} is in the form but not in "
                        "its instance.",
                        remedy="add the node, or take the question away.",
                    )
                )


def _kind(control: Element, type_: str, bind: Element | None) -> str:
    name = local(control)
    if name == "upload":
        media = control.get("mediatype", "").partition("/")[0]
        return media if media in {"image", "audio", "video"} else "file"
    if name in {"input", "secret"}:
        fixed = bind is not None and bind.get("readonly", "").strip() == "true()"
        return "note" if fixed and type_ == "string" else _INPUTS.get(type_, type_)
    return {"select1": "select_one", "select": "select_multiple", "trigger": "acknowledge"}.get(
        name, name
    )


def _preload(bind: Element | None) -> str:
    if bind is None:
        return ""
    kind, detail = bind.get(f"{JR}preload", ""), bind.get(f"{JR}preloadParams", "")
    if kind == "uid":
        return "uid"
    return detail if (kind, detail) in {("date", "today"), ("timestamp", "start")} else ""
