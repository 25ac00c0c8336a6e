"""Where we differ from JavaRosa on purpose: docs/adr/0003, as far as JavaRosa is concerned.

Each decision names its row there (`topic`) and where it may show. A difference that none of them
covers is a bug, here or in JavaRosa, until there is a row for it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.differential.beside import Difference, bare, same_value

#: JavaRosa writes what is smaller as 0.
_SMALL = 1e-12
#: Rows where nothing shows beside JavaRosa: we do as it does, it raises an error or has no such
#: thing, or we refuse the form.
NOT_SHOWN = frozenset(
    {
        "`sum`, `max`, `min` with a blank among the values",
        "rows that are not relevant, in `count`, `join`, `sum`",
        "truth of a blank: `if(${x}, …)`, `boolean(${x})`",
        "`regex()`",
        "`round(-2.5)`; `round(-1.25, 1)`",
        "`number('1e3')`",
        "NaN",
        "a whole decimal in `concat()`",
        "`${int} = ${decimal}`",
        "a trigger in rows that moved up after a removal",
        "`position()` alone, in what is bound to a repeat",
        "a path to many nodes where one value is asked",
        "a text that is no date, in `date`, `format-date`, `decimal-time`",
        "a pattern from an answer that is none; a text too long for its pattern",
        "a path to no node; a column that a list does not have",
        "`/data/r/x` where one value is asked, inside `r`",
        "`list[x]` where `x` holds a number",
        "`a/b[1]` where there are many `a`",
        "the nodes of a union",
    }
)


@dataclass(frozen=True)
class Decision:
    """A difference that is meant: its row in the record, and where it may show.

    Without `form` it is recognised by the two values alone, on any form. `parts`: from here on the
    two hold different answers, so that a walk cannot go on.
    """

    topic: str
    form: str = ""
    nodes: frozenset[str] = frozenset()
    aspects: tuple[str, ...] = ("value",)
    when: Callable[[Difference], bool] = lambda _difference: True
    parts: bool = False

    def covers(self, form: str, difference: Difference) -> bool:
        """Tell whether a difference on a form is this one."""
        place = not self.form or (
            self.form == form and bare(difference.path).rpartition("/")[2] in self.nodes
        )
        return place and difference.aspect in self.aspects and self.when(difference)


def covering(form: str, difference: Difference) -> frozenset[Decision]:
    """Return the decisions that a difference on a form may follow from."""
    return frozenset(one for one in DECISIONS if one.covers(form, difference))


def _any(_ours: str, _theirs: str) -> bool:
    return True


def _written_truth(difference: Difference) -> bool:
    return (difference.ours, difference.theirs) in {("true", "1"), ("false", "0")}


def _dated(difference: Difference) -> bool:
    return difference.theirs == f"{difference.ours}T00:00:00.000Z"


def _exponent(difference: Difference) -> bool:
    ours, theirs = str(difference.ours), str(difference.theirs)
    return "E" in theirs and "E" not in ours and same_value("decimal", ours, theirs)


def _dash(difference: Difference) -> bool:
    return difference.theirs == "-"


def _gap(difference: Difference) -> bool:
    ours, theirs = str(difference.ours), str(difference.theirs)
    return ours.replace(" ", "") == theirs.replace(" ", "")


def _on(topic: str, *places: str, aspects: str = "value", parts: bool = False) -> list[Decision]:
    """Place a decision: each place is a form's name, a colon, and the names of its nodes."""
    placed = [place.split(":") for place in places]
    return [
        Decision(topic, form, frozenset(nodes.split()), tuple(aspects.split()), parts=parts)
        for form, nodes in placed
    ]


