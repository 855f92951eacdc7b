"""The public report, as a stranger's browser meets it: no script, no cookie, nothing lost."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from html.parser import HTMLParser

import pytest
import time_machine
from django.test import Client as Browser

from rightdoor.casework.intake import queries, receipts
from rightdoor.casework.intake.disclosure import open_report
from rightdoor.casework.intake.models import Hop, Report
from rightdoor.domain.permission import Viewer

START = "/start/en/"
ANSWERS = {
    "worry": {"what": "A marked invented story.\nSecond line.", "who": "", "where": "By the river"},
    "child": {
        "given": "Zebulina", "family": "", "age": "", "born_month": "2", "born_day": "29", "born_year": "2012",
        "area": "ascension", "where_now": "",
    },
    "questions": {"danger_now": "yes", "sex_act_for_value": "yes", "online": "no"},
    "you": {"reporter_type": "public", "name": "Wilhelmina Invented", "contact": "555-0100"},
}  # fmt: skip


class Fields(HTMLParser):
    """Every value that a browser without scripts would post from the page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.values: dict[str, str] = {}
        self._area = self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attrs = {key: value or "" for key, value in given}
        kind = attrs.get("type")
        if (
            tag == "input"
            and attrs.get("name")
            and kind not in {"submit", "radio"}
            or tag == "input"
            and kind == "radio"
            and "checked" in attrs
        ):
            self.values[attrs["name"]] = attrs.get("value", "")
        elif tag == "textarea":
            self._area = attrs["name"]
            self.values[self._area] = ""
        elif tag == "select":
            self._select = attrs["name"]
            self.values.setdefault(self._select, "")
        elif tag == "option" and self._select and "selected" in attrs:
            self.values[self._select] = attrs.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.values[self._area] = self.values[self._area].removeprefix("\n")
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] += data


def fields(answer) -> dict[str, str]:
    return Fields(answer.content.decode()).values


def step(browser: Browser, page, changed: dict[str, str] | None = None, go: str = "next", at: str = START):
    return browser.post(at, {**fields(page), **(changed or {}), "go": go})


def walk(browser: Browser, *, until: str = "check", at: str = START, **changed: dict[str, str]):
    """The pages from the beginning to `until`, each answered with ANSWERS."""
    page = browser.post(at, {"step": "purpose"})
    for name, answers in ANSWERS.items():
        if name == until:
            return page
        page = step(browser, page, {**answers, **changed.get(name, {})}, at=at)
    return page


def sent(page) -> str:
    found = re.search(r"receipt__code code\">([^<]+)<", page.content.decode())
    assert found, page.content.decode()[-3000:]
    return found.group(1)


@pytest.mark.req("INT-1")
def test_the_first_page_says_what_to_do_in_danger_and_nothing_of_what_it_is_for(client: Browser) -> None:
    html = client.get(START).content.decode()
    body = html[html.index("<main") :]
    assert re.search(r"<h1[^>]*>If someone is in danger right now, call 911\.</h1>", body)
    for way in ("tel:911", "tel:18554525437", "tel:18883737888", "sms:233733"):
        assert way in body
    before_choice = body[: body.index("<details")].lower()
    for word in ("traffick", "abuse", "report", "sex"):
        assert word not in before_choice
    assert "<title>Community help</title>" in html


@pytest.mark.req("INT-1")
@pytest.mark.parametrize("language", ["en", "es", "vi"])
def test_a_report_goes_from_the_first_page_to_its_receipt(client: Browser, language: str) -> None:
    at = f"/start/{language}/"
    receipt = sent(step(client, walk(client, at=at), at=at))
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", receipt)
    report = Report.objects.get()
    assert (report.channel, report.language, report.region, report.taken_by) == ("public_form", language, "capital", "")
    assert report.receipt_digest == receipts.digest_of(receipt)


def test_what_was_typed_arrives_as_it_was_typed(client: Browser, desk: Viewer, now: datetime) -> None:
    sent(step(client, walk(client)))
    opened = open_report(desk, Report.objects.get(), now)
    assert opened.told["what"].replace("\r\n", "\n") == ANSWERS["worry"]["what"]
    assert (opened.who.given, opened.who.birth_on.isoformat()) == ("Zebulina", "2012-02-29")
    assert (opened.told["danger_now"], opened.told["online"], opened.told["other_abuse"]) == (True, False, None)
    assert opened.reporter["name"] == "Wilhelmina Invented"


