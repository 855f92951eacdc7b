"""Printed documents of this slice: the release form (blank and filled), the sheet for clients, the register."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from rightdoor.casework.clients.models import Client
from rightdoor.casework.consents.actions.releases import note_form_printed
from rightdoor.casework.consents.choices import RELEASABLE
from rightdoor.casework.consents.queries import names_of
from rightdoor.casework.consents.register import Copy, WentOut
from rightdoor.casework.consents.told import ReleaseTold
from rightdoor.casework.consents.wording import wording
from rightdoor.community.partners.queries import agency_names
from rightdoor.domain.confidentiality import SPECIAL
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.jurisdiction.templatetags.words import day, when
from rightdoor.foundation.printing.pdf import render_pdf

PLATFORM = "Rightdoor"


def release_form(
    viewer: Viewer,
    client: Client,
    case_code: str,
    told: ReleaseTold,
    *,
    language: str,
    now: datetime,
    code: str = "",
) -> bytes:
    """The release as it is filled, as a tagged PDF; the client's name is written on it by hand. That it was printed is
    kept.
    """
    context = form_context(told, language=language, now=now, code=code, case_code=case_code)
    document = render_pdf("consents/release.typ", context)
    note_form_printed(viewer, client, case_code=case_code, what="release", language=language, now=now)
    return document


def blank_form(*, language: str, now: datetime) -> bytes:
    """The form with nothing filled in. It says nothing about anybody."""
    return render_pdf("consents/release.typ", form_context(None, language=language, now=now))


def sheet(*, language: str, now: datetime) -> bytes:
    """The sheet on what stays private and what does not. It says nothing about anybody."""
    words = wording(language)["sheet"]
    context = {**words, "language": language, "code": "", "made": words["made"].format(when=day(now))}
    return render_pdf("consents/sheet.typ", context)


def register_document(
    viewer: Viewer,
    client: Client,
    case_code: str,
    entries: Sequence[WentOut],
    holders: Sequence[Copy],
    *,
    language: str,
    now: datetime,
) -> bytes:
    """The register of disclosures, under the code and without a name. That it was printed is kept."""
    words = wording(language)
    classes = words["classes"]

    def kinds(names: Sequence[str]) -> str:
        return "; ".join(classes.get(name, name) for name in names)

    context = {
        **words["register"],
        "language": language,
        "code": case_code,
        "made": words["release"]["made"].format(code=case_code, when=_moment(now, language)),
        "entries": [
            [_moment(one.at, language), _to(one.to, one.agency), kinds(one.classes) or one.words, one.how, _ground(one)]
            for one in entries
        ],
        "holders": [[_to(one.to, one.agency), kinds(one.classes), _moment(one.last_at, language)] for one in holders],
    }
    document = render_pdf("consents/register.typ", context)
    note_form_printed(viewer, client, case_code=case_code, what="register", language=language, now=now)
    return document


def form_context(
    told: ReleaseTold | None, *, language: str, now: datetime, code: str = "", case_code: str = ""
) -> dict[str, Any]:
    """Everything that the form says, in words; what is not filled in stays a line to write on."""
    words = wording(language)
    labels, classes = words["release"], words["classes"]
    rule = active_pack().sharing.release
    agencies = agency_names({told.from_agency, told.to_agency} - {""}) if told else {}
    people = names_of({told.to_account}) if told else {}
    chosen = set(told.classes) if told else set()
    made = labels["made"].format(code=code or case_code, when=_moment(now, language)) if told else ""
    return {
        "labels": {
            **labels,
            "suggested": labels["suggested"].format(days=rule.default_days, cap=rule.cap_days),
            "sud_text": labels["sud_text"].format(intermediary=PLATFORM),
        },
        "language": language,
        "title": labels["title"],
        "notice": labels["notice"],
        "code": code,
        "case": case_code,
        "made": made or labels["made_blank"].format(when=day(now)),
        "is_blank": told is None,
        "from": agencies.get(told.from_agency, "") if told else "",
        "to": (agencies.get(told.to_agency, "") or people.get(told.to_account, "")) if told else "",
        "classes": [
            {"label": classes[klass], "is_chosen": klass in chosen}
            for klass in RELEASABLE
            if klass not in SPECIAL and (told is None or klass in chosen)
        ],
        "special": [
            {
                "label": classes[klass],
                "is_chosen": klass in chosen,
                "initials": told.initials.get(klass, "") if told else "",
            }
            for klass in RELEASABLE
            if klass in SPECIAL and (told is None or klass in chosen)
        ],
        "purpose": told.purpose if told else "",
        "how": [
            {"label": label, "is_chosen": told is not None and key in told.how} for key, label in words["how"].items()
        ],
        "until": day(told.expires_at - timedelta(microseconds=1)) if told and told.expires_at else "",
        "event": told.event if told else "",
        "explained_by": told.explained_by if told else "",
        "spoken": words["languages"].get(told.language, "") if told else "",
        "interpreter": told.interpreter if told else "",
        "risks": told.risks if told else "",
        "has_sud": told is None or "SUD" in chosen,
        "signatures": _signatures(told, words, language),
        "copy_given": told is not None and told.copy_given is True,
    }


_PLACES = {
    "self": ("client", "witness"),
    "minor_and_guardian": ("client", "guardian", "witness"),
    "minor_alone": ("client", "witness"),
    "custodian": ("custodian", "witness"),
}


def _signatures(told: ReleaseTold | None, words: dict[str, Any], language: str) -> list[dict[str, str]]:
    roles = _PLACES.get(told.route, ("client", "guardian", "witness")) if told else ("client", "guardian", "witness")
    given = {one.role: one for one in told.signatures} if told else {}
    return [
        {
            "role": words["roles"][role],
            "name": given[role].name if role in given else "",
            "at": _moment(given[role].at, language) if role in given else "",
            "authority": given[role].authority if role in given else "",
            "asks_authority": "yes" if role in {"guardian", "custodian"} else "",
        }
        for role in roles
    ]


def _moment(at: datetime, language: str) -> str:
    """When, without the name of the weekday where that would be in another language."""
    said = when(at)
    return said if language == "en" else said.partition(" ")[2]


def _to(name: str, agency: str) -> str:
    return f"{name}, {agency}" if name and agency and agency not in name else name or agency


def _ground(one: WentOut) -> str:
    return f"{one.basis} {one.ground}".strip()
