"""The rules of the house that no type checker knows: rooms, sizes, names, words, and no stranger in the code."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from portal import translations
from portal.pages import PAGES, ROUTES, SECTIONS
from tests.people import People, bound_of

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = (
    "portal",
    "jobs",
    "warehouse",
    "store",
    "domain",
    "config",
    "console",
    "demobank",
    "migrations",
    "bench",
    "tests",
    "tests_spark",
)
LONGEST_FILE, LONGEST_FUNCTION = 400, 50
# Words of trades, not of banking.
BAD_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "data", "misc", "common"}
TEXT_FILES = ("*.py", "*.js", "*.css", "*.html", "*.toml", "*.sh", "Makefile")
# An address in the code is one a page could ask for; the names of XML kinds and of our own machine are none.
NOT_HOSTS = (
    "http://www.w3.org",
    "http://127.0.0.1",
    "http://localhost",
    "https://elsewhere.example",
    "http://{",
    "https://{",
)
KEYED = re.compile(r"""(?:\bt|\btext|Refusal)\(\s*(?:[\w.]+,\s*)?"([a-z_0-9]+\.[\w.]+)\"""")


def python_files(rooms: tuple[str, ...] = ROOMS) -> list[Path]:
    return [path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]


@cache
def source(path: Path) -> str:
    return path.read_text("utf-8")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(source(path))


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_files_stay_short() -> None:
    long = {_name(path): lines for path in python_files() if (lines := len(source(path).splitlines())) >= LONGEST_FILE}
    assert not long