@pytest.mark.req("INT-1")
def test_no_cookie_is_set_and_nobody_else_is_asked_for_anything(client: Browser) -> None:
    pages = [client.get(START), client.post(START), client.post(START, {"step": "purpose"}), walk(client)]
    pages += [step(client, pages[-1]), client.get("/start/en/back/"), client.post("/start/en/back/", {"receipt": "x"})]
    for page in pages:
        assert not page.cookies
        assert page["Cache-Control"] == "no-store"
        assert page["Referrer-Policy"] == "no-referrer"
        assert page["X-Robots-Tag"] == "noindex"
        loaded = re.findall(r"(?:<script[^>]*|<img[^>]*|<link[^>]*) (?:src|href)=\"([^\"]+)\"", page.content.decode())
        assert loaded
        assert all(address.startswith("/static/") for address in loaded)
    assert not client.cookies


@pytest.mark.req("INT-1")
def test_neither_address_nor_browser_is_kept(client: Browser) -> None:
    from django.db import connection

    page = walk(client)
    client.post(START, {**fields(page), "go": "next"}, REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT="MarkedBrowser/1")
    assert Report.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ''), '') FROM \"{table}\" t")
            kept = cursor.fetchone()[0]
            assert "203.0.113" not in kept, table
            assert "MarkedBrowser" not in kept, table


def test_back_keeps_everything(client: Browser) -> None:
    page = walk(client, until="you")
    for _step in range(3):
        page = step(client, page, go="back")
    kept = fields(page)
    assert kept["step"] == "worry"
    assert kept["what"].replace("\r\n", "\n") == ANSWERS["worry"]["what"]
    assert (kept["given"], kept["born_day"], kept["danger_now"]) == ("Zebulina", "29", "yes")


def test_another_language_keeps_everything(client: Browser) -> None:
    page = step(
        client, walk(client, until="child"), {"given": "Zebulina", "age": "fifteen"}, go="stay", at="/start/vi/"
    )
    assert page.status_code == 200
    assert b'lang="vi"' in page.content
    assert (fields(page)["given"], fields(page)["age"]) == ("Zebulina", "fifteen")


LONG = "ă" * 100_001


@pytest.mark.parametrize(
    ("at", "wrong", "sentence", "field"),
    [
        ("worry", {"what": ""}, "One sentence is enough", "what"),
        ("worry", {"what": LONG}, "100,001 characters", "what"),
        ("worry", {"where": LONG}, "100,001 characters", "where"),
        ("worry", {"what": "x" * 5_000_000}, "5,000,000 characters", "what"),
        ("child", {"given": "y" * 400}, "400 characters", "given"),
        ("child", {"age": "about ten"}, "as a number", "age"),
        ("child", {"age": "200"}, "Nobody is that old", "age"),
        ("child", {"born_day": "31"}, "no such day", "born_day"),
        ("child", {"born_year": "2999"}, "not come yet", "born_year"),
        ("child", {"born_year": "12"}, "four digits", "born_year"),
        ("child", {"born_year": "1801"}, "Nobody is that old", "born_year"),
        ("child", {"area": "atlantis"}, "not in the list", "area"),
        ("you", {"reporter_type": ""}, "Choose one", "reporter_type"),
    ],
)
def test_what_cannot_be_taken_is_said_at_the_field_and_above_and_stays(
    client: Browser, at: str, wrong: dict[str, str], sentence: str, field: str
) -> None:
    page = step(client, walk(client, until=at), {**ANSWERS[at], **wrong})
    html = unescape(page.content.decode())
    assert page.status_code == 422
    assert html.count(sentence) == 2
    assert "error-summary" in html
    assert fields(page)[field] == wrong[field] if field != "reporter_type" else True
    assert fields(page)["step"] == at
    assert not Report.objects.exists()


def test_a_null_character_is_taken_out_and_said(client: Browser) -> None:
    page = step(client, walk(client, until="worry"), {"what": "Half\0whole"})
    assert page.status_code == 422
    assert unescape(page.content.decode()).count("cannot be kept") == 2
    assert fields(page)["what"] == "Halfwhole"
    assert step(client, page).status_code == 200


