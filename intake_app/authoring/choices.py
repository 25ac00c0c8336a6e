"""Where the choices of a control come from, as a nodeset over a list of the form.

A list in the body or in a file that a form only names (`search()`, `select_one_external`)
becomes an instance, so that the engine knows one kind of list.
"""

import re
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from intake_app.authoring import files, search
from intake_app.authoring.document import Source, child, local
from intake_app.authoring.finding import Finding
from intake_app.authoring.itext import Texts, language_code

_ITEMSET = re.compile(r"jr:itext\((.+)\)")
_QUERY = re.compile(r"\s*instance\(\s*['\"]([^'\"]+)['\"]\s*\)/root/item\b(.*)", re.DOTALL)
#: The file that pyxform writes the external choices in, beside the form.
_ITEMSETS = "itemsets.csv"


@dataclass(slots=True)
class Choices:
    """The lists of a form, and what the controls take from them."""

    source: Source
    texts: Texts
    instances: dict[str, dict[str, Any]]
    external: dict[str, Any] | None = None

    def read(self, control: Element, path: str) -> dict[str, Any] | None:
        """Return the choices of a control; None where it has none."""
        items = [one for one in control if local(one) == "item"]
        if search.called(control):
            return self.searched(control, items, path)
        itemset = child(control, "itemset")
        if itemset is not None:
            return self.itemset(itemset, path)
        if items:
            return self.inline(items, path)
        if control.get("query"):
            return self.query(control.get("query", ""), path)
        self.refuse(path, "no-choices", "It offers no choices.", "give it a list of choices.")
        return None

    def itemset(self, itemset: Element, path: str) -> dict[str, Any] | None:
        """Return the choices that an expression gives."""
        parts = {local(one): one.get("ref", "").strip() for one in itemset}
        nodeset, value = itemset.get("nodeset", ""), parts.get("value", "")
        if not nodeset or not value:
            problem = "Its itemset has no nodeset, or no value."
            self.refuse(path, "itemset", problem, "say which part of an item is kept.")
            return None
        label = parts.get("label") or value
        translated = _ITEMSET.fullmatch(label)
        column = translated.group(1).strip() if translated else label
        if translated:
            self.texts.choices(self.instances, nodeset, value, column)
        return _choices(nodeset, value, column, itext=bool(translated))

    def inline(self, items: list[Element], path: str) -> dict[str, Any]:
        """Return the choices that stand in the body."""
        name = f"{path}:items"
        self.instances[name] = {
            "way": ["root", "item"],
            "columns": ["name", "itextId"],
            "rows": [self.item(one, path) for one in items],
        }
        return _choices(f"instance('{name}')/root/item", "name", "itextId", itext=True)

    def item(self, element: Element, path: str) -> list[str]:
        """Return the name and the key of the text of a choice in the body."""
        name = value_of(element)
        label = child(element, "label")
        taken = {} if label is None else self.texts.element(label, path, f"choice/{name}")
        return [name, next(iter(taken.values()), "")]

    def query(self, query: str, path: str) -> dict[str, Any] | None:
        """Return the choices of a `select_one_external`: rows of one list in `itemsets.csv`."""
        found = _QUERY.fullmatch(query)
        if found is None:
            problem = "The query of its choices cannot be read."
            self.refuse(path, "query", problem, "use select_one_from_file with a choice_filter.")
            return None
        wanted, rest = found.groups()
        name = f"{_ITEMSETS}#{wanted}"
        if name not in self.instances:
            self.instances[name] = self.list_of(wanted)
            if not self.instances[name]["rows"]:
                problem = f"There is no list {wanted} among the external choices."
                self.refuse(path, "list-missing", problem, "add it to the external_choices sheet.")
        nodeset = f"instance('{name}')/root/item{rest}"
        itext = "itextId" in self.instances[name]["columns"]
        return _choices(nodeset, "name", "itextId" if itext else "label", itext=itext)

    def list_of(self, wanted: str) -> dict[str, Any]:
        """Return one list of the external choices, with its labels in each language."""
        if self.external is None:
            own, findings = self.source.itemsets, self.source.findings
            self.external = (
                files.read(_ITEMSETS, self.source.folder, findings)
                if own is None
                else files.from_csv(own, "external_choices", findings)
            )
        columns: list[str] = self.external["columns"]
        at = columns.index("list_name") if "list_name" in columns else -1
        rows = [row for row in self.external["rows"] if at >= 0 and row[at] == wanted]
        labels = {
            language_code(column.partition("::")[2].strip()): number
            for number, column in enumerate(columns)
            if column.startswith("label::")
        }
        made = {"way": ["root", "item"], "columns": columns, "rows": rows}
        if not labels or "name" not in columns:
            return made
        texts = [{code: row[number] for code, number in labels.items()} for row in rows]
        names = [row[columns.index("name")] for row in rows]
        return self.worded(made, wanted, names, texts)

    def searched(self, control: Element, items: list[Element], path: str) -> dict[str, Any] | None:
        """Return the choices of a `search()` appearance: rows of a CSV beside the form."""
        try:
            call = search.read(control)
            labels = [self.labels(child(one, "label"), path) for one in items]
            plan = search.plan(call, [value_of(one) for one in items], labels)
        except search.NotSearchable as refusal:
            self.refuse(path, "search", refusal.problem, refusal.remedy)
            return None
        if plan.name not in self.instances:
            held = files.read(plan.file, self.source.folder, self.source.findings)
            made, names, texts = search.table(plan, held)
            unknown = [one for one in plan.columns if one not in held["columns"]]
            if unknown and held["columns"]:
                self.refuse(
                    path, "search", f"The file {plan.file} has no column {unknown[0]}.",
                    f"use one of: {', '.join(held['columns'])}.",
                )  # fmt: skip
            self.instances[plan.name] = self.worded(made, plan.name, names, texts)
        return _choices(plan.nodeset, search.NAME, "itextId", itext=True)

    def labels(self, label: Element | None, path: str) -> dict[str, str]:
        """Return the words of a choice's label by language; the text itself is not taken."""
        taken = {} if label is None else self.texts.element(label, path, "search")
        key = next(iter(taken.values()), "")
        held = {code: texts.pop(key, "") for code, texts in self.texts.texts.items()}
        return {code: words for code, words in held.items() if isinstance(words, str) and words}

    def worded(
        self, made: dict[str, Any], name: str, names: list[str], texts: list[dict[str, str]]
    ) -> dict[str, Any]:
        """Give each row of a list the key of its words, which come into the form's texts."""
        used: dict[str, int] = {}
        rows = []
        for row, choice, words in zip(made["rows"], names, texts, strict=True):
            used[choice] = used.get(choice, 0) + 1
            again = f"#{used[choice]}" if used[choice] > 1 else ""
            key = f"choice/{name}/{choice}{again}:label"
            for code, held in words.items():
                if held and code in self.texts.texts:
                    self.texts.texts[code][key] = held
            rows.append([*row, key])
        return {**made, "columns": [*made["columns"], "itextId"], "rows": rows}

    def refuse(self, path: str, code: str, problem: str, remedy: str) -> None:
        """Note that a control's choices cannot be had."""
        self.source.findings.append(Finding(code=code, name=path, problem=problem, remedy=remedy))


def value_of(item: Element) -> str:
    """Return the name of a choice in the body."""
    held = child(item, "value")
    return "" if held is None else "".join(held.itertext()).strip()


def _choices(nodeset: str, value: str, label: str, *, itext: bool) -> dict[str, Any]:
    return {"nodeset": nodeset, "value": value, "label": label, "itext": itext}
