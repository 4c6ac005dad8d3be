"""The import rules of the code base, as a function from one file's source to what it breaks."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

OURS = ("steward", "steward_cli", "local", "functions", "tests", "benchmarks")
AWS_SDK = ("boto3", "botocore")
AWS_SDK_TYPES = ("mypy_boto3_", "types_boto3_", "types_aiobotocore_")
CLIENT_MAKERS = {"client", "resource", "Session", "get_session", "create_client"}
CLOCK_READERS = {"now", "utcnow", "today", "time", "time_ns"}
CLOCK_OWNERS = {"datetime", "date", "time"}
# The standard library's doors to a clock, an environment, a network, chance or a log.
IMPURE = frozenset(
    {
        *("asyncio", "builtins", "ctypes", "http", "importlib", "io", "logging", "multiprocessing"),
        *("os", "pathlib", "platform", "random", "secrets", "shutil", "signal", "socket"),
        *("sqlite3", "ssl", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid"),
    }
)
PURE_PACKAGES = ("pydantic", "pydantic_core", "email_validator")

# Modules beside the layers that every layer above `domain` may use.
SHARED = frozenset(
    {"steward.policy", "steward.messages", "steward.observability", "steward.clock", "steward.data"}
)


@dataclass(frozen=True)
class Layer:
    """A folder, what of ours it may import, and which doors outward are open to it."""

    folder: str
    may_import: frozenset[str]
    aws_sdk: bool = False
    pure: bool = False
    reads_clock: bool = False


STEWARD = "layers/steward/steward/"
DOMAIN = frozenset({"steward.domain"})
# First match wins, so a folder stands before the folder that contains it.
LAYERS = (
    Layer(f"{STEWARD}domain/", DOMAIN, pure=True),
    Layer(f"{STEWARD}data/", DOMAIN | {"steward.data"}),
    Layer(f"{STEWARD}aws/", DOMAIN | SHARED | {"steward.aws"}, aws_sdk=True),
    Layer(f"{STEWARD}ledger/", DOMAIN | SHARED | {"steward.ledger", "steward.aws"}),
    Layer(f"{STEWARD}notify/", DOMAIN | SHARED | {"steward.notify", "steward.aws"}),
    Layer(f"{STEWARD}workflows/", frozenset({"steward"})),
    Layer(f"{STEWARD}clock.py", DOMAIN, reads_clock=True),
    Layer(STEWARD, DOMAIN | SHARED),
    # Knows nothing of ours, so that nothing of ours can break it, and so talks to AWS itself.
    Layer("functions/rollout_failsafe/", frozenset(), aws_sdk=True, reads_clock=True),
    Layer(
        "functions/",
        frozenset(
            {
                "steward.workflows",
                "steward.settings",
                "steward.messages",
                "steward.observability",
                "steward.clock",
            }
        ),
        reads_clock=True,
    ),
    Layer("cli/", frozenset({"steward_cli", "steward", "local"}), aws_sdk=True, reads_clock=True),
    Layer("local/", frozenset({"local", "steward"}), aws_sdk=True, reads_clock=True),
)


def layer_of(path: PurePosixPath) -> Layer | None:
    return next((layer for layer in LAYERS if str(path).startswith(layer.folder)), None)


def within(module: str, packages: frozenset[str] | tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def violations(path: PurePosixPath, source: str) -> list[str]:
    """Name every rule that `source`, were it the file at `path`, breaks, with its line."""
    layer = layer_of(path)
    if layer is None:
        return [f"{path}: belongs to no layer; add its folder to the rules or move it"]
    tree = ast.parse(source)
    found = [*import_violations(tree, layer)]
    if not layer.reads_clock:
        found += clock_reads(tree)
    found += module_level_clients(tree)
    if path.name == "__init__.py":
        found += re_exports(tree)
    return [f"{path}:{line}: {problem}" for line, problem in sorted(found)]


def import_violations(tree: ast.Module, layer: Layer) -> Iterator[tuple[int, str]]:
    typing_only = {
        node
        for guard in ast.walk(tree)
        if isinstance(guard, ast.If) and "TYPE_CHECKING" in ast.unparse(guard.test)
        for statement in guard.body
        for node in ast.walk(statement)
    }
    for node in ast.walk(tree):
        for module in imported_modules(node):
            problem = import_problem(module, layer, for_typing=node in typing_only)
            if problem:
                yield node.lineno, problem  # type: ignore[attr-defined]  # imports have a line


def imported_modules(node: ast.AST) -> list[str]:
    match node:
        case ast.Import():
            return [alias.name for alias in node.names]
        case ast.ImportFrom(module=str(module), level=0):
            return [f"{module}.{alias.name}" for alias in node.names]
        case ast.ImportFrom():
            return ["."]
        case _:
            return []


def import_problem(module: str, layer: Layer, *, for_typing: bool) -> str | None:
    root = module.partition(".")[0]
    if not root:
        return "relative import; write the whole name"
    if root in OURS:
        allowed = within(module, layer.may_import)
        return None if allowed else f"imports {module}, which {layer.folder} must not know"
    if root.startswith(AWS_SDK_TYPES):
        allowed = for_typing and not layer.pure
        return None if allowed else f"imports {module} outside TYPE_CHECKING or in the domain"
    if root in AWS_SDK and not layer.aws_sdk:
        return f"imports {module}; in the app only steward/aws talks to AWS"
    return impurity(root) if layer.pure else None


def impurity(root: str) -> str | None:
    if root in IMPURE:
        return f"imports {root}; the domain has no clock, environment, network, chance or log"
    if root not in PURE_PACKAGES and root not in sys.stdlib_module_names:
        return f"imports {root}; it knows the standard library, pydantic and email-validator only"
    return None


def clock_reads(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=attribute, value=owner)) if (
                attribute in CLOCK_READERS and ast.unparse(owner).rpartition(".")[2] in CLOCK_OWNERS
            ):
                yield node.lineno, "reads the clock; take `now` as a parameter"


def module_level_clients(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in evaluated_at_import(tree):
        if isinstance(node, ast.Call) and called_name(node) in CLIENT_MAKERS:
            yield node.lineno, "makes an AWS client at import; make it when it is first needed"


def evaluated_at_import(node: ast.AST) -> Iterator[ast.AST]:
    """Walk what runs when the module is imported: everything but the bodies of functions."""
    yield node
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            children: list[ast.AST] = [*node.decorator_list, node.args]
        case ast.Lambda():
            children = [node.args]
        case _:
            children = [*ast.iter_child_nodes(node)]
    for child in children:
        yield from evaluated_at_import(child)


def called_name(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def re_exports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in tree.body:
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            yield node.lineno, "holds more than a docstring; import from the module itself"


def undocumented(source: str) -> list[str]:
    """Public functions at the top of a module that have no docstring."""
    return [
        f"{node.name} (line {node.lineno})"
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
    ]
