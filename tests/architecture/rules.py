"""The rules that neither ruff nor import-linter can check, as a function from a source text to complaints."""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from PySide6 import QtCore, QtGui, QtWidgets

# Each blocks the one loop or nests a second one in it; an awaiting task is then never resumed (design 4, 7).
NESTING_CALLS = {"exec", "exec_", "processEvents"}
NESTING_HELPERS = {
    "QMessageBox": {"about", "aboutQt", "critical", "information", "question", "warning"},
    "QFileDialog": {
        "getExistingDirectory",
        "getExistingDirectoryUrl",
        "getOpenFileName",
        "getOpenFileNames",
        "getOpenFileUrl",
        "getOpenFileUrls",
        "getSaveFileName",
        "getSaveFileUrl",
    },
    "QInputDialog": {"getDouble", "getInt", "getItem", "getMultiLineText", "getText"},
    "QColorDialog": {"getColor"},
    "QFontDialog": {"getFont"},
}
CATCHES_EVERYTHING = {"app/runtime/errors.py", "app/concurrency/blocking.py"}
MAY_IMPORT_WIDGETS = ("app/widgets/", "app/runtime/", "app/bootstrap.py")
QT_NAMES = frozenset(
    name
    for module in (QtCore, QtGui, QtWidgets)
    for public in dir(module)  # PySide6 makes its classes when they are asked for, vars() misses them
    for name in (public, *dir(getattr(module, public)))
)


def complaints(text: str, path: PurePosixPath) -> list[str]:
    """Return what breaks a rule in the source text of the file at path, as `file:line: sentence`."""
    tree = ast.parse(text)
    found = [
        *_nesting(tree),
        *_catching_everything(tree, path),
        *_importing_widgets(tree, path),
        *_camel_case(tree),
        *_untranslatable(tree),
    ]
    return [f"{path}:{line}: {sentence}" for line, sentence in sorted(found)]


def _nesting(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        if node.attr in NESTING_CALLS:
            yield node.lineno, f".{node.attr} nests the event loop: use open() and a future, popup(), or await"
        owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
        if node.attr in NESTING_HELPERS.get(owner, ()):
            yield node.lineno, f"{owner}.{node.attr} nests the event loop: build the dialog and open() it"


def _catching_everything(tree: ast.Module, path: PurePosixPath) -> Iterator[tuple[int, str]]:
    if str(path) in CATCHES_EVERYTHING:
        return
    for node in ast.walk(tree):
        kinds: list[ast.expr | None] = []
        line = 0
        if isinstance(node, ast.ExceptHandler) and not _passes_on(node):
            kinds, line = [*node.type.elts] if isinstance(node.type, ast.Tuple) else [node.type], node.lineno
        elif isinstance(node, ast.Call) and _last_name(node.func) == "suppress":
            kinds, line = [*node.args], node.lineno
        if any(kind is None or _last_name(kind) in {"Exception", "BaseException"} for kind in kinds):
            yield line, "catches every exception: name the expected ones, let bugs reach the error hub"


def _passes_on(handler: ast.ExceptHandler) -> bool:
    """Say whether the handler ends by raising what it caught, having only tidied up."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def _importing_widgets(tree: ast.Module, path: PurePosixPath) -> Iterator[tuple[int, str]]:
    if str(path).startswith(MAY_IMPORT_WIDGETS):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        if "PySide6.QtWidgets" in names:
            yield node.lineno, "imports QtWidgets outside the widgets"


def _camel_case(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if node.name != node.name.lower() and node.name not in QT_NAMES:
            yield node.lineno, f"{node.name} is camelCase and overrides nothing of Qt's"


def _untranslatable(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Find calls whose text lupdate cannot read."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        position = {"tr": 0, "QT_TRANSLATE_NOOP": 1}.get(_last_name(node.func))
        if position is None or len(node.args) <= position:
            continue
        if not isinstance(text := node.args[position], ast.Constant) or not isinstance(text.value, str):
            yield node.lineno, "translates something that is no plain string, which lupdate cannot see"


def _last_name(node: ast.expr | None) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
