"""Check characters of the numbers a Chinese bank lives with: resident ID, USCC, organisation code, card.

Pure functions of text. Sources: GB 11643-1999 (ISO 7064 MOD 11-2) for the 18-digit ID number, GB 32100-2015
(MOD 31) for the unified social credit code, GB 11714-1997 (MOD 11) for the organisation code inside it,
ISO/IEC 7812-1 annex B (Luhn) for cards and accounts.
"""

from __future__ import annotations

from datetime import date

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z: they are read as digits
_USCC_VALUES = {c: i for i, c in enumerate(USCC_ALPHABET)}
_USCC_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_LUHN_DOUBLE = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def id_number_check(body17: str) -> str:
    """Check character of a resident ID number, '0'..'9' or 'X'.

    body17: the first 17 digits. ValueError when it is anything else.
    """
    if len(body17) != 17 or not _is_digits(body17):
        raise ValueError(f"An ID number needs 17 digits before its check character, not {body17!r}.")
    return _ID_CHECKS[sum(w * int(d) for w, d in zip(_ID_WEIGHTS, body17, strict=True)) % 11]


def is_valid_id_number(number: str) -> bool:
    """True for 18 characters with a real birth date at 7–14 and the right check character; 'x' counts as 'X'.

    The area code is not looked up: a demonstration number in an unassigned area is formally valid.
    """
    if len(number) != 18 or not _is_digits(number[:17]):
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return id_number_check(number[:17]) == number[17].upper()


def organisation_check(body8: str) -> str:
    """Check character of a 9-character organisation code, '0'..'9' or 'X'; ValueError for a body not of 8 0-9A-Z."""
    if len(body8) != 8 or not body8.isascii() or not body8.isalnum() or body8 != body8.upper():
        raise ValueError(f"An organisation code needs 8 characters 0-9A-Z before its check character, not {body8!r}.")
    total = sum(w * int(c, 36) for w, c in zip(_ORG_WEIGHTS, body8, strict=True))
    return "0123456789X0"[11 - total % 11]


def uscc_check(body17: str) -> str:
    """Check character of a unified social credit code.

    body17: the first 17 characters, digits and capital letters without I, O, S, V, Z. ValueError otherwise.
    """
    if len(body17) != 17 or any(c not in _USCC_VALUES for c in body17):
        raise ValueError(f"A USCC needs 17 characters of {USCC_ALPHABET} before its check character, not {body17!r}.")
    total = sum(w * _USCC_VALUES[c] for w, c in zip(_USCC_WEIGHTS, body17, strict=True))
    return USCC_ALPHABET[-total % 31]


def is_valid_uscc(code: str) -> bool:
    """True for 18 characters of the USCC alphabet whose last is the right check character."""
    if len(code) != 18 or any(c not in _USCC_VALUES for c in code):
        return False
    return uscc_check(code[:17]) == code[17]


def luhn_check(body: str) -> str:
    """Luhn check digit of a card or account number without its last digit. ValueError unless all are digits."""
    if not _is_digits(body):
        raise ValueError(f"A card number has digits only, not {body!r}.")
    digits = body.encode()[::-1]
    plain = digits[1::2]
    total = sum(digits[::2].translate(_LUHN_DOUBLE)) + sum(plain) - 48 * len(plain)
    return str(-total % 10)


def is_luhn_valid(number: str) -> bool:
    """True when the last digit is the Luhn check digit of those before it; False for anything but digits."""
    return len(number) > 1 and _is_digits(number) and luhn_check(number[:-1]) == number[-1]
