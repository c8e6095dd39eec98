"""From a path to the offsets of the value there, by walking the composed node numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mailspec.text.compose import Composition
from mailspec.text.span import Path

_BREAK = r"[\r\n]"
# Compiled where they are used, because most files are read without asking for a place.
# What may stand between a key and its colon, and between a node's properties and the node.
_COLON = r"(?:[ \t\r\n]++|(?<=[ \t\r\n])#[^\r\n]*+)*+:"
PROPERTIES = r"(?:[&!]\S*+(?:[ \t\r\n]++|(?<=[ \t\r\n])#[^\r\n]*+)++)++"

# Nodes of a collection that is looked through each time.
_FEW = 32
# In place of what a collection holds, once somebody asked for one thing in it.
_ASKED: dict[str | int, tuple[int, int]] = {}


class Places:
    """Where the nodes of one text stand."""

    __slots__ = ("_above", "_children", "_composition", "_outermost", "_text")

    def __init__(self, text: str, composition: Composition) -> None:
        self._text = text
        self._composition = composition
        # What each collection that was asked for holds: a list of thousands is walked once.
        self._children: dict[int, dict[str | int, tuple[int, int]]] = {}
        # The collections that values were asked for in, as _walk returns them: rules ask again for others beside them.
        self._above: dict[Path, tuple[int, int, bool]] = {(): (0, -1, True)}
        # Number of a node -> number of the greatest collection that ends right before it.
        self._outermost: dict[int, int] | None = None

    def find(self, path: Path, *, key: bool = False) -> tuple[int, int]:
        """Return the offsets of the value at ``path`` (or of its key), else of the nearest ancestor's value."""
        number, before, whole = self._walk(path)
        if number < 0:
            return 0, 0
        if key and whole and before >= 0:
            return self.extent(before)
        return self.extent(number, before)

    def is_plain(self, path: Path) -> bool:
        number, _, whole = self._walk(path)
        composition = self._composition
        if not whole or number < 0 or number in composition.after or number in composition.aliases:
            return False
        start, end = composition.starts[number], composition.ends[number]
        properties = re.compile(PROPERTIES).match(self._text, start, end)
        first = self._text[properties.end() if properties else start :][:1]
        return first not in {'"', "'", "|", ">"} and start < end

    def extent(self, number: int, key: int = -1) -> tuple[int, int]:
        """Return the offsets of a node; ``key`` is its key's number where it is a value of a mapping."""
        composition = self._composition
        start, end = composition.starts[number], composition.ends[number]
        if (behind := composition.after.get(number)) is not None:
            last = behind - 1
            if last > number and end == composition.ends[last] and self._is_empty(last):
                return start, self.extent(last, self._before(last))[1]
        # The parser saw one line end more where the file does not end with one.
        end = min(end, len(self._text))
        if start >= end:
            return self._empty(min(start, len(self._text)), key)
        if self._text[end - 1] in "\r\n \t":
            # A block scalar's end: blanks behind its last words belong to it, the lines that follow do not.
            words = start + len(self._text[start:end].rstrip(" \t\r\n"))
            stop = re.compile(_BREAK).search(self._text, words, end)
            end = stop.start() if stop else end
        return start, end

    def _before(self, number: int) -> int:
        """Return the number of the node that ends right before another one: the key, where that one is a value."""
        if self._outermost is None:
            # Outer collections close after inner ones, so theirs is what stays.
            self._outermost = {stop: start for start, stop in self._composition.after.items()}
        before = self._outermost.get(number, number - 1)
        opens_here = before == number - 1 and self._composition.after.get(before, number) != number
        return -1 if opens_here or self._is_empty(before) else before

    def _is_empty(self, number: int) -> bool:
        composition = self._composition
        return number not in composition.after and composition.starts[number] >= composition.ends[number]

    def _empty(self, start: int, key: int) -> tuple[int, int]:
        """Place a value that is not written right behind the colon that it would follow."""
        if key >= 0:
            _, end = self.extent(key)
            colon = re.compile(_COLON).match(self._text, end, max(start, end))
            if colon:
                return colon.end(), colon.end()
        # The parsers differ in which side of these spaces it is.
        while start and self._text[start - 1] in " \t\r\n":
            start -= 1
        return start, start

    def _walk(self, path: Path) -> tuple[int, int, bool]:
        """Return the number of the node, the number of its key or -1, and whether the path led to its end."""
        if not self._composition.keys:
            return -1, -1, not path
        if not path:
            return 0, -1, True
        above = self._above.get(path[:-1])
        if above is None:
            above = self._above[path[:-1]] = self._walk(path[:-1])
        number, key, whole = above
        if whole:
            found = self._child(self._composition.aliases.get(number, number), path[-1])
            if found is not None:
                return found[1], found[0], True
        return number, key, False

    def _child(self, number: int, step: str | int) -> tuple[int, int] | None:
        if isinstance(step, str) is not (number in self._composition.maps):
            return None
        children = self._children.get(number)
        if children is None:
            if self._composition.after.get(number, number) - number > _FEW:
                # Who asks once may never ask again; a small collection is never worth a list.
                self._children[number] = _ASKED
            return self._found(number, step)
        if children is _ASKED:
            children = self._children[number] = self._listed(number)
        return children.get(step)

    def _found(self, number: int, step: str | int) -> tuple[int, int] | None:
        """Look for one of a collection's values; of equal keys the first."""
        after, keys = self._composition.after, self._composition.keys
        child, stop = number + 1, after.get(number, number)
        if isinstance(step, int):
            for _ in range(step):
                child = after.get(child, child + 1)
            return (-1, child) if child < stop else None
        while child < stop:
            value = after.get(child, child + 1)
            if keys[child] == step:
                # A text may end behind a key.
                return (child, value) if value < stop else None
            child = after.get(value, value + 1)
        return None

    def _listed(self, number: int) -> dict[str | int, tuple[int, int]]:
        """Return a collection's values by key or index, each after its key's number; of equal keys the first."""
        if number not in self._composition.maps:
            return {index: (-1, item) for index, item in enumerate(self.items(number))}
        found: dict[str | int, tuple[int, int]] = {}
        for key, value in self.pairs(number):
            text = self._composition.keys[key]
            if text is not None:
                found.setdefault(text, (key, value))
        return found

    def keys(self, number: int) -> dict[str, int]:
        """Return the keys of a mapping with their numbers."""
        texts = self._composition.keys
        return {text: key for key, _ in self.pairs(number) if (text := texts[key]) is not None}

    def paths(self, numbers: set[int]) -> dict[int, Path]:
        """Return for each number the path of its value; for a key, or one in a key, the path of its mapping."""
        after, keys, maps = self._composition.after, self._composition.keys, self._composition.maps
        found: dict[int, Path] = {}
        open_ones: list[_Open] = []
        for number in range(max(numbers, default=-1) + 1):
            while open_ones and number >= open_ones[-1].stop:
                open_ones.pop()
            path = open_ones[-1].step(keys[number]) if open_ones else ()
            if number in numbers:
                found[number] = path
            if number in after:
                open_ones.append(_Open(path, after[number], is_map=number in maps))
        return found

    def items(self, number: int) -> Iterator[int]:
        """Yield the numbers of a collection's direct nodes: items, or keys and values in turn."""
        after = self._composition.after
        stop = after.get(number, number)
        child = number + 1
        while child < stop:
            yield child
            child = after.get(child, child + 1)

    def pairs(self, number: int) -> Iterable[tuple[int, int]]:
        """Yield the numbers of keys and values of a mapping."""
        nodes = self.items(number)
        return zip(nodes, nodes, strict=False)


class _Open:
    """A collection whose nodes are being passed, to say the path of each."""

    __slots__ = ("_base", "_index", "_is_map", "_key", "stop")

    def __init__(self, base: Path, stop: int, *, is_map: bool) -> None:
        self._base = base
        self.stop = stop
        self._is_map = is_map
        self._index = -1
        self._key: str | None = None

    def step(self, key: str | None) -> Path:
        """Return the path of the next node, whose text as a key is ``key``."""
        self._index += 1
        if not self._is_map:
            return (*self._base, self._index)
        if self._index % 2 == 0:
            self._key = key
        return self._base if self._key is None else (*self._base, self._key)