def _is_table(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Nothing decided and nothing repeated: literals written down, however long, are no tangle."""
    tangles = (ast.If, ast.For, ast.While, ast.Try, ast.With, ast.FunctionDef, ast.Match)
    return not any(isinstance(part, tangles) for inner in node.body for part in ast.walk(inner))


def test_functions_stay_short() -> None:
    long = {
        f"{_name(path)}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not _is_table(node)
        and (node.end_lineno or 0) - node.lineno + 1 >= LONGEST_FUNCTION
    }
    assert not long


def test_files_are_named_for_what_they_hold() -> None:
    assert not [_name(path) for path in python_files() if path.stem in BAD_NAMES]


@pytest.mark.parametrize(
    ("package", "homes"),
    [
        ("sqlalchemy", ("store/", "migrations/", "tests/", "bench/", "console/")),
        ("reportlab", ("jobs/pdf/", "tests/jobs/", "bench/")),
        ("flask_login", ("portal/access.py", "portal/sign_in.py")),
        ("ibis", ("warehouse/", "tests/", "bench/", "console/")),
    ],
)
def test_packages_stay_in_their_rooms(package: str, homes: tuple[str, ...]) -> None:
    strays = [
        _name(path)
        for path in python_files()
        if any(name.split(".")[0] == package for name in _imports(path)) and not _name(path).startswith(homes)
    ]
    assert not strays


def test_no_callback_is_attached_to_the_process() -> None:
    """`dash.callback` goes to the first app of a process only, and past the guard."""
    strays = [
        _name(path)
        for path in python_files(("portal",))
        if re.search(r"@(?:dash\.)?callback\b|from dash import .*\b(?:clientside_)?callback\b", source(path))
    ]
    assert not strays


def test_no_clock_below_the_request_and_the_runner() -> None:
    allowed = {"portal/access.py", "jobs/runner.py"}
    strays = [
        _name(path)
        for path in python_files(("portal", "warehouse", "store", "domain"))
        if re.search(r"\b(?:datetime|dt\.datetime)\.(?:now|utcnow)\(|\bdate\.today\(", source(path))
        and _name(path) not in allowed
    ]
    assert not strays


def test_no_other_host_is_named() -> None:
    named = []
    for room in (*ROOMS, "assets"):
        for pattern in TEXT_FILES:
            for path in (ROOT / room).rglob(pattern):
                for address in re.findall(r"https?://[^\s\"'`<>)]+", source(path)):
                    if not address.startswith(NOT_HOSTS):
                        named.append(f"{_name(path)}: {address}")
    assert not named


def test_no_stub_is_left() -> None:
    marks = re.compile(
        r"\bTODO\b|\bFIXME\b|raise NotImplementedError|pytest\.mark\.skip|pytest\.skip\(|type: ignore(?!\[)|noqa(?!: )"
    )
    here = Path(__file__).resolve()
    assert not [_name(path) for path in python_files() if path != here and marks.search(source(path))]


def test_colours_stand_in_the_stylesheet_only() -> None:
    colour = re.compile(r"[\"'#]#[0-9a-fA-F]{6}\b|\"#[0-9a-fA-F]{3}\"")
    assert not [_name(path) for path in python_files(("portal",)) if colour.search(source(path))]


# --- pages and callbacks


def test_every_page_has_its_files_and_words() -> None:
    for page in PAGES:
        assert page.section in SECTIONS, page.stem
        assert callable(importlib.import_module(f"portal.layouts.{page.stem}").layout), page.stem
        assert callable(importlib.import_module(f"portal.callbacks.{page.stem}").register), page.stem
        assert translations.has(f"{page.stem}.title"), page.stem
    for route in ROUTES:
        module, _, name = route.view.partition(":")
        assert callable(getattr(importlib.import_module(module), name)), route.rule
    assert len({page.path for page in PAGES}) == len(PAGES)


# Where a figure is no reader's: text in a box, a file's size, a place in a drawing.
NOT_FIGURES = {"parameters_masterscale.py", "parameters_limits.py", "reports.py"}


def test_figures_are_written_in_one_way() -> None:
    """Screen and paper write figures by domain/phrasing.py alone, which knows the house's minus and absence."""
    by_hand = re.compile(r"\{[^{}]*:[+]?,?(\.[0-9]+)?[fge%]\}|\{[^{}]*:,\}")
    drawn = re.compile(r"style=|aria_value|raise |Decimal\(")
    found = [
        f"{path.name}: {line.strip()}"
        for path in python_files(("portal/layouts", "jobs/pdf"))
        if path.name not in NOT_FIGURES
        for line in source(path).splitlines()
        if by_hand.search(line) and not drawn.search(line)
    ]
    assert not found, found


def test_every_job_resolves() -> None:
    from jobs.registry import JOB_KINDS

    for name, kind in JOB_KINDS.items():
        module, _, function = kind.function.rpartition(".")
        assert callable(getattr(importlib.import_module(module), function)), name


def _constants(stem: str) -> set[str]:
    """What layouts and widgets name with this stem, the 'type' of pattern ids too; f-strings by their beginning."""
    found: set[str] = set()
    for path in (ROOT / "portal").rglob("*.py"):
        if path.parent.name == "callbacks":
            continue
        found |= set(re.findall(rf"\"({stem}-[\w-]*)[\"{{]", source(path)))
    return found


def test_every_callback_names_components_of_a_layout(people_reading: People) -> None:
    """suppress_callback_exceptions removes Dash's own check; this is in its place."""
    stems = [page.stem for page in PAGES] + ["frame"]
    known = {stem: _constants(stem) for stem in stems}
    everywhere = set().union(*known.values()) | {"_pages_location"}
    widgets = [source(path) for path in python_files(("portal",)) if path.parent.name != "callbacks"]
    ends = {
        end for text in widgets for end in re.findall(r"f\"\{[\w.]+\}(-[\w-]+)\"", text)
    }  # a widget's own, f"{stem}-part"
    for bound in bound_of(people_reading.server).values():
        for part in (*bound.outputs, *bound.inputs, *bound.states):
            ident = part.component_id
            name = ident.get("type") if isinstance(ident, dict) else ident
            begun = any(name.startswith(known) for known in everywhere if known.endswith("-"))
            ended = any(name.endswith(end) for end in ends)
            assert name in everywhere or begun or ended, f"{bound.handler.__qualname__}: no layout has {name}"


# --- words


def test_both_languages_say_the_same_things() -> None:
    zh, en = translations.catalogue("zh"), translations.catalogue("en")
    assert set(zh) == set(en), set(zh) ^ set(en)
    for key in zh:
        places = [sorted(re.findall(r"{(\w+)[:}]", words[key])) for words in (zh, en)]
        assert places[0] == places[1], key
        # 户 stands after a count in Chinese; English counts have no such word.
        assert key.endswith("_unit") or (zh[key].strip() and en[key].strip()), key


def test_chinese_is_chinese_and_english_is_not() -> None:
    zh, en = translations.catalogue("zh"), translations.catalogue("en")
    same = re.compile(r"^[\W\dA-Z_]*$|^(?:PDF|XLSX|CSV|AUM|English)$")
    bare = [key for key, words in zh.items() if words.isascii() and not same.match(re.sub(r"{\w+}", "", words))]
    assert not bare
    han = [key for key, words in en.items() if re.search(r"[\u4e00-\u9fff]", words) and not re.search(r"中文", words)]
    assert not han


def test_chinese_uses_full_width_punctuation() -> None:
    half = re.compile(r"[\u4e00-\u9fff][,;:!?]|[\u4e00-\u9fff]\.(?:\s|$)")
    assert not {key: words for key, words in translations.catalogue("zh").items() if half.search(words)}


def test_every_word_asked_for_is_there() -> None:
    missing = {
        f"{_name(path)}: {key}"
        for path in python_files(("portal",))
        for key in KEYED.findall(source(path))
        if not translations.has(key)
    }
    for page in (ROOT / "portal" / "templates").glob("*.html"):
        keys = re.findall(r"\bt\((?:language, )?\"([a-z_]+\.[\w.]+)\"", source(page))
        missing |= {f"{page.name}: {key}" for key in keys if not translations.has(key)}
    assert not missing


def test_every_act_on_the_trail_has_words() -> None:
    acts = {
        action
        for path in python_files(("portal", "store", "jobs", "console"))
        for action in re.findall(
            r"(?:\.audit\(|_note\(ctx, connection, )\s*\"([a-z_.]+)\"|audit\.write\([^\"]*\"([a-z_.]+)\"", source(path)
        )
        for action in action
        if action
    }
    assert len(acts) > 15
    missing = {
        action for action in acts if not translations.has(f"audit.action.{action if '.' in action else action + '._'}")
    }
    assert not missing
