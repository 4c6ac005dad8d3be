"""A check as JUnit XML, in the shape that GitLab and Jenkins read: a suite for each file.

A finding that does not fail the check is no failure: it is told in the output of its test case.
"""

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree import ElementTree as Xml

from steward_cli.runtimes.checking import Check
from steward_cli.runtimes.failing import FailOn
from steward_cli.runtimes.findings import Finding, Template, Unread

# "Extensible Markup Language (XML) 1.0", production 2: no other character may stand there.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAME = "steward runtimes check"


def junit_of(check: Check, fail_on: FailOn) -> str:
    """The document, with an XML declaration."""
    suites = [_suite(template, fail_on) for template in check.templates]
    suites += [_unread(each) for each in check.unread]
    root = Xml.Element("testsuites", {"name": _NAME, **_counts(*suites)})
    root.extend(suites)
    Xml.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{Xml.tostring(root, encoding="unicode")}\n'


def _suite(template: Template, fail_on: FailOn) -> Xml.Element:
    cases = [
        *(_of_finding(finding, fail_on) for finding in template.findings),
        *(_case(each.place.file, each.subject) for each in template.passed),
        *_of_remarks(template),
    ]
    return _suite_of(template.file, cases)


def _suite_of(file: str, cases: list[Xml.Element]) -> Xml.Element:
    suite = Xml.Element("testsuite", {"name": _xml(file)})
    suite.extend(cases)
    suite.attrib |= _counts(suite)
    return suite


def _of_finding(finding: Finding, fail_on: FailOn) -> Xml.Element:
    case = _case(finding.place.file, finding.subject)
    told = _xml(f"{finding.place}: {finding.level}: {finding.sentence} [{finding.rule.id}]")
    if fail_on.is_failure(finding.level):
        facts = {
            "type": finding.rule.id,
            "message": _xml(f"{finding.runtime_id} {finding.happens}"),
        }
        Xml.SubElement(case, "failure", facts).text = told
    else:
        Xml.SubElement(case, "system-out").text = told
    return case


def _of_remarks(template: Template) -> Iterator[Xml.Element]:
    for remark in template.remarks:
        case = _case(remark.place.file, remark.resource)
        Xml.SubElement(case, "skipped", {"message": _xml(remark.why)})
        yield case


def _unread(unread: Unread) -> Xml.Element:
    case = _case(unread.file, "can be read")
    facts = {"type": "unreadable", "message": _xml(unread.why)}
    Xml.SubElement(case, "error", facts).text = _xml(f"{unread}; to do: {unread.todo}")
    return _suite_of(unread.file, [case])


def _case(file: str, name: str) -> Xml.Element:
    shown = _xml(file)
    return Xml.Element("testcase", {"classname": shown, "name": _xml(name), "file": shown})


def _counts(*parents: Xml.Element) -> dict[str, str]:
    cases = [case for parent in parents for case in parent.iter("testcase")]
    ended = Counter(each.tag for case in cases for each in case)
    numbers = {"tests": len(cases), "failures": ended["failure"], "errors": ended["error"]}
    return {name: str(n) for name, n in (numbers | {"skipped": ended["skipped"]}).items()}


def _xml(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
