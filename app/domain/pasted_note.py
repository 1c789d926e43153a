"""A note, lines of an environment or a piece of code, read line by line for addresses, keys, models and names.

Owns which words of a text are taken for what, and how a key in pieces is put together. Must not know which of several
findings is the best: that is `app.domain.pasted`'s.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from app.domain.address_text import FoundAddress, find_addresses
from app.domain.key_text import (
    find_keys,
    has_key_prefix,
    is_key,
    is_model,
    is_placeholder,
    is_rest_of_key,
    is_whole,
    may_be_key,
)
from app.domain.label_text import LONGEST, Label, label_of

_MOST = 200  # findings of one kind
_MOST_LINES = 3_000
_SHORT_LINE = 40
_VALUE = re.compile(
    r"(?:=>|->|:=|[:=|\t]|\b(?:is|are|Bearer)\b|\bsetx\s+\w{1,60}\s|[是为])(?P<open>[\s\"'`*(\[{<]*)(?:Bearer\s+)?"
    r"(?P<value>[!#$%&+\-./0-9?@A-Z\\^_a-z~•…\u4e00-\u9fff][!#$%&*+\-./0-9:=?@A-Z\\^_a-z~•…\u4e00-\u9fff]*)",
    re.IGNORECASE,
)
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*\s*=[\"']?$")
_ALONE = re.compile(r"[\s\"'`*>•·,;-]*([^\s\"'`*>•·,;][^\s\"'`,;]*)[\s\"'`*,;]*")
_RANDOM = re.compile(r"(?<![A-Za-z0-9._~+/-])[A-Za-z0-9_][A-Za-z0-9._~+-]{19,}={0,2}")
_PIECE = re.compile(r"\s*([A-Za-z0-9._~+/-]+={0,2})[\s\"'`,;]*")
_CLOSING = re.compile(r"[\s\"'`,;*]*")
_NEXT_WORD = re.compile(r" ([A-Za-z0-9]{1,47})(?![A-Za-z0-9])")
_MOST_PIECES = 12
_TITLE = re.compile(r"[^\w【#*]*(?:【([^】]{1,40})】|#{1,3}\s+([^#\n]{1,40})|\*\*([^*:]{1,40})\*\*\s*$)")
_MODEL = re.compile(r"(?!\d+$)[A-Za-z0-9][A-Za-z0-9._:/@-]{1,100}")
_STAND_IN = re.compile(r"[!-~]*$|.*[•…]|.*(?:你的|您的|填[入写]|替换|此处|粘贴)")


@dataclass(frozen=True, slots=True, repr=False)
class FoundKey:
    """One key in a text: where it began, how surely it is one (`weight`), and whether it was put together."""

    text: str
    start: int
    weight: int
    is_healed: bool = False

    def __repr__(self) -> str:
        """Show where it stood and never the key."""
        return f"FoundKey(at {self.start}, weight {self.weight})"


@dataclass(slots=True, repr=False)
class Note:
    """What a text says. `left` are the lines of which nothing was taken, as they stand, secrets and all."""

    addresses: list[FoundAddress] = field(default_factory=list)
    keys: list[FoundKey] = field(default_factory=list)
    models: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    has_placeholder: bool = False
    has_foreign: bool = False
    is_cut: bool = False

    def __repr__(self) -> str:
        """Show how much was found, and none of it."""
        return f"Note({len(self.addresses)} addresses, {len(self.keys)} keys)"


def read_note(text: str) -> Note:
    """Return what a plain text says about a connection (`app.domain.pasted_text.plain`)."""
    return _Reader(text).read()


class _Reader:
    """Read one text; lives for one call."""

    def __init__(self, text: str) -> None:
        lines = text.split("\n")
        self._lines = lines[:_MOST_LINES]
        self._note = Note(is_cut=len(lines) > _MOST_LINES)
        self._start = 0
        self._joined_to = 0  # lines before this one are part of a key already
        self._expected = Label.NONE

    def read(self) -> Note:
        """Return what the text says."""
        if whole := self._key_in_pieces():
            return Note(keys=[FoundKey(whole, 0, 40, is_healed=True)])
        for number, line in enumerate(self._lines):
            if number >= self._joined_to and line.strip():
                self._read_line(number, line)
            self._start += len(line) + 1
        if not self._note.keys:
            self._take_the_other_line()
        return self._note

    def _read_line(self, number: int, line: str) -> None:
        before = self._amount()
        label = self._expected
        free = self._take_addresses(line, label)
        self._take_keys(number, free, label)
        self._take_values(number, line, free, label)
        self._take_alone(number, free, label)
        is_taken = self._amount() > before
        self._expected = label_of(line) if not is_taken and len(line) <= _SHORT_LINE else Label.NONE
        if is_taken:
            return
        if title := _TITLE.match(line):
            self._note.titles.append(next(group for group in title.groups() if group).strip())
        elif re.search(r"\w", line) and self._expected is Label.NONE and not line.lstrip().startswith("```"):
            self._note.left.append(line)

    def _amount(self) -> int:
        note = self._note
        return len(note.addresses) + len(note.keys) + len(note.models) + len(note.names)

    def _take_addresses(self, line: str, expected: Label) -> str:
        """Take the addresses of a line and return it with blanks in their place."""
        pieces, position = list[str](), 0
        for address in find_addresses(line, expected):
            pieces += [line[position : address.start], " " * (address.end - address.start)]
            position = address.end
            if address.label is Label.FOREIGN:
                self._note.has_foreign = True
            elif len(self._note.addresses) < _MOST:
                moved = replace(address, start=self._start + address.start, end=self._start + address.end)
                self._note.addresses.append(moved)
                if address.key:
                    self._add_key(address.key, address.start, 30)
        return "".join([*pieces, line[position:]])

    def _take_keys(self, number: int, line: str, expected: Label) -> None:
        found = find_keys(line) + [(match.start(), match[0].rstrip(".")) for match in _RANDOM.finditer(line)]
        for start, key in found[:_MOST]:
            if not is_key(key):
                continue
            label = self._label(line, start, expected)
            if label is Label.FOREIGN:
                self._note.has_foreign = True
                continue
            weight = (30 if has_key_prefix(key) else 10) + (20 if label is Label.KEY else 0)
            self._add_healed(number, line, key, start, weight)

    def _take_values(self, number: int, line: str, free: str, expected: Label) -> None:
        for match in self._matches(free):
            start = match.start("value")
            label = self._label(line, start, expected)
            value = match["value"].rstrip("!?*./,")
            before = free[max(0, start - LONGEST) : start]
            is_said = (
                "bearer" in match[0][: -len(match["value"])].lower()
                or re.search(r"[\"'`]", match["open"])
                or _VARIABLE.search(before)
            )
            if label is Label.FOREIGN:
                self._note.has_foreign = True
            elif label is Label.KEY:
                self._take_named_key(number, free, value, start, is_said=bool(is_said))
            elif label is Label.MODEL and (is_model(value) or (is_said and _MODEL.fullmatch(value))):
                self._note.models.append(value)
            elif label is Label.NAME:
                self._take_name(line, start)

    def _take_named_key(self, number: int, line: str, value: str, start: int, *, is_said: bool) -> None:
        """Take what was called a key; without quotes it must not be a plain word, as in "key: required"."""
        if not may_be_key(value) or find_addresses(value, Label.ADDRESS):
            is_stand_in = is_placeholder(value) and _STAND_IN.match(value)
            self._note.has_placeholder |= bool(is_stand_in) and value.lower() not in {"bearer", "basic"}
        elif is_said or re.search(r"\d", value) or has_key_prefix(value):
            self._add_healed(number, line, value, start, 50)

    def _take_name(self, line: str, start: int) -> None:
        name = re.split(r"[\"'`|,;]", line[start : start + LONGEST], maxsplit=1)[0].strip(" *_")
        if name and not find_addresses(name):
            self._note.names.append(name)

    def _take_alone(self, number: int, line: str, expected: Label) -> None:
        """Take a line that is one word: a key, a model, or what the line before announced."""
        match = _ALONE.fullmatch(line) if len(line) < 5_000 else None
        if match is None:
            return
        word, start = match[1], match.start(1)
        if is_model(word):
            self._note.models.append(word)
        elif expected is Label.KEY and not is_key(word):
            self._take_named_key(number, line, word, start, is_said=False)

    def _add_healed(self, number: int, line: str, key: str, start: int, weight: int) -> None:
        """Add a key, together with what line breaks cut off (case 41)."""
        end = start + len(key)
        if (piece := _NEXT_WORD.match(line, end)) and is_whole(key + piece[1]) and not is_whole(key):
            self._add_key(key + piece[1], start, weight, is_healed=True)
            return
        pieces = list(self._rest_of_key(number, line, key, start)) if _CLOSING.fullmatch(line, end) else []
        healed = key + "".join(pieces)
        if pieces and may_be_key(healed):
            self._joined_to = max(self._joined_to, number + 1 + len(pieces))
            self._add_key(healed, start, weight, is_healed=True)
        else:
            self._add_key(key, start, weight)

    def _rest_of_key(self, number: int, line: str, key: str, start: int) -> Iterator[str]:
        """Yield what the lines after a key hold of it: all up to the closing quote, or what looks like the rest."""
        quote = line[start - 1 : start] if start else ""
        is_open = quote in {'"', "'"} and quote not in line[start + len(key) :]
        for following in self._lines[number + 1 : number + _MOST_PIECES]:
            piece = _PIECE.fullmatch(following)
            if piece is None or not (is_open or is_rest_of_key(key, piece[1])) or find_addresses(piece[1]):
                return
            yield piece[1]
            key += piece[1]
            is_open = is_open and quote not in following

    def _add_key(self, key: str, start: int, weight: int, *, is_healed: bool = False) -> None:
        found = FoundKey(key, self._start + start, weight, is_healed)
        keys = self._note.keys
        for index, known in enumerate(keys):
            if key in known.text or known.text in key:  # found by its looks, by its label, and in pieces
                keys[index] = max(known, found, key=lambda each: (each.weight, len(each.text), each.is_healed))
                return
        if len(keys) < _MOST:
            keys.append(found)

    def _matches(self, line: str) -> Iterator[re.Match[str]]:
        for count, match in enumerate(_VALUE.finditer(line)):
            if count >= _MOST:
                return
            yield match

    def _label(self, line: str, start: int, expected: Label) -> Label:
        before = line[max(0, start - LONGEST) : start]
        return label_of(before) if re.search(r"\w", before) else expected

    def _key_in_pieces(self) -> str:
        """Return the key where the text is nothing but one, broken by line breaks or blanks; else ""."""
        lines = [line for line in self._lines[: _MOST_PIECES + 1] if line.strip()]
        words = " ".join(lines).strip(" \"'").removeprefix("Bearer ").split()
        if not 2 <= len(words) <= _MOST_PIECES or len(self._lines) > _MOST_PIECES or not has_key_prefix(words[0]):
            return ""
        are_lines = len(lines) == len(words)
        for word in words[1:]:
            is_part = re.fullmatch(r"[A-Za-z0-9_-]+", word) and not is_model(word) and not has_key_prefix(word)
            if not is_part or not (are_lines or re.search(r"\d", word)):
                return ""
        joined = "".join(words)
        return joined if may_be_key(joined) and not is_whole(words[0]) else ""

    def _take_the_other_line(self) -> None:
        """Take what stands beside an address on two lines for its key, whatever it looks like."""
        lines = [line.strip(" \t\"'`") for line in self._lines[:50] if line.strip()]
        if len(lines) != 2 or not self._note.addresses:
            return
        for line in lines:
            if may_be_key(line) and not find_addresses(line, Label.ADDRESS):
                self._start = 0
                self._add_key(line, "\n".join(self._lines).index(line), 40)
                self._note.left = [left for left in self._note.left if line not in left]
                return
