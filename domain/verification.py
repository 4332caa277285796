"""The code that stands on a paper and tells later whether the paper is ours.

The code is printed on the page, so it cannot depend on the file's bytes. It is an HMAC over what the report says
(its inputs as canonical JSON, without the code) with the installation's secret: nobody without the secret can make
one, and the same report has the same code. The SHA-256 of the finished file is kept beside it by the store.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
from collections.abc import Mapping
from typing import Any

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # base 32 without 0/O and 1/I, which people confuse
LENGTH = 16  # 80 bits
GROUP = 4
LEAST_SECRET = 16
CONFUSED = str.maketrans("", "", "-_ \u2013\u2014\u2212")


def canonical_json(inputs: Mapping[str, Any]) -> bytes:
    """Keys in order, no spaces, UTF-8: the same content is the same bytes. TypeError for what JSON cannot say."""
    return json.dumps(inputs, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def verification_code(kind: str, subject: str, content_hash_inputs: Mapping[str, Any], secret: bytes) -> str:
    """Like GX7K-2M9P-4TQA-ZB83: 16 letters of ALPHABET in fours.

    kind: which report; subject: the customer or the scope; content_hash_inputs: the report's `to_dict()` without its
    code. ValueError for a secret of under 16 bytes.
    """
    if len(secret) < LEAST_SECRET:
        raise ValueError(f"the secret for verification codes has {len(secret)} bytes; it needs {LEAST_SECRET} or more")
    told = canonical_json({"kind": kind, "subject": subject, "content": dict(content_hash_inputs)})
    value = int.from_bytes(hmac.new(secret, told, hashlib.sha256).digest(), "big")
    letters = []
    for _ in range(LENGTH):
        value, place = divmod(value, len(ALPHABET))
        letters.append(ALPHABET[place])
    return grouped("".join(letters))


def grouped(letters: str) -> str:
    """In fours, with hyphens."""
    return "-".join(letters[i : i + GROUP] for i in range(0, len(letters), GROUP))


def read_code(typed: str) -> str | None:
    """The code as somebody typed it from paper: any case, spaces, full-width letters. None when it cannot be one."""
    letters = unicodedata.normalize("NFKC", typed).upper().translate(CONFUSED).strip()
    return grouped(letters) if len(letters) == LENGTH and set(letters) <= set(ALPHABET) else None


def same_code(one: str, other: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