DECISIONS = (
    # Recognised by the two values, on any form.
    Decision("a calculation that gives true or false", when=_written_truth),
    Decision("`date()`, `now()` or a time as text", when=_dated),
    Decision("a very large or very small number as text", when=_exponent),
    Decision("a text that a language lacks (pyxform writes `-`)", aspects=("label",), when=_dash),
    Decision("a gap between two answers in a label", aspects=("label",), when=_gap),
    # JavaRosa takes an answer away when it shows a list that no longer has it; what read the
    # answer stays as it was, and the answer is gone for good.
    *_on(
        "an answer outside a filtered list",
        "cascade: cs ci rci rcj rck rn cn n1 n2 n3 n4 look lookp nm",
        "choices_from_a_file: tf",
        "choices_from_rows: who rw ro lab",
        "choices_from_rows_with_a_filter: s c",
        "choices_of_every_kind: xf",
        "choices_named_by_numbers: a b c d e g h i m t",
        "details_of_what_was_selected: kind sub subs oth full nn list nsub xs",
        "filters_on_filters: v w y z m s u ml lab one rel",
        "labels_in_languages: cm sel2 nt",
        "language_by_row: which lvl lv2 nm say cnt names good",
        "lookups_in_a_file: u ru",
        "ranked_and_randomized: k2 s sm c4",
        "xform_itemsets: b",
        "xform_itext: b",
        aspects="value label relevant required readonly choices done",
        parts=True,
    ),
    *_on(
        "a counted repeat whose count shrinks",
        "counts_in_counts_in_counts: k m x p ct cs all ps s_count t_count",
        "counted_in_counted: t k j tot tot2 sk lab cnt cq qp pos",
        "counted_repeats: t k v d lab pos sk sumd sumv cnt cntt",
        "counts_computed: t i v x z nu c1 c2 c3 c4",
        "defaults_in_rows: x y z w s rel sy og",
        "rows_for_each_choice: v tot fin j jl",
        "three_repeats_deep: t k tag sc sb nb all nt jt",
        "xform_counts: t u v w",
        "xform_setvalue_places: u v",
        aspects="value label relevant valid done there",
        parts=True,
    ),
    *_on(
        "`jr:choice-name` after a switch of language; `indexed-repeat` of a row before",
        "choice_names_in_languages: nm lv lvn n sum all r",
        "labels_in_languages: ccn sel2 rcn nt rnt",
        "xform_itext: l",
        "indexed_repeat: run",
        aspects="value label",
    ),
    *_on(
        "what reads other rows, or rows that were removed",
        "defaults_in_rows: sy soy sog",
        "household_income: hs ad ki ti pp n partner pw oldest young",
        "indexed_repeat: s2 cq",
        "predicates_on_rows: dup older",
        "relative_paths: i m",
        aspects="value label",
    ),
    *_on(
        "a calculated question that a person overruled",
        "bind_columns: d",
        "calculated_questions: d",
        "same_name_in_two_groups: o1",
        "several_triggers: g",
        "triggers_of_calculations: b p c",
        "xform_counts: u",
        "xform_relative_binds: c",
        parts=True,
    ),
    *_on(
        "clearing a question with `once()`",
        "once: o1 o2 o6",
        "defaults_and_triggers: on ro",
        "triggers_in_rows: dh",
        parts=True,
    ),
    *_on(
        "`indexed-repeat` at 0, or at a blank",
        "indexed_repeat: prev nn wn",
        "rows_of_another_repeat: wn wno j",
        aspects="value label relevant",
    ),
    *_on(
        "`${repeat}[2]/x`, a number between brackets",
        "cascade: first",
        "predicates_on_rows: first",
        "relative_paths: v",
    ),
    *_on(
        "`count(${repeat})`, `sum(${repeat}/x)` inside that repeat; also `max`, `min`, `join`",
        "relative_paths: j k",
        "rows_named_from_inside: a b c d f o p",
    ),
    *_on(
        "a date's text as a number",
        "dates: c8 c30",
        "strings: c1 c3 c4 c7 c8 c9 c21 c26 c30 c32 c33 c38 c39 c44",
        "blanks: c47",
        "constraints: k l s",
        "xform_namespaces: c",
        aspects="value valid",
    ),
    *_on(
        "a dateTime or a time, compared or subtracted",
        "moments_now: n9",
        "times: a b c e f g h y",
        aspects="value valid",
    ),
    *_on("the hour in `format-date-time`", "dates: c15 c22 c34"),
    *_on(
        "`date()`, `now()` or a time as text",
        "dates: c32 c33 n",
        "moments_now: n7 n8 n10",
        aspects="value label",
    ),
    *_on(
        "`true` as an answer of type `boolean`",
        "xform_booleans: a b c d x1 x2 x3 x4 x5 x6 y",
        aspects="value valid relevant done",
    ),
    *_on(
        "a trigger whose target stands in many rows",
        "triggers_to_many_rows: a b x y",
        aspects="value gave-up",
        parts=True,
    ),
    *_on(
        "a row without a name, as a choice",
        "choices_from_rows_with_a_filter: s",
        aspects="choices",
    ),
    *_on(
        "`${x}` in a value that a trigger sets in a group of its row",
        "triggers_in_groups_of_rows: y z",
    ),
    *_on("a trigger that is not relevant", "triggers_not_relevant: c"),
    *_on("a trigger that is itself calculated", "triggers_of_calculations: tb tp tc"),
    *_on(
        "`max` of numbers that are all below zero",
        "arithmetic: c41",
        "dates: c26",
        "household_in_nested_repeats: oldest",
        "household_income: oldest",
        "rows_not_relevant: mx",
        "rows_of_another_repeat: mx",
        "sums_and_joins: h",
        "predicates_on_rows: mxm",
        "strings: c38",
    ),
    *_on("a number that a question for a date calculates", "calculated_types: cdt ud"),
    *_on("`setvalue` on a node that has a calculation", "xform_setvalue: twice"),
    *_on("`setvalue` in a group; in a question, for new rows", "xform_setvalue_places: x2 y2 z2"),
    *_on("`number('1,5')`", "numbers: c19"),
    *_on("`weighted-checklist()` with -1", "numbers: c72"),
    *_on("a calculation that gives true or false", "numbers: c83"),
    *_on("letters such as `😀` in `string-length`, `substr`", "quotes_and_scripts: e f"),
    *_on("`selected()` of several names at once", "strings: c23"),
    *_on("`sum` of fractions", "sums_and_joins: mm"),
)

