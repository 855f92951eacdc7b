"""The coordinator's first hour, from a report in Spanish to a summary that was read, by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.journeys.hands import Hands
from tests.journeys.window import Window

REGION, AREA = "Greater New Orleans", "Orleans"
CODE = re.compile(r"[A-Z2-9]{4}-[A-Z2-9]{4}")


@pytest.mark.req("INT-1", "INT-6", "MTG-4", "UX-2")
def test_the_first_hour_by_keyboard_alone(window: Callable[..., Window]) -> None:
    coordinator = Hands(window())
    coordinator_name = coordinator.enter("Care coordinator", REGION)
    known = _somebody_known(coordinator)

    receipt = _report_in_spanish(Hands(window(locale="es")), *known)
    assert "Recibido." in _come_back(Hands(window(locale="es")), receipt)

    desk = Hands(window())
    desk.enter("Child welfare desk")
    report = _newest_report(desk, f"{REGION}, reported")
    _pass_on(desk, report, "Pass on to Louisiana Alliance")
    reviewer = Hands(window())
    reviewer.enter("Alliance reviewer")
    _newest_report(reviewer, f"{REGION}, reported")
    _pass_on(reviewer, report, "Pass on to Care Coordination Team")

    referral = _take_as_a_referral(coordinator, report)
    _keep_apart(coordinator)
    _decide_eligibility(coordinator)
    _record_the_mandated_report(coordinator)
    _triage(coordinator)
    detective_name, begins = _schedule(coordinator)
    staffing = coordinator.window.path
    meeting = coordinator.page.get_by_role("link", name="Meeting", exact=True).get_attribute("href")

    detective = Hands(window())
    detective.enter("Team member, local law enforcement", called=detective_name)
    _answer(detective, str(meeting))

    _write_minutes(coordinator, staffing)
    _settle(coordinator, staffing, coordinator_name)
    _attendance(coordinator, staffing, begins, detective_name)
    _close_as_held(coordinator, staffing)
    _share(coordinator)
    _read(detective, coordinator.window.path)
    coordinator.window.go(staffing)
    coordinator.follow("Read the summary")
    assert re.search(rf"{detective_name} (Mon|Tue|Wed|Thu|Fri|Sat|Sun) ", coordinator.window.text())
    coordinator.follow("Desk")
    assert referral not in coordinator.page.locator("#now").inner_text()


def _somebody_known(hands: Hands) -> tuple[str, str]:
    """Given and family name of a child that the coordinator's region knows already."""
    hands.follow("Referrals")
    name = hands.page.locator(".person__name").last.inner_text()
    given, _, family = name.rpartition(" ")
    return given, family


def _report_in_spanish(hands: Hands, given: str, family: str) -> str:
    hands.window.go("/start/es/")
    hands.send("Seguir")
    hands.send("Empezar")
    hands.write("¿Qué le preocupa?", "Una alumna sale cada noche con un hombre que le paga el teléfono.")
    hands.send("Continuar")
    hands.write("Nombre o apodo", given)
    hands.write("Apellido", family)
    hands.write("Edad", "15")
    hands.pick("¿En qué parroquia", AREA)
    hands.send("Continuar")
    hands.choose("¿Alguien da o recibe algo", "Sí")
    hands.choose("¿Participa alguien de fuera", "Sí")
    hands.send("Continuar")
    hands.choose("¿Quién es usted?", "Soy un miembro del público")
    hands.send("Continuar")
    assert given in hands.window.text()
    hands.send("Enviar")
    return str(hands.page.locator(".receipt__code").inner_text())


def _come_back(hands: Hands, receipt: str) -> str:
    hands.window.go("/start/es/")
    hands.follow("Tengo un código")
    hands.write("El código", receipt.lower().replace("-", ""))
    hands.send("Mostrar")
    return hands.window.text()


