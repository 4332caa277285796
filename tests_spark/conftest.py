"""What these tests need of the others', and one peculiarity of Spark's."""

from __future__ import annotations

import pytest

from tests.conftest import databases, shared_data
from tests.warehouse.conftest import empty_ledger

__all__ = ["databases", "empty_ledger", "shared_data"]


def pytest_configure(config: pytest.Config) -> None:
    """py4j leaves sockets to the garbage collector, which ends them whenever it comes by, the end of the run included."""
    for warning in ("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"):
        config.addinivalue_line("filterwarnings", warning)
