"""Forms of yearly figures: what a source says of itself, its tables, and who keeps the list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from rightdoor.domain.submission.form import Form, Table
from rightdoor.domain.submission.funding import FUNDING
from rightdoor.domain.submission.totals import MOST, Codes, Fault, Totals
from rightdoor.domain.submission.year import DECLINED, KINDS, SOURCES
from rightdoor.foundation.imports.reading import LARGEST, TOO_LARGE
from rightdoor.foundation.ui.forms import DayField
from rightdoor.oversight.submissions.actions import About
from rightdoor.oversight.submissions.queries import ROLES
from rightdoor.oversight.submissions.sheets import cells_of
from rightdoor.packs.pack import Pack

FULL = frozenset({"provider", "safe_house"})  # whose money, services and places are asked


class YearForm(forms.Form):
    """A new year's list."""

    year = forms.IntegerField(label="Whose people are counted: the year", min_value=2000, max_value=2200)
    opens_on = DayField(label="First day", help_text="MM/DD/YYYY. After the year is over.")
    due_on = DayField(label="Last day")


class SourceForm(forms.Form):
    """One source more."""

    agency = forms.ChoiceField(label="Who is asked")
    kind = forms.ChoiceField(label="As what", choices=list(KINDS.items()))
    source = forms.ChoiceField(
        label="How it is counted", choices=list(SOURCES.items()), widget=forms.RadioSelect, initial="typed"
    )

    def __init__(self, *args: Any, agencies: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].choices = [("", "Choose"), *agencies]  # type: ignore[attr-defined]


class DeclineForm(forms.Form):
    """Why a source declines."""

    reason = forms.ChoiceField(label="Why", choices=[("", "Choose"), *DECLINED.items()])


class NilForm(forms.Form):
    """Who says that nobody was served."""

    role = forms.ChoiceField(label="You answer as", choices=[("", "Choose"), *ROLES.items()])


class AboutForm(NilForm):
    """What a source says of itself before it answers, and its file where it sends one."""

    field_order = ("role", "funding", "offers", "serves", "sheet")
    funding = forms.MultipleChoiceField(
        label="How your work with these clients is paid",
        choices=list(FUNDING.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Money under VAWA, VOCA or FVPSA means that you send totals alone.",
    )
    offers = forms.MultipleChoiceField(
        label="Services that you offer", widget=forms.CheckboxSelectMultiple, required=False
    )
    serves = forms.MultipleChoiceField(label="Where you serve", widget=forms.CheckboxSelectMultiple, required=False)
    sheet = forms.FileField(
        label="A file, if you send one",
        required=False,
        help_text="Excel (.xlsx) from the template, or the CSV of the calculator, up to 5 MB. It is not kept.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"empty": "The file is empty, or larger than 5 MB. Choose another one."},
    )

    def __init__(self, *args: Any, kind: str, pack: Pack, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        if kind in FULL:
            self.fields["offers"].choices = [(one.key, str(one.label)) for one in pack.services]  # type: ignore[attr-defined]
            self.fields["serves"].choices = [(one.key, one.name) for one in pack.areas]  # type: ignore[attr-defined]
            self.fields["serves"].label = f"{pack.word('area', plural=True).capitalize()} that you serve"
            return
        for name in ("funding", "offers", "serves"):
            del self.fields[name]

    def clean_sheet(self) -> Any:
        """Not too large."""
        file = self.cleaned_data["sheet"]
        if file and file.size > LARGEST:
            raise forms.ValidationError(TOO_LARGE)
        return file

    def about(self) -> About:
        """As the acts take it."""
        data = self.cleaned_data
        return About(data.get("funding", ()), data["role"], data.get("offers", ()), data.get("serves", ()))


@dataclass(frozen=True, slots=True)
class Cell:
    """One count of a grid: the name of its input, its words, and what stands in it."""

    name: str
    words: str
    value: str
    is_wrong: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a grid."""

    words: str
    means: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """One table as a page shows it."""

    table: Table
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    faults: tuple[str, ...]


def grids_of(form: Form, kind: str, typed: Mapping[str, str], faults: Iterable[Fault] = ()) -> list[Grid]:
    """The tables of a kind of source with what was typed. `typed`: name of an input -> text."""
    found = []
    told = list(faults)
    for table in form.asked_of(kind):
        mine = [one for one in told if one.table == table.key]
        wrong = {one.codes for one in mine}
        names = {codes: f"n.{table.key}.{at}" for at, codes in enumerate(cells_of(form, table))}
        down = form.fields[table.by[0]].codes.codes if table.by else ()
        across = form.fields[table.by[1]].codes.codes if len(table.by) == 2 else ()
        lines = []
        for one in down or (None,):
            first: Codes = (one.key,) if one else ()
            tails: list[tuple[Codes, str]] = [((two.key,), two.label) for two in across] or [((), "How many")]
            words = one.label if one else table.label
            cells = tuple(
                Cell(
                    names[first + tail],
                    f"{words}, {said}" if across else words,
                    typed.get(names[first + tail], ""),
                    first + tail in wrong,
                )
                for tail, said in tails
            )
            lines.append(Line(words, one.means if one else table.hint, cells))
        heads = tuple(two.label for two in across) or ("How many",)
        said_once = tuple(dict.fromkeys(f"{one.what} {one.mend}" for one in mine))
        found.append(Grid(table, heads, tuple(lines), said_once))
    return found


def typed_of(form: Form, kind: str, totals: Totals) -> dict[str, str]:
    """Totals as the inputs of the grids hold them."""
    typed = {}
    for table in form.asked_of(kind):
        for at, codes in enumerate(cells_of(form, table)):
            number = totals.get(table.key, {}).get(codes, 0)
            if number:
                typed[f"n.{table.key}.{at}"] = str(number)
    return typed


def totals_typed(form: Form, kind: str, typed: Mapping[str, str]) -> tuple[dict[str, dict[Codes, int]], list[Fault]]:
    """What the grids hold as totals, and what is no count. An empty cell is a zero."""
    totals: dict[str, dict[Codes, int]] = {}
    faults = []
    for table in form.asked_of(kind):
        for at, codes in enumerate(cells_of(form, table)):
            text = typed.get(f"n.{table.key}.{at}", "").strip().replace(",", "")
            if not text:
                continue
            if not (text.isascii() and text.isdigit() and len(text) < 8 and int(text) <= MOST):
                where = form.labels(table, codes)
                faults.append(Fault(table.key, codes, f"{where}: not a count.", f"Write a number from 0 to {MOST:,}."))
            elif int(text):
                totals.setdefault(table.key, {})[codes] = int(text)
    return totals, faults
