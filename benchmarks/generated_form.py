"""Forms of any size, as a screening has them, in four languages: XForm XML, and what is answered.

A form is a row of sections alike. Each has twenty questions: a chain of calculations that runs
on from section to section, a cascade of three lists, a group that is relevant now and then, a
repeat with a sum over it, constraints, and a note with answers in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

LANGUAGES = ("Nederlands (nl)", "English (en)", "Arabic (ar)", "Tigrinya (ti)")
#: Questions in a section; a form has a multiple of it.
SECTION = 20
_COUNTRIES, _CITIES, _DISTRICTS, _SPOKEN = 10, 100, 500, 30
_HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>Bench</h:title><model>'
)

Action = dict[str, str]


@dataclass(frozen=True)
class _Asked:
    """A question: its name, its control, its type and what its bind says."""

    name: str
    control: str = "input"
    type: str = "string"
    bind: str = ""


def xform(questions: int) -> str:
    """Return the XForm XML of a form with so many questions."""
    sections = range(questions // SECTION)
    keys = [
        f"{where}/{one.name}"
        for number in sections
        for where, asked in _sections(number)
        for one in asked
    ]
    lists = {"country": _COUNTRIES, "city": _CITIES, "district": _DISTRICTS, "spoken": _SPOKEN}
    choices = [f"{name}-{at}" for name, size in lists.items() for at in range(size)]
    return "".join(
        [
            _HEAD,
            *_itext(keys, choices),
            '<instance><data id="bench" version="1">',
            *(_instance(number) for number in sections),
            "</data></instance>",
            *(_list(name, size) for name, size in lists.items()),
            *(
                _bind(where, one)
                for number in sections
                for where, asked in _sections(number)
                for one in asked
            ),
            *(
                f'<bind nodeset="/data/s{number}/work" relevant="/data/s{number}/works = \'yes\'"/>'
                for number in sections
            ),
            "</model></h:head><h:body>",
            *(_body(number) for number in sections),
            "</h:body></h:html>",
        ]
    )


def long_list(choices: int) -> str:
    """Return a form with one list of so many choices, filtered by what region was told."""
    items = "".join(
        f"<item><name>p{at}</name><label>Place {at}</label><region>r{at % 500}</region></item>"
        for at in range(choices)
    )
    return (
        f'{_HEAD}<instance><data id="long"><region/><place/></data></instance>'
        f'<instance id="places"><root>{items}</root></instance>'
        '<bind nodeset="/data/region" type="string"/><bind nodeset="/data/place" type="string"/>'
        '</model></h:head><h:body><input ref="/data/region"><label>Region</label></input>'
        '<select1 ref="/data/place"><label>Place</label>'
        "<itemset nodeset=\"instance('places')/root/item[region = /data/region]\">"
        '<value ref="name"/><label ref="label"/></itemset></select1></h:body></h:html>'
    )


def filled(questions: int) -> Iterator[Action]:
    """Answer every question once, so that nothing is missing and nothing is wrong."""
    for number in range(questions // SECTION):
        yield from _set(number, age="30", name="Sara", **_cascade(number))
        yield from _set(number, spoken="spoken-1 spoken-7", since="2020-01-01", works="yes")
        yield from _set(number, **{"work/job": "kok", "work/hours": "36", "work/pay": "12.5"})
        yield {"add_repeat": f"/data/s{number}/member"}
        for row in (1, 2):
            member = f"member[{row}]"
            yield from _set(
                number,
                **{f"{member}/nick": "Sami", f"{member}/born": "2015-05-01", f"{member}/kid": "9"},
            )


def answers(questions: int, round_: int) -> Iterator[Action]:
    """Answer again what a person may change, all valid, something else each round."""
    for number in range(questions // SECTION):
        turn = number + round_
        yield from _set(number, name=f"Name {turn}", age=str(20 + turn % 50))
        yield from _set(number, **_cascade(turn))
        yield from _set(number, spoken=f"spoken-{turn % 20} spoken-{20 + turn % 10}")
        yield from _set(number, since=f"2021-01-{1 + turn % 28:02}")
        yield from _set(number, **{"work/hours": str(20 + turn % 40)})
        yield from _set(
            number, **{"member[1]/nick": f"Nick {turn}", "member[2]/kid": str(turn % 9)}
        )


def at_the_root(round_: int) -> Action:
    """Change what all chains of calculations begin with."""
    return {"set": "/data/s0/age", "value": str(20 + round_ % 50)}


def _set(section: int, **told: str) -> Iterator[Action]:
    for name, value in told.items():
        yield {"set": f"/data/s{section}/{name}", "value": value}


def _cascade(turn: int) -> dict[str, str]:
    country = turn % _COUNTRIES
    city = country + _COUNTRIES * (turn % (_CITIES // _COUNTRIES))
    return {
        "country": f"country-{country}",
        "city": f"city-{city}",
        "district": f"district-{city}",
    }


def _sections(number: int) -> list[tuple[str, list[_Asked]]]:
    """Return a section's groups with what is asked in each."""
    here = f"/data/s{number}"
    before = f"/data/s{number - 1}/step" if number else "0"
    constraint = 'constraint=". &gt;= 0 and . &lt; 120" required="true()"'
    asked = [
        _Asked("age", type="int", bind=constraint),
        _Asked("adult", "", bind=f'calculate="{here}/age &gt;= 18"'),
        _Asked("total", "", "int", f'calculate="{before} + {here}/age"'),
        _Asked("step", "", "int", f'calculate="{here}/total + 1"'),
        _Asked("name", bind='constraint="string-length(.) &lt; 50" required="true()"'),
        _Asked("note", bind='readonly="true()"'),
        _Asked("country", "select1", bind='required="true()"'),
        _Asked("city", "select1", bind=f"relevant=\"{here}/country != ''\""),
        _Asked("district", "select1", bind=f"relevant=\"{here}/city != ''\""),
        _Asked("spoken", "select", bind='constraint="count-selected(.) &lt; 5"'),
        _Asked("since", type="date", bind='constraint=". &lt;= today()"'),
        _Asked("works"),
    ]
    work = [
        _Asked("job", bind='required="true()"'),
        _Asked("hours", type="decimal", bind='constraint=". &lt;= 80"'),
        _Asked("pay", type="decimal", bind=f'relevant="{here}/work/hours &gt; 10"'),
    ]
    member = [
        _Asked("nick", bind='required="true()"'),
        _Asked("born", type="date", bind='constraint=". &lt; today()"'),
        _Asked("kid", type="int", bind='relevant="../nick != \'\'" constraint=". &lt; 30"'),
        _Asked("tag", "", bind="calculate=\"concat(../nick, ' ', position(..))\""),
    ]
    kids = [_Asked("kids", "", "int", f'calculate="sum({here}/member/kid)"')]
    return [(here, asked), (f"{here}/work", work), (f"{here}/member", member), (here, kids)]


