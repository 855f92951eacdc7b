"""Pages of yearly figures: who keeps the list, a source with an account, a source with a code."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.printing.sheets import Page, to_csv, to_workbook
from rightdoor.oversight.submissions import actions, queries, sheets
from rightdoor.oversight.submissions.models import Answer, Listed
from rightdoor.oversight.submissions.web.forms import typed_of
from tests.bars import sabotage
from tests.oversight.submissions.conftest import VOCA, totals
from tests.people import make_person
from tests.signing_in import sign_in

STRANGER = "/yearly/"
SAID = {"role": "director", "funding": ["voca"], "offers": ["housing"], "serves": ["orleans"]}


def state_in(response) -> str:
    found = re.search(r'name="state" value="([^"]+)"', response.content.decode())
    assert found, response.content.decode()[:3000]
    return found.group(1)


def own(entry: Listed) -> str:
    return reverse("submissions:own", args=[entry.code])


def filled(entry: Listed, many: int = 20) -> dict[str, str]:
    return typed_of(queries.form_of_year(entry.year), entry.kind, totals(many))


def file(content: bytes, name: str = "totals.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


# -------------------------------------------------------------------------------------------------------- the keeper


@pytest.mark.req("STAT-1")
def test_a_year_is_begun_listed_and_asked_on_pages(client, keeper, now, scene):
    sign_in(client, keeper)
    begun = client.post("/figures/new/", {"year": "2024", "opens_on": "01/05/2025", "due_on": "04/01/2025"})
    assert begun.status_code == 302, begun.content.decode()[:2000]
    year = begun.headers["Location"]
    assert client.get(f"{year}sources/").status_code == 200
    told = {"agency": scene.listed.agency_code, "kind": "safe_house", "source": "typed"}
    assert client.post(f"{year}sources/", told).status_code == 302

    assert client.post(f"{year}freezing/").status_code == 302

    shown = client.get(year).content.decode()
    assert "Safe house" in shown
    assert "0 of 1" in shown
    assert client.post(f"{year}freezing/").status_code == 422


@pytest.mark.req("STAT-1")
def test_the_list_says_states_and_never_figures(client, keeper, scene):
    actions.send_totals(scene.head, scene.listed, about=VOCA, totals=totals(937), now=scene.now)
    sign_in(client, keeper)

    for address in ("/figures/", f"/figures/years/{scene.year.code}/", f"/figures/sources/{scene.listed.code}/"):
        shown = client.get(address)
        assert shown.status_code == 200
        assert "937" not in shown.content.decode()
    answer = client.get(f"/figures/sources/{scene.listed.code}/answers/1/")
    assert "937" in answer.content.decode()


@pytest.mark.req("STAT-1")
def test_a_code_is_shown_once_and_stands_in_no_address(client, keeper, scene):
    sign_in(client, keeper)

    made = client.post(f"/figures/sources/{scene.unnamed.code}/code/", {"after": "0"}).content.decode()

    found = re.search(r"([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})", made)
    assert found
    assert found.group(1) not in client.get(f"/figures/sources/{scene.unnamed.code}/").content.decode()


@pytest.mark.req("STAT-1")
@pytest.mark.parametrize("who", ["head", "coordinator"])
def test_nobody_else_keeps_the_list(client, scene, coordinator, who):
    sign_in(client, scene.head if who == "head" else coordinator)

    for address in (f"/figures/years/{scene.year.code}/", f"/figures/sources/{scene.other.code}/"):
        assert client.get(address).status_code == 404
    assert client.get("/figures/new/").status_code == 404
    assert client.get(f"/figures/sources/{scene.listed.code}/answers/1/").status_code == 404


# ------------------------------------------------------------------------------------------------ with an account


@pytest.mark.req("STAT-1")
def test_a_head_says_nobody_in_one_click(client, scene):
    sign_in(client, scene.head)
    assert client.get("/figures/").status_code == 200
    assert client.get(own(scene.listed)).status_code == 200

    sent = client.post(own(scene.listed), {"step": "nil", "role": "director"})

    assert sent.status_code == 200
    assert Answer.objects.get().mode == "nil"


@pytest.mark.req("STAT-1")
def test_tables_are_filled_in_online_and_what_does_not_add_up_is_marked(client, scene):
    sign_in(client, scene.head)
    shown = client.post(own(scene.listed), {"step": "about", "as": "totals", **SAID})
    assert shown.status_code == 200
    typed = filled(scene.listed)
    form = queries.form_of_year(scene.listed.year)
    wrong = {**typed, cell("origin", ("orleans",), form): "19"}

    refused = client.post(own(scene.listed), {"step": "tables", "state": state_in(shown), **wrong})

    assert refused.status_code == 422
    assert "this comes to 19, and the whole is 20" in refused.content.decode()
    assert not Answer.objects.exists()

    sent = client.post(own(scene.listed), {"step": "tables", "state": state_in(refused), **typed})
    assert sent.status_code == 200
    assert Answer.objects.get().mode == "totals"


def test_a_step_of_another_entry_or_too_old_begins_again(client, scene):
    sign_in(client, scene.head)
    shown = client.post(own(scene.listed), {"step": "about", "as": "totals", **SAID})
    sign_in(client, scene.other_head)

    refused = client.post(own(scene.other), {"step": "tables", "state": state_in(shown), **filled(scene.other)})

    assert refused.status_code == 422
    assert not Answer.objects.exists()


@pytest.mark.req("STAT-1")
def test_money_has_to_be_said_first(client, scene):
    sign_in(client, scene.head)

    refused = client.post(own(scene.listed), {"step": "about", "as": "totals", **SAID, "funding": []})

    assert refused.status_code == 422
    assert "Say how your work is paid" in refused.content.decode()


@pytest.mark.req("STAT-1")
def test_the_template_comes_back_filled_and_fills_the_tables(client, scene):
    sign_in(client, scene.head)
    template = client.post(own(scene.listed), {"step": "template", "as": "totals"})
    assert template.headers["Content-Type"].startswith("application/vnd.openxmlformats")
    form = queries.form_of_year(scene.listed.year)
    content = sheets.totals_template(form, "provider", 2025, totals())

    shown = client.post(own(scene.listed), {"step": "about", "as": "totals", **SAID, "sheet": file(content)})

    assert shown.status_code == 200
    assert not Answer.objects.exists()
    page = shown.content.decode()
    assert f'name="{cell("everybody", (), form)}" value="20"' in page


@pytest.mark.bar("SEC-76")
@pytest.mark.req("STAT-1")
def test_a_file_that_names_somebody_is_refused_and_nothing_of_it_stays(client, scene):
    sign_in(client, scene.head)
    form = queries.form_of_year(scene.listed.year)
    pages = [*sheets.totals_pages(form, "provider", 2025, totals()), Page("Clients", [["Marisol Vantreeze"]])]

    refused = client.post(
        own(scene.listed),
        {"step": "about", "as": "totals", **SAID, "sheet": file(to_workbook(pages), "Vantreeze.xlsx")},
    )

    assert refused.status_code == 422
    assert "Nothing of this file was kept" in refused.content.decode()
    assert "Vantreeze" not in refused.content.decode()
    assert not Answer.objects.exists()
    event = AuditEvent.objects.get(verb="submission.refused")
    assert "Vantreeze" not in str(vars(event))


@sabotage("SEC-76", "a file is taken without a look at what stands in its cells")
def _(monkeypatch):
    monkeypatch.setattr(sheets, "_refused", lambda book, known: ())


@pytest.mark.req("STAT-1")
def test_lines_are_looked_through_and_sent_where_the_money_allows(client, scene):
    sign_in(client, scene.head)
    form = queries.form_of_year(scene.listed.year)
    row = [one.codes.codes[0].label for one in form.row_fields]
    row[[one.key for one in form.row_fields].index("services")] = "Housing or placement"
    sheet = to_csv([[one.label for one in form.row_fields], *[row] * 3]).encode()
    refused = client.post(own(scene.listed), {"step": "about", "as": "lines", **SAID, "sheet": file(sheet, "l.csv")})
    assert refused.status_code == 422

    said = {**SAID, "funding": ["state"]}
    shown = client.post(own(scene.listed), {"step": "about", "as": "lines", **said, "sheet": file(sheet, "l.csv")})
    assert shown.status_code == 200
    assert "3 lines can be read" in shown.content.decode()
    sent = client.post(own(scene.listed), {"step": "lines", "state": state_in(shown)})

    assert sent.status_code == 200
    assert Answer.objects.get().mode == "lines"


def test_somebody_elses_entry_is_not_there(client, scene):
    sign_in(client, scene.head)

    assert client.get(own(scene.other)).status_code == 404
    assert client.post(own(scene.other), {"step": "nil", "role": "director"}).status_code == 404


@pytest.mark.req("STAT-1")
def test_an_office_that_prosecutes_sends_its_dispositions(client, scene):
    office = make_person(
        "Petra Office", now=scene.now, roles=(("agency_head", "capital"),), agency=scene.other.agency_code
    )
    entry = actions.list_source(scene.keeper, scene.year, agency=office.agency, kind="prosecutor", now=scene.now)
    sign_in(client, office)
    shown = client.post(own(entry), {"step": "about", "role": "prosecutor"})
    assert shown.status_code == 200, shown.content.decode()[:2000]
    told = {
        "p.0.area": "orleans",
        "p.0.statute": "rs-14-46-3",
        "p.0.nibrs": "64A",
        "p.0.disposition": "convicted",
        "p.0.sentenced": "05",
        "p.0.restitution_ordered": "12,000",
    }
    refused = client.post(
        own(entry), {"step": "prosecuted", "state": state_in(shown), **told, "p.0.disposition": "pending"}
    )
    assert refused.status_code == 422

    sent = client.post(own(entry), {"step": "prosecuted", "state": state_in(shown), **told})

    assert sent.status_code == 200
    _, body = queries.read_answer(scene.keeper, entry, 1)
    assert body.prosecuted[0].sentenced == "2025-05"
    assert body.prosecuted[0].restitution_ordered == 12_000


# ----------------------------------------------------------------------------------------------------- with a code


@pytest.mark.req("STAT-1")
def test_a_source_without_an_account_answers_with_its_code(client, scene, now):
    from django.utils import timezone

    code = actions.make_code(scene.keeper, scene.unnamed, after=0, now=timezone.now())
    assert client.get(STRANGER).status_code == 200
    home = client.post(STRANGER, {"code": code})
    assert home.status_code == 200
    assert "Nowhere Center" in home.content.decode()
    shown = client.post(STRANGER, {"code": code, "step": "about", "as": "totals", **SAID})

    sent = client.post(STRANGER, {"code": code, "step": "tables", "state": state_in(shown), **filled(scene.unnamed)})

    assert sent.status_code == 200, sent.content.decode()[:3000]
    answer = Answer.objects.get()
    assert (answer.mode, answer.came_by) == ("totals", "")
    assert not client.cookies


@pytest.mark.req("STAT-1")
def test_a_source_without_an_account_sends_its_file_too(client, scene):
    from django.utils import timezone

    code = actions.make_code(scene.keeper, scene.unnamed, after=0, now=timezone.now())
    form = queries.form_of_year(scene.year)
    sheet = file(sheets.totals_template(form, scene.unnamed.kind, 2025, totals()), "totals.xlsx")

    shown = client.post(STRANGER, {"code": code, "step": "about", "as": "totals", **SAID, "sheet": sheet})

    typed = re.findall(r'name="n\.[^"]+" value="(\d+)"', shown.content.decode())
    assert len(typed) == sum(len(table) for table in totals().values())


def test_a_file_of_a_stranger_is_read_nowhere_else(client, scene):
    sent = client.post("/sign-in/", {"username": "x", "sheet": file(b"x" * 100)})

    assert not sent.wsgi_request.FILES


@pytest.mark.req("STAT-1")
def test_a_code_that_nobody_made_is_answered_like_one_that_ended(client, scene):
    made = client.post(STRANGER, {"code": "0123-4567-89AB-CDEF"})
    short = client.post(STRANGER, {"code": "0123-4567-89AB-CDE"})

    assert (made.status_code, short.status_code) == (422, 422)
    assert made.content.replace(b"CDEF", b"") == short.content.replace(b"CDE", b"")


def test_another_site_sends_nothing_in(scene):
    strange = Client(headers={"origin": "https://elsewhere.invalid", "sec-fetch-site": "cross-site"})

    assert strange.post(STRANGER, {"code": "x"}).status_code in {403, 422}
    assert not Answer.objects.exists()


# ----------------------------------------------------------------------------------------------------- calculator


@pytest.mark.req("STAT-1")
def test_the_calculator_can_send_nothing_anywhere(client, db):
    shown = client.get("/yearly/calculator/")

    policy = shown.headers["Content-Security-Policy"]
    assert shown.status_code == 200
    assert "connect-src 'none'" in policy
    assert "form-action 'none'" in policy
    assert "script-src 'self'" in policy
    page = shown.content.decode()
    assert "<form" not in page
    assert "tallying.js" in page
    assert not client.cookies


def cell(table: str, codes: tuple[str, ...], form) -> str:
    found = form.table(table)
    return f"n.{table}.{sheets.cells_of(form, found).index(codes)}"
