"""What imports cannot show: read from the code itself. Each finding names its file and line."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "rightdoor"
SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted(PACKAGE.rglob("templates/**/*.html"))
SLICES = ("community", "casework", "oversight")


def trees(paths: list[Path]) -> Iterator[tuple[Path, ast.Module]]:
    for path in paths:
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def said(path: Path, line: int, what: str) -> str:
    return f"{path.relative_to(ROOT)}:{line}: {what}"


def test_the_rules_of_the_field_import_the_standard_library_only() -> None:
    found = []
    for path, tree in trees([one for one in SOURCES if one.is_relative_to(PACKAGE / "domain")]):
        for node in ast.walk(tree):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) and node.level == 0 else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                top = name.split(".")[0]
                if top not in sys.stdlib_module_names and not name.startswith("rightdoor.domain"):
                    found.append(said(path, node.lineno, name))
    assert not found, found


def test_the_rules_of_the_field_have_no_clock_of_their_own() -> None:
    found = [
        said(path, node.lineno, node.attr)
        for path, tree in trees([one for one in SOURCES if one.is_relative_to(PACKAGE / "domain")])
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}
    ]
    assert not found, found


def test_http_stays_in_pages() -> None:
    web = re.compile(r"^django\.(http|shortcuts|forms|contrib\.messages|urls)")
    found = []
    for path, tree in trees(SOURCES):
        parts = path.relative_to(PACKAGE).parts
        if "web" in parts or parts[0] == "config" or parts[:2] in {("foundation", "ui"), ("foundation", "doorway")}:
            continue
        if path.name in {"middleware.py", "doors.py"} or "templatetags" in parts:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and web.match(node.module or ""):
                found.append(said(path, node.lineno, node.module or ""))
    assert not found, found


def test_rows_are_fetched_only_where_the_viewer_is_asked() -> None:
    # clocks: the clear columns of one's own episodes, asked by queries and parts.
    # parts, own: lines and dues of a case, each asked with the viewer, or filtered by right where they come together
    # (cases/timeline.py).
    asking = "models|queries|actions|deidentified|disclosure|facts|matching|jobs|parts|own|timeline|clocks"
    allowed = re.compile(rf"(^|/)({asking})(\.py|/)")
    found = []
    for path, tree in trees(SOURCES):
        inside = path.relative_to(PACKAGE)
        if inside.parts[0] not in SLICES or allowed.search(inside.as_posix()):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr == "objects":
                found.append(said(path, node.lineno, ".objects"))
    assert not found, found


def acts() -> Iterator[tuple[Path, ast.FunctionDef]]:
    for path, tree in trees(SOURCES):
        inside = path.relative_to(PACKAGE)
        if inside.parts[0] in SLICES and (path.name == "actions.py" or "actions" in inside.parts):
            for node in tree.body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield path, node


# Helpers of acts that are public because a slice above calls them inside its own act; each says why.
CALLED_INSIDE_ACTS = {
    "make_client": "called by the act that brings the child to us, which records the event",
    "make_client_and_seal": "called by the act that brings the child to us, which records the event",
    "add_figures": "called inside the act that counts and takes figures to a meeting, which records the event",
    "begin_override": "called by the act of break-glass, which asks for the reason and records the event",
    "unsettled": "a question about a staffing, asked by its page and by the act that holds it",
    "recipients_of": "a question about a staffing, asked before sharing and by the act that shares",
    "running_releases": "a question about releases, asked by the page and the act that closes a case",
    "end_consent_with_case": "called inside the act that closes a case; records an event for each consent and release",
    "suspend_kept_releases": "called inside the act that opens a case again; records an event for each release",
    "summary_body": "reads through queries that record; used by the page before sharing and by the act that shares",
}


def test_every_act_takes_the_viewer_first_and_names_its_event() -> None:
    from rightdoor.foundation.audit.verbs import VERBS

    found = []
    for path, node in acts():
        if node.name in CALLED_INSIDE_ACTS:
            continue
        verbs = [
            decorator.args[0].value
            for decorator in node.decorator_list
            if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "action" and decorator.args
        ]
        if not verbs:
            found.append(said(path, node.lineno, f"{node.name} is no @action"))
        elif verbs[0] not in VERBS:
            found.append(said(path, node.lineno, f"{verbs[0]} is no verb"))
        if not node.args.args or node.args.args[0].arg != "viewer":
            found.append(said(path, node.lineno, f"{node.name} does not take viewer first"))
        if not ast.get_docstring(node):
            found.append(said(path, node.lineno, f"{node.name} has no docstring"))
    assert not found, found


def test_every_recorded_verb_has_its_sentence() -> None:
    from rightdoor.foundation.audit.verbs import VERBS

    found = []
    for path, tree in trees(SOURCES):
        for node in ast.walk(tree):
            called = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if not isinstance(node, ast.Call) or called not in {"record", "record_counting", "record_read"}:
                continue
            verb = node.args[1] if len(node.args) > 1 else None
            if isinstance(verb, ast.Constant) and verb.value not in VERBS:
                found.append(said(path, node.lineno, str(verb.value)))
    assert not found, found


def test_what_is_opened_to_be_counted_is_recorded_in_one_way() -> None:
    found = [
        said(path, node.lineno, "record_counting says it")
        for path, tree in trees([one for one in SOURCES if one.is_relative_to(PACKAGE / "casework")])
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "outcome" and getattr(node.value, "value", "") == "counted"
    ]
    assert not found, found


def test_every_deferred_job_exists_and_takes_codes() -> None:
    jobs = {
        f"{path.parent.name}.{node.name}"
        for path, tree in trees([one for one in SOURCES if one.name == "jobs.py" or one.parent.name == "jobs"])
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }
    found = []
    for path, tree in trees(SOURCES):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"defer", "defer_many"} and node.args:
                name = node.args[0]
                if isinstance(name, ast.Constant) and name.value not in jobs:
                    found.append(said(path, node.lineno, str(name.value)))
    assert not found, found


def test_an_empty_post_is_still_a_post() -> None:
    found = [
        said(path, index, line.strip())
        for path in SOURCES
        for index, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(r"request\.(POST|FILES) or None", line)
    ]
    assert not found, found


def test_no_hidden_story_in_signals_or_saves() -> None:
    found = []
    for path, tree in trees(SOURCES):
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.db.models.signals"):
                found.append(said(path, node.lineno, "signals"))
            if isinstance(node, ast.ClassDef) and path.name == "models.py":
                found += [
                    said(path, item.lineno, f"{node.name}.{item.name}")
                    for item in node.body
                    if isinstance(item, ast.FunctionDef) and item.name in {"save", "delete"}
                ]
    assert not found, found


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_template_has_nothing_inline_and_reaches_into_no_other_slice(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "inline script"
    assert not re.search(r"\sstyle\s*=", text), "inline style"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), "inline handler"
    assert "hx-on" not in text
    assert not re.search(r"(src|href|action)=[\"'](https?:)?//(?!www\.w3\.org)", text), "another site"
    own = path.parts[path.parts.index("templates") + 1]
    for included in re.findall(r"{%\s*(?:include|extends)\s+[\"']([^\"']+)", text):
        # A case has one head, wherever one is in it (casework/cases/web/frame.py).
        if included not in {"cases/frame.html", "cases/act.html"}:
            assert included.split("/")[0] in {own, "ui", "doorway", "questionnaires"}, f"includes {included}"


def test_no_template_is_unused() -> None:
    python = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    templates = {path: path.read_text(encoding="utf-8") for path in TEMPLATES}
    used_by_engine = ("account/", "mfa/", "django/", "ui/form/", "allauth/")  # found by their conventional names
    unused = []
    for path in templates:
        name = "/".join(path.parts[path.parts.index("templates") + 1 :])
        others = "\n".join(text for other, text in templates.items() if other != path)
        # Components are named by their tag ("ui/" + the tag's name), steps of a form by their step.
        by_stem = f'"{path.stem}"' in python or f"{path.stem}(" in python
        if not name.startswith(used_by_engine) and name not in python and name not in others and not by_stem:
            unused.append(name)
    assert not unused, unused


def test_no_state_stands_in_the_code() -> None:
    words = re.compile(r"\b(parish|parishes|county|counties|DCFS|LACAC|Louisiana|Altamira)\b", re.IGNORECASE)
    found = []
    for path in [*SOURCES, *TEMPLATES, *PACKAGE.rglob("*.typ"), *PACKAGE.rglob("rightdoor/*.js")]:
        for index, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            # The default pack's folder is the one place where a state is named.
            if words.search(line) and not (path.name == "env.py" and '"louisiana"' in line):
                found.append(said(path, index, line.strip()[:80]))
    assert not found, found
