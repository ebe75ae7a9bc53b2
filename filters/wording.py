"""How the screens cut text into words and sentences, and how they fold it for comparison.

Everything here is deterministic and needs no model. `fold` is for comparing identifiers: it drops
case, accents, look-alike letters and every separator, so it must never be shown or stored.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+(?=[\"'“‘(]*[A-Z0-9$])")
_ABBREVIATION = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Jr|Sr|vs|No|oz|lb|approx)\.$", re.IGNORECASE)
# Letters of other scripts that look like Latin ones; used to hide names from exact comparison.
_LOOK_ALIKE = str.maketrans(
    "аеорсхуіѕјԁһкмтвнοανικρτıłøđɡ",
    "aeopcxyisjdhkmtbhoavikptilodg",
)


def words(text: str) -> list[str]:
    """Return the words of `text` in lower case; hyphens and apostrophes stay inside a word."""
    return [match.group().casefold() for match in _WORD.finditer(text.replace("’", "'"))]


def sentences(text: str) -> list[str]:
    """Return the sentences of `text`, cut after end punctuation that a capital follows."""
    found: list[str] = []
    for piece in _SENTENCE_END.split(text.strip()):
        if found and _ABBREVIATION.search(found[-1]):
            found[-1] = f"{found[-1]} {piece}"
        elif piece:
            found.append(piece)
    return found


def fold(text: str) -> str:
    """Return letters and digits only: case, accents, look-alikes and separators removed."""
    lowered = unicodedata.normalize("NFKD", text).casefold().translate(_LOOK_ALIKE)
    return "".join(c for c in unicodedata.normalize("NFKD", lowered) if c.isalnum())


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return a crude stem, enough to match `beans` with `bean` and `berries` with `berry`."""
    word = word.removesuffix("'s")
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes", "oes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


def ngrams(tokens: list[str], n: int) -> Iterator[tuple[str, ...]]:
    """Yield every run of `n` consecutive tokens."""
    return zip(*(tokens[start:] for start in range(n)), strict=False)


def field_name(path: str) -> str:
    """Return the field of a path: of `reasons.0` it is `reasons`, of `trip.2.note` `trip.note`."""
    return ".".join(part for part in path.split(".") if not part.isdigit())


@cache
def word_list(name: str) -> frozenset[str]:
    """Return a packaged list of words; the head of `data/<name>.txt` states its origin."""
    raw = resources.files(__package__).joinpath(f"data/{name}.txt").read_text("utf-8")
    return frozenset(line for line in raw.splitlines() if line and not line.startswith("#"))


def common_words() -> frozenset[str]:
    """Return words that customer texts write in lower case."""
    return word_list("common_words")


@cache
def given_names() -> frozenset[str]:
    """Return Faker's English given names in lower case; without Faker's list nothing is known."""
    from faker.providers.person.en_US import Provider

    return frozenset(name.casefold() for name in Provider.first_names)


@cache
def family_names() -> frozenset[str]:
    """Return Faker's English family names in lower case."""
    from faker.providers.person.en_US import Provider

    return frozenset(name.casefold() for name in Provider.last_names)
