"""One customer of the picture, and saved views, on both databases."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import Engine

from store import customers, saved_views
from store.database import reading, writing
from store.scope import NOTHING, Scope
from store.users import create_user
from tests.small_picture import AS_OF, NOW, write_small_picture


def test_a_customer_with_all_they_hold(engine: Engine) -> None:
    with writing(engine) as connection:
        write_small_picture(connection)
    with reading(engine) as connection:
        one = customers.customer(connection, Scope(("/HQ/B1/",)), "C01")
        assert one is not None and (one.branch_name, one.manager_name, one.aum) == (
            "滨江支行",
            "李敏",
            Decimal("120000.00"),
        )
        held = customers.accounts(connection, "C01")
        assert [(a.family, a.product_name) for a in held] == [
            ("demand", "活期存款"), ("mortgage", "住房贷款"), ("wealth", "稳健理财"),
        ]  # fmt: skip
        assert held[0].holders == (("C01", "owner"),)
        assert [loan.outstanding for loan in customers.loans(connection, "C01")] == [Decimal("613000.00")]
        assert [card.kind for card in customers.cards(connection, "C01")] == ["debit"]
        months = customers.months(connection, "C01")
        assert len(months) == 13 and months[-1].month == AS_OF and months[0].month < months[1].month
        assert customers.segmentation_model(connection) == {}


@pytest.mark.parametrize("scope", [Scope(("/HQ/B2/",)), NOTHING])
def test_out_of_scope_and_unknown_look_the_same(engine: Engine, scope: Scope) -> None:
    with writing(engine) as connection:
        write_small_picture(connection)
    with reading(engine) as connection:
        assert customers.customer(connection, scope, "C01") is None
        assert customers.customer(connection, scope, "nobody") is None


def test_views_belong_to_one_person(engine: Engine) -> None:
    with writing(engine) as connection:
        write_small_picture(connection)
        for login in ("first", "second"):
            create_user(connection, login, login, ("branch_staff",), ("B1",), "test", NOW)
        saved_views.save(connection, 1, "customers", "  大客户  名单 ", "tier=gold")
        saved_views.save(connection, 1, "customers", "大客户 名单", "tier=private")
        mine = saved_views.views(connection, 1, "customers")
        assert [(v.name, v.query) for v in mine] == [("大客户 名单", "tier=private")]
        assert saved_views.views(connection, 2, "customers") == () == saved_views.views(connection, 1, "other")
        saved_views.drop(connection, 2, mine[0].view_id)
        assert len(saved_views.views(connection, 1, "customers")) == 1
        with pytest.raises(saved_views.ViewRefused, match="no_name"):
            saved_views.save(connection, 1, "customers", "   ", "")
        for i in range(saved_views.MOST - 1):
            saved_views.save(connection, 1, "customers", f"v{i}", "")
        with pytest.raises(saved_views.ViewRefused, match="too_many"):
            saved_views.save(connection, 1, "customers", "one more", "")
        saved_views.drop(connection, 1, mine[0].view_id)
        saved_views.save(connection, 1, "customers", "one more", "")
