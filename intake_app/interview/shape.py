"""What a secondary instance holds, as far as it is known before an interview."""

from dataclasses import dataclass

from intake_app.errors import ExpressionError
from intake_app.interview.checks import nearest
from intake_app.interview.definition import Element, Table
from intake_app.words import mark

#: In an instance with more elements at one place than this, names are not checked.
MANY = 1_000


@dataclass(frozen=True, slots=True)
class Shape:
    """A place in a secondary instance: in the way to a table's columns, or among elements."""

    instance: str
    table: Table | None = None
    depth: int = 0
    elements: tuple[Element, ...] = ()

    def child(self, name: str) -> "Shape | None":
        """Return the place of a child, None where it is not known.

        ExpressionError says that there is none of that name.
        """
        if self.table is None:
            inside = [one for around in self.elements for one in around.children]
            if len(inside) > MANY or name == "*":
                return None
            found = tuple(one for one in inside if one.name == name)
            if not found:
                raise self.nothing(name, [one.name for one in inside])
            return Shape(self.instance, elements=found)
        way = self.table.way
        names = self.table.columns if self.depth == len(way) else way[self.depth : self.depth + 1]
        if name == "*" or (not self.table.columns and self.depth == len(way)):
            return None
        if name not in names:
            raise self.nothing(name, list(names))
        return Shape(self.instance, self.table, self.depth + 1)

    def nothing(self, name: str, known: list[str]) -> ExpressionError:
        """Return the error that there is no node of a name here."""
        names = list(dict.fromkeys(known))
        near = nearest(name, names)
        if near:
            remedy = mark("use {near}.")
        elif names:
            remedy = mark("use one of {known}.")
        else:
            remedy = mark("end the path before it: there is nothing inside a column.")
        return ExpressionError(
            mark("The list {instance} has no {name} here."),
            remedy=remedy,
            instance=self.instance,
            name=name,
            near=near,
            known=", ".join(names[:20]),
        )


def shape_of(name: str, source: Table | Element) -> Shape:
    """Return the place above the root element of a secondary instance."""
    if isinstance(source, Table):
        return Shape(name, source)
    return Shape(name, elements=(Element("", "", {}, (source,)),))
