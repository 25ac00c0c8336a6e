"""What we send and what the sandbox answers, against the specifications of the real APIs."""

import json
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]  # it has none

from intake_app.clock import SystemClock
from intake_app.errors import EndpointRefused
from sync.delivery import CaseSystem, deliver_to
from sync.directory import Endpoint
from sync.sandbox import Sandbox
from sync.zgw import Client
from tests.invented import package as invented

if TYPE_CHECKING:
    import httpx

SHARED = Path(os.environ.get("INTAKE_SHARED") or Path(__file__).parents[3].parent / "shared")
SPECIFICATIONS = SHARED / "zgw" / "openapi"

pytestmark = pytest.mark.skipif(
    not SPECIFICATIONS.is_dir(),
    reason="the OpenAPI files are not here: set INTAKE_SHARED to the folder that holds zgw/openapi",
)

PACKAGE = invented(identifier="INTAKE-OPENAPI", properties=(("gezinsgrootte", "4"),))

#: One exchange of a delivery: API, method and path, what was sent, status, what was answered.
Exchange = tuple[str, str, Any, int, Any]


@cache
def specification(api: str) -> dict[str, Any]:
    """Load one API's specification, as JSON Schema understands it."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    (file,) = SPECIFICATIONS.glob(f"*-{api}.yaml")
    loaded: dict[str, Any] = _plain(yaml.load(file.read_bytes(), Loader=loader))  # noqa: S506 - both are safe loaders
    return loaded


def _plain(node: Any) -> Any:  # noqa: ANN401 - YAML is what it is
    """Turn OpenAPI 3.0 into JSON Schema: `nullable`, and a discriminator where oneOf is loose."""
    if isinstance(node, list):
        return [_plain(each) for each in node]
    if not isinstance(node, dict):
        return node
    plain = {name: _plain(each) for name, each in node.items() if name != "nullable"}
    if "discriminator" in plain and "oneOf" in plain:
        plain["anyOf"] = plain.pop("oneOf")
    return {"anyOf": [plain, {"type": "null"}]} if node.get("nullable") is True else plain


def operation(api: str, method: str, path: str) -> dict[str, Any]:
    """Find the operation that an address belongs to."""
    parts = path.strip("/").split("/")
    for template, operations in specification(api)["paths"].items():
        names = template.strip("/").split("/")
        if len(names) == len(parts) and all(
            name.startswith("{") or name == part for name, part in zip(names, parts, strict=True)
        ):
            found: dict[str, Any] = operations[method.lower()]
            return found
    raise AssertionError(f"{method} {path} is in no specification")


def faults(api: str, schema: dict[str, Any], content: object) -> list[str]:
    """Return what a schema has against a content."""
    whole = {**schema, "components": specification(api)["components"]}
    formats = FormatChecker()
    # The real one writes a blank where an optional address is not set.
    formats.checks("uri")(lambda value: value == "" or "://" in str(value))
    validator = Draft202012Validator(whole, format_checker=formats)
    return [f"{fault.json_path}: {fault.message}" for fault in validator.iter_errors(content)]


@pytest.fixture(scope="module")
def exchanges() -> list[Exchange]:
    """Deliver once, be refused twice, and keep what was said."""
    kept: list[Exchange] = []

    def keep(response: "httpx.Response") -> None:
        response.read()
        _, api, _, _, path = response.request.url.path.split("/", 4)
        sent = json.loads(response.request.content) if response.request.content else None
        is_json = "json" in response.headers["Content-Type"]
        method = response.request.method
        told = response.json() if is_json else None
        kept.append((api, f"{method} {path}", sent, response.status_code, told))

    with Sandbox() as sandbox:
        endpoint = Endpoint.from_settings("organisation", sandbox.endpoint())
        client = Client(endpoint, SystemClock())
        client._http.event_hooks = {"response": [keep]}
        with CaseSystem(client) as system:
            deliver_to(system, PACKAGE, {}, lambda _: None, lambda _: None)
            wrong = {"zaaktype": "x", "startdatum": "x"}
            with pytest.raises(EndpointRefused):
                client.post(client.zaken("zaken"), wrong, why="a refusal")
            with pytest.raises(EndpointRefused):
                client.get(client.zaken("zaken/00000000-0000-4000-8000-000000000000"))
    return kept


def test_what_is_sent_is_what_the_specification_asks(exchanges: list[Exchange]) -> None:
    """Every body of every write."""
    found = []
    for api, call, sent, status, _ in exchanges:
        if sent is not None and status == 201:
            method, path = call.split()
            body = operation(api, method, path)["requestBody"]["content"]["application/json"]
            found += [f"{call} {fault}" for fault in faults(api, body["schema"], sent)]
    assert found == []
    assert sum(sent is not None for _, _, sent, _, _ in exchanges) >= 10


def test_what_is_sent_are_known_fields(exchanges: list[Exchange]) -> None:
    """The real one ignores an unknown field: a slip of the pen would be lost in silence."""
    for api, call, sent, status, _ in exchanges:
        if sent is None or status != 201:
            continue
        method, path = call.split()
        schema = operation(api, method, path)["requestBody"]["content"]["application/json"]
        assert set(sent) <= _fields(api, schema["schema"]), call


def _fields(api: str, schema: dict[str, Any]) -> set[str]:
    """Return every field that a schema knows, through its references."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _fields(api, specification(api)["components"]["schemas"][name])
    inner = [*schema.get("allOf", []), *schema.get("anyOf", []), *schema.get("oneOf", [])]
    return set(schema.get("properties", {})).union(*(_fields(api, each) for each in inner), set())


def test_what_the_sandbox_answers_is_what_the_specification_promises(
    exchanges: list[Exchange],
) -> None:
    """Every answer in JSON, refusals too."""
    found = []
    for api, call, _, status, told in exchanges:
        if told is None:
            continue
        method, path = call.split()
        answer = operation(api, method, path)["responses"][str(status)]["content"]
        schema = next(iter(answer.values()))["schema"]
        found += [f"{call} {status} {fault}" for fault in faults(api, schema, told)]
    assert found == []
