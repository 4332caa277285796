"""What a password must be. The rule is one sentence; it asks for length, not for odd characters."""

from __future__ import annotations

import secrets

LEAST_LENGTH = 12
LONGEST = 256
_DISTINCT = 5
_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that reads as another


def flaw(password: str, login: str, name: str = "") -> str | None:
    """Why `password` cannot be taken: 'short', 'long', 'simple' or 'personal'; None when it can.

    At least 12 characters, at least 5 of them different, and neither the login nor the person's name inside.
    """
    if len(password) < LEAST_LENGTH:
        return "short"
    if len(password) > LONGEST:
        return "long"
    if len(set(password)) < _DISTINCT:
        return "simple"
    lowered = password.casefold()
    own = [word.casefold() for word in (login, name) if len(word) >= 2]
    return "personal" if any(word in lowered for word in own) else None


def one_time() -> str:
    """A random password of 16 characters in groups of four, easy to read out: it is good for one sign-in only."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(16))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))
