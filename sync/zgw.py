"""The ZGW client: the only place that opens a connection.

Nothing raw leaves it: what httpx, json and ssl raise becomes one of our errors, and what an error
says holds no address, answer or secret. The difference that delivery lives by is made here:

    EndpointUnreachable, EndpointBusy   nothing was changed over there
    EndpointRefused                     it answered no
    OutcomeUnclear                      a write was sent and its answer never understood
"""

import email.utils
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

import httpx

from intake_app.clock import Clock
from intake_app.errors import (
    DeliveryError,
    EndpointBusy,
    EndpointRefused,
    EndpointUnreachable,
    OutcomeUnclear,
)
from intake_app.words import mark
from sync.auth import TokenProvider, shared_secret, tls_context
from sync.directory import Endpoint

Resource = dict[str, Any]

#: The largest JSON answer that a case or a list of types can be; bytes.
JSON_LIMIT: Final = 4_000_000
#: The most pages of one list that are read.
PAGE_LIMIT: Final = 20
#: The longest wait that a `Retry-After` can ask; seconds.
WAIT_LIMIT: Final = 24 * 3600
#: A clock that is off by more made a token that may be refused for it.
CLOCK_TOLERANCE: Final = timedelta(seconds=5)

_CRS = "EPSG:4326"
_UNREADABLE = mark(
    "What answered is not a case system, or its answer cannot be read. Does this Wi-Fi have a "
    "login page? The profile is safe in the outbox and will be sent later."
)
_UNTRUSTED = mark(
    "The certificate of the case system cannot be trusted, so nothing was sent. The profile is "
    "safe in the outbox. Show this to your administrator."
)
_ELSEWHERE = mark(
    "The case system points to an address outside the ones that were set, so nothing was sent "
    "there. The profile stays in the outbox. Show this to your administrator."
)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long the client waits; seconds. `whole` bounds an answer that trickles."""

    connect: float = 10.0
    read: float = 30.0
    whole: float = 120.0


@dataclass(frozen=True, slots=True)
class Digest:
    """What a downloaded document is: its SHA-256 in hexadecimal and its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    url: str
    headers: Mapping[str, str]
    params: Mapping[str, str]
    body: Mapping[str, Any] | None
    limit: int
    cut: bool = False

    @property
    def safe(self) -> bool:
        return self.method == "GET"

    def broken(self, sentence: str | None = None) -> DeliveryError:
        """Return what a broken exchange means: for a write, that nobody knows."""
        return EndpointUnreachable(sentence) if self.safe else OutcomeUnclear()


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: httpx.Headers
    content: bytes

    def problem(self) -> Mapping[str, Any]:
        """Return the error body in the ZGW shape, empty where it has another."""
        try:
            content = json.loads(self.content)
        except (ValueError, RecursionError):
            return {}
        return content if isinstance(content, dict) else {}


