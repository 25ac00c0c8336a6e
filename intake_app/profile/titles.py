"""The titles of a form's groups in one language, with the number of a repeat's instance."""

import re
from collections.abc import Iterator

from intake_app.interview.form import Form, Group

_INDEX = re.compile(r"\[(\d+)]")


class Titles:
    """What the parts of a form are called in a language; what titles fill in stays blank."""

    def __init__(self, form: Form, language: str) -> None:
        """Gather the titles of all groups."""
        self._titles = {
            group.path: "".join(
                part
                for part in form.text(group.texts.get("label", ""), language)
                if isinstance(part, str)
            )
            for group in _groups(form.root)
        }
        self._root = form.root.path

    def section(self, name: str) -> str:
        """Return the title of a top-level group."""
        return self._titles.get(f"{self._root}/{name}", "")

    def group(self, path: str) -> str:
        """Return the titles between a node's section and the node: "Werk 2"."""
        parts = path.split("/")
        above = ("/".join(parts[:end]) for end in range(4, len(parts)))
        return " · ".join(title for title in map(self._title, above) if title)

    def _title(self, path: str) -> str:
        title = self._titles.get(_INDEX.sub("", path), "")
        number = _INDEX.search(path.rpartition("/")[2])
        return f"{title} {number[1]}".strip() if number else title


def _groups(group: Group) -> Iterator[Group]:
    yield group
    for child in group.children:
        if isinstance(child, Group):
            yield from _groups(child)
