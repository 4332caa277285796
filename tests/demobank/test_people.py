"""Who lives in the demo bank: shares, numbers with right check digits, names, and the patterns of their money."""

from __future__ import annotations

from demobank.delivery import DeliveryFacts
from domain.identity_numbers import is_luhn_valid, is_valid_id_number, is_valid_uscc
from tests.demobank.conftest import CUSTOMERS, Ask


def test_shares_of_kinds_and_branches(ask: Ask) -> None:
    (corporate,) = ask("SELECT count(*) FROM customers WHERE kind = 'corporate'")[0]
    assert 0.06 < corporate / CUSTOMERS < 0.10
    assert ask("SELECT level, count(*) FROM branches GROUP BY 1 ORDER BY 1") == [(0, 1), (1, 3), (2, 12)]
    assert ask("SELECT count(DISTINCT city) FROM customers") == [(3,)]
    assert (
        ask("SELECT 1 FROM customers c JOIN staff s ON s.staff_id = c.manager_id WHERE s.branch_id <> c.branch_id")
        == []
    )


def test_every_value_tier_and_family_is_populated(ask: Ask) -> None:
    tiers = ask(
        """SELECT list_sort(list(DISTINCT CASE WHEN v < 5e4 THEN 1 WHEN v < 5e5 THEN 2 WHEN v < 6e6 THEN 3
                  WHEN v < 1e7 THEN 4 ELSE 5 END)) FROM (
           SELECT customer_id, sum(balance) AS v FROM balances JOIN accounts USING (account_id)
           JOIN products USING (product_id) JOIN holders USING (account_id)
           WHERE as_of = DATE '2026-10-31' AND role = 'owner'
             AND family IN ('demand', 'time', 'settlement', 'wealth', 'fund', 'insurance') GROUP BY 1)"""
    )
    assert tiers == [([1, 2, 3, 4, 5],)]
    (families,) = ask("SELECT count(DISTINCT family) FROM accounts JOIN products USING (product_id)")[0]
    assert families == 10  # a debit card is a card on a demand account, not an account


def test_identity_numbers_are_right_unique_and_nobodys(ask: Ask) -> None:
    people = ask("SELECT id_number, birth_date, gender, id_type FROM customers WHERE kind = 'personal'")
    for number, born, gender, id_type in people:
        assert is_valid_id_number(number)
        assert number[:2] == "99"  # no province has this code
        assert number[6:14] == f"{born:%Y%m%d}"
        assert int(number[16]) % 2 == (gender == "male")
        assert "演示" in id_type
    assert len({row[0] for row in people}) == len(people)
    companies = [row[0] for row in ask("SELECT uscc FROM customers WHERE kind = 'corporate'")]
    assert all(is_valid_uscc(code) and code[2:8] == "999999" for code in companies)
    assert len(set(companies)) == len(companies)


def test_account_and_card_numbers_pass_luhn(ask: Ask) -> None:
    accounts = [row[0] for row in ask("SELECT account_id FROM accounts")]
    cards = [row[0] for row in ask("SELECT card_id FROM cards")]
    assert all(is_luhn_valid(n) and 16 <= len(n) <= 19 for n in accounts + cards)
    assert {len(n) for n in (row[0] for row in ask("SELECT customer_id FROM customers"))} == {10}
    assert ask("SELECT 1 FROM customers WHERE NOT regexp_full_match(phone, '129[0-9]{8}')") == []


def test_names_follow_the_frequencies_of_surnames(ask: Ask) -> None:
    first = [
        row[0]
        for row in ask("SELECT name[1:1] FROM customers WHERE kind = 'personal' GROUP BY 1 ORDER BY count(*) DESC")
    ]
    assert set(first[:4]) <= set("王李张刘陈")
    assert ask("SELECT count(*) FROM customers WHERE regexp_matches(name, '^(欧阳|司马|上官|诸葛|司徒)')")[0][0] > 0


def test_salaries_are_regular(ask: Ask) -> None:
    # The same partner on the same day of the month, within a few percent, for who is paid a year long.
    rows = ask(
        """SELECT count(DISTINCT counterparty_account), count(DISTINCT day(booked_at)),
                  stddev(amount) / avg(amount), count(*)
           FROM transactions WHERE kind = 'salary' AND memo = '工资' AND booked_at >= DATE '2025-11-01'
           GROUP BY account_id HAVING count(*) = 12"""
    )
    assert len(rows) > 500
    assert all(partners == 1 and days == 1 for partners, days, _, _ in rows)
    spreads = sorted(spread for _, _, spread, _ in rows)
    assert spreads[len(spreads) // 2] < 0.05


def test_spring_festival_brings_bonuses_before_and_red_packets_around(ask: Ask) -> None:
    assert ask("SELECT DISTINCT booked_at::DATE::VARCHAR FROM transactions WHERE memo = '年终奖' ORDER BY 1") == [
        ("2025-01-19",), ("2026-02-07",),
    ]  # fmt: skip
    packets = ask(
        """SELECT min(booked_at)::DATE::VARCHAR, max(booked_at)::DATE::VARCHAR FROM transactions
           WHERE category = 'red_packet' AND year(booked_at) = 2026"""
    )
    assert packets == [("2026-02-15", "2026-02-21")]


def test_channels_and_hours_follow_the_latent_type(ask: Ask, bank: DeliveryFacts) -> None:
    rows = ask(
        """SELECT latent_type, avg((channel = 'mobile')::INT), avg((channel = 'branch')::INT),
                  avg((hour(booked_at) >= 22 OR hour(booked_at) < 6)::INT), avg((dayofweek(booked_at) IN (0, 6))::INT)
           FROM transactions JOIN holders USING (account_id) JOIN truth_customers USING (customer_id)
           WHERE role = 'owner' AND kind IN ('card_payment', 'withdrawal', 'transfer_out') GROUP BY 1"""
    )
    by_type = {name: shares for name, *shares in rows}
    assert by_type["young_mobile"][0] > 2 * by_type["elder"][0]
    assert by_type["elder"][1] > 5 * by_type["young_mobile"][1]
    assert by_type["young_mobile"][2] > 2 * by_type["elder"][2]
    assert by_type["company"][3] < by_type["salaried_family"][3]
    assert bank.rows["transactions"] / CUSTOMERS > 80


def test_relations_stand_in_both_directions(ask: Ask) -> None:
    assert ask("SELECT count(DISTINCT kind) FROM relations") == [(7,)]
    lone = """SELECT 1 FROM relations a WHERE kind = 'spouse' AND NOT EXISTS (
        SELECT 1 FROM relations b
        WHERE b.kind = 'spouse' AND b.customer_id = a.other_id AND b.other_id = a.customer_id)"""
    assert ask(lone) == []
    named = """SELECT count(*) FROM relations r JOIN customers c USING (customer_id)
        JOIN customers o ON o.customer_id = r.other_id
        WHERE r.kind = 'legal_representative' AND c.legal_representative <> o.name"""
    assert ask(named) == [(0,)]
