r"""Characters that a reader cannot see, shown as escapes.

A model may write control characters, terminal escapes, bidirectional overrides or zero-width
characters. On a page they would hide or reorder text, so they are printed as `\u202e`. Markup is
escaped elsewhere, by the template engine.
"""

from __future__ import annotations

import unicodedata

# Other (C*) and separators that are not the plain space; line breaks are layout, not hidden.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Look like nothing although they count as letters or symbols: Hangul fillers, braille blank.
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u180b\u180c\u180d\u180f")
# Joins emoji and some scripts; harmless between two visible characters, common in honest text.
_JOINERS = frozenset("\u200d\ufe0f")
_MOST_MARKS = 4


def visible(text: str) -> str:
    r"""Return the text with every hidden character as `\uXXXX`; line breaks stay.

    A run of more than four combining marks, which would print over the lines above and below, is
    shown as escapes from the fifth on.
    """
    if text.isascii() and text.isprintable():
        return text
    shown: list[str] = []
    marks = 0
    for place, character in enumerate(text):
        marks = marks + 1 if unicodedata.combining(character) else 0
        if character == "\n":
            shown.append(character)
        elif character in _JOINERS:
            is_inside = 0 < place < len(text) - 1 and ord(text[place - 1]) > 0x2000
            shown.append(character if is_inside else _escape(character))
        elif is_hidden(character) or marks > _MOST_MARKS:
            shown.append(_escape(character))
        else:
            shown.append(character)
    return "".join(shown)


def is_hidden(character: str) -> bool:
    """Return whether a character prints as nothing or changes how others print."""
    return unicodedata.category(character) in _HIDDEN or character in _BLANK_LETTERS


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
