"""ruamel.yaml's Python scanner, made to see the same tokens as libyaml.

The two differ in tabs, block scalars, anchors, tags and escapes. What is here follows libyaml 0.1.7, the version
inside ruamel's native modules; the words of the errors are libyaml's, because ``syntax`` reads both.
"""

from __future__ import annotations

import re
from typing import Any, NoReturn

from ruamel.yaml import tokens
from ruamel.yaml.scanner import Scanner, ScannerError

_SPACES = re.compile(r" *")
_BLANKS = re.compile(r"[ \t]*")
_LINE = re.compile(r"[^\r\n\0]*")
_DOCUMENT = re.compile(r"(?:---|\.\.\.)(?=[ \t\r\n\0])")
_BLOCK_WORD = re.compile(r"(?:[^ \t\r\n\0:]|:(?![ \t\r\n\0]))*")
_FLOW_WORD = re.compile(r"[^ \t\r\n\0:,?\[\]{}]*")
_SINGLE = re.compile(r"(?:[^' \t\r\n\0]|'')*")
_DOUBLE = re.compile(r'[^"\\ \t\r\n\0]*')
_ANCHOR = re.compile(r"[0-9A-Za-z_-]+(?=[ \t\r\n\0?:,\]}%@`])")
_URI = r"(?:[0-9A-Za-z_\-;/?:@&=+$,.!~*'()\[\]]|%[0-9A-Fa-f]{2})"
_TAG = re.compile(rf"!(?:<{_URI}+>|([0-9A-Za-z_-]*!){_URI}+|(?![0-9A-Za-z_-]*!){_URI}*)(?=[ \t\r\n\0])")
_DIRECTIVE = re.compile(
    r"%(?:YAML[ \t]+[0-9]{1,9}\.[0-9]{1,9}"
    rf"|TAG[ \t]+!(?:[0-9A-Za-z_-]*!)?[ \t]+{_URI}+(?=[ \t\r\n\0]))[ \t]*(?:#[^\r\n\0]*)?(?=[\r\n\0])"
)
_HEADER = re.compile(r"(?:(?P<chomp>[+-])(?P<indent>[0-9]?)|(?P<indent2>[0-9])(?P<chomp2>[+-]?))?")
_ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_CODES = {"x": 2, "u": 4, "U": 8}
_HEX = re.compile(r"[0-9A-Fa-f]*")


