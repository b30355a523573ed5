"""Naming: what people call their things, as one line that can be shown anywhere."""

import unicodedata

LONGEST_NAME = 80
TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Signs that turn the direction of the text round, and of what stands after it."""
BREAKING = ("Cc", "Zl", "Zp")  # Unicode's categories of controls and of line and paragraph separators


class BadName(ValueError):
    """A name that cannot be shown; the text says why."""


def named(text: str) -> str:
    """The name in its composed form, without signs that turn the text round; raises BadName."""
    name = unicodedata.normalize("NFC", text).translate(dict.fromkeys(map(ord, TURNING)))
    if any(unicodedata.category(sign) in BREAKING for sign in name):
        raise BadName("name: expected a line of text, got control characters in it")
    if len(name) > LONGEST_NAME:
        raise BadName(f"name: expected at most {LONGEST_NAME} characters, got {len(name)}")
    if text and not name.strip():
        raise BadName("name: expected more than spaces")
    return name.strip()


def called(text: str, most: int = LONGEST_NAME) -> str:
    """As much of a text as makes a name, as one short line; "" where it cannot be shown."""
    try:
        return named(" ".join(text.split())[:most])
    except BadName:
        return ""