def test_more_than_a_request_may_hold_is_said_in_words(client: Browser) -> None:
    page = client.post(START, {"step": "worry", "what": "x" * 12_500_000})
    assert page.status_code == 413
    assert b"too much at once" in page.content


@pytest.mark.req("INT-1")
def test_after_an_hour_nothing_is_sent_and_nothing_is_lost(client: Browser) -> None:
    with time_machine.travel(datetime.fromisoformat("2026-11-21T10:00:00+00:00"), tick=False) as clock:
        page = walk(client)
        clock.shift(timedelta(minutes=61))
        again = step(client, page)
        assert again.status_code == 422
        assert not Report.objects.exists()
        assert fields(again)["what"].replace("\r\n", "\n") == ANSWERS["worry"]["what"]
        sent(step(client, again))
    assert Report.objects.count() == 1


def test_pressing_send_twice_makes_one_report_with_one_receipt(client: Browser) -> None:
    page = walk(client)
    assert sent(step(client, page)) == sent(step(client, page))
    assert Report.objects.count() == 1


def test_the_same_form_with_more_in_it_is_a_second_report(client: Browser) -> None:
    page = walk(client)
    first = sent(step(client, page))
    assert sent(step(client, page, {"who": "Somebody"})) != first
    assert Report.objects.count() == 2


def test_a_forged_state_sends_nothing(client: Browser) -> None:
    page = step(client, walk(client), {"state": "forged"})
    assert page.status_code == 422
    assert not Report.objects.exists()


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.invalid"}])
def test_a_form_that_another_site_sends_is_refused(client: Browser, headers: dict[str, str]) -> None:
    page = walk(client)
    answer = client.post(START, {**fields(page), "go": "next"}, headers=headers)
    assert answer.status_code == 403
    assert not Report.objects.exists()


