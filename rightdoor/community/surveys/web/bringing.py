"""A licensed instrument of one's own agency: what is needed, and the file."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse

from rightdoor.community.surveys.queries import offered
from rightdoor.community.surveys.words import PURPOSES
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import may
from rightdoor.domain.questionnaire.instrument import Instrument
from rightdoor.foundation.questionnaires.kept import brought_by, import_instrument
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.packs.instruments import FileUnsound, instrument_from

LARGEST = 2 * 1024 * 1024


class BringForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label="File of the instrument",
        help_text="YAML or JSON, up to 2 MB, with your permission and the acknowledgement that its maker asks for.",
        error_messages={"required": "Choose the file."},
    )

    def clean_file(self) -> UploadedFile:
        """Small enough to be read at once."""
        given: UploadedFile = self.cleaned_data["file"]
        if (given.size or 0) > LARGEST:
            raise forms.ValidationError("This file is larger than 2 MB. An instrument is a small text.")
        return given


def show(request: HttpRequest) -> HttpResponse:
    """What ships as a title alone, what the agency brought, and the form."""
    return _page(request, BringForm())


def create(request: HttpRequest) -> HttpResponse:
    """Reads the file and keeps it for the agency alone."""
    form = BringForm(request.POST, request.FILES)
    _check(request)
    if form.is_valid():
        given = form.cleaned_data["file"]
        try:
            instrument = instrument_from(given.read().decode("utf-8-sig"), str(given.name))
            refusal = _refusal(instrument)
            if not refusal:
                import_instrument(request.viewer, instrument, now=request.now)
                messages.success(request, "The instrument is here, for your agency alone.")
                return done(request, "/surveys/instruments/")
            form.add_error("file", refusal)
        except UnicodeDecodeError:
            form.add_error("file", "This file is no text. Save it as YAML or JSON in UTF-8.")
        except FileUnsound as unsound:
            for fault in unsound.faults[:20]:
                form.add_error("file", str(fault))
        except RuleBroken as broken:
            form.add_error("file", str(broken))
    return _page(request, form, status=422)


def _refusal(instrument: Instrument) -> str:
    if instrument.purpose not in PURPOSES:
        return "This is no survey, feedback or training. Bring it where it is used."
    if not instrument.terms.may_be_passed_on and not instrument.terms.credit:
        return "Write the acknowledgement that its maker asks for into terms.credit. It is printed on every report."
    return ""


def _check(request: HttpRequest) -> None:
    if not may(request.viewer, "instrument.bring"):
        raise NotVisible


def _page(request: HttpRequest, form: BringForm, status: int = 200) -> HttpResponse:
    _check(request)
    mine = [(one, at) for one, at in brought_by(request.viewer.agency) if one.purpose in PURPOSES]
    context = {"form": form, "mine": mine, "stubs": [one for one in offered(request.viewer) if not one.items]}
    return respond(request, page="surveys/bring.html", context=context, status=status)
