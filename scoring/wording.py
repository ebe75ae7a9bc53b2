"""Texts cut into folded words, the common ground of the duplicate and the lexical scores."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"\w+(?:['’]\w+)*")


def words(text: str) -> list[str]:
    """Return the words of a text, compatibility forms and case folded, punctuation dropped."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def folded(text: str) -> str:
    """Return the text as its words with single spaces: what is left when typography is ignored."""
    return " ".join(words(text))
