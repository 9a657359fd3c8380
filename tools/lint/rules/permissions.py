"""OKP040: every route says who may use it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tools.lint.names import dotted, origins_of, resolved
from tools.lint.source import Remark, Rule, Source

URLS = ("src/okpay/web/urls", "src/okpay/portal/urls", "src/okpay/console/urls")
DECLARED = {"permission", "public", "staff_page", "entrance"}  # the last two: the console's
HANDLERS = set("get post put patch delete head route websocket asgi endpoint".split())
MAKERS = ("litestar", "okpay.api")  # where a handler's decorator comes from
DEPTH = 3  # how many re-exports are followed from a urls file to the view itself


def _applies(source: Source) -> bool:
    return source.python and source.inside(*URLS, "src/okpay/config/urls.py", "src/okpay/api")


def _check(source: Source) -> Iterator[Remark]:
    yield from _handlers(source) if source.inside("src/okpay/api") else _routes(source)


def _routes(source: Source) -> Iterator[Remark]:
    """Every `path(…, view)`: the view's definition, wherever it stands, must be decorated."""
    origins = origins_of(source.nodes)
    for node in source.nodes:
        if not (isinstance(node, ast.Call) and dotted(node.func) in {"path", "re_path"}):
            continue
        view = node.args[1] if len(node.args) > 1 else None
        if view is None or (isinstance(view, ast.Call) and dotted(view) == "include"):
            continue
        wrapped = isinstance(view, ast.Call) and _last(view) in DECLARED
        if not wrapped and not _declared(source.root, resolved(view, origins)):
            name = dotted(view) or ast.unparse(view)
            yield Remark(node.lineno, f"{name} declares neither @permission(...) nor @public")


def _last(node: ast.expr) -> str:
    return dotted(node).rpartition(".")[2]


def _declared(root: Path, full: str, depth: int = DEPTH) -> bool:
    """Whether the function or class of that full name carries a declaration."""
    module, _, name = full.removesuffix(".as_view").rpartition(".")
    file = root / "src" / Path(*module.split("."))
    found = next((f for f in (file.with_suffix(".py"), file / "__init__.py") if f.exists()), None)
    if not module or found is None:
        return False
    tree = ast.parse(found.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            return any(_last(decorator) in DECLARED for decorator in node.decorator_list)
        if isinstance(node, ast.Assign) and any(dotted(target) == name for target in node.targets):
            return _last(node.value) in DECLARED  # sign_in = public(SignIn.as_view())
    onward = origins_of(list(ast.walk(tree))).get(name, "")
    return bool(onward and depth) and _declared(root, onward, depth - 1)


def _handlers(source: Source) -> Iterator[Remark]:
    origins = origins_of(source.nodes)
    handlers = {name for name in HANDLERS if origins.get(name, "").startswith(MAKERS)}
    by_class = _covered_by_class(source)
    for node in source.nodes:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or id(node) in by_class:
            continue
        for decorator in node.decorator_list:
            if dotted(decorator) in handlers and not _declares(decorator):
                yield Remark(node.lineno, f'{node.name} declares no opt={{"scope": …}}')


def _covered_by_class(source: Source) -> set[int]:
    """Handlers in a controller whose own `opt` names a scope for all of them."""
    covered: set[int] = set()
    for node in source.nodes:
        if isinstance(node, ast.ClassDef) and any(_class_opt(part) for part in node.body):
            covered.update(id(part) for part in node.body)
    return covered


def _class_opt(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign):
        return any(dotted(t) == "opt" for t in node.targets) and _names_scope(node.value)
    named = isinstance(node, ast.AnnAssign) and dotted(node.target) == "opt"
    return named and isinstance(node, ast.AnnAssign) and _names_scope(node.value)


def _declares(decorator: ast.expr) -> bool:
    if not isinstance(decorator, ast.Call):
        return False
    words = {k.arg: k.value for k in decorator.keywords}
    if "scope" in words or "public" in words:
        return True
    return "opt" in words and _names_scope(words["opt"])


def _names_scope(value: ast.expr | None) -> bool:
    """A literal with the key, or a named constant that a structural test looks into."""
    if isinstance(value, ast.Dict):
        keys = {k.value for k in value.keys if isinstance(k, ast.Constant)}
        return bool(keys & {"scope", "public"})
    return isinstance(value, ast.Name | ast.Attribute | ast.Call)


RULE = Rule(
    code="OKP040",
    name="a route names its permission",
    why=(
        "A view of web or portal carries `@permission(...)` or `@public`, one of the console\n"
        "`@staff_page(...)` or, where it belongs to the sign-in, `@entrance`; a handler of\n"
        'the API carries `scope=…`, `opt={"scope": …}` or `opt={"public": True}`.\n'
        "A structural test asks the running applications the same."
    ),
    applies=_applies,
    check=_check,
)
