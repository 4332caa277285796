"""What of a person may stand on screen and paper.

Every function takes text or None, gives None for nothing, and leaves text alone that is masked already (has a `*`):
masking twice is masking once, so each layer may mask without asking whether another did.
"""

from __future__ import annotations

import re

STAR = "*"
_PSEUDONYM = re.compile(r"^(client|customer|客户|company|企业)\s*[-#]?\s*\w*\d\w*$", re.IGNORECASE)
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def _is_done(text: str | None) -> bool:
    return text is None or STAR in text or not text.strip()


def mask_name(name: str | None) -> str | None:
    """张建伟 -> 张*伟, 张伟 -> 张*, Jana Novak -> J*** N****; "Client 1787" is no name and stays.

    Chinese names keep their first and last character (of two, the first); other names the first letter of each word.
    """
    if name is None or _is_done(name) or _PSEUDONYM.match(name.strip()):
        return name or None
    name = name.strip()
    if not _CHINESE.search(name):
        return " ".join(word[0] + STAR * max(len(word) - 1, 1) for word in name.split())
    if len(name) <= 2:
        return name[0] + STAR
    return name[0] + STAR * (len(name) - 2) + name[-1]


def mask_party(name: str | None, kind: str | None) -> str | None:
    """A customer's name by kind: companies are public (the register prints them) and stand whole, persons are masked."""
    return (name or None) if kind == "corporate" else mask_name(name)


def _keep(text: str, head: int, tail: int) -> str:
    return text[:head] + STAR * (len(text) - head - tail) + (text[-tail:] if tail else "")


def mask_id_number(number: str | None) -> str | None:
    """420106198503123517 -> 4201**********3517; shorter documents show less: two, one or no character at either end."""
    if number is None or _is_done(number):
        return number or None
    number = number.strip()
    shown = 4 if len(number) >= 15 else 2 if len(number) >= 8 else 1 if len(number) >= 5 else 0
    return _keep(number, shown, shown)


def mask_phone(phone: str | None) -> str | None:
    """13812342906 -> 138****2906, 027-87654321 -> 027-****4321; what is too short to hide shows two figures at most."""
    if phone is None or _is_done(phone):
        return phone or None
    phone = phone.strip()
    country = re.match(r"^\+\d{1,3}[\s-]", phone)
    prefix, rest = (phone[: country.end()], phone[country.end() :]) if country else ("", phone)
    area = re.match(r"^0\d{2,3}-", rest)
    if area and len(rest) - area.end() >= 7:
        return prefix + area.group() + _keep(rest[area.end() :], 0, 4)
    if len(rest) >= 11:
        return prefix + _keep(rest, 3, 4)
    return prefix + _keep(rest, 0, 4 if len(rest) >= 7 else min(2, len(rest) // 2))


def mask_account(account: str | None) -> str | None:
    """6222021234563517 -> ****3517: the last four, and never more than half of a short number."""
    if account is None or _is_done(account):
        return account or None
    account = account.strip()
    tail = min(4, len(account) // 2)
    return STAR * 4 + (account[-tail:] if tail else "")


def mask_email(email: str | None) -> str | None:
    """li.min@example.com -> l***@example.com."""
    if email is None or _is_done(email):
        return email or None
    user, at, host = email.strip().partition("@")
    return user[:1] + STAR * 3 + at + host


def mask_address(address: str | None) -> str | None:
    """Province, city and district stay, what follows is hidden; where no district is named, the first six characters."""
    if address is None or _is_done(address):
        return address or None
    address = address.strip()
    district = re.match(r"^.*?(?:区|县|旗)", address)
    kept = district.end() if district and district.end() < len(address) else min(6, len(address) // 2)
    return address[:kept] + STAR * 6


_COMPANY_ZH = re.compile("公司|银行|厂|局|医院|学校|大学|中心|委员会|商店|超市|集团|事务所|研究所|门店")
_COMPANY_EN = re.compile(
    r"\b(co|company|corp|inc|ltd|llc|plc|gmbh|a\.s|bank|group|hospital|school|university|office)\b", re.I
)


def mask_counterparty(name: str | None) -> str | None:
    """Organisations and bank codes stand whole, persons are masked; what might be a person is taken for one."""
    if (
        name is None
        or name.endswith("银行")
        or (len(name) > 4 and (_COMPANY_ZH.search(name) or _COMPANY_EN.search(name)))
    ):
        return name
    return name if name.isascii() and len(name) <= 4 else mask_name(name)
