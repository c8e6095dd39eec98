"""YAML files: bytes to data, positions, comments and problems; edits by splicing. Knows no mail and no codes."""

from mailspec.text.document import Document
from mailspec.text.domain import mixed_script, punycode
from mailspec.text.edit import scalar_text, splice
from mailspec.text.limits import LIMITS, Limits
from mailspec.text.reader import read
from mailspec.text.span import Comment, Path, Problem, Span
from mailspec.text.suggest import suggest
from mailspec.text.unseen import invisible

__all__ = [
    "LIMITS",
    "Comment",
    "Document",
    "Limits",
    "Path",
    "Problem",
    "Span",
    "invisible",
    "mixed_script",
    "punycode",
    "read",
    "scalar_text",
    "splice",
    "suggest",
]