class Client:
    """One endpoint, while we talk to it; a context manager that closes its connections."""

    def __init__(
        self,
        endpoint: Endpoint,
        clock: Clock,
        *,
        tokens: TokenProvider | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        """Prepare for an endpoint; nothing is opened yet. Raises ConfigurationError."""
        self.endpoint = endpoint
        self._bases = tuple(
            base.rstrip("/") for base in (endpoint.zaken, endpoint.documenten, endpoint.catalogi)
        )
        self._clock = clock
        self._offset = timedelta()
        #: The last moment that the server told over a connection that proved who it is; UTC.
        self.confirmed: datetime | None = None
        self._tokens = tokens or shared_secret(endpoint)
        self._timeouts = timeouts or Timeouts()
        self._http = httpx.Client(
            verify=tls_context(endpoint),
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(self._timeouts.read, connect=self._timeouts.connect),
            headers={"User-Agent": "intake-app", "Accept-Encoding": "identity"},
        )

    def __enter__(self) -> Self:
        """Return the client itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        self._http.close()

    def zaken(self, path: str) -> str:
        """Return the address of a path in the Zaken API."""
        return f"{self._bases[0]}/{path}"

    def documenten(self, path: str) -> str:
        """Return the address of a path in the Documenten API."""
        return f"{self._bases[1]}/{path}"

    def catalogi(self, path: str) -> str:
        """Return the address of a path in the Catalogi API."""
        return f"{self._bases[2]}/{path}"

    def server_now(self) -> datetime:
        """Return the server's time as its last Date header told it, else the device's; UTC."""
        return self._clock.now() + self._offset

    def ask_the_date(self) -> None:
        """Let the server tell its date, by reading what says nothing about anybody."""
        with suppress(DeliveryError):
            self.list(self.catalogi("catalogussen"))

    def get(self, url: str, **params: str) -> dict[str, Any]:
        """Return one resource; raises the errors that the module names."""
        return _object(self._json(url, params), safe=True)

    def list(self, url: str, **params: str) -> list[dict[str, Any]]:
        """Return a list, all its pages, whether or not the API pages it."""
        found: list[dict[str, Any]] = []
        following: str | None = url
        for _ in range(PAGE_LIMIT):
            if following is None:
                break
            page = self._json(following, params)
            if isinstance(page, list):
                page = {"results": page}
            if not isinstance(page, dict) or not isinstance(page.get("results"), list):
                raise EndpointUnreachable(_UNREADABLE)
            found += resources(page, "results")
            following = text(page, "next") if page.get("next") else None
            params = {}
        return found

    def post(self, url: str, body: Mapping[str, Any], *, why: str) -> dict[str, Any]:
        """Create a resource and return it, its `url` always there.

        `why` reaches the audit trail over there, in ASCII.
        """
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "X-Audit-Toelichting": why.encode("ascii", "ignore").decode(),
        }
        request = _Request("POST", url, headers | self._crs(url), {}, body, JSON_LIMIT)
        made = _object(_read_json(self._send(request), safe=False), safe=False)
        if not isinstance(made.get("url"), str):
            raise OutcomeUnclear
        return made

    def digest(self, url: str, *, limit: int) -> Digest:
        """Download a document and return what it is; one larger than `limit` is not read on."""
        answer = self._send(_Request("GET", url, {"Accept": "*/*"}, {}, None, limit, cut=True))
        return Digest(hashlib.sha256(answer.content).hexdigest(), len(answer.content))

    def _json(self, url: str, params: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON is what it is
        headers = {"Accept": "application/json"} | self._crs(url)
        headers.pop("Content-Crs", None)
        request = _Request("GET", url, headers, params, None, JSON_LIMIT)
        return _read_json(self._send(request), safe=True)

    def _crs(self, url: str) -> dict[str, str]:
        """Return the headers that cases ask for because they can have a geometry."""
        if url.startswith(f"{self._bases[0]}/zaken"):
            return {"Accept-Crs": _CRS, "Content-Crs": _CRS}
        return {}

    def _send(self, request: _Request) -> _Answer:
        if not any(request.url.startswith(f"{base}/") for base in self._bases):
            raise DeliveryError(_ELSEWHERE)
        before = self._offset
        answer = self._exchange(request)
        if answer.status in (401, 403) and (
            answer.problem().get("code") == "jwt-expired"
            or abs(self._offset - before) > CLOCK_TOLERANCE
        ):
            # Nothing was done there, and by now the server's time is known.
            self._tokens.renew()
            answer = self._exchange(request)
        _judge(request, answer)
        return answer

    def _exchange(self, request: _Request) -> _Answer:
        token = self._tokens.token(self.server_now())
        try:
            with self._http.stream(
                request.method,
                request.url,
                params=request.params or None,
                json=request.body,
                headers={**request.headers, "Authorization": f"Bearer {token}"},
            ) as response:
                self._learn_time(request.url, response.headers.get("Date", ""))
                content = b"".join(self._bounded(request, response))
                return _Answer(response.status_code, response.headers, content)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise EndpointUnreachable(_UNTRUSTED) from None
            raise EndpointUnreachable from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            raise request.broken() from None

    def _bounded(self, request: _Request, response: httpx.Response) -> Iterator[bytes]:
        """Give the answer's bytes; ends or raises where there are more or slower than can be."""
        started, size = self._clock.elapsed(), 0
        for part in response.iter_bytes():
            size += len(part)
            if size > request.limit and request.cut:
                yield part
                return
            if size > request.limit or self._clock.elapsed() - started > self._timeouts.whole:
                raise request.broken(_UNREADABLE)
            yield part

    def _learn_time(self, url: str, date: str) -> None:
        try:
            moment = email.utils.parsedate_to_datetime(date)
            if moment.tzinfo is None:
                return
            moment = moment.astimezone(UTC)
            self._offset = moment - self._clock.now()
        except (ValueError, OverflowError):
            return
        if urlsplit(url).scheme == "https":
            self.confirmed = moment


def text(resource: Mapping[str, Any], name: str) -> str:
    """Return a field that a resource must have; raises EndpointUnreachable where it has none."""
    value = resource.get(name)
    if not isinstance(value, str):
        raise EndpointUnreachable(_UNREADABLE)
    return value


def resource(holder: Mapping[str, Any], name: str) -> Resource:
    """Return a resource within another, empty where there is none; raises EndpointUnreachable."""
    return _object(holder.get(name) or {}, safe=True)


def resources(holder: Mapping[str, Any], name: str) -> list[Resource]:
    """Return the resources within another, none where it has none; raises EndpointUnreachable."""
    rows = holder.get(name) or []
    if not isinstance(rows, list):
        raise EndpointUnreachable(_UNREADABLE)
    return [_object(row, safe=True) for row in rows]


def addresses(holder: Mapping[str, Any], name: str) -> list[str]:
    """Return the addresses within a resource, none where it has none; as `resources`."""
    rows = holder.get(name) or []
    if not isinstance(rows, list) or not all(isinstance(row, str) for row in rows):
        raise EndpointUnreachable(_UNREADABLE)
    return rows


def _judge(request: _Request, answer: _Answer) -> None:
    """Raise what an answer means that is no success."""
    status = answer.status
    if 200 <= status < 300:  # noqa: PLR2004 - the class of success
        return
    if status == httpx.codes.TOO_MANY_REQUESTS:
        raise EndpointBusy(status, _retry_after(answer))
    if status >= 500 or status == httpx.codes.REQUEST_TIMEOUT:  # noqa: PLR2004 - the class of failure over there
        raise EndpointBusy(status, _retry_after(answer)) if request.safe else OutcomeUnclear()
    if status < 400:  # noqa: PLR2004 - a ZGW API never redirects; a token follows nobody
        raise EndpointRefused(status, "redirect")
    problem = answer.problem()
    named = problem.get("invalidParams")
    faults = [each for each in named if isinstance(each, dict)] if isinstance(named, list) else []
    codes = [_plain(each.get("code")) for each in faults]
    detail = [f"{_plain(each.get('name'))}:{_plain(each.get('code'))}" for each in faults]
    raise EndpointRefused(
        status, codes[0] if codes else _plain(problem.get("code")), " ".join(detail)
    )


def _plain(code: object) -> str:
    """Return a code as it may stand in a log: never the words of an answer."""
    return re.sub(r"[^\w.-]", "", str(code or ""), flags=re.ASCII)[:60]


def _retry_after(answer: _Answer) -> float | None:
    """Return the seconds that the server asks us to wait (RFC 9110, 10.2.3)."""
    value = answer.headers.get("Retry-After", "")
    if value.isascii() and value.isdigit():
        return min(float(value), WAIT_LIMIT)
    try:
        until = email.utils.parsedate_to_datetime(value)
        since = email.utils.parsedate_to_datetime(answer.headers.get("Date", ""))
        return min(max(0.0, (until - since).total_seconds()), WAIT_LIMIT)
    except (ValueError, TypeError):
        return None


def _read_json(answer: _Answer, *, safe: bool) -> Any:  # noqa: ANN401 - JSON is what it is
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError):
        raise (EndpointUnreachable(_UNREADABLE) if safe else OutcomeUnclear()) from None


def _object(content: object, *, safe: bool) -> Resource:
    if not isinstance(content, dict):
        raise EndpointUnreachable(_UNREADABLE) if safe else OutcomeUnclear()
    return content
