"""Imports go one way, through the archive's face, and the pure rooms stay pure."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = {
    "archive": set(),
    "crawler": {"archive"},
    "scheduler": {"archive", "crawler"},
    "cli": {"archive", "crawler", "scheduler"},
}
# What has no clock, disk or network: everything a pure module may not know, itself and what lies under it.
OUTSIDE = {
    "aiohttp", "alembic", "apscheduler", "asyncio", "http", "os", "pathlib", "random", "requests", "rich", "scrapy",
    "shutil", "socket", "sqlalchemy", "sqlite3", "ssl", "subprocess", "tempfile", "threading", "time", "twisted",
    "typer", "urllib.request",
}  # fmt: skip
PURE = [
    *sorted((ROOT / "crawler" / "reading").rglob("*.py")),
    *sorted((ROOT / "crawler" / "discovery").rglob("*.py")),
    ROOT / "crawler" / "past" / "rereading.py",
    *(ROOT / "archive" / f"{name}.py" for name in ("article", "dedup", "document", "markdown", "recall")),
    *(ROOT / "archive" / "urls" / f"{name}.py" for name in ("keys", "rules", "spelling")),
    *(
        ROOT / "archive" / "versions" / f"{name}.py"
        for name in ("diffing", "furniture", "revisions", "slips")
    ),
    ROOT / "archive" / "versions" / "side_by_side.py",
    ROOT / "archive" / "writing" / "events.py",
    ROOT / "scheduler" / "plan.py",
    *(ROOT / "scheduler" / "planning" / f"{name}.py" for name in ("agenda", "pace", "rates")),
    *(ROOT / "scheduler" / "health" / f"{name}.py" for name in ("health", "norm", "quiet", "symptoms")),
    *(ROOT / "scheduler" / "telling" / f"{name}.py" for name in ("letters", "summary", "telling")),
]
# The name a distribution is imported by, where it is not its own.
IMPORTED_AS = {
    "scrapy-playwright": "scrapy_playwright",
    "backports-zstd": "backports",
    "beautifulsoup4": "bs4",
    "prometheus-client": "prometheus_client",
    "python-frontmatter": "frontmatter",
    "pyyaml": "yaml",
    "zope.interface": "zope",
}


def imports(module: Path) -> Iterator[str]:
    """Every dotted name a module imports; `from a import b` gives `a` and `a.b`."""
    package = module.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{name.name}" for name in node.names)


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def edges(room: str) -> set[tuple[str, str]]:
    """(module, imported name) for every import of another room."""
    return {
        (str(module.relative_to(ROOT)), name)
        for module in modules(room)
        for name in imports(module)
        if name.partition(".")[0] in ROOMS.keys() - {room}
    }


@pytest.mark.parametrize("room", ROOMS)
def test_imports_go_one_way(room: str) -> None:
    assert [edge for edge in edges(room) if edge[1].partition(".")[0] not in ROOMS[room]] == []


@pytest.mark.parametrize("room", ROOMS)
def test_other_rooms_know_the_archive_by_its_face_alone(room: str) -> None:
    inside = {f"archive.{path.stem}" for path in (ROOT / "archive").iterdir() if path.stem != "__init__"}
    behind = [edge for edge in edges(room) if any((edge[1] + ".").startswith(name + ".") for name in inside)]
    assert behind == []


def test_the_archive_does_not_know_scrapy() -> None:
    names = {name.partition(".")[0] for module in modules("archive") for name in imports(module)}
    assert names & {"scrapy", "twisted", "typer", "rich"} == set()


@pytest.mark.parametrize("module", PURE, ids=lambda module: str(module.relative_to(ROOT)))
def test_pure_modules_know_no_clock_disk_or_network(module: Path) -> None:
    impure = {name for name in imports(module) if any((name + ".").startswith(out + ".") for out in OUTSIDE)}
    assert impure == set()


@pytest.mark.parametrize("module", PURE, ids=lambda module: str(module.relative_to(ROOT)))
def test_pure_modules_do_not_ask_what_time_it_is(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    outside = {call for call in calls if call in {"open", "input"}}
    outside |= {
        call for call in calls if call.split(".")[-1] in {"now", "utcnow", "today", "read_text", "read_bytes"}
    }
    assert outside == set()


def test_every_imported_package_is_a_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {_distribution(line) for line in project["dependencies"]}
    extras = project["optional-dependencies"]
    declared |= {_distribution(line) for name in ("postgres", "render", "tell") for line in extras[name]}
    imported = {
        name.partition(".")[0] for room in ROOMS for module in modules(room) for name in imports(module)
    }
    # `compression` is Python's own from 3.14 on.
    foreign = imported - set(sys.stdlib_module_names) - {"compression"} - ROOMS.keys() - {""}
    assert foreign - {IMPORTED_AS.get(name, name) for name in declared} == set()


def _distribution(requirement: str) -> str:
    name = requirement
    for mark in "[<>=; ":
        name = name.partition(mark)[0]
    return name
