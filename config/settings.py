"""Where this installation keeps its things and what the bank is called.

Settings come from the environment, then from the installation's own file (`var/guanxi.env`, readable by its owner
only), then from defaults that hold no secret. Nothing starts without a secret key of its own.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEAST_KEY = 32


class SettingsError(Exception):
    """A setting is missing or cannot be used; the message says which and what to do."""


@dataclass(frozen=True)
class Settings:
    """One installation. Paths are absolute; `bank_colour` is None for the house accent."""

    home: Path
    secret_key: str
    database_url: str
    redis_url: str
    bank_name_zh: str = "江城银行"
    bank_name_en: str = "Jiangcheng Bank"
    bank_colour: str | None = None
    bank_logo: Path | None = None
    red_means_up: bool = False
    time_zone: str = "Asia/Shanghai"
    currency: str = "CNY"
    secure_cookies: bool = False
    rejects_allowed: float = 0.05
    shrink_allowed: float = 0.5  # share of a table that a whole delivery may drop and still count by itself
    upload_limit: int = 1 << 30
    engine: str = "duckdb"  # of the features: duckdb in the process, or spark
    spark_master: str = "local[*]"
    proxies: int = 0  # reverse proxies in front whose X-Forwarded-* headers are believed

    @property
    def warehouse(self) -> Path:
        """Batches, features and staging of the warehouse."""
        return self.home / "warehouse"

    @property
    def reports(self) -> Path:
        """Finished report files."""
        return self.home / "reports"

    @property
    def fonts(self) -> Path:
        """Cut fonts for paper."""
        return Path(os.environ.get("GUANXI_FONTS", self.home / "fonts"))

    @property
    def uploads(self) -> Path:
        """Deliveries on their way in from the browser."""
        return self.home / "uploads"

    def bank_name(self, language: str) -> str:
        """The bank's name on screen and paper, `language` zh or en."""
        return self.bank_name_zh if language == "zh" else self.bank_name_en


def read_env_file(path: Path) -> dict[str, str]:
    """KEY=value lines of an installation file; blank lines and # comments are passed over. {} when absent."""
    if not path.exists():
        return {}
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def _colour(told: str | None) -> str | None:
    if not told:
        return None
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", told):
        raise SettingsError(f"GUANXI_BANK_COLOUR is {told!r}; a colour is written as #1f5fbf")
    return told.lower()


def _engine(told: str | None) -> str:
    if told not in (None, "", "duckdb", "spark"):
        raise SettingsError(
            f"GUANXI_ENGINE is {told!r}; features are worked out by duckdb (in the process) or by spark"
        )
    return told or Settings.engine


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process.

    GUANXI_HOME (default ./var) names the folder; GUANXI_* there and in the environment fill the rest.
    SettingsError when the secret key is missing or shorter than 32 characters.
    """
    environ = os.environ if environ is None else environ
    home = Path(environ.get("GUANXI_HOME", ROOT / "var")).resolve()
    values = {**read_env_file(home / "guanxi.env"), **environ}
    key = values.get("GUANXI_SECRET_KEY", "")
    if len(key) < LEAST_KEY:
        raise SettingsError(
            f"no usable secret key for {home}: GUANXI_SECRET_KEY must have at least {LEAST_KEY} characters; "
            "run `make start` or `./guanxi install`, which makes a random one for this installation"
        )
    logo = values.get("GUANXI_BANK_LOGO")
    return Settings(
        home=home,
        secret_key=key,
        database_url=values.get("GUANXI_DATABASE_URL") or f"sqlite:///{home / 'guanxi.db'}",
        redis_url=values.get("GUANXI_REDIS_URL") or values.get("REDIS_URL") or f"unix://{home / 'redis.sock'}",
        bank_name_zh=values.get("GUANXI_BANK_NAME_ZH", Settings.bank_name_zh),
        bank_name_en=values.get("GUANXI_BANK_NAME_EN", Settings.bank_name_en),
        bank_colour=_colour(values.get("GUANXI_BANK_COLOUR")),
        bank_logo=Path(logo) if logo else None,
        red_means_up=values.get("GUANXI_RED_MEANS_UP", "0") == "1",
        time_zone=values.get("GUANXI_TIME_ZONE", Settings.time_zone),
        currency=values.get("GUANXI_CURRENCY", Settings.currency),
        secure_cookies=values.get("GUANXI_SECURE_COOKIES", "0") == "1",
        engine=_engine(values.get("GUANXI_ENGINE")),
        spark_master=values.get("GUANXI_SPARK_MASTER", Settings.spark_master),
        proxies=int(values.get("GUANXI_PROXIES", Settings.proxies)),
        rejects_allowed=float(values.get("GUANXI_REJECTS_ALLOWED", Settings.rejects_allowed)),
        shrink_allowed=float(values.get("GUANXI_SHRINK_ALLOWED", Settings.shrink_allowed)),
    )
