"""Replaces the persona's own name by a pronoun, so that the other checks read one subject only.

'Bradley's father is a plumber' then reads 'his father is a plumber', and Madison or Austin as a
given name is no city. A name that follows a preposition of place stays: there it is a place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLACE_BEFORE = re.compile(
    r"\b(?:in|from|near|outside|around|to|across|of|downtown|through|at|leaves?|left"
    r"|visit\w*|fort|new|san|lake|port|mount|saint|st\.?|north|south|east|west)\s$",
    re.IGNORECASE,
)
_PLACE_AFTER = re.compile(
    r"(?:,)? (?:Avenue|Street|Road|City|County|Beach|Springs|Heights|Falls|native|area|suburbs?"
    r"|resident|home|house|apartment|AL|AZ|CA|CO|CT|FL|GA|ID|IL|IN|IA|KY|LA|ME|MD|MA|MI|MN|MO|NC"
    r"|NJ|NM|NV|NY|OH|OK|OR|PA|TN|TX|UT|VA|WA|WI)\b"
)


def with_pronouns(text: str, identity: Mapping[str, str], sex: object) -> str:
    """Return `text` with the row's own name as 'she' or 'he', possessives as 'her' or 'his'."""
    given, family = identity.get("given_name") or "", identity.get("family_name") or ""
    if not given or given not in text:
        return text
    subject, possessive = ("she", "her") if sex == "female" else ("he", "his")
    own = re.escape(given) + (rf"(?: {re.escape(family)})?" if family else "")

    def pronoun(match: re.Match[str]) -> str:
        before = text[: match.start()]
        is_place = _PLACE_BEFORE.search(before) or _PLACE_AFTER.match(text[match.end() :])
        if is_place and match.group() == given and not match["genitive"]:
            return match.group()
        word = possessive if match["genitive"] else subject
        opens = not before.strip() or before.rstrip()[-1] in ".!?\"'"
        return word.capitalize() if opens else word

    return re.sub(rf"\b{own}\b(?P<genitive>'s?(?= ))?", pronoun, text)
