"""Finding somebody in the caseload as one types: in memory, since nothing is indexed on disk."""

from collections.abc import Iterable

from intake_app.caseload import Person
from intake_app.reference.folding import fold


class Finder:
    """People, each with what they are found by: names, own script, V-number; folded once."""

    def __init__(self, people: Iterable[Person]) -> None:
        """Take the people, in the order in which they are to be found."""
        self._people = [(_told(person), person) for person in people]

    def find(self, typed: str) -> tuple[Person, ...]:
        """Return those in whom each word that was typed is found, anywhere and in any order.

        Accents, capitals, hamza and the dots in a V-number make no difference. All, where
        nothing was typed.
        """
        found = self._people
        for word in set(fold(typed).split()):
            found = [one for one in found if word in one[0]]
        return tuple(person for _, person in found)


def _told(person: Person) -> str:
    names = fold(f"{person.name} {person.called} {person.own_script}")
    # A number may be kept or typed with dots or spaces, or without.
    number = fold(person.v_number)
    return f"{names} {number} {number.replace(' ', '')}"
