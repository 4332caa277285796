"""All scripts and all styles of a page in one file each, so that a first page is a handful of requests.

Dash names a dozen scripts and as many styles; here they are read once when the server starts, joined in Dash's order
and served under a name made of their content, so that a browser keeps them until they change. What a page needs only
sometimes stays apart: the table and dialog components, and the parts Dash itself loads when they are first used.
"""

from __future__ import annotations

import hashlib
import pkgutil
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import plotly
from dash.fingerprint import build_fingerprint, check_fingerprint

_ADDRESS = re.compile(r'(?:src|href)="(/[^"]+)"')
_MAP = re.compile(rb"^//# sourceMappingURL=.*$", re.MULTILINE)
_SUITES = "/_dash-component-suites/"
CHARTS = "package_data/plotly.min.js"
APART = ("dash_ag_grid", "dash_bootstrap_components")


@dataclass(frozen=True)
class Bundle:
    """The joined files: name -> content. `apart` are, by package, tags that stay tags of their own, `inline` Dash's few lines in
    the page itself, letter by letter: the content policy names their hash."""

    script: str
    style: str
    files: dict[str, bytes]
    apart: dict[str, str]
    inline: str

    def scripts(self, packages: tuple[str, ...]) -> str:
        """The script tags of a page that needs these packages of APART."""
        tags = [f'<script src="/vendor/{self.script}"></script>', *(self.apart[name] for name in packages), self.inline]
        return "\n".join(tag for tag in tags if tag)


def bundled(scripts_html: str, styles_html: str, assets: Path, before: list[Path]) -> Bundle:
    """Join what Dash's own tags name; `before` are style files that come first."""
    tags = [line for line in scripts_html.splitlines() if line.startswith("<script src=")]
    joined = [_ADDRESS.findall(tag)[0] for tag in tags if not any(f"/{name}/" in tag for name in APART)]
    inline = [line for line in scripts_html.splitlines() if line not in tags]
    script = b"\n".join([_chart_library(), *(_as_if_alone(address, _content(address, assets)) for address in joined)])
    styles = [path.read_bytes() for path in before] + [
        _content(address, assets) for address in _ADDRESS.findall(styles_html)
    ]
    style = b"\n".join(re.sub(rb"/\*# sourceMappingURL=.*?\*/", b"", part) for part in styles)
    # Dash looks for its renderer by name in every page it sends.
    names = [f"dash-renderer-and-all.{_digest(script)}.js", f"all.{_digest(style)}.css"]
    apart = {name: "\n".join(tag for tag in tags if f"/{name}/" in tag) for name in APART}
    return Bundle(names[0], names[1], {names[0]: script, names[1]: style}, apart, "\n".join(inline))


def _chart_library() -> bytes:
    """Dash's renderer names the chart library without its version, so that no browser could keep it; this names it."""
    file = Path(plotly.__file__).parent / CHARTS
    address = f"{_SUITES}plotly/{build_fingerprint(CHARTS, plotly.__version__, int(file.stat().st_mtime))}"
    return f'Object.defineProperty(window,"_dashPlotlyJSURL",{{get:()=>"{address}",set:()=>{{}}}});'.encode()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:20]


def _content(address: str, assets: Path) -> bytes:
    path = address.partition("?")[0]
    if not path.startswith(_SUITES):
        return (assets / path.removeprefix("/assets/")).read_bytes()
    package, _, file = path.removeprefix(_SUITES).partition("/")
    found = pkgutil.get_data(sys.modules[package].__name__, check_fingerprint(file)[0])
    if found is None:
        raise FileNotFoundError(f"{package} has no {file}; install requirements.txt again")
    return _MAP.sub(b"", found)


def _as_if_alone(address: str, content: bytes) -> bytes:
    """A script that asks where it came from (to load its other parts from there) is told where it would have."""
    if not address.startswith(_SUITES):
        return content + b"\n;"
    told = f'{{configurable:true,get:()=>({{tagName:"SCRIPT",src:location.origin+"{address}"}})}}'
    return (
        f'Object.defineProperty(document,"currentScript",{told});'.encode()
        + content
        + b"\n;delete document.currentScript;"
    )
