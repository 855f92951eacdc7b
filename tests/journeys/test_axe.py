"""Every page that answers GET, small and large, light and dark: nothing on it stands in anybody's way."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any
from zlib import crc32

import pytest
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from tests.journeys.window import NARROW, WIDE, Window

REGION = "Greater New Orleans"
COORDINATOR = "Care coordinator"
NOBODY = "nobody"
ANALYST = "State analyst"
# Who walks, and where besides the links that they find.
WALKS = {
    NOBODY: [
        "/start/es/",
        "/start/vi/",
        "/start/en/",
        "/start/en/back/",
        "/confidentiality/en/",
        "/confidentiality/vi/",
        "/sign-in/",
        "/demo/",
        "/no-such-place/",
        "/read/an-invented-link/",
        "/answer/en/",
        "/answer/vi/",
        "/yearly/",
        "/yearly/calculator/",
        "/annual-report/",
    ],
    COORDINATOR: [
        *("/", "/gallery/", "/gallery/act/", "/gallery/public/", "/referrals/?tier=1"),
        *("/meetings/", "/meetings/?past=1", "/cases/?sort=oldest", "/numbers/R4/rows/"),
    ],
    "Team member, local law enforcement": ["/"],
    "Child welfare desk": ["/"],
    "Alliance reviewer": ["/"],
    "Administrator": ["/"],
    "Agency head": ["/", "/figures/"],
    "Auditor": ["/"],
    ANALYST: ["/", "/annual/", "/exports/", "/figures/", "/annual-report/"],
    "Duty officer": ["/"],
    "Privacy officer": ["/"],
    "Youth": ["/"],
}
# Every address is looked at by the coordinator, except what these people look at.
LOOKED_AT_BY = {
    "consents:sheet": NOBODY,
    "staffings:read": NOBODY,
    "surveys:answer": NOBODY,
    **{f"submissions:{name}": NOBODY for name in ("stranger", "calculator")},
    **{f"submissions:{name}": ANALYST for name in ("years", "new", "year", "sources", "source", "answer")},
    "submissions:own": "Agency head",
    **{
        f"annual_reports:{name}": ANALYST
        for name in ("index", "new", "report", "tables", "coarser", "sentences", "reading")
    },
    "annual_report:newest": NOBODY,
    "annual_report:language": ANALYST,
    "statistics:state": ANALYST,
    **{f"exports:{name}": ANALYST for name in ("index", "extract_new", "extract", "report_new", "report", "request")},
    "closure:lessons": "Alliance reviewer",
    "public:start": NOBODY,
    "public:back": NOBODY,
    "sign_in:password": NOBODY,
    "demonstration:people": NOBODY,
    "people:list": "Administrator",
    "people:invite": "Administrator",
    "people:person": "Administrator",
    "intake:moves": "Child welfare desk",
    "intake:hop": "Child welfare desk",
    "emergency:new": "Duty officer",
    "emergency:openings": "Duty officer",
    "leaving:offboarding": "Administrator",
    "onboarding:of": "Administrator",
    "privacy:access": "Privacy officer",
    "privacy:disposal": "Privacy officer",
    "privacy:disposals": "Privacy officer",
    "privacy:hold": "Privacy officer",
    "privacy:holds": "Privacy officer",
    "privacy:home": "Privacy officer",
    "privacy:readers": "Agency head",
    "privacy:retention": "Privacy officer",
    "privacy:unusual": "Privacy officer",
    "privacy:unusual_line": "Privacy officer",
    "privacy:why": "Administrator",
    "trail:audit": "Auditor",
}
LINK = re.compile(r'<a\b[^>]*?\shref="(/[^"]*)"')
PARTS = {"topic": "safety_assessment", "number": "1", "step": "signers"}  # parts of an address that are no codes
EACH = 6  # records of one kind: what one of them lacks, another may lead to
LEADING = 24  # of those that lead to the most
EVERY = 200  # of cases: the one that shows everything is the oldest, and other journeys add new ones before it
LEADS = {
    *("cases:people", "closure:closure", "consents:consent", "intake:report", "justice:relief_new"),
    *("meetings:meeting", "missing:episodes", "plans:plans", "safety:plans", "staffings:of_case", "staffings:staffing"),
    *("cases:offers", "missing:episode", "staffings:topic", "staffings:decisions", "staffings:action_items"),
}
ALL_OF = {"cases:case", "consents:register"}
SAME_FOR_ALL = ("doorway:", "ui:", "partners:", "teams:", "search:")
# Not pages: files, ways out, addresses that lead on. And pages in the middle of an act or behind a link in a message,
# where the doorway's own tests walk.
LEFT_OUT = {
    "public:root",
    "ui:quick_exit",
    "consents:new",
    "consents:new_form",
    "consents:form",
    "consents:register_document",
    "consents:sheet_root",
    "consents:sheet_document",
    "consents:blank_form",
    "staffings:at_meeting",
    "staffings:document",
    "assessments:blank",
    "assessments:paper",
    "assessments:table",
    "surveys:document",
    "surveys:table",
    "statistics:csv",
    *("statistics:endings_csv", "statistics:endings_xlsx"),
    "statistics:state_csv",
    "statistics:state_xlsx",
    "statistics:xlsx",
    "exports:report_file",
    "annual_report:file",
    "annual_report:year",  # what the shortest address leads to, which is looked at
    "annual_report:edition",
    "meetings:invitation",
    "meetings:feed",
    "cases:export",
    "cases:export_asked",
    "referrals:export",
    "referrals:export_asked",
    "documents:copy",
    "documents:document",
    "documents:original",
    "case_imports:empty_sheet",
    "case_imports:faults",
    "closure:document",
    "closure:face_sheet",
    "closure:plan_word",
    "closure:summary_word",
    "closure:word",
    "meetings:sign_in",
    "plans:document",
    "referral_imports:empty_sheet",
    "referral_imports:faults",
    "staffings:agenda",
    "staffings:packet_document",
    "cases:merging_new",  # in the middle of an act, behind what a comparison found
    "case_imports:columns",  # behind a file that somebody sent
    "case_imports:sheet",
    "referral_imports:columns",
    "referral_imports:sheet",
    "emergency:opening",  # a record opened in an emergency; its list is walked
    "partners:agreement",  # an agency's, for who keeps them
    "staffings:notice",  # a guest's alone, on the way to the meeting
    "emergency:banner",  # a fragment of every page
    "privacy:access_report",  # a file, made at a press
    "privacy:certificate",
    "sign_in:second_factor",
    "sign_in:invitation",
    "sign_in:welcome",
    "sign_in:enrolment",
    "sign_in:enrol_app",
    "sign_in:codes",
    "sign_in:locked",
}


@pytest.mark.req("UX-2", "UX-4")
@pytest.mark.parametrize(
    ("group", "half"), [(COORDINATOR, 0), (COORDINATOR, 1), *[(group, None) for group in WALKS if group != COORDINATOR]]
)
def test_no_page_stands_in_anybodys_way(window: Callable[..., Window], group: str, half: int | None) -> None:
    """The longest walk is gone twice, side by side, each time with an eye on half of the pages."""
    person = window()
    if group != NOBODY:
        person.enter(group, REGION if group == COORDINATOR else "")
    found, seen = [], set()
    for name, faults in _walk(person, WALKS[group], half, leave=group == NOBODY, same=group != COORDINATOR):
        seen.add(name)
        found += faults
    owed = {name for name in _pages() if LOOKED_AT_BY.get(name, COORDINATOR) == group and _is_of(half, name)}
    assert found == []
    assert sorted(owed - seen) == [], "nobody looked at these"


def _is_of(half: int | None, name: str) -> bool:
    return half is None or crc32(name.encode()) % 2 == half


def _pages() -> dict[str, str]:
    """Every address that answers GET with a page: its name, and how it is written."""
    found = {}

    def gather(patterns: list[URLPattern | URLResolver], spaces: str, before: str) -> None:
        for one in patterns:
            if isinstance(one, URLResolver):
                space = f"{spaces}{one.namespace}:" if one.namespace else spaces
                gather(one.url_patterns, space, before + str(one.pattern))
            elif "get" in getattr(one.callback, "resource", {}):
                found.setdefault(spaces + str(one.name), before + str(one.pattern))

    gather(get_resolver().url_patterns, "", "/")
    return {name: path for name, path in found.items() if name not in LEFT_OUT}


def _walk(
    person: Window, beginnings: list[str], half: int | None, *, leave: bool, same: bool
) -> Iterator[tuple[str, list[str]]]:
    """From page to page along the links, and to the pages below each: one of every address, with what is wrong.

    Links are read from what the site answers, since every page works without scripts; only a page that is looked at is
    opened in the browser.
    """
    waiting, known, looked_at, visits, refused = list(beginnings), set(beginnings), set(), Counter(), Counter()
    pages = {name: path for name, path in _pages().items() if not (same and name.startswith(SAME_FOR_ALL))}
    while waiting:
        path = waiting.pop(0)
        name = _name_of(path)
        most = EVERY if name in ALL_OF else LEADING if name in LEADS else EACH
        is_enough = visits[name] >= most or refused[name] >= max(most, LEADING)
        if path not in beginnings and (name not in pages or is_enough):
            continue
        answer = person.fetch(path)
        if answer.status >= 500:
            yield "", [f"{path}: answered {answer.status}"]
        if answer.status != 200 and path not in beginnings:
            refused[name] += 1
            continue  # the page of a refusal is looked at once, at the beginning
        visits[name] += 1
        if _is_of(half, name) and (path in beginnings or name not in looked_at):
            looked_at.add(name)
            shown = person.go(path)
            changed = [] if shown.status == answer.status else [f"{path}: {answer.status}, then {shown.status}"]
            yield name, [*changed, *_looked_at(person)]
        new = [] if leave else [*_links(answer), *_below(path, pages)]
        waiting += [one for one in dict.fromkeys(new) if one not in known]  # a page leads to another in several places
        known.update(new)


def _name_of(path: str) -> str:
    try:
        return resolve(path.partition("?")[0]).view_name
    except Resolver404:
        return ""


def _links(answer: Any) -> list[str]:
    if "html" not in answer.headers.get("content-type", ""):
        return []
    links = (unescape(link).partition("#")[0] for link in LINK.findall(answer.text()))
    return [link for link in links if "?" not in link]


def _below(path: str, pages: dict[str, str]) -> list[str]:
    """The pages that lie below this one, which it offers only at times."""
    try:
        here = resolve(path.partition("?")[0])
    except Resolver404:
        return []
    route, known = "/" + here.route, {**PARTS, **here.kwargs}
    below = [written for written in pages.values() if written.startswith(route) and written != route]
    return [
        re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(known[part[1]]), written)
        for written in below
        if set(re.findall(r"<(?:\w+:)?(\w+)>", written)) <= set(known)
    ]


def _looked_at(person: Window) -> list[str]:
    """Both widths, both schemes. What depends on colour alone is asked of all four, the rest of each width once."""
    faults = []
    for width, scheme, rules in (
        (WIDE, "light", None),
        (WIDE, "dark", ["color-contrast"]),
        (NARROW, "dark", None),
        (NARROW, "light", ["color-contrast"]),
    ):
        person.page.set_viewport_size({"width": width, "height": 900})
        person.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        faults += [f"{person.path} at {width}, {scheme}: {fault}" for fault in person.axe(rules)]
        if rules is None:
            faults += [f"{person.path} runs out at {width}: {what}" for what in person.runs_out()]
    person.page.set_viewport_size({"width": WIDE, "height": 900})
    return faults