#: What expressions alone show: a row of the record, the expressions, and what the values are like.
EXPRESSIONS: tuple[tuple[str, str, Callable[[str, str], bool]], ...] = (
    (
        "`max` of numbers that are all below zero",
        r"^max\(|^min\(1 div 0\)",
        lambda ours, theirs: (ours.startswith("-") and theirs == "0") or ours == "Infinity",
    ),
    (
        "a very large or very small number as text",
        r"^(exp10|pow)\(",
        lambda ours, theirs: same_value("decimal", ours, theirs) or abs(float(ours)) < _SMALL,
    ),
    ("`${repeat}[2]/x`, a number between brackets", r"/data/row\[\d\]", _any),
    (
        "`date()`, `now()` or a time as text",
        r"^(string|string-length|normalize-space|concat|translate|digest)\(/data/moment",
        _any,
    ),
    ("a dateTime or a time, compared or subtracted", "/data/moment", _any),
    ("a date's text as a number", "'2024-02-29'", lambda _, theirs: not theirs),
    ("`round()` to a number of places that is none", r"^round\(.+, .+\)", _any),
    ("`selected-at()` at a blank", r"^selected-at\(", lambda ours, _: not ours),
    ("`selected()` of several names at once", r"selected\(", lambda ours, _: ours == "false"),
    ("`checklist`, `weighted-checklist`", r"^checklist\(", lambda ours, _: ours == "false"),
    ("`base64-decode()` of what is no text", r"^base64-decode\(", lambda ours, _: not ours),
    ("`boolean-from-string('TRUE')`", r"^boolean-from-string\('TRUE'\)", _any),
    ("`date('2024-2-3')`", r"^date\('2024-2-3'\)", _any),
    ("`date()` of a part of a day before 1970", r"^date\(-2.5\)", _any),
)

#: All topics that are looked at here.
TOPICS = (
    {one.topic for one in DECISIONS}
    | {topic for topic, _, _ in EXPRESSIONS}
    | {"a constant that a function cannot use", "what JavaRosa raises an error for"}
)


def explaining(expression: str, ours: str, theirs: str) -> set[str]:
    """Return the decisions that what an expression gives here and there may follow from."""
    return {
        topic
        for topic, pattern, holds in EXPRESSIONS
        if re.search(pattern, expression) and holds(ours, theirs)
    }