def _itext(keys: list[str], choices: list[str]) -> Iterator[str]:
    yield "<itext>"
    for at, language in enumerate(LANGUAGES):
        default = ' default="true()"' if not at else ""
        yield f"<translation lang={quoteattr(language)}{default}>"
        for key in keys:
            words = f"{language}: what stands at {key}?"
            if key.endswith("/note"):
                section = key.removesuffix("/note")
                words = f'<output value="{section}/name"/>: <output value="{section}/total"/>'
            yield f"<text id={quoteattr(key)}><value>{words}</value></text>"
        for key in choices:
            yield f'<text id="{key}"><value>{language} {key}</value></text>'
        yield "</translation>"
    yield "</itext>"


def _instance(number: int) -> str:
    (_, first), (_, work), (_, member), (_, kids) = _sections(number)
    parts = ["".join(f"<{one.name}/>" for one in part) for part in (first, work, member, kids)]
    return (
        f"<s{number}>{parts[0]}<work>{parts[1]}</work><member>{parts[2]}</member>{parts[3]}"
        f"</s{number}>"
    )


def _list(name: str, size: int) -> str:
    around = {"city": _COUNTRIES, "district": _CITIES}.get(name, 1)
    items = "".join(
        f"<item><itextId>{name}-{at}</itextId><name>{name}-{at}</name>"
        f"<of>{'country' if name == 'city' else 'city'}-{at % around}</of></item>"
        for at in range(size)
    )
    return f'<instance id="{name}"><root>{items}</root></instance>'


def _bind(where: str, one: _Asked) -> str:
    return f'<bind nodeset="{where}/{one.name}" type="{one.type}" {one.bind}/>'


def _body(number: int) -> str:
    (here, first), (inside, work), (row, member), _ = _sections(number)
    return (
        f'<group ref="{here}">{"".join(_control(here, one) for one in first)}'
        f'<group ref="{inside}">{"".join(_control(inside, one) for one in work)}</group>'
        f'<group ref="{row}"><repeat nodeset="{row}">'
        f"{''.join(_control(row, one) for one in member)}</repeat></group></group>"
    )


def _control(where: str, one: _Asked) -> str:
    if not one.control:
        return ""
    path = f"{where}/{one.name}"
    label = f"<label ref=\"jr:itext('{path}')\"/>"
    if one.control == "input":
        return f'<input ref="{path}">{label}</input>'
    filters = {"city": f"[of = {where}/country]", "district": f"[of = {where}/city]"}
    nodeset = f"instance('{one.name}')/root/item{filters.get(one.name, '')}"
    return (
        f'<{one.control} ref="{path}">{label}<itemset nodeset="{nodeset}"><value ref="name"/>'
        f'<label ref="jr:itext(itextId)"/></itemset></{one.control}>'
    )