def _newest_report(hands: Hands, about: str) -> str:
    """The report of this region that came last, opened from the list."""
    hands.follow("Reports")
    row = hands.page.locator(".row", has_text=about).last
    assert row.count(), f"{hands.window.path} shows no report of {about!r}: {hands.window.text()[:3000]}"
    code = CODE.search(row.inner_text())
    assert code
    with hands.page.expect_navigation():
        hands.reach(row.get_by_role("link").first)
        hands.keys.press("Enter")
    return code.group()


def _pass_on(hands: Hands, report: str, step: str) -> None:
    assert report in hands.window.path
    hands.follow(step, exact=False)
    hands.choose("What came of it?", "Handed over")
    hands.send("Complete this step")
    assert "The step is done." in hands.window.text()


def _take_as_a_referral(hands: Hands, report: str) -> str:
    assert report == _newest_report(hands, f"{REGION}, reported")
    hands.follow("Take as a referral")
    hands.pick("From whom it came", "School")
    hands.choose("Victim status", "Suspected victim")
    hands.pick("Kind", "Sex trafficking")
    hands.choose("Is an investigation open?", "No")
    hands.choose("Is there an immediate safety concern?", "No")
    hands.choose("Are the surroundings safe and stable?", "Yes")
    hands.send("Record the referral")
    code = CODE.search(hands.window.path)
    assert code, hands.window.text()
    return code.group()


def _decide_eligibility(hands: Hands) -> None:
    hands.follow("Decide")
    hands.choose("May what happened be trafficking?", "Yes")
    hands.choose("Can the allegation be verified?", "Yes")
    hands.choose("Is there enough information to act on?", "Yes")
    hands.send("Check again")
    hands.send("Record as eligible")
    assert "Eligible" in hands.window.text()


def _record_the_mandated_report(hands: Hands) -> None:
    hands.follow("Record it")
    hands.choose("Was the mandated report made?", "Yes")
    made = _now() - timedelta(minutes=1)
    hands.write("Date", f"{made:%m/%d/%Y}", exact=True)
    hands.write("Time", _spoken(made), exact=True)
    hands.write("By whom", "Ramona Inventada, school counselor")
    hands.write("Its number", "INVENTED-1")
    hands.send("Record the mandated report")


def _triage(hands: Hands) -> None:
    hands.follow("Set the tier")
    first = hands.page.locator("#tier").inner_text()
    with hands.page.expect_response(lambda answer: answer.request.method == "POST"):
        hands.choose("Victim status", "Confirmed victim")
    hands.settled()
    assert hands.page.locator("#tier").inner_text() != first, "another fact, another tier"
    with hands.page.expect_response(lambda answer: answer.request.method == "POST"):
        hands.choose("Victim status", "Suspected victim")
    hands.settled()
    assert hands.page.locator("#tier").inner_text() == first
    hands.send(hands.page.locator("#tier").get_by_role("button", name="Set tier").inner_text())


def _keep_apart(hands: Hands) -> None:
    panel = hands.page.locator("#matches")
    panel.get_by_role("heading", name="Entries like this one").wait_for()  # it comes by itself, after the page
    hands.send("Keep apart", inside=panel, exact=False)
    assert "Kept apart" in panel.inner_text()


def _schedule(hands: Hands) -> tuple[str, datetime]:
    """The team meets at the next full minute. Returns the detective who is invited, and when it begins."""
    hands.follow("Go to the staffing")
    box = hands.page.get_by_role("checkbox", name=re.compile("Local law enforcement")).first
    assert box.is_checked(), "the core of the team is chosen already"
    detective = str(box.evaluate("one => one.labels[0].innerText")).split(",")[0].strip()
    hands.choose("When", "At another time")
    at = (_now() + timedelta(seconds=70)).replace(second=0, microsecond=0)
    hands.write("Date", f"{at:%m/%d/%Y}", exact=True)
    hands.write("Time", _spoken(at), exact=True)
    hands.send()
    assert "Everybody invited was told" in hands.window.text(), hands.window.text()
    return detective, at


def _now() -> datetime:
    return datetime.now(tz=ZoneInfo("America/Chicago"))


def _spoken(at: datetime) -> str:
    return f"{at.hour % 12 or 12}:{at:%M} {'a.m.' if at.hour < 12 else 'p.m.'}"


