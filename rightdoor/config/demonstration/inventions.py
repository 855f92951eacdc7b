"""Children, people, places and sentences, all made up from lists of parts. Standard library only.

Names of children, birth dates, addresses and one odd detail of each story are collected in `Planted`: a test looks for
them in a dump of the database, where none of them may stand in clear. Staff and agencies are built from other parts,
because their names do stand in clear.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

LANGUAGE_NAMES = {"en": "English", "es": "Spanish", "vi": "Vietnamese"}  # as staff write them down

# Given names with what people call them for short. English, Spanish and Vietnamese origin.
GIVEN: dict[str, tuple[tuple[str, str], ...]] = {
    "en": (
        ("Elizabeth", "Liz"), ("Madison", "Maddie"), ("Samantha", "Sam"), ("Katherine", "Kate"), ("Olivia", "Liv"),
        ("Isabella", "Bella"), ("Natalie", "Nat"), ("Rebecca", "Becca"), ("Jessica", "Jess"), ("Abigail", "Abby"),
        ("Brianna", "Bri"), ("Stephanie", "Steph"), ("Michael", "Mike"), ("Jonathan", "Jon"), ("Anthony", "Tony"),
        ("Christopher", "Chris"), ("Nathaniel", "Nate"), ("Joshua", "Josh"), ("Amaryllis", ""), ("Delphine", ""),
        ("Marguerite", "Maggie"), ("Ottoline", ""), ("Solange", ""), ("Thaddeus", "Tad"),
    ),
    "es": (
        ("Guadalupe", "Lupe"), ("Alejandra", "Ale"), ("Rosario", "Charo"), ("Gabriela", "Gabi"), ("Mariana", "Mari"),
        ("Dolores", "Lola"), ("Leticia", "Lety"), ("Daniela", "Dani"), ("Concepción", "Concha"), ("Ximena", ""),
        ("Itzel", ""), ("Yesenia", ""), ("Francisco", "Paco"), ("Guillermo", "Memo"), ("Eduardo", "Lalo"),
        ("José Ángel", "Pepe"), ("Natalia", "Nati"), ("Begoña", ""),
    ),
    "vi": (
        ("Thảo Vy", ""), ("Ngọc Ánh", ""), ("Bảo Trân", ""), ("Khánh Linh", ""), ("Quỳnh Như", ""), ("Thanh Tâm", ""),
        ("Đức Huy", ""), ("Minh Đăng", ""), ("Hồng Nhung", ""), ("Tường Vi", ""),
    ),
}  # fmt: skip
_FAMILY_PARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "en": (
        ("Bramble", "Cinder", "Dapple", "Fennel", "Gossamer", "Hollow", "Juniper", "Kettle", "Lantern", "Marrow",
         "Nettle", "Pepper", "Quill", "Rushes", "Saffron", "Tangle", "Umber", "Willow", "Yarrow", "Thimble"),
        ("wick", "thorpe", "mere", "feather", "stead", "gate", "ridge", "combe", "worth", "shaw", "dale", "croft"),
    ),
    "es": (
        ("Monte", "Piedra", "Luna", "Cielo", "Vega", "Sierra", "Torre", "Palma", "Fuente", "Arena"),
        ("claro", "largo", "sereno", "verde", "dorada", "quieta", "rubio", "azul", "viva", "alta"),
    ),
    "vi": (
        ("Trần", "Đặng", "Phạm", "Lưu", "Vũ", "Hoàng", "Bùi", "Đoàn"),
        ("sơn", "giang", "lâm", "hải", "phong", "nguyệt", "thủy"),
    ),
}  # fmt: skip
_STREETS = (
    ("Cattail", "Dragonfly", "Firefly", "Moonseed", "Paddlewheel", "Periwinkle", "Quarterdeck", "Sassafras",
     "Silkgrass",
     "Tumbledown", "Whippoorwill", "Zephyr"),
    ("Bend", "Crossing", "Hollow", "Landing", "Lane", "Loop", "Passage", "Row", "Trace", "Walk"),
)  # fmt: skip
_DETAIL = (
    ("mustard", "teal", "silver", "crimson", "violet", "copper", "turquoise", "ivory", "amber", "charcoal", "coral",
     "olive", "plum", "cobalt", "maroon", "peach"),
    ("lunchbox", "suitcase", "bicycle", "umbrella", "raincoat", "keychain", "notebook", "backpack", "minivan",
     "trailer", "awning", "mailbox", "hammock", "guitar case", "toolbox", "scarf"),
    ("a painted heron", "a torn label", "three rubber bands", "a missing wheel", "a stitched star", "a cracked mirror",
     "a bent antenna", "a paper crane", "a faded anchor", "two brass bells", "a chipped handle", "a striped ribbon",
     "a cardboard moon", "a dented corner", "a wooden whistle", "a glass marble"),
)  # fmt: skip

STAFF_GIVEN = (
    "Adele", "Basil", "Celeste", "Dorian", "Edith", "Felix", "Greta", "Hugo", "Imogen", "Jasper", "Keziah", "Lionel",
    "Mabel", "Noel", "Opal", "Percy", "Quentin", "Renata", "Silas", "Tamsin", "Ulysses", "Verity", "Wendell", "Xenia",
    "Yolanda", "Zachary", "Ines", "Mateo", "Paloma", "Ramiro", "Lan", "Tuan", "Mai", "Bao",
)  # fmt: skip
_STAFF_FAMILY = (
    ("Fair", "Good", "High", "Merry", "Still", "True", "Well", "Bright", "Calm", "Stead", "Loft", "Mild"),
    ("lamp", "harbor", "meadow", "bell", "acre", "brook", "haven", "march", "window", "orchard", "path", "bridge"),
)  # fmt: skip
_PLACES = (
    "Heron Point", "Lantern Hill", "Two Rivers", "Cedar Gate", "Stonebridge", "Harborlight", "Willow Bend",
    "Clearwater",
    "Maple Court", "Northfield", "Bluewater", "Fernwood", "Millrace", "Sunmeadow", "Tern Island", "Oldbridge",
    "Greyfriars", "Pinecrest", "Rosewater", "Summerfield",
)  # fmt: skip
_KINDS_OF_AGENCY = {
    "local_law_enforcement": "Police Department",
    "state_law_enforcement": "State Investigations Bureau",
    "federal_law_enforcement": "Federal Investigations Office",
    "child_welfare": "Department for Children and Families",
    "victim_advocate": "Advocacy Center",
    "family_advocate": "Family Center",
    "prosecutor": "Prosecutor's Office",
    "medical": "Children's Hospital",
    "forensic_interviewer": "Children's House",
    "therapist": "Counseling Practice",
    "behavioral_health": "Behavioral Health",
    "juvenile_justice": "Youth Justice Office",
    "community_organization": "Neighborhood House",
    "survivor_consultant": "Survivor Network",
    "youth_representative": "Youth Council",
    "school": "School District",
    "tribal_agency": "Tribal Services",
}


@dataclass(frozen=True, slots=True)
class Child:
    """A child that does not exist."""

    given: str
    family: str
    short: str
    aliases: tuple[str, ...]
    birth_on: date | None
    age_estimate: int | None
    gender: str
    language: str
    interpreter_needed: bool | None
    address: str
    phone: str
    where: str

    def age_on(self, day: date) -> int | None:
        """Whole years on a day, or the estimate."""
        if self.birth_on is None:
            return self.age_estimate
        return day.year - self.birth_on.year - ((day.month, day.day) < (self.birth_on.month, self.birth_on.day))


@dataclass(slots=True)
class Planted:
    """What was invented about children: whoever finds one of these in clear has found a leak."""

    names: set[str] = field(default_factory=set)
    family_names: set[str] = field(default_factory=set)
    birth_dates: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    phrases: set[str] = field(default_factory=set)

    def add_child(self, child: Child) -> None:
        """Everything about a child that may not stand in clear."""
        if child.given and child.family:
            self.names.add(f"{child.given} {child.family}")
        if child.family:
            self.family_names.add(child.family)
        if child.birth_on:
            self.birth_dates.add(child.birth_on.isoformat())
        if child.address:
            self.addresses.add(child.address)

    def add(self, other: Planted) -> None:
        """Join the list of another process."""
        for name in self.__slots__:
            getattr(self, name).update(getattr(other, name))

    def as_dict(self) -> dict[str, list[str]]:
        """For the file: each list in order."""
        return {name: sorted(getattr(self, name)) for name in self.__slots__}


def family_name(random: Random, origin: str) -> str:
    """A family name that nobody bears."""
    first, second = _FAMILY_PARTS[origin]
    return random.choice(first) + random.choice(second)


def child(random: Random, *, on: date, ages: tuple[int, int], languages: Sequence[str]) -> Child:
    """A child whose age on the day lies between `ages`. Some have no known birth date, a few not even a name.

    The first of `languages` is the one that staff speak.
    """
    origin = random.choices(("en", "es", "vi"), (70, 22, 8))[0]
    given, short = random.choice(GIVEN[origin])
    family = family_name(random, origin)
    age = random.randint(*ages)
    born = on - timedelta(days=age * 365 + age // 4 + random.randint(5, 350))
    certain = random.random() < 0.86
    unnamed = random.random() < 0.02
    language = origin if origin in languages and random.random() < 0.6 else languages[0]
    aliases = tuple(
        alias
        for alias, chance in ((short, 0.5), (random.choice(("Star", "Junebug", "Little Bit", "Chispa", "Bé Út")), 0.08))
        if alias and random.random() < chance
    )
    street = f"{random.choice(_STREETS[0])} {random.choice(_STREETS[1])}"
    return Child(
        given="" if unnamed else given,
        family="" if unnamed else family,
        short=short,
        aliases=aliases or (("Junebug",) if unnamed else ()),
        birth_on=born if certain else None,
        age_estimate=None if certain else age,
        gender=random.choices(("girl", "boy", "another", ""), (72, 22, 3, 3))[0],
        language=LANGUAGE_NAMES.get(language, language),
        interpreter_needed=None if random.random() < 0.2 else language != languages[0],
        address=f"{random.randint(101, 9899)} {street}",
        phone=f"555-01{random.randint(0, 99):02d}",
        where=random.choice(
            ("At home", "With a grandmother", "In a shelter", "At the clinic", "In detention", "Not known", "At school")
        ),
    )


def look_alike(random: Random, known: Child) -> Child:
    """The same child as somebody else wrote it down: a short name, another spelling, day and month swapped."""
    way = random.randrange(3)
    if way == 0 and known.short:
        return replace(known, given=known.short, aliases=())
    if way == 1 and known.birth_on and known.birth_on.day <= 12 and known.birth_on.day != known.birth_on.month:
        return replace(known, birth_on=known.birth_on.replace(month=known.birth_on.day, day=known.birth_on.month))
    letters = known.family
    place = random.randrange(2, max(3, len(letters) - 1))
    return replace(known, family=letters[:place] + letters[place - 1] + letters[place:])  # one letter doubled


def sibling(random: Random, known: Child) -> Child:
    """Another child of the same family, born on the same day: alike, and somebody else."""
    given, short = random.choice([one for names in GIVEN.values() for one in names if one[0] != known.given])
    return replace(known, given=given, short=short, aliases=())


def detail(random: Random) -> str:
    """An odd detail that occurs nowhere else; it stands in one story and in no log, no index, no mail."""
    color, thing, mark = (random.choice(part) for part in _DETAIL)
    return f"a {color} {thing} with {mark}"


class Names:
    """Names of staff and agencies, each given once."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self._people: set[str] = set()
        self._agencies: set[str] = set()

    def person(self) -> str:
        """A name of staff that was not given yet."""
        while True:
            first, second = _STAFF_FAMILY
            name = f"{self.random.choice(STAFF_GIVEN)} {self.random.choice(first)}{self.random.choice(second)}"
            if name not in self._people:
                self._people.add(name)
                return name

    def agency(self, discipline: str, label: str) -> str:
        """An agency's name for a discipline; for one that is not on the list, with the pack's own label."""
        kind = _KINDS_OF_AGENCY.get(discipline, label)
        for place in self.random.sample(_PLACES, len(_PLACES)):
            if (name := f"{place} {kind}") not in self._agencies:
                self._agencies.add(name)
                return name
        name = f"{self.random.choice(_PLACES)} {kind} {len(self._agencies)}"
        self._agencies.add(name)
        return name


def email(name: str) -> str:
    """An address that cannot exist."""
    return f"{name.lower().replace(' ', '.')}@example.invalid"
