"""Fields that people fill in at two in the morning."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from django import forms

from rightdoor.foundation.ui.forms import DayField, EstablishedField, MomentField, StoryField, read_time


class Sample(forms.Form):
    """One of each."""

    open_investigation = EstablishedField(label="Is an investigation open?")
    born_on = DayField(label="Date of birth", required=False)
    held_at = MomentField(label="When was it held?", required=False)
    story = StoryField(label="What happened?", limit=20, required=False)
    name = forms.CharField(label="Name")
    needs = forms.MultipleChoiceField(
        label="Needs", widget=forms.CheckboxSelectMultiple, choices=[("food", "Food")], required=False
    )


def cleaned(**data: str) -> dict[str, object]:
    form = Sample({"name": "Juniper Example", **data})
    assert form.is_valid(), form.errors
    return form.cleaned_data


@pytest.mark.parametrize(("typed", "meant"), [("yes", True), ("no", False), ("", None)])
def test_an_unanswered_question_is_not_a_no(typed: str, meant: bool | None) -> None:
    assert cleaned(open_investigation=typed)["open_investigation"] is meant


@pytest.mark.parametrize(("held", "chosen"), [(True, "yes"), (False, "no"), (None, "")])
def test_what_is_on_record_is_the_choice_that_is_marked(held: bool | None, chosen: str) -> None:
    markup = str(Sample(initial={"open_investigation": held})["open_investigation"])
    assert f'value="{chosen}" id="id_open_investigation_{["yes", "no", ""].index(chosen)}" checked' in markup


@pytest.mark.parametrize("typed", ["03/09/2010", "3/9/2010", "2010-03-09", "3-9-2010"])
def test_a_day_is_read_as_people_write_it(typed: str) -> None:
    assert cleaned(born_on=typed)["born_on"] == date(2010, 3, 9)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("10:05 a.m.", time(10, 5)), ("10:05PM", time(22, 5)), ("12 am", time(0)), ("12:30 p.m.", time(12, 30)),
     ("1005", time(10, 5)), ("22:05", time(22, 5))],
)  # fmt: skip
def test_a_time_is_read_as_people_write_it(typed: str, meant: time) -> None:
    assert read_time(typed) == meant


@pytest.mark.parametrize("typed", ["7", "25:00", "13 p.m.", "half past", "10:75", ""])
def test_a_time_that_could_mean_two_things_is_asked_again(typed: str) -> None:
    with pytest.raises(ValueError):
        read_time(typed)


def test_a_moment_is_in_the_states_zone() -> None:
    held = cleaned(held_at_day="03/10/2026", held_at_time="10:05 a.m.")["held_at"]
    assert held == datetime(2026, 3, 10, 15, 5, tzinfo=UTC)


def test_a_moment_that_is_shown_comes_back_the_same() -> None:
    moment = datetime(2026, 11, 3, 4, 30, tzinfo=UTC)
    day, at = Sample.base_fields["held_at"].widget.decompress(moment)
    assert cleaned(held_at_day=day, held_at_time=at)["held_at"] == moment


def test_no_moment_is_none() -> None:
    assert cleaned(held_at_day="", held_at_time="")["held_at"] is None


def test_half_a_moment_is_asked_for() -> None:
    form = Sample({"name": "x", "held_at_day": "03/10/2026", "held_at_time": ""})
    assert form.errors["held_at"] == ["Give both the date and the time."]


def test_an_hour_that_the_clocks_skipped_is_asked_again() -> None:
    form = Sample({"name": "x", "held_at_day": "03/08/2026", "held_at_time": "2:30 a.m."})
    assert "skipped" in form.errors["held_at"][0]


@pytest.mark.req("UX-4")
def test_a_story_that_is_too_long_is_given_back_whole() -> None:
    form = Sample({"name": "x", "story": " " + "s" * 30})
    assert "31 characters" in form.errors["story"][0]
    assert "s" * 30 in str(form["story"])


@pytest.mark.req("UX-2")
def test_a_refused_field_is_described_by_its_error() -> None:
    form = Sample({"name": ""})
    markup = str(form)
    assert 'aria-describedby="id_name_error"' in markup
    assert 'id="id_name_error"' in markup
    assert 'href="#id_name"' in markup


@pytest.mark.req("UX-2")
def test_a_sound_form_has_no_summary_of_errors() -> None:
    assert "data-error-summary" not in str(Sample())


@pytest.mark.req("UX-2")
def test_every_input_has_a_label_that_follows_it_where_the_design_system_needs_that() -> None:
    markup = str(Sample()["needs"])
    assert 'class="usa-checkbox__input"' in markup
    assert markup.index("<input") < markup.index('<label class="usa-checkbox__label" for="id_needs_0"')
