"""Who customers are as people: sex and date of birth, wanted only to see that a score treats people alike; or that they are companies."""

from __future__ import annotations

import pandas as pd

from warehouse.engine import Connects

_PERSONS = """select customer_id, gender, birth_date::timestamp as birth_date, kind = 'corporate' as company
from customers order by customer_id"""


def persons(picture: Connects) -> pd.DataFrame:
    """By customer_id: gender (male, female or missing), birth_date (datetime64 or missing), company (bool)."""
    with picture.connect() as connection:
        return connection.execute(_PERSONS).df().set_index("customer_id")
