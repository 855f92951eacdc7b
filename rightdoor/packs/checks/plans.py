"""Templates of service plans: each of the four kinds, asking about domains and naming services that exist. (CASE-4)"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rightdoor.domain.service_plan import NEED_DOMAINS, TEMPLATES

from ..fault import Fault, one_of
from ..pack import Pack

FILE = "plans.yaml"


def plans(pack: Pack) -> Iterator[Fault]:
    domains = pack.plans.domains
    for key in NEED_DOMAINS:
        if key not in domains:
            yield Fault(FILE, "domains", f"The domain “{key}” is missing.", "Add it with its label.")
    for choice in domains:
        if choice.key not in NEED_DOMAINS:
            yield Fault(
                FILE, f"domains[{choice.key}]", f"There is no domain of need “{choice.key}”.", one_of(NEED_DOMAINS)
            )
    kinds = [template.key for template in pack.plans.templates]
    for kind in TEMPLATES:
        if kind not in kinds:
            yield Fault(FILE, "templates", f"The template “{kind}” is missing.", "Add what it asks about.")
    services = {service.key for service in pack.services}
    for template in pack.plans.templates:
        place = f"templates[{template.key}]"
        if template.key not in TEMPLATES:
            yield Fault(FILE, place, f"There is no plan of the kind “{template.key}”.", one_of(TEMPLATES))
        if not template.needs:
            yield Fault(FILE, f"{place}.needs", "The template asks about nothing.", "Add at least one domain.")
        for domain, times in Counter(need.domain for need in template.needs).items():
            if times > 1:
                yield Fault(FILE, f"{place}.needs", f"The domain “{domain}” stands {times} times.", "Keep one.")
        for position, need in enumerate(template.needs):
            where = f"{place}.needs[{position}]"
            if need.domain not in NEED_DOMAINS:
                yield Fault(
                    FILE, f"{where}.domain", f"There is no domain of need “{need.domain}”.", one_of(NEED_DOMAINS)
                )
            for service in need.services:
                if service not in services:
                    yield Fault(
                        FILE, f"{where}.services", f"There is no service “{service}”.", "Use a key of services.yaml."
                    )
