"""Record ids: 15 case-sensitive characters, and 18 with a checksum that make them safe where case is lost."""

from __future__ import annotations

import string

CHECK = string.ascii_uppercase + "012345"
BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
INSTANCE = "Lo0"


def checksum(id15: str) -> str:
    """Return the three characters that tell which of the fifteen are upper case."""
    chunks = (id15[start : start + 5] for start in (0, 5, 10))
    return "".join(
        CHECK[sum(1 << at for at, char in enumerate(chunk) if char in string.ascii_uppercase)] for chunk in chunks
    )


def record_id(key_prefix: str, number: int) -> str:
    """Return the 18-character id of an object's `number`th record."""
    digits = []
    for _ in range(9):
        number, rest = divmod(number, 62)
        digits.append(BASE62[rest])
    id15 = key_prefix + INSTANCE + "".join(reversed(digits))
    return id15 + checksum(id15)


def normal_id(given: str) -> str | None:
    """Return the 18-character form of an id as a client wrote it, or None when it can't be one.

    An 18-character id carries its case in its checksum, so its own case doesn't count.
    """
    if len(given) not in (15, 18) or not (given.isascii() and given.isalnum()):
        return None
    if len(given) == 15:
        return given + checksum(given)
    suffix = given[15:].upper()
    if any(char not in CHECK for char in suffix):
        return None
    chars = []
    for at, char in enumerate(given[:15]):
        upper = CHECK.index(suffix[at // 5]) >> (at % 5) & 1
        if upper and not char.isalpha():
            return None
        chars.append(char.upper() if upper else char.lower())
    return "".join(chars) + suffix


def custom_prefix(number: int) -> str:
    """Return the key prefix of the `number`th custom object: a00, a01, ... a0Z, a0a, ... a10, ..."""
    second, third = divmod(number, 62)
    return "a" + BASE62[second] + BASE62[third]