def _good_escapes(tag: str) -> bool:
    """Tell whether the tag's ``%C3%A9`` are UTF-8."""
    try:
        for escapes in re.findall(r"(?:%..)+", tag):
            bytes.fromhex(escapes.replace("%", "")).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class LikeNative(Scanner):
    """Scans a text whose every character is in the reader's buffer, so that offsets are the same in both."""

    def __init__(self, loader: Any, text: str) -> None:
        self._text = text + "\0"
        super().__init__(loader=loader)

    def _to(self, index: int) -> None:
        """Move on within the line."""
        reader = self.reader
        reader.column += index - reader.index
        reader.index = reader.pointer = index

    def _next_line(self) -> None:
        """Move over the line end that stands here."""
        reader = self.reader
        reader.index += 2 if self._text.startswith("\r\n", reader.index) else 1
        reader.pointer = reader.index
        reader.line += 1
        reader.column = 0

    def _fail(self, context: str, began: Any, problem: str, index: int | None = None) -> NoReturn:
        if index is not None:
            self._to(index)
        raise ScannerError(context, began, problem, self.reader.get_mark())

    def _breaks(self, *, tabs_from: int = 0, began: Any = None) -> str:
        """Move over the line end here, empty lines and the next line's blanks; return the empty lines' ends."""
        found = ""
        while True:
            self._next_line()
            start = self.reader.index
            stop = _BLANKS.match(self._text, start).end()  # type: ignore[union-attr]
            tab = self._text.find("\t", start, min(stop, start + tabs_from)) if tabs_from else -1
            if tab >= 0:
                self._fail(
                    "while scanning a plain scalar", began, "found a tab character that violates indentation", tab
                )
            self._to(stop)
            if self._text[stop] not in "\r\n":
                return found
            found += "\n"

    def scan_to_next_token(self) -> None:
        while True:
            tabs = self.flow_level or not self.allow_simple_key
            index = (_BLANKS if tabs else _SPACES).match(self._text, self.reader.index).end()  # type: ignore[union-attr]
            if self._text[index] == "#":
                index = _LINE.match(self._text, index).end()  # type: ignore[union-attr]
            self._to(index)
            if self._text[index] not in "\r\n":
                return
            self._next_line()
            if not self.flow_level:
                self.allow_simple_key = True

    def scan_directive(self) -> Any:
        began = self.reader.get_mark()
        directive = _DIRECTIVE.match(self._text, self.reader.index)
        if directive is None:
            self._fail("while scanning a directive", began, "found unknown directive name")
        self._to(directive.end())
        if self._text[directive.end()] != "\0":
            self._next_line()
        return tokens.DirectiveToken("TAG", ("!", "!"), began, self.reader.get_mark())

    def scan_anchor(self, token: Any) -> Any:
        began = self.reader.get_mark()
        name = _ANCHOR.match(self._text, self.reader.index + 1)
        if name is None:
            self._fail("while scanning an anchor", began, "did not find expected alphabetic or numeric character")
        self._to(name.end())
        return token(name[0], began, self.reader.get_mark())

    def scan_tag(self) -> Any:
        began = self.reader.get_mark()
        tag = _TAG.match(self._text, self.reader.index)
        if tag is None or not _good_escapes(tag[0]):
            self._fail("while scanning a tag", began, "did not find expected whitespace or line break")
        self._to(tag.end())
        # The composer reads tags from the text; here only the handle and "is it a tag" matter.
        value: tuple[str | None, str] = (None, "x")
        if tag[1]:
            value = ("!" + tag[1], "x")
        elif tag[0] == "!":
            value = (None, "!")
        return tokens.TagToken(value, began, self.reader.get_mark())

    def scan_plain(self) -> Any:
        text, reader = self._text, self.reader
        began = ended = reader.get_mark()
        word = _FLOW_WORD if self.flow_level else _BLOCK_WORD
        parts: list[str] = []
        gap, broken = "", False
        while True:
            index = reader.index
            if text[index] == "#" or (reader.column == 0 and _DOCUMENT.match(text, index)):
                break
            stop = word.match(text, index).end()  # type: ignore[union-attr]
            if stop > index:
                parts += (gap, text[index:stop])
                self._to(stop)
                ended, gap, broken = reader.get_mark(), "", False
            if self.flow_level and text[stop] == ":" and text[stop + 1] not in " \t\r\n\0":
                self._fail("while scanning a plain scalar", began, "found unexpected ':'")
            if text[stop] not in " \t\r\n":
                break
            blanks = _BLANKS.match(text, stop).end()  # type: ignore[union-attr]
            gap = text[stop:blanks]
            self._to(blanks)
            if text[blanks] in "\r\n":
                gap, broken = self._breaks(tabs_from=self.indent + 1, began=began) or " ", True
            if not self.flow_level and reader.column < self.indent + 1:
                break
        if broken:
            self.allow_simple_key = True
        return tokens.ScalarToken("".join(parts), True, began, ended)

    def scan_flow_scalar(self, style: Any) -> Any:
        text, reader = self._text, self.reader
        began = reader.get_mark()
        self._to(reader.index + 1)
        parts: list[str] = []
        while True:
            if reader.column == 0 and _DOCUMENT.match(text, reader.index):
                self._fail("while scanning a quoted scalar", began, "found unexpected document indicator")
            if text[reader.index] == "\0":
                self._fail("while scanning a quoted scalar", began, "found unexpected end of stream")
            joined = self._quoted_words(style, parts, began)
            index = reader.index
            if text[index] == style:
                break
            blanks = _BLANKS.match(text, index).end()  # type: ignore[union-attr]
            self._to(blanks)
            if joined:
                parts.append("\n" + self._breaks() if text[blanks] in "\r\n" else "")
            elif text[blanks] in "\r\n":
                parts.append(self._breaks() or " ")
            else:
                parts.append(text[index:blanks])
        self._to(reader.index + 1)
        return tokens.ScalarToken("".join(parts), False, began, reader.get_mark(), style)

    def _quoted_words(self, style: str, parts: list[str], began: Any) -> bool:
        """Read up to a blank, a line end or the closing quote; tell whether a backslash joined the next line."""
        text, reader = self._text, self.reader
        if style == "'":
            words = _SINGLE.match(text, reader.index)
            parts.append(words[0].replace("''", "'"))  # type: ignore[index]
            self._to(words.end())  # type: ignore[union-attr]
            return False
        while True:
            words = _DOUBLE.match(text, reader.index)
            parts.append(words[0])  # type: ignore[index]
            self._to(words.end())  # type: ignore[union-attr]
            if text[reader.index] != "\\":
                return False
            letter = text[reader.index + 1]
            if letter in "\r\n":
                self._to(reader.index + 1)
                self._next_line()
                return True
            self._to(reader.index + 2)
            if letter in _ESCAPES:
                parts.append(_ESCAPES[letter])
            elif letter in _CODES:
                parts.append(self._code(_CODES[letter], began))
            else:
                self._fail("while parsing a quoted scalar", began, "found unknown escape character", reader.index - 2)

    def _code(self, length: int, began: Any) -> str:
        index = self.reader.index
        digits = _HEX.match(self._text, index, index + length)[0]  # type: ignore[index]
        if len(digits) < length:
            self._fail("while parsing a quoted scalar", began, "did not find expected hexdecimal number")
        code = int(digits, 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            self._fail("while parsing a quoted scalar", began, "found invalid Unicode character escape code")
        self._to(index + length)
        return chr(code)

    def scan_block_scalar(self, style: Any, rt: bool | None = False) -> Any:  # noqa: ARG002 (ruamel's signature)
        text, reader = self._text, self.reader
        began = reader.get_mark()
        keep, indent = self._block_header(began)
        ended = reader.get_mark()
        parts: list[str] = []
        line_end, was_blank = "", False
        breaks, indent, ended = self._block_breaks(indent, began)
        while reader.column == indent and text[reader.index] != "\0":
            is_blank = text[reader.index] in " \t"
            if style == ">" and line_end and not was_blank and not is_blank:
                parts.append("" if breaks else " ")
            else:
                parts.append(line_end)
            stop = _LINE.match(text, reader.index).end()  # type: ignore[union-attr]
            parts += (breaks, text[reader.index : stop])
            was_blank = is_blank
            self._to(stop)
            line_end = ""
            if text[stop] != "\0":
                line_end = "\n"
                self._next_line()
            breaks, indent, ended = self._block_breaks(indent, began)
        if keep != "-":
            parts.append(line_end)
        if keep == "+":
            parts.append(breaks)
        return tokens.ScalarToken("".join(parts), False, began, ended, style)

    def _block_header(self, began: Any) -> tuple[str, int]:
        """Read ``|2-  # comment`` and its line end; return the chomping and the indentation, 0 to detect it."""
        text, reader = self._text, self.reader
        header = _HEADER.match(text, reader.index + 1)
        found = header.groupdict() if header else {}
        digit = found["indent"] or found["indent2"] or ""
        if digit == "0":
            place = header.start("indent") if found["indent"] else header.start("indent2")  # type: ignore[union-attr]
            self._fail("while scanning a block scalar", began, "found an indentation indicator equal to 0", place)
        index = _BLANKS.match(text, header.end()).end()  # type: ignore[union-attr]
        if text[index] == "#":
            index = _LINE.match(text, index).end()  # type: ignore[union-attr]
        self._to(index)
        if text[index] not in "\r\n\0":
            self._fail("while scanning a block scalar", began, "did not find expected comment or line break")
        if text[index] != "\0":
            self._next_line()
        return found["chomp"] or found["chomp2"] or "", max(self.indent, 0) + int(digit) if digit else 0

    def _block_breaks(self, indent: int, began: Any) -> tuple[str, int, Any]:
        """Move over empty lines and indentation; return the lines' ends, the indentation and where they end."""
        text, reader = self._text, self.reader
        found, deepest, ended = "", 0, reader.get_mark()
        while True:
            stop = _SPACES.match(text, reader.index).end()  # type: ignore[union-attr]
            if indent:
                stop = min(stop, reader.index + max(indent - reader.column, 0))
            self._to(stop)
            deepest = max(deepest, reader.column)
            if text[stop] == "\t" and (not indent or reader.column < indent):
                problem = "found a tab character where an indentation space is expected"
                self._fail("while scanning a block scalar", began, problem)
            if text[stop] not in "\r\n":
                break
            self._next_line()
            found += "\n"
            ended = reader.get_mark()
        return found, indent or max(deepest, self.indent + 1, 1), ended
