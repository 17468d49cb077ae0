"""JUnit XML: a test case for each thing that was checked, without times or hosts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

from vested.report.findings import Finding
from vested.report.text import harmless

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(
    title: str, checked: Sequence[str], findings: Sequence[Finding], rules: Mapping[str, str]
) -> bytes:
    """One suite; a case fails with all that was found about it."""
    names = list(dict.fromkeys((*checked, *(each.of for each in findings))))
    failed = {each.of for each in findings}
    counts = {"tests": str(len(names)), "failures": str(len(failed)), "errors": "0"}
    root = ElementTree.Element("testsuites", {"name": title, **counts})
    suite = ElementTree.SubElement(root, "testsuite", {"name": title, **counts})
    for name in names:
        attributes = {"classname": title, "name": _text(name)}
        case = ElementTree.SubElement(suite, "testcase", attributes)
        own = [each for each in findings if each.of == name]
        if own:
            first = {"message": _text(own[0].message), "type": own[0].rule}
            failure = ElementTree.SubElement(case, "failure", first)
            failure.text = "\n".join(_text(each.message) for each in own)
    ElementTree.indent(root)
    content: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _text(text: str) -> str:
    return _NOT_IN_XML.sub("�", harmless(text))