def _answer(hands: Hands, meeting: str) -> None:
    hands.follow("Meetings")
    hands.reach(hands.page.locator(f"main a[href='{meeting}']").first)
    with hands.page.expect_navigation():
        hands.keys.press("Enter")
    hands.choose("Will you be there?", "I will be there")
    hands.send("Send my answer")
    assert "Coming" in hands.page.locator("#answer").inner_text()


def _write_minutes(hands: Hands, staffing: str) -> None:
    hands.window.go(staffing)
    for topic in hands.page.locator("section[id^='topic-']").all()[:2]:
        hands.write("Minutes, ", "What the team knows, in invented words.", inside=topic)
        hands.send("Keep the minutes", inside=topic)
    topic = hands.page.locator("section[id^='topic-']").first
    hands.open("Add a decision", inside=topic)
    hands.write("What the team decided", "The invented aunt's house is looked at today.", inside=topic)
    hands.send("Record the decision", inside=topic)
    hands.open("Give somebody a task", inside=topic)
    hands.write("What is to be done", "Call the invented aunt.", inside=topic)
    hands.pick("Who does it", _first_choice(hands.field("select", "Who does it", inside=topic)), inside=topic)
    hands.write("By which day", f"{_now():%m/%d/%Y}", inside=topic)
    hands.send("Give the task", inside=topic)
    assert "Call the invented aunt." in topic.inner_text()


def _first_choice(field: Any) -> str:
    return str(field.evaluate("one => [...one.options].find(each => each.value).label"))


def _settle(hands: Hands, staffing: str, name: str) -> None:
    hands.window.go(f"{staffing}status/")
    hands.choose("Victim status", "Confirmed victim")
    hands.write("What it rests on", "Messages that the invented detective has seen.")
    hands.pick("Who determined it", name)
    hands.send("Determine the status")
    hands.window.go(f"{staffing}settlement/")
    hands.choose("Eligible for continued services?", "Eligible for continued services")
    hands.choose("How will consent be sought?", "A parent or guardian will be asked")
    hands.choose("Is whoever consents alleged", "No")
    hands.send("Record both")
    hands.window.go(f"{staffing}plan/")
    hands.write("What the client wants", "To stay at her school.")
    row = hands.page.get_by_role("group", name="Service 1")
    hands.pick("Service", _first_choice(hands.field("select", "Service", inside=row)), inside=row)
    hands.pick("Who sees to it", name, inside=row)
    hands.send("Write the plan")


def _attendance(hands: Hands, staffing: str, begins: datetime, detective: str) -> None:
    hands.page.wait_for_timeout(max(0, (begins - _now()).total_seconds() + 1) * 1000)
    hands.window.go(staffing)
    hands.follow("Record : who was there")
    for person in hands.page.get_by_role("group", name=", ").all():
        name = str(person.locator("legend").inner_text())
        hands.choose(name, "In person" if detective in name else "Virtual")
    hands.send("Record attendance")


def _close_as_held(hands: Hands, staffing: str) -> None:
    hands.window.go(staffing)
    hands.follow("Close as held")
    hands.send("Close as held")
    assert "Met with" in hands.page.locator("body").inner_text(), "the clock was met"


def _share(hands: Hands) -> None:
    hands.follow("Share the summary")
    assert "This is what will be shared" in hands.window.text()
    hands.send("Share ", exact=False)


def _read(hands: Hands, summary: str) -> None:
    """The member finds it on the desk, opens it, and takes its PDF along."""
    hands.window.go("/")
    with hands.page.expect_navigation():
        hands.reach(hands.page.locator(f"main a[href='{summary}']").first)
        hands.keys.press("Enter")
    assert "Messages that the invented detective has seen." in hands.window.text()
    with hands.page.expect_download() as taken:
        hands.press("Download as PDF", "link")
    assert Path(taken.value.path()).read_bytes().startswith(b"%PDF-")
    assert CODE.search(taken.value.suggested_filename)
