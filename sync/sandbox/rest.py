"""The manners that the three APIs share: error bodies, addresses, pages, checks of a body."""

import json
import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sync.directory import is_rsin
from sync.sandbox.storage import HERE, Resource

#: What answers a request.
Endpoint = Callable[[Request], Awaitable[Response]]

#: Resources on one page of a list.
PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a request: which field, the standard's code, and why."""

    name: str
    code: str
    reason: str = ""

    def to_json(self) -> dict[str, str]:
        """Return the fault as the standard writes it."""
        return {"name": self.name, "code": self.code, "reason": self.reason or self.code}


class Refused(Exception):
    """The request is answered with an error in the shape of the standard."""

    def __init__(self, status: int, code: str, *faults: Fault) -> None:
        """Take the HTTP status, the standard's code, and the faults of a validation."""
        super().__init__(code)
        self.status = status
        self.code = code
        self.faults = faults


def invalid(name: str, code: str, reason: str = "") -> Refused:
    """Return a refusal for one fault in a request."""
    return Refused(HTTPStatus.BAD_REQUEST, "invalid", Fault(name, code, reason))


def problem(refused: Refused) -> Response:
    """Return the answer to a refused request."""
    phrase = HTTPStatus(refused.status).phrase
    content: dict[str, Any] = {
        "type": f"about:blank#{refused.code}",
        "code": refused.code,
        "title": phrase,
        "status": refused.status,
        "detail": "",
        "instance": f"urn:uuid:{uuid.uuid4()}",
    }
    if refused.faults:
        content["invalidParams"] = [fault.to_json() for fault in refused.faults]
    return JSONResponse(content, refused.status, media_type="application/problem+json")


def here(request: Request) -> str:
    """Return the sandbox's own address as this request knows it."""
    return f"{request.url.scheme}://{request.url.netloc}"


def outward(request: Request, content: Any) -> Any:  # noqa: ANN401 - JSON is what it is
    """Give kept addresses the sandbox's host and port."""
    return _replace(content, HERE, here(request))


def inward(request: Request, content: Any) -> Any:  # noqa: ANN401 - JSON is what it is
    """Take the sandbox's host and port from addresses."""
    return _replace(content, f"{here(request)}/", f"{HERE}/")


def _replace(content: Any, old: str, new: str) -> Any:  # noqa: ANN401 - JSON is what it is
    if isinstance(content, str):
        return new + content.removeprefix(old) if content.startswith(old) else content
    if isinstance(content, list):
        return [_replace(each, old, new) for each in content]
    if isinstance(content, dict):
        return {name: _replace(each, old, new) for name, each in content.items()}
    return content


def query(request: Request, *known: str) -> dict[str, str]:
    """Return the query's parameters, addresses inward; an unknown one is refused."""
    given = dict(request.query_params)
    if strange := sorted(set(given) - set(known) - {"page"}):
        raise invalid("nonFieldErrors", "unknown-parameters", ", ".join(strange))
    return {name: inward(request, value) for name, value in given.items()}


def page(request: Request, rows: list[Resource]) -> Response:
    """Answer with one page of a list."""
    try:
        number = int(request.query_params.get("page", "1"))
    except ValueError:
        number = 0
    first = (number - 1) * PAGE_SIZE
    if number < 1 or (first and first >= len(rows)):
        raise Refused(HTTPStatus.NOT_FOUND, "not_found")
    last = first + PAGE_SIZE

    def address(other: int) -> str:
        return str(request.url.include_query_params(page=other))

    content = {
        "count": len(rows),
        "next": address(number + 1) if last < len(rows) else None,
        "previous": address(number - 1) if number > 1 else None,
        "results": rows[first:last],
    }
    return JSONResponse(outward(request, content))


def created(request: Request, resource: Resource) -> Response:
    """Answer with what was made."""
    content = outward(request, resource)
    return JSONResponse(content, HTTPStatus.CREATED, headers={"Location": content["url"]})


def matching(rows: Iterable[Resource], wanted: Mapping[str, str]) -> list[Resource]:
    """Return the rows whose fields have the wanted values."""
    return [row for row in rows if all(row.get(name) == value for name, value in wanted.items())]


Check = Callable[[Any], str]


def words(longest: int, *, blank: bool = True) -> Check:
    """Check a text of at most so many characters; returns the standard's code, or nothing."""

    def check(value: object) -> str:
        if not isinstance(value, str):
            return "invalid"
        if not value and not blank:
            return "blank"
        return "max_length" if len(value) > longest else ""

    return check


def one_of(*values: object) -> Check:
    """Check a value from a closed list."""
    return lambda value: "" if value in values else "invalid_choice"


def rsin(value: object) -> str:
    """Check the number of an organisation."""
    return "" if isinstance(value, str) and is_rsin(value) else "invalid"


def day(value: object) -> str:
    """Check a date."""
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return "invalid"
    return ""


def moment(value: object) -> str:
    """Check a moment with its offset."""
    try:
        aware = datetime.fromisoformat(str(value)).tzinfo is not None
    except ValueError:
        return "invalid"
    return "" if aware else "invalid"


async def body(request: Request, required: Mapping[str, Check], **optional: Check) -> Resource:
    """Read and check a body; what it has beside the known fields is ignored, as the real one does.

    All faults are told in one answer.
    """
    if request.headers.get("Content-Type", "").partition(";")[0] != "application/json":
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type")
    try:
        content = json.loads(await request.body())
    except ValueError:
        raise Refused(HTTPStatus.BAD_REQUEST, "parse_error") from None
    if not isinstance(content, dict):
        raise invalid("nonFieldErrors", "invalid")
    checks = {**required, **optional}
    faults = [Fault(name, "required") for name in required if name not in content]
    faults += [
        Fault(name, code)
        for name, value in content.items()
        if name in checks and (code := checks[name](value))
    ]
    if faults:
        raise Refused(HTTPStatus.BAD_REQUEST, "invalid", *faults)
    kept: Resource = inward(request, {name: content[name] for name in checks if name in content})
    return kept
