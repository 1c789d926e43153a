"""`curl` commands as documentation, relays and browsers print them.

Owns the quoting of the shells (POSIX, cmd, PowerShell) and curl's options as far as a connection needs them. Must not
know which header carries a key, or what an address means.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MOST_COMMANDS = 200
_START = re.compile(r"(?<![\w./@-])curl(?:\.exe)?(?=[ \t^\\`])")
_WITH_VALUE_SHORT = frozenset("HXdFxUuAebcomwKTErCDyYztP")
_WITH_VALUE = re.compile(
    r"--(?:header|request|data(?:-raw|-binary|-ascii|-urlencode)?|json|form(?:-string)?|proxy(?:-user|-header|-cacert)?"
    r"|preproxy|socks4a?|socks5(?:-hostname)?|user(?:-agent)?|referer|cookie(?:-jar)?|output(?:-dir)?|max-time"
    r"|connect-timeout|ca(?:cert|path)|(?:cert|key)(?:-type)?|pass|url|write-out|config|upload-file"
    r"|retry(?:-delay|-max-time)?|oauth2-bearer|resolve|connect-to|interface|limit-rate|range|dns-servers|noproxy"
    r"|tls-max|ciphers|variable)"
)
_LONG_NAMES = {
    "H": "--header",
    "d": "--data",
    "x": "--proxy",
    "U": "--proxy-user",
    "u": "--user",
    "A": "--user-agent",
    "e": "--referer",
    "b": "--cookie",
    "k": "--insecure",
    "E": "--cert",
}
_BODIES = frozenset({"--data", "--data-raw", "--data-binary", "--data-ascii", "--json"})
_PROXIES = {
    "--proxy": "",
    "--socks5": "socks5://",
    "--socks5-hostname": "socks5h://",
}
_UNUSED = frozenset(
    {"--user", "--cert", "--key", "--cacert", "--cookie", "--pass", "--preproxy", "--socks4", "--config"}
)
_MODEL = re.compile(r"""["']model["']\s*:\s*["']([^"'\n]{1,200})["']""")
_ESCAPES = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "a": "",
    "b": "",
    "e": "",
    "f": "",
    "v": "",
}
_DOUBLE_QUOTED = re.compile(r"""([^"\\^]*+)("|\^?\\\^.|\\.|\^.)""", re.DOTALL)
_ANSI_QUOTED = re.compile(
    r"([^'\\]*+)('|\\(?:x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8}|[0-7]{1,3}|.))", re.DOTALL
)
_REST_OF_LINE = re.compile(r"[ \t]*\r?(?:\n|$)")
_NEXT_OPTION = re.compile(r"[ \t]*--?[A-Za-z]")
_ENDS = "\n;|)`"
_CODE = re.compile(r"x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})")


@dataclass(frozen=True, slots=True, repr=False)
class CurlCommand:
    """What one `curl` command says about a connection.

    `start` and `end` are its place in the text. `headers` keep their order and case. `proxy` and `proxy_user` stand as
    they were written, with their secrets. `unused` names options that say something about the connection, but nothing
    that is understood here.
    """

    start: int
    end: int
    urls: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    proxy: str = ""
    proxy_user: str = ""
    bearer: str = ""
    model: str = ""
    is_insecure: bool = False
    unused: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Show where the command stands, and none of its secrets."""
        return f"CurlCommand({self.start}, {self.end}, {len(self.urls)} URLs, {len(self.headers)} headers)"


def find_curl(text: str) -> list[CurlCommand]:
    """Return the `curl` commands of a text that name a URL, in order; the word in a sentence is none."""
    commands: list[CurlCommand] = []
    position = 0
    while len(commands) < _MOST_COMMANDS and (match := _START.search(text, position)):
        shell = _Shell(text, match.end())
        commands.append(_command(shell.words(), match.start(), shell.position))
        position = shell.position
    return [command for command in commands if command.urls]


def _command(words: list[str], start: int, end: int) -> CurlCommand:
    options = list(_options(words))
    last = dict(options)
    bodies = [value for name, value in options if name in _BODIES]
    models = [match[1] for body in bodies if (match := _MODEL.search(body))]
    return CurlCommand(
        start,
        end,
        urls=tuple(value for name, value in options if name in {"", "--url"} and _is_url(value)),
        headers=tuple(_header(value) for name, value in options if name == "--header"),
        proxy=next((_proxy(name, value) for name, value in options if name in _PROXIES), ""),
        proxy_user=last.get("--proxy-user", ""),
        bearer=last.get("--oauth2-bearer", ""),
        model=models[0] if models else "",
        is_insecure="--insecure" in last,
        unused=tuple(name for name in last if name in _UNUSED),
    )


def _header(text: str) -> tuple[str, str]:
    name, _, value = text.partition(":")
    return name.strip(), re.sub(r"\s+", " ", value).strip()


def _proxy(name: str, value: str) -> str:
    return value if "://" in value else _PROXIES[name] + value


def _options(words: list[str]) -> Iterator[tuple[str, str]]:
    """Yield each option by its long name with its value, and each other word with an empty name."""
    waiting = iter(words)
    for word in waiting:
        if word.startswith("--"):
            name, equals, value = word.partition("=")
            yield name, value if equals or not _WITH_VALUE.fullmatch(name) else next(waiting, "")
        elif word.startswith("-") and len(word) > 1:
            for index, letter in enumerate(word[1:], 2):
                takes = letter in _WITH_VALUE_SHORT
                name = _LONG_NAMES.get(letter, f"-{letter}")
                yield name, (word[index:] or next(waiting, "")) if takes else ""
                if takes:
                    break
        else:
            yield "", word


def _is_url(word: str) -> bool:
    if re.match(r"https?://", word, re.IGNORECASE):
        return True
    return re.match(r"(?:localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)(?::\d+)?(?:/|$)", word[:300]) is not None


class _Shell:
    """Take one command apart into words, as a shell would; leniently, for what is pasted has been through much."""

    def __init__(self, text: str, position: int) -> None:
        self.position = position
        self._text = text
        # Windows' cmd, which a browser's "copy as cURL (cmd)" gives: ^ is what \ is elsewhere.
        self._is_cmd = re.search(r"\^[ \t]*\r?\n|(?<=\s)\^\"", text[position : position + 500]) is not None
        self._is_broken = False

    def words(self) -> list[str]:
        """Return the words up to the end of the command, their quotes taken off."""
        words: list[str] = []
        while self.position < len(self._text) and not self._is_broken:
            char = self._text[self.position]
            if char in " \t\r":
                self.position += 1
            elif skipped := self._continuation():
                self.position = skipped
            elif char == "\n" and _NEXT_OPTION.match(self._text, self.position + 1):
                self.position += 1  # a continuation whose mark got lost
            elif char in _ENDS or self._text.startswith("&&", self.position):
                break
            else:
                words.append(self._word())
        return words

    def _continuation(self) -> int:
        """Return where the text goes on after a line continuation, 0 where there is none."""
        if self._text[self.position] not in ("\\`^" if self._is_cmd else "\\`"):
            return 0
        match = _REST_OF_LINE.match(self._text, self.position + 1)
        return match.end() if match else 0

    def _word(self) -> str:
        parts: list[str] = []
        while self.position < len(self._text) and not self._is_broken:
            char = self._text[self.position]
            if char in _ENDS or char in " \t\r" or self._continuation():
                break
            self.position += 1
            if char == "^" and self._is_cmd:
                continue  # what follows stands for itself; a quote still opens
            if char == "$" and self._text.startswith("'", self.position):
                self.position += 1
                parts.append(self._ansi_quoted())
            elif char == "'":
                parts.append(self._single_quoted())
            elif char == '"':
                parts.append(self._double_quoted())
            elif char == "\\":
                parts.append(self._text[self.position : self.position + 1])
                self.position += 1
            else:
                parts.append(char)
        return "".join(parts)

    def _single_quoted(self) -> str:
        start = self.position
        end = self._text.find("'", start)
        if end < 0:
            return self._unclosed(start)
        self.position = end + 1
        return self._text[start:end]

    def _double_quoted(self) -> str:
        start = self.position
        parts: list[str] = []
        while match := _DOUBLE_QUOTED.match(self._text, self.position):
            self.position = match.end()
            plain, escape = match.groups()
            parts.append(plain)
            if escape == '"' or (escape == '^"' and self._is_cmd):
                return "".join(parts)
            parts.append(self._unescaped(escape))
        return self._unclosed(start)

    def _unescaped(self, escape: str) -> str:
        if self._is_cmd and "^" in escape[:-1]:  # ^X, \^X and ^\^X all mean X
            return escape[-1]
        if len(escape) > 2 or escape.startswith("^"):  # no escape elsewhere
            self.position -= len(escape) - 1
            return escape[0]
        if escape[1:] == "\n":
            return ""
        return escape[1:] if escape[1:] in '"\\$`' else escape

    def _ansi_quoted(self) -> str:
        start = self.position
        parts: list[str] = []
        while match := _ANSI_QUOTED.match(self._text, self.position):
            self.position = match.end()
            plain, escape = match.groups()
            parts.append(plain)
            if escape == "'":
                return "".join(parts)
            parts.append(_ansi_character(escape[1:]))
        return self._unclosed(start)

    def _unclosed(self, start: int) -> str:
        """Take a quote that is never closed as closed at the end of its line, where the command ends with it."""
        end = self._text.find("\n", start)
        self.position = len(self._text) if end < 0 else end
        self._is_broken = True
        return self._text[start : self.position].rstrip()


def _ansi_character(escape: str) -> str:
    if code := _CODE.fullmatch(escape):
        digits = next(group for group in code.groups() if group)
        number = int(digits, 8 if code[4] else 16)
        return chr(number) if 0 < number < 0xD800 or 0xDFFF < number <= 0x10FFFF else ""
    return _ESCAPES.get(escape, escape)
