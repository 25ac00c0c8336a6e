"""`form diff`: what changed between two versions of a questionnaire, and what drafts notice.

Which node became which is what upgrading a draft says (`intake_app/interview/successors.py`):
by path, by `bind::intake:was`, by name.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from intake_app.authoring import altered, defaults, drafts, renamed
from intake_app.authoring.altered import Pair
from intake_app.authoring.difference import Difference
from intake_app.authoring.reminders import is_raised
from intake_app.interview.definition import Table
from intake_app.interview.form import Form
from intake_app.interview.spot import Spot
from intake_app.interview.successors import Successors, outline

#: Where a new question seems to be one that is gone: its answers go along only if that is said.
_RENAMED: Final = "Renamed? Write the earlier name {name} in bind::intake:was."


def diff(a: Form, b: Form) -> tuple[Difference, ...]:
    """Return what changed from one version of a form to the next, the form as a whole first."""
    pairs = _pairs(a, b)
    found = [*_nodes(a, b, pairs), *_lists(a, b)]
    whole = [*_whole(a, b), *_confirmed(a, b)]
    if not found and not whole and a.hash != b.hash and a.version == b.version:
        found.append(_of("form", "other", "Something changed that no question notices."))
    if (found or whole) and not is_raised(a.version, b.version):
        whole.insert(0, _not_raised(a, b))
    elif a.version != b.version:
        whole.insert(0, _of("form", "version", f"The version was {a.version} and is {b.version}."))
    return (*whole, *found)


def _of(
    about: str, code: str, change: str, effect: str = "", *, weighty: bool = False
) -> Difference:
    return Difference(code=code, about=about, change=change, drafts=effect, weighty=weighty)


# The form as a whole


def _whole(a: Form, b: Form) -> Iterator[Difference]:
    if a.id != b.id:
        change = f"These are two questionnaires: {a.id} and {b.id}."
        yield _of("form", "id", change, "drafts cannot be carried over at all", weighty=True)
    if a.title != b.title:
        yield _of("form", "title", f"The title was “{a.title}” and is “{b.title}”.")
    before = {language.code: language.name for language in a.languages}
    after = {language.code: language.name for language in b.languages}
    for code in after.keys() - before.keys():
        yield _of("form", "language-added", f"{after[code]} was added.")
    for code in before.keys() - after.keys():
        effect = "drafts in this language go on in the form's own"
        yield _of("form", "language-removed", f"{before[code]} was removed.", effect)
    if a.default_language != b.default_language:
        change = f"The form's own language was {a.default_language} and is {b.default_language}."
        yield _of("form", "default-language", change)


def _confirmed(a: Form, b: Form) -> Iterator[Difference]:
    """Yield how many translations, otherwise the same, a translator confirmed or not any more."""
    for language in b.languages:
        code = language.code
        same = [
            key
            for key, words in b.texts.get(code, {}).items()
            if key in a.texts.get(code, {}) and a.texts[code][key] == words
        ]
        for now, told in ((True, "now confirmed"), (False, "not confirmed any more")):
            number = sum(
                b.confirmed(key, code) is now and a.confirmed(key, code) is not now for key in same
            )
            if number:
                texts = "1 text is" if number == 1 else f"{number} texts are"
                change = f"In {language.name} {texts} {told} by a translator."
                yield _of("form", "confirmed", change)


def _not_raised(a: Form, b: Form) -> Difference:
    version = f"is still {a.version}" if a.version == b.version else f"went back to {b.version}"
    return _of(
        "form",
        "version",
        f"The form changed, but its version {version}.",
        "a device cannot tell older drafts from newer ones by it: raise the version",
        weighty=True,
    )


# Nodes


def _pairs(a: Form, b: Form) -> list[tuple[Spot, Spot]]:
    successors = Successors.between(outline(a), b)
    found = ((spot, successors.of(spot.path)) for spot in _own(a))
    return [(spot, after) for spot, after in found if after is not None]


def _own(form: Form) -> list[Spot]:
    return [spot for spot in form.program.spots[1:] if spot.chain()[1].name != "meta"]


def _nodes(a: Form, b: Form, pairs: Sequence[tuple[Spot, Spot]]) -> Iterator[Difference]:
    became = {before.number: after for before, after in pairs}
    came = {after.number: before for before, after in pairs}
    became[0] = b.program.spots[0]
    paths = {before.path: after.path for before, after in pairs}
    passed = _passed(pairs)
    set_before, set_after = defaults.of(a, paths), defaults.of(b, {})
    added = [spot for spot in _own(b) if spot.number not in came]
    removed = [spot for spot in _own(a) if spot.number not in became]
    likely = renamed.likely(a, b, removed, added, became)
    for spot in _own(b):
        before = came.get(spot.number)
        if before is None:
            yield _added(spot, likely.get(spot.number))
            continue
        yield from _placed(before, spot, became, passed)
        yield from altered.differences(Pair(a, b, before.definition, spot.definition, paths))
        yield from defaults.differences(spot.path, set_before, set_after)
    left = {spot.number for spot in likely.values()}
    for spot in removed:
        yield _removed(spot, likely=spot.number in left)


def _placed(
    before: Spot, after: Spot, became: Mapping[int, Spot], passed: frozenset[int]
) -> Iterator[Difference]:
    if before.name != after.name:
        change = f"It was called {before.name}."
        yield _of(after.path, "renamed", change, "answers go along")
    around = became.get(before.parent.number) if before.parent else None
    if around is not after.parent:
        change = f"It was moved out of {before.path.rpartition('/')[0]}."
        yield _of(after.path, "moved", change, "answers go along")
    elif after.number in passed:
        yield _of(after.path, "moved", "It comes at another place in its group.")


def _passed(pairs: Sequence[tuple[Spot, Spot]]) -> frozenset[int]:
    """Return the newer nodes that stand in another order: the fewest that explain it."""
    groups: dict[tuple[int, int], list[int]] = {}
    for before, after in pairs:
        if before.parent and after.parent:
            key = before.parent.number, after.parent.number
            groups.setdefault(key, []).append(after.number)
    return frozenset(number for held in groups.values() for number in set(held) - _rising(held))


def _rising(numbers: Sequence[int]) -> set[int]:
    """Return the longest part of a sequence that rises."""
    best: list[tuple[int, int]] = []
    for at, number in enumerate(numbers):
        longest = max(
            ((best[one][0], one) for one in range(at) if numbers[one] < number), default=(0, -1)
        )
        best.append((longest[0] + 1, longest[1]))
    at = max(range(len(best)), key=lambda one: best[one][0])
    found = set()
    while at >= 0:
        found.add(numbers[at])
        at = best[at][1]
    return found


def _added(spot: Spot, likely: Spot | None) -> Difference:
    question, effect = spot.question, ""
    what = "A repeat" if spot.repeats else "A group"
    if question is not None:
        what = {"calculate": "A calculation", "note": "A note"}.get(question.kind, "A question")
        if question.kind == "calculate":
            effect = "it is calculated at once"
        elif question.asked:
            effect = "it is open wherever it is asked"
            if question.bind.required:
                effect += ", and has to be answered before the interview is complete"
    readers = question.intake.get("purpose", "") if question else ""
    told = f" Its purpose is {readers}." if readers else ""
    was = f" {_RENAMED.format(name=likely.name)}" if likely else ""
    return _of(spot.path, "added", f"{what} was added.{told}{was}", effect)


def _removed(spot: Spot, *, likely: bool) -> Difference:
    question = spot.question
    what = "A repeat" if spot.repeats else "A group"
    if question is None:
        return _of(spot.path, "removed", f"{what} was removed.")
    if not question.asked:
        return _of(spot.path, "removed", f"This {question.kind} was removed.")
    was = f" {_RENAMED.format(name=spot.name)}" if likely else ""
    change = f"This question was removed.{was}"
    return _of(spot.path, "removed", change, drafts.APART, weighty=True)


# Lists


def _lists(a: Form, b: Form) -> Iterator[Difference]:
    used = _used(a) & _used(b)
    for name in sorted(used):
        before, after = a.instances[name], b.instances[name]
        if isinstance(before, Table) and isinstance(after, Table):
            yield from _list(name, (a, _rows(before)), (b, _rows(after)))
    for name in sorted((a.instances.keys() & b.instances.keys()) - used):
        if a.instances[name] != b.instances[name]:
            change = "What expressions look up in it changed."
            yield _of(f"list {name}", "looked-up", change, "it is calculated again")


def _used(form: Form) -> set[str]:
    nodesets = " ".join(
        question.itemset.nodeset for question in form.questions.values() if question.itemset
    )
    return {name for name in form.instances if f"'{name}'" in nodesets or f'"{name}"' in nodesets}


def _rows(table: Table) -> dict[str, dict[str, str]]:
    at = table.columns.index("name") if "name" in table.columns else 0
    return {
        row[at] or "": {name: cell or "" for name, cell in zip(table.columns, row, strict=True)}
        for row in table.rows
    }


def _list(
    name: str,
    older: tuple[Form, Mapping[str, Mapping[str, str]]],
    newer: tuple[Form, Mapping[str, Mapping[str, str]]],
) -> Iterator[Difference]:
    (a, before), (b, after) = older, newer
    about = f"list {name}"
    for choice in after:
        if choice not in before:
            yield _of(about, "choice-added", f"The choice {choice} was added.")
    for choice in before:
        if choice not in after:
            effect = f"answers with {choice} are set apart, never delivered"
            change = f"The choice {choice} was removed."
            yield _of(about, "choice-removed", change, effect, weighty=True)
    for choice, cells in after.items():
        if choice in before:
            yield from _relabelled(about, choice, (a, before[choice]), (b, cells))


def _relabelled(
    about: str,
    choice: str,
    older: tuple[Form, Mapping[str, str]],
    newer: tuple[Form, Mapping[str, str]],
) -> Iterator[Difference]:
    (a, before), (b, after) = older, newer
    for column in dict.fromkeys([*after, *before]):
        old, new = before.get(column, ""), after.get(column, "")
        if column == "itextId":
            yield from _said(about, choice, (a, old), (b, new))
        elif old != new:
            code = "choice-label" if column == "label" else "choice-column"
            change = f"The {column} of {choice} was “{old}” and is “{new}”."
            yield _of(about, code, change, drafts.RELABELLED if code == "choice-label" else "")


def _said(
    about: str, choice: str, older: tuple[Form, str], newer: tuple[Form, str]
) -> Iterator[Difference]:
    (a, before), (b, after) = older, newer
    for language in b.languages:
        if a.language(language.code) is None:
            continue
        old, new = (
            altered.words(a, before, language.code),
            altered.words(b, after, language.code),
        )
        if old != new:
            of = f" in {language.name}" if len(b.languages) > 1 else ""
            change = f"The label of {choice}{of} was “{old}” and is “{new}”."
            yield _of(about, "choice-label", change, drafts.RELABELLED)
        for change in altered.media(a, b, (before, after), language, f" of {choice}"):
            yield _of(about, "media", change)
