"""Question texts as respondents read them: survey software keeps them as HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_APART = re.compile(
    "address|article|aside|blockquote|br|caption|center|dd|div|dl|dt|fieldset|figcaption|figure|"
    "footer|form|h1|h2|h3|h4|h5|h6|header|hr|li|main|nav|ol|option|p|pre|section|select|table|"
    "tbody|td|tfoot|th|thead|tr|ul"
)
"""Elements that stand on lines or in cells of their own: words on both sides stay apart."""
_WITHIN = (
    "a|abbr|acronym|audio|b|bdi|bdo|big|body|button|cite|code|col|colgroup|data|del|dfn|em|embed|"
    "font|head|html|i|iframe|img|input|ins|kbd|label|legend|link|map|mark|meta|noscript|object|"
    "param|picture|q|s|samp|script|small|source|span|strike|strong|style|sub|sup|svg|textarea|"
    "time|title|tt|u|var|video|wbr"
)
_UNSEEN = frozenset({"script", "style"})

# Anything else in angle brackets is text: `a < b`, `<name of your organisation>`, a tag that was
# cut off. The names with a colon are those that word processors leave behind (`<o:p>`).
_NO_TAG = re.compile(
    rf"<(?!!--|/?(?:{_APART.pattern}|{_WITHIN}|(?:o|v|w|m|st1):\w+)"
    r"(?:\s[^<>=]*=[^<>]*|\s*/?)>)",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    r"""The text without its HTML: tags dropped, entities resolved, spaces single.

    Text that is not HTML stays as it is, and so does what the software would put in its place,
    `${…}` of Qualtrics and `{…}` of LimeSurvey.

    >>> plain("<p>How far do you&nbsp;<b>agree</b>?</p><script>hide()</script>\n<br/>")
    'How far do you agree?'
    >>> plain("one<br>two<ul><li>three<li>four</ul>")
    'one two three four'
    >>> plain("if a < b, R&D of <your organisation> &amp; <i>others</i>")
    'if a < b, R&D of <your organisation> & others'
    >>> plain("We at ${e://Field/org} share {Q1.shown} data")
    'We at ${e://Field/org} share {Q1.shown} data'
    """
    if "<" not in text and "&" not in text:
        return " ".join(text.split())
    reader = _Words()
    reader.feed(_NO_TAG.sub("&lt;", text))
    reader.close()
    return " ".join("".join(reader.words).split())


class _Words(HTMLParser):
    """Keeps the text between the tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unseen += tag in _UNSEEN
        self._part(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        self.unseen -= tag in _UNSEEN and self.unseen > 0
        self._part(tag)

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.words.append(data)

    def _part(self, tag: str) -> None:
        if _APART.fullmatch(tag):
            self.words.append(" ")
