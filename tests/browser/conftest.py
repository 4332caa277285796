"""These tests look at a portal through a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.harness import launched, serving
from tests.people import People
from tests.portal_fixtures import people, people_on_both, people_reading, small_bank_file

__all__ = ["people", "people_on_both", "people_reading", "small_bank_file"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all visits; each visit has its own cookies."""
    with launched() as found:
        yield found


@pytest.fixture(scope="session")
def portal_url(people_reading: People) -> Iterator[str]:
    """The portal of `people_reading` behind a real address, shared by all visits."""
    with serving(people_reading) as address:
        yield address
