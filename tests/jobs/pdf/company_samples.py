"""What an invented company does: twelve months of wages and settlement, its partners, its group."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from domain.reports.company import Company, CompanyMonth, Member, Partner

_ENDS = [date(2025 + (10 + n) // 12, (10 + n) % 12 + 1, 28) for n in range(12)]


def company(zh: bool) -> Company:
    """Wages in eleven of twelve months; two partners, one of them a customer; a group of two."""
    months = tuple(
        CompanyMonth(end, Decimal(186_000 + 900 * n) if n != 3 else Decimal(0), n != 3, Decimal(812_000 - 9_000 * n), Decimal("402733.35"))
        for n, end in enumerate(_ENDS)
    )  # fmt: skip
    bank = "云湖银行" if zh else "Yunhu Bank"
    return Company(
        months=months,
        partners=(
            Partner("6222027777776601", "江城银行" if zh else "Jiangcheng Bank", Decimal("5120000.10"), Decimal(0), 0.36, "C777",
                    "东湖食品有限公司" if zh else "East Lake Foods Co., Ltd.", "corporate"),
            Partner("9812345678901234567", bank, Decimal("3100000.00"), Decimal("4832800.20"), 0.32),
        ),
        payers=6, payees=5, payer_share=0.41, payee_share=0.55, concentration=0.29, paid_accounts=17,
        last_run_on=date(2026, 10, 10),
        members=(
            Member("C776", "江城控股集团有限公司" if zh else "Jiangcheng Holding Co., Ltd.", "滨江支行" if zh else "Riverside",
                   Decimal("9120000.00"), None, True),
            Member("C778", "江城精密机械有限公司" if zh else "Jiangcheng Precision Co., Ltd.", None,
                   Decimal("1120000.50"), Decimal("300000.00"), False),
        ),
    )  # fmt: skip
