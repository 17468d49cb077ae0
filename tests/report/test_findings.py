"""Findings for pipelines: text from data cannot act in any of them."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vested.report.findings import Finding, write_findings

RULES = {"moved": "A number moved."}
NASTY = "a%b:c,d\r\n::error::x \x1b[31m \u202e \ufffe \x00 <b>&\"' ]]>"


def written(form: str, *findings: Finding) -> str:
    return write_findings(form, "vested check", ["one", "two"], findings, RULES).decode()


def finding(text: str) -> Finding:
    return Finding("moved", text, f"norms/{text}.csv", text)


def test_github() -> None:
    lines = written("github", finding(NASTY), finding("plain")).splitlines()
    assert len(lines) == 2
    assert lines[1] == "::error file=norms/plain.csv,title=vested check%3A moved::plain"
    properties = lines[0].removeprefix("::error ").partition("::")[0]
    assert len(properties.split(",")) == 2
    assert "%25b%3Ac%2Cd" in properties
    assert not set(lines[0]) & {"\x1b", "\x00", "\u202e", "\r"}
    assert written("github") == "::notice title=vested check::2 checked, nothing found\n"


def test_junit() -> None:
    root = ElementTree.fromstring(written("junit", finding(NASTY), finding("one")))
    assert (root.get("tests"), root.get("failures")) == ("3", "2")
    cases = {case.get("name"): case for case in root.iter("testcase")}
    assert [cases[name].find("failure") is None for name in ("one", "two")] == [False, True]
    assert "<b>&\"' ]]>" in next(name for name in cases if name and name not in ("one", "two"))
    assert not {key for case in root.iter() for key in case.attrib} & {"time", "timestamp"}


def test_sarif() -> None:
    log = json.loads(written("sarif", finding(NASTY)))
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    assert run["tool"]["driver"]["rules"][0]["id"] == run["results"][0]["ruleId"] == "moved"
    uri = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.isascii()
    assert not set(uri) & set(" <>\"'\r\n:")
    assert "\x1b" not in run["results"][0]["message"]["text"]


@pytest.mark.parametrize("form", ["github", "junit", "sarif"])
@given(text=st.text(st.characters(exclude_categories=["Cs"])))
@settings(max_examples=60, deadline=None)
def test_any_text_leaves_the_form_whole(form: str, text: str) -> None:
    content = written(form, finding(text), finding("last"))
    if form == "github":
        assert len(content.split("\n")) == 3
    elif form == "junit":
        assert ElementTree.fromstring(content).get("failures") == ("1" if text == "last" else "2")
    else:
        assert len(json.loads(content)["runs"][0]["results"]) == 2
