"""These tests look at a portal."""

from __future__ import annotations

from tests.portal_fixtures import people, people_on_both, people_reading, small_bank_file

__all__ = ["people", "people_on_both", "people_reading", "small_bank_file"]
