"""The app's own port lets one browser in, and nobody else."""

import asyncio
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import uvicorn
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from screens.guard import Guard, Message, Receive, Scope, Send

PAGE = b'<html><head></head><body><script>run()</script><script src="x.js"></script></body></html>'


@dataclass
class Seen:
    """The app behind the guard: it remembers what reached it."""

    paths: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer everything, with the careless headers that a framework sets."""
        if scope["type"] == "lifespan":
            while (await receive())["type"] != "lifespan.shutdown":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})
            return
        self.paths.append(scope["path"])
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.send", "text": "in"})
            return
        kind = b"text/html" if scope["path"] == "/" else b"text/plain"
        headers = [
            (b"content-type", kind),
            (b"access-control-allow-origin", b"*"),
            (b"etag", b"1"),
            (b"content-length", str(len(PAGE)).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": PAGE})


def made(port: int = 4000) -> tuple[Guard, Seen]:
    """Make a guard in front of an app that remembers."""
    seen = Seen()
    return Guard(seen, port=port, title="Intake"), seen


@dataclass(frozen=True)
class Answer:
    """What the guard sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def was_refused(self) -> bool:
        """Whether nobody was let in."""
        return self.status == 403


def ask(
    guard: Guard,
    path: str = "/",
    *,
    query: str = "",
    method: str = "GET",
    client: str = "127.0.0.1",
    **headers: str,
) -> Answer:
    """Send one request to the guard; the right host unless another is named."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    given = {"host": guard.host} | {name.replace("_", "-"): headers[name] for name in headers}
    scope: dict[str, Any] = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "client": (client, 50000),
        "headers": [(name.encode(), value.encode()) for name, value in given.items() if value],
    }
    asyncio.run(guard(scope, receive, send))
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return Answer(
        sent[0]["status"],
        {name.decode(): value.decode() for name, value in sent[0].get("headers", [])},
        body,
    )


def token_of(guard: Guard) -> str:
    """Return the query of the one-time address."""
    return guard.one_time_address.partition("?")[2]


def enter(guard: Guard) -> str:
    """Spend the token; returns the cookie as a browser sends it back."""
    return ask(guard, query=token_of(guard)).headers["set-cookie"].partition(";")[0]


def test_the_one_time_address_is_exchanged_for_a_cookie() -> None:
    """The cookie is out of reach of scripts and of other sites, and its name is random."""
    guard, _ = made()
    answer = ask(guard, query=token_of(guard))
    cookie = answer.headers["set-cookie"]
    assert answer.status == 200
    assert cookie.endswith("; Path=/; HttpOnly; SameSite=Strict")
    assert cookie.partition("=")[0] != enter(made()[0]).partition("=")[0]


def test_the_page_that_sets_the_cookie_goes_on_to_the_app() -> None:
    """A redirect would not carry a strict cookie; a step of our own page does."""
    guard, seen = made()
    answer = ask(guard, query=token_of(guard))
    assert b'http-equiv="refresh" content="0;url=/"' in answer.body
    assert seen.paths == []


def test_the_cookie_opens_the_app() -> None:
    """With it the app answers."""
    guard, seen = made()
    assert ask(guard, cookie=enter(guard)).status == 200
    assert seen.paths == ["/"]


def test_the_token_works_once() -> None:
    """A second browser with the same address is refused."""
    guard, _ = made()
    enter(guard)
    assert ask(guard, query=token_of(guard)).was_refused


@pytest.mark.parametrize("header", ["sec_purpose", "purpose"])
def test_a_browser_that_looks_ahead_does_not_spend_the_token(header: str) -> None:
    """A prefetch is refused and the address still works after it."""
    guard, _ = made()
    assert ask(guard, query=token_of(guard), **{header: "prefetch"}).was_refused
    assert ask(guard, query=token_of(guard)).status == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "localhost:4000"},
        {"host": "127.0.0.1:4000"},
        {"host": "evil.localhost:4000"},
        {"host": ""},
        {"origin": "http://evil.example"},
        {"origin": "http://localhost:4000"},
        {"origin": "null"},
        {"client": "192.0.2.7"},
        {"client": "somebody"},
        {"method": "POST"},
        {"method": "DELETE"},
        {"path": "/docs"},
        {"path": "/openapi.json"},
        {"path": "/oauth_callback"},
        {"path": "/upload"},
    ],
)
def test_what_is_not_our_page_is_refused_even_with_the_cookie(wrong: dict[str, str]) -> None:
    """Host and Origin must be ours exactly; only reading, only over loopback."""
    guard, seen = made()
    cookie = enter(guard)
    assert ask(guard, **{"cookie": cookie, **wrong}).was_refused
    assert seen.paths == []


@pytest.mark.parametrize("wrong", [{"host": "localhost:4000"}, {"origin": "http://evil.example"}])
def test_a_token_from_elsewhere_is_refused_and_not_spent(wrong: dict[str, str]) -> None:
    """The right token under a wrong host or origin opens nothing."""
    guard, _ = made()
    assert ask(guard, query=token_of(guard), **wrong).was_refused
    assert ask(guard, query=token_of(guard)).status == 200


@pytest.mark.parametrize("cookie", ["", "k=1", "session=abc"])
def test_without_the_cookie_nothing_is_answered(cookie: str) -> None:
    """Neither a page nor a file of the app."""
    guard, seen = made()
    enter(guard)
    assert ask(guard, cookie=cookie).was_refused
    assert ask(guard, "/main.dart.js", cookie=cookie).was_refused
    assert seen.paths == []


def test_a_cookie_with_the_right_name_and_another_value_is_refused() -> None:
    """The value is compared whole."""
    guard, _ = made()
    cookie = enter(guard)
    assert ask(guard, cookie=cookie[:-1]).was_refused
    assert ask(guard, cookie=cookie + "x").was_refused


def test_a_refusal_tells_nothing() -> None:
    """The same few bytes, whatever was wrong."""
    guard, _ = made()
    bodies = {ask(guard).body, ask(guard, host="evil").body, ask(guard, method="PUT").body}
    assert bodies == {b"403\n"}


def test_each_answer_forbids_frames_other_sources_and_keeping() -> None:
    """The headers are ours; the framework's open door for other origins is gone."""
    guard, _ = made()
    headers = ask(guard, "/main.dart.js", cookie=enter(guard)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "https:" not in policy
    assert headers["cache-control"] == "no-store"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert "access-control-allow-origin" not in headers
    assert "etag" not in headers


def test_inline_scripts_of_a_page_run_by_a_nonce_of_its_own() -> None:
    """Each script of the page carries the nonce of the policy, new in each answer."""
    guard, _ = made()
    cookie = enter(guard)
    first, second = ask(guard, cookie=cookie), ask(guard, cookie=cookie)
    nonce = first.headers["content-security-policy"].partition("'nonce-")[2].partition("'")[0]
    assert first.body.count(f'<script nonce="{nonce}"'.encode()) == 2
    assert first.headers["content-length"] == str(len(first.body))
    assert nonce not in second.headers["content-security-policy"]


def test_the_guard_shows_no_secret_of_its_own() -> None:
    """A log of it holds neither token nor cookie."""
    guard, _ = made()
    assert repr(guard) == "Guard()"


@pytest.fixture(name="served", scope="module")
def serve_a_guard() -> Iterator[tuple[Guard, str]]:
    """Serve a guard on a real port; yields it with the cookie that opens it."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    bound.listen()  # from here on who connects waits until the server is up
    guard, _ = made(bound.getsockname()[1])
    config = uvicorn.Config(guard, log_level="critical", ws="websockets-sansio")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    cookie = enter(guard)
    yield guard, cookie
    server.should_exit = True
    thread.join()
    bound.close()


def knock(guard: Guard, **headers: str) -> str:
    """Open a websocket over real TCP; returns the first message."""
    port = int(guard.host.partition(":")[2])
    with (
        socket.create_connection(("127.0.0.1", port)) as raw,
        connect(f"ws://{guard.host}/ws", sock=raw, additional_headers=headers) as opened,
    ):
        return str(opened.recv())


def test_the_apps_own_page_may_open_its_websocket(served: tuple[Guard, str]) -> None:
    """Host, origin and cookie are right."""
    guard, cookie = served
    assert knock(guard, Origin=guard.origin, Cookie=cookie) == "in"


@pytest.mark.parametrize(
    ("origin", "has_cookie"),
    [("ours", False), ("", True), ("http://evil.example", True), ("http://localhost", True)],
)
def test_any_other_websocket_is_closed_before_it_opens(
    served: tuple[Guard, str], origin: str, *, has_cookie: bool
) -> None:
    """Without cookie, without origin or from another one: 403."""
    guard, cookie = served
    headers = {"Cookie": cookie} if has_cookie else {}
    if origin:
        headers["Origin"] = guard.origin if origin == "ours" else origin
    with pytest.raises(InvalidStatus) as refused:
        knock(guard, **headers)
    assert refused.value.response.status_code == 403


def test_over_real_http_a_stranger_is_refused(served: tuple[Guard, str]) -> None:
    """Another program on the machine that finds the port gets nothing."""
    guard, _ = served
    port = guard.host.partition(":")[2]
    assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 403


def conversation(guard: Guard, cookie: str) -> Scope:
    """Return the websocket request of our own page."""
    return {
        "type": "websocket",
        "path": "/ws",
        "client": ("127.0.0.1", 50000),
        "headers": [
            (b"host", guard.host.encode()),
            (b"origin", guard.origin.encode()),
            (b"cookie", cookie.encode()),
        ],
    }


def test_a_page_that_is_loaded_again_waits_until_its_old_websocket_has_gone() -> None:
    """Else the reload would be taken for a second window."""
    order: list[str] = []

    async def do() -> None:
        gone = asyncio.Event()

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            order.append(f"{scope['name']} in")
            if scope["name"] == "old":
                await gone.wait()
            order.append(f"{scope['name']} out")

        guard = Guard(app, port=4000, title="Intake")
        cookie = f"{guard._cookie_name}={guard._cookie}"

        async def talk(name: str) -> None:
            scope = {**conversation(guard, cookie), "name": name}
            await guard(scope, asyncio.Event().wait, _ignore)  # type: ignore[arg-type]  # unused

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(talk("old"))
            tasks.create_task(talk("new"))
            await asyncio.sleep(0)  # both are at the door now
            gone.set()

    asyncio.run(do())
    assert order == ["old in", "old out", "new in", "new out"]


async def _ignore(_: Message) -> None:
    """Take a message and do nothing with it."""


def test_what_is_said_to_a_browser_that_has_gone_breaks_nothing() -> None:
    """The app behind goes on to its own end, so that it notices that nobody is there."""
    ended: list[bool] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.send", "text": "anybody there"})
        ended.append(True)

    async def gone(_: Message) -> None:
        raise OSError

    guard = Guard(app, port=4000, title="Intake")
    scope = conversation(guard, f"{guard._cookie_name}={guard._cookie}")
    asyncio.run(guard(scope, asyncio.Event().wait, gone))  # type: ignore[arg-type]  # unused
    assert ended == [True]


def test_a_page_says_its_language() -> None:
    """A screen reader pronounces it rightly."""
    seen = Seen()
    guard = Guard(seen, port=4000, title="Intake", language="nl")
    assert ask(guard, cookie=enter(guard)).body.startswith(b'<html lang="nl">')