def test_nothing_is_lost_when_the_report_cannot_be_stored(client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    from rightdoor.casework.intake import actions
    from rightdoor.foundation.audit.events import AuditUnavailable

    def fails(*_args: object, **_more: object) -> None:
        raise AuditUnavailable

    page = walk(client)
    monkeypatch.setattr(actions, "receive_report", fails)
    answer = step(client, page)
    assert answer.status_code == 503
    assert fields(answer)["given"] == "Zebulina"


def test_a_flood_is_asked_to_wait_and_keeps_what_was_typed(client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    from rightdoor.casework.intake.web import start

    page = walk(client)
    monkeypatch.setattr(start.sending, "most", 0)
    answer = step(client, page)
    assert answer.status_code == 429
    assert fields(answer)["given"] == "Zebulina"
    assert not Report.objects.exists()


def test_an_area_outside_the_state_leaves_the_region_open(client: Browser) -> None:
    sent(step(client, walk(client, child={"area": "elsewhere"})))
    assert Report.objects.get().region == ""
    assert Hop.objects.filter(state="due").exists()


@pytest.mark.req("INT-13")
def test_the_receipt_says_received_then_being_acted_on_and_nothing_more(
    client: Browser, desk: Viewer, now: datetime
) -> None:
    from rightdoor.casework.intake import actions
    from tests.casework.intake.conftest import hop_of

    receipt = sent(step(client, walk(client)))
    first = client.post("/start/en/back/", {"receipt": receipt.lower()}).content.decode()
    assert "Received." in first
    report = Report.objects.get()
    actions.complete_hop(desk, hop_of(report, "to_alliance"), outcome="passed_on", reference="", now=now)
    second = client.post("/start/en/back/", {"receipt": receipt}).content.decode()
    assert "Being acted on." in second
    for page in (first, second):
        for word in (report.code, "capital", "Zebulina", "Wilhelmina"):
            assert word not in page


@pytest.mark.req("INT-13")
def test_every_receipt_gets_the_very_same_page(client: Browser) -> None:
    one = sent(step(client, walk(client)))
    two = sent(step(client, walk(client, you={"reporter_type": "mandated_reporter"}, child={"area": "elsewhere"})))
    pages = {client.post("/start/en/back/", {"receipt": receipt}).content for receipt in (one, two)}
    assert len(pages) == 1


@pytest.mark.parametrize("typed", ["", "0000-0000-0000-0000", "x" * 500, "\0", "' OR 1=1"])
def test_an_unknown_receipt_is_said_in_words(client: Browser, typed: str) -> None:
    answer = client.post("/start/en/back/", {"receipt": typed})
    assert answer.status_code == 422
    assert b"This code is not known" in answer.content


@pytest.mark.parametrize("language", ["en", "es", "vi"])
def test_no_page_shows_a_blank_of_a_translation(client: Browser, language: str) -> None:
    at = f"/start/{language}/"
    pages = [client.get(at), client.post(at), client.get(f"{at}back/"), client.post(f"{at}back/", {"receipt": "x"})]
    pages += [walk(client, until=name, at=at) for name in ("worry", "child", "questions", "you", "check")]
    pages += [step(client, pages[4], {"what": ""}, at=at), step(client, pages[-1], at=at)]
    for page in pages:
        assert "%(" not in page.content.decode()
        assert f'<html lang="{language}"' in page.content.decode()


@pytest.mark.req("INT-1")
@pytest.mark.parametrize("language", ["es", "vi"])
def test_every_public_sentence_is_translated(language: str) -> None:
    import ast
    from pathlib import Path

    import polib

    import rightdoor
    from rightdoor.casework import intake

    folder, sentences = Path(intake.__file__).parent, set()
    for template in (folder / "templates" / "intake" / "start").glob("*.html"):
        text = template.read_text(encoding="utf-8")
        sentences |= set(re.findall(r'{% translate "([^"]*)"', text))
        for block in re.findall(r"{% blocktranslate[^%]*%}(.*?){% endblocktranslate %}", text, re.S):
            sentences.add(re.sub(r"{{ (\w+) }}", r"%(\1)s", block))
    for module in ("public_forms.py", "typed.py", "start.py", "back.py"):
        for node in ast.walk(ast.parse((folder / "web" / module).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"_", "said"}:
                sentences.add(node.args[0].value)
    catalogue = Path(rightdoor.__file__).parent / "locale" / language / "LC_MESSAGES" / "django.po"
    known = {entry.msgid for entry in polib.pofile(str(catalogue)) if entry.translated()}
    assert len(sentences) > 90
    assert not sentences - known


@pytest.mark.usefixtures("example_pack")
def test_another_state_has_its_own_numbers_areas_and_languages(client: Browser) -> None:
    from rightdoor.foundation.jurisdiction.active import active_pack

    pack = active_pack()
    for language in pack.languages:
        at = f"/start/{language}/"
        html = client.get(at).content.decode()
        assert all(f"tel:{line.dial}" in html for line in pack.public.hotlines)
        you = {"reporter_type": pack.public.reporter_types.keys()[0]}
        page = walk(client, at=at, child={"area": pack.areas[0].key}, you=you)
        sent(step(client, page, at=at))
    assert set(Report.objects.values_list("region", flat=True)) == {pack.areas[0].region}


def test_guessing_receipts_is_slowed_without_keeping_addresses(client: Browser) -> None:
    from rightdoor.casework.intake.web import back

    answers = [client.post("/start/en/back/", {"receipt": "x"}).status_code for _try in range(back.asking.most + 1)]
    assert answers[-1] == 429
    assert set(answers[:-1]) == {422}
    assert not any("127.0.0.1" in str(value) for value in vars(back.asking).values())


@pytest.mark.parametrize("at", ["/start/en/", "/start/en/back/"])
def test_other_methods_are_refused(client: Browser, at: str) -> None:
    for method in ("put", "patch", "delete"):
        assert getattr(client, method)(at).status_code == 405


def test_a_language_that_the_pack_lacks_is_not_found(client: Browser) -> None:
    assert client.get("/start/de/").status_code == 404


def test_without_a_language_the_browsers_own_is_taken(client: Browser) -> None:
    assert client.get("/start/", headers={"Accept-Language": "vi-VN,vi;q=0.9"})["Location"] == "/start/vi/"
    assert client.get("/start/")["Location"] == "/start/en/"


def test_markup_that_is_typed_stays_text(client: Browser) -> None:
    page = walk(client, worry={"what": "<script>alert(1)</script>"}, child={"given": '"><img src=x onerror=1>'})
    assert b"<script>alert" not in page.content
    assert b"<img src=x" not in page.content
    sent(step(client, page))


def test_reports_of_the_form_have_no_receipt_answer_before_they_are_sent(client: Browser) -> None:
    walk(client)
    assert queries.receipt_answer("0000-0000-0000-0000") == ""
