"""The walls of the house, as docs/architecture.md draws them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    path.relative_to(ROOT)
    for package in ("intake_app", "screens", "sync")
    for path in (ROOT / package).rglob("*.py")
)
COMPOSITION = {Path("intake_app/cli.py"), Path("intake_app/__main__.py")}

#: What only some modules may import: library to the folders or files that may.
ONLY = {
    "cryptography": ("intake_app/vault/crypto.py",),
    "argon2": ("intake_app/vault/crypto.py",),
    "sqlite3": ("intake_app/vault/", "sync/sandbox/"),
    "sqlite_utils": ("intake_app/vault/", "sync/sandbox/"),
    "httpx": ("sync/zgw.py",),
    "urllib.request": (),
    "requests": (),
    "jwt": ("sync/auth.py", "sync/sandbox/"),
    "pyxform": ("intake_app/authoring/",),
    "openpyxl": ("intake_app/authoring/",),
    "flet": ("screens/",),
    "flet_web": ("screens/",),
    "fpdf": ("intake_app/profile/",),
    "uvicorn": ("screens/serving", "sync/sandbox/"),
    "starlette": ("screens/serving", "sync/sandbox/"),
    "socket": ("screens/serving", "sync/sandbox/"),
    "pickle": (),
}

MUTATING = {"append", "add", "update", "setdefault", "pop", "clear", "extend", "insert", "remove"}


@cache
def _tree(module: Path) -> ast.Module:
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))


def _imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((name.name, node.lineno) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{name.name}", node.lineno) for name in node.names)


def _within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def _sql_strings(tree: ast.AST) -> Iterator[int]:
    verbs = ("select ", "insert ", "update ", "delete from", "create table", "pragma ", "begin ")
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            for argument in node.args:
                text = argument.value if isinstance(argument, ast.Constant) else ""
                if isinstance(text, str) and text.strip().lower().startswith(verbs):
                    yield node.lineno


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_the_core_knows_neither_screens_nor_network(module: Path) -> None:
    """The core imports no screens, no sync; screens and sync do not import each other."""
    forbidden = {
        "intake_app": ("screens", "sync"),
        "screens": ("sync",),
        "sync": ("screens",),
    }[module.parts[0]]
    if module in COMPOSITION:
        # Inside functions, and in the names of types.
        tree = ast.Module(
            [node for node in _tree(module).body if not isinstance(node, ast.FunctionDef | ast.If)],
            [],
        )
    else:
        tree = _tree(module)
    crossings = [
        (name, line)
        for name, line in _imports(tree)
        for package in forbidden
        if _within(name, package)
    ]
    assert crossings == []


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_each_library_has_its_own_room(module: Path) -> None:
    """Ciphers, SQL, connections, Flet and the authoring tools are imported in one place each."""
    strays = [
        (name, line)
        for name, line in _imports(_tree(module))
        for library, rooms in ONLY.items()
        if _within(name, library) and not any(module.as_posix().startswith(r) for r in rooms)
    ]
    assert strays == []


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_sql_is_written_by_the_store_alone(module: Path) -> None:
    """Only the vault's store and migrations and the sandbox's storage write SQL."""
    if module.as_posix().startswith(
        ("intake_app/vault/store", "intake_app/vault/migrations", "sync/sandbox/")
    ):
        return
    assert list(_sql_strings(_tree(module))) == []


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_no_state_hangs_on_a_module(module: Path) -> None:
    """No `global`, and no container of a module is changed by its functions."""
    tree = _tree(module)
    names = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    assert [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Global)] == []
    changed = [
        ast.unparse(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if _changes(node, names - _locals(function))
    ]
    assert changed == []


def _locals(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    arguments = {argument.arg for argument in ast.walk(function) if isinstance(argument, ast.arg)}
    bound = {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return arguments | bound


def _changes(node: ast.AST, names: set[str]) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        target, verb = node.func.value, node.func.attr
        return isinstance(target, ast.Name) and target.id in names and verb in MUTATING
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
        return isinstance(node.value, ast.Name) and node.value.id in names
    return False


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_no_sentence_for_people_hides_in_an_f_string(module: Path) -> None:
    """There the extractor of Python 3.11 does not see it, and it stays English."""
    said = {"words", "about", "plural", "mark"}
    hidden = [
        ast.unparse(call)
        for joined in ast.walk(_tree(module))
        if isinstance(joined, ast.JoinedStr)
        for call in ast.walk(joined)
        if isinstance(call, ast.Call)
        if getattr(call.func, "attr", getattr(call.func, "id", "")) in said
        if any(isinstance(argument, ast.Constant) for argument in call.args)
    ]
    assert hidden == []


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_fits_a_sitting(module: Path) -> None:
    """No module is longer than 400 lines: then there is a second noun inside it."""
    assert len((ROOT / module).read_text(encoding="utf-8").splitlines()) <= 400
