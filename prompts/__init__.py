"""ASK: prompt templates and their rendering."""

from .message import Message, Role
from .template import PromptTemplate, RenderedPrompt

__all__ = ["Message", "PromptTemplate", "RenderedPrompt", "Role"]
