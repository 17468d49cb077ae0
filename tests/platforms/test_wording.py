"""HTML out of question texts, and nothing else."""

from __future__ import annotations

import pytest

from vested.platforms.wording import plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("  We share\r\n data\t", "We share data"),
        ("De acuerdo\xa0", "De acuerdo"),
        ("<p>One</p><p>Two</p>", "One Two"),
        ("one<br />two<BR>three", "one two three"),
        ("<div>a</div><div>b</div>", "a b"),
        ("<ul><li>a</li><li>b</li></ul>", "a b"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("un<b>believ</b>able<sup>2</sup>", "unbelievable2"),
        ('<span style="font-size:12px; color:red">Red</span>', "Red"),
        ("a&nbsp;&nbsp;b &#160; c &lt;d&gt; &eacute; &amp;amp;", "a b c <d> é &amp;"),
        ("x<style>p { color: red }</style>y<script>if (a<b) { x() }</script>z", "xyz"),
        ("<script/>shown", "shown"),
        ("</style>shown", "shown"),
        ("<!-- note <p> -->shown", "shown"),
        ("Word<o:p></o:p>s", "Words"),
        ("a < b and c > d", "a < b and c > d"),
        ("a<b and c>d", "a<b and c>d"),
        ("<3 years, > 3 years", "<3 years, > 3 years"),
        ("<5%", "<5%"),
        ("R&D, AT&T", "R&D, AT&T"),
        ("<your organisation> is <b>good</b>", "<your organisation> is good"),
        ('cut off <span style="co', 'cut off <span style="co'),
        ("${q://QID1/ChoiceGroup/SelectedChoices} <i>and</i> ${lm://Field/1}",
         "${q://QID1/ChoiceGroup/SelectedChoices} and ${lm://Field/1}"),
        ("<p>{if(Q1.NAOK < 3, 'a', 'b')}</p>", "{if(Q1.NAOK < 3, 'a', 'b')}"),
        ("{TOKEN:ATTRIBUTE_1}", "{TOKEN:ATTRIBUTE_1}"),
    ],
)  # fmt: skip
def test_plain(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_plain_twice_is_plain_once() -> None:
    text = "<p>a < b</p> <unknown> & more"
    assert plain(plain(text)) == plain(text) == "a < b <unknown> & more"


def test_a_long_text_takes_no_long_time() -> None:
    assert plain("<b " * 100_000).startswith("<b <b")
    assert plain("<a href='x" + "y" * 1_000_000 + "'>z</a>") == "z"
