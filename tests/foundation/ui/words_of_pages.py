"""The sentences that public and client pages can show, read from templates and code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

RIGHTDOOR = Path(__file__).parents[3] / "rightdoor"
UI = RIGHTDOOR / "foundation" / "ui"
INTAKE = RIGHTDOOR / "casework" / "intake"
SURVEYS = RIGHTDOOR / "community" / "surveys"
QUESTIONNAIRES = RIGHTDOOR / "foundation" / "questionnaires"
ANNUAL_REPORTS = RIGHTDOOR / "oversight" / "annual_reports"
CALLED = {"_", "said", "gettext", "gettext_lazy"}
QUOTED = re.compile(r"{%\s*translate\s+(?:\"([^\"]+)\"|'([^']+)')")
BLOCK = re.compile(r"{%\s*blocktranslate\b[^%]*%}(.*?){%\s*endblocktranslate\s*%}", re.DOTALL)


def sentences() -> dict[str, str]:
    """Each sentence with the file in which it stands."""
    found: dict[str, str] = {}
    for path in _templates():
        text = path.read_text(encoding="utf-8")
        said = [first or second for first, second in QUOTED.findall(text)]
        said += [re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", block) for block in BLOCK.findall(text)]
        found.update(dict.fromkeys(said, path.name))
    for path in (UI / "forms.py", UI / "templatetags" / "ui.py", *_public_code()):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {*CALLED, "ngettext"}:
                found.update(
                    {text.value: path.name for text in node.args if isinstance(text, ast.Constant) and _is_text(text)}
                )
    return found


def _is_text(constant: ast.Constant) -> bool:
    return isinstance(constant.value, str)


def _templates() -> list[Path]:
    own = [path for path in (UI / "templates" / "ui").rglob("*.html") if "gallery" not in path.parts]
    public = [
        *(INTAKE / "templates/intake/start").glob("*.html"),
        *(INTAKE / "templates/intake/widgets").glob("*.html"),
        *(SURVEYS / "templates/surveys/answer").glob("*.html"),
        *(QUESTIONNAIRES / "templates/questionnaires").glob("*.html"),
        *(ANNUAL_REPORTS / "templates/annual_reports/public").glob("*.html"),
    ]
    return sorted(own + public)


def _public_code() -> list[Path]:
    """Every page of reports that translates anything: only the public ones do. Where a survey is answered, and what a
    published report says of itself.
    """
    answering = [SURVEYS / "words.py", SURVEYS / "web" / "answering.py", QUESTIONNAIRES / "asking.py"]
    answering += [ANNUAL_REPORTS / "files.py", ANNUAL_REPORTS / "document.py", ANNUAL_REPORTS / "web" / "public.py"]
    return [*sorted((INTAKE / "web").glob("*.py")), *answering]
