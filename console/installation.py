"""An installation: its folder, its own secret key, its database. Nothing starts on a default secret."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path

from config.settings import ROOT, Settings, load_settings
from jobs.redis_server import LONGEST_SOCKET
from store.database import migrate

ENV_FILE = "guanxi.env"
BANKS: dict[str, dict[str, str]] = {
    "demo": {},
    "berka": {
        "GUANXI_BANK_NAME_ZH": "伯尔卡银行",
        "GUANXI_BANK_NAME_EN": "Berka Bank",
        "GUANXI_CURRENCY": "CZK",
        "GUANXI_TIME_ZONE": "Europe/Prague",
    },
}


def home_of_environment() -> Path:
    """GUANXI_HOME, or var beside the code."""
    return Path(os.environ.get("GUANXI_HOME") or ROOT / "var").resolve()


def write_private(path: Path, text: str) -> None:
    """A file only its owner can read, whole or not changed at all."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)


def ensure(home: Path, more: Mapping[str, str]) -> Settings:
    """The installation in `home`, made where there is none, its database brought to the newest migration.

    `more`: settings written beside a new secret key. An installation that is there keeps its file as it is.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    env_file = home / ENV_FILE
    if not env_file.exists() and "GUANXI_SECRET_KEY" not in os.environ:
        told = {"GUANXI_SECRET_KEY": secrets.token_urlsafe(48), **_socket(home), **more}
        write_private(env_file, "".join(f"{name}={value}\n" for name, value in told.items()))
    settings = load_settings({**os.environ, "GUANXI_HOME": str(home)})
    for folder in (settings.warehouse, settings.reports, settings.uploads, home / "log", home / "run"):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    migrate(settings.database_url)
    return settings


def _socket(home: Path) -> dict[str, str]:
    """Where Redis listens, when the home's own path is too long for a socket."""
    if len(str(home / "redis.sock")) <= LONGEST_SOCKET:
        return {}
    mark = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    return {"GUANXI_REDIS_URL": f"unix://{tempfile.gettempdir()}/guanxi-{os.getuid()}-{mark}/redis.sock"}
