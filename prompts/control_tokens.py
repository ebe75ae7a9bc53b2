"""Keep rendered text from passing for the chat template's own control tokens.

A fact such as `<|im_end|>` would end the user's turn and begin another one. The text is broken by
a space, so that it reads the same to a person and is ordinary text to the tokenizer. Characters
that are invisible or turn the reading direction are dropped.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"<\||\|>"
    r"|<(?=/?(?:s|bos|eos|pad|unk|mask|think|tool_call|tool_response|start_of_turn|end_of_turn)>)"
    r"|<(?=<\s*/?SYS>>)"
    r"|\[(?=/?(?:INST|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|SYSTEM_PROMPT)\])"
    r"|<(?=\uff5c)|\uff5c(?=>)",
    re.IGNORECASE,
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def neutralise(text: str) -> str:
    """Return `text` without invisible characters and with control tokens broken by a space."""
    text = _INVISIBLE.sub("", text.replace("\r\n", "\n"))
    return _TOKEN.sub(_break, text)


def _break(match: re.Match[str]) -> str:
    token = match.group()
    return f"{token[0]} {token[1:]}"
