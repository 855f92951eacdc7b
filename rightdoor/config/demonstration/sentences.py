"""What the invented stories, minutes and plans say. Plain, nothing graphic; each story holds one odd detail."""

from __future__ import annotations

from random import Random

_OPENINGS = {
    "sex": (
        "An adult gives {her} rides, meals and a telephone, and then asks for things that frighten {her}.",
        "{She} was offered work as a model by someone {she} had never met. Pictures were asked for first.",
        "A friend of a friend took {her} to two motels. Someone else was paid.",
        "{She} told a school nurse that people pay a man to spend time with {her}.",
        "Messages on {hers} telephone name prices and hours. {She} did not write them.",
    ),
    "labor": (
        "{She} cleans rooms from early morning and has not been paid. {Hers} papers are kept by the employer.",
        "{She} sells candy at parking lots until late. A driver takes all the money.",
        "{She} works in a kitchen every night and sleeps behind it. {She} owes a debt that grows.",
        "{She} looks after four children and the house, and may not leave it alone.",
    ),
    "both": (
        "{She} works in a bar without pay, and guests are told that {she} is part of the evening.",
        "By day {she} cleans, by night people come. The same person keeps the money.",
    ),
}
_FAMILIAL = (
    "Someone of {hers} own family arranges it.",
    "A relative keeps what is paid.",
    "An uncle of the family knows and says nothing.",
)
_ONLINE = ("It began with messages in a game.", "It is arranged through a telephone application.")
_MISSING = (
    "{She} has not been seen since Thursday; {hers} telephone is off.",
    "{She} left the placement in the evening and did not come back.",
    "The grandmother has had no word for three days.",
)
_DETAILS = (
    "{She} keeps {detail} close by.",
    "Neighbors remember {detail} by the door.",
    "The person who drives has {detail}.",
    "{She} left {detail} at the bus stop.",
)
_TOLD = {
    "en": (
        "A girl in my building is picked up at night by people she is afraid of.",
        "A boy at the car wash works all day and never has shoes or lunch.",
        "My student says that she owes someone money and has to go with him.",
        "I clean at a motel. The same child is here every week with other adults.",
    ),
    "es": (
        "Una niña de mi edificio sale de noche con gente que le da miedo.",
        "Un muchacho trabaja todo el día en el lavado de autos y nunca trae almuerzo.",
        "Mi alumna dice que le debe dinero a alguien y tiene que irse con él.",
        "Limpio en un motel. La misma niña está aquí cada semana con otros adultos.",
    ),
    "vi": (
        "Một em gái trong khu nhà tôi bị đón đi ban đêm bởi những người em sợ.",
        "Một em trai làm việc cả ngày ở tiệm rửa xe và không bao giờ có bữa trưa.",
        "Học trò của tôi nói em nợ tiền một người và phải đi với ông ta.",
    ),
}
_TOLD_DETAIL = {
    "en": "I noticed {detail}.",
    "es": "Me fijé en esto: {detail}.",
    "vi": "Tôi để ý thấy: {detail}.",
}
_MINUTES = {
    "safety_assessment": "Safety plan reviewed. {She} names two safe adults and a code word; the team checks in daily.",
    "medical_evaluation": "Examination offered for this week with a nurse whom {she} has met. {She} decides when.",
    "forensic_interview": "One interview only, at the children's house. Questions of all agencies are gathered first.",
    "evidence_preservation": "The telephone stays as it is. The agency that holds it makes the copy.",
    "immediate_services": "Clothing, a telephone and transport today; counseling within the week.",
    "victim_information": "What is known was gone through once, so that nobody asks {her} again.",
    "screening_results": "The screening was discussed with its limits. It decides nothing by itself.",
    "investigative_priorities": "Investigators named what they need and when. Details stay with them.",
    "consent": "The guardian is reached tomorrow by the person {she} trusts.",
    "victim_status": "The status was discussed with what it rests on.",
    "continued_services": "The team agrees on what comes next and who explains it to {her}.",
}
_MINUTES_ELSE = (
    "Discussed. Nothing new that changes the plan.",
    "Went through what was agreed last time; two of three points are done.",
    "{She} asked that the next talk be with the same advocate.",
    "Everybody said what they can do before the next meeting.",
)
_DECISIONS = (
    "The advocate stays {hers} first person to call.",
    "One agency speaks with the school, nobody else.",
    "The appointment is moved to a time when {she} is rested.",
    "The team meets again within the month.",
)
_ITEMS = (
    "Arrange transport to the appointment",
    "Call the school counselor",
    "Ask the clinic for an evening hour",
    "Bring the papers for victim compensation",
    "Find a bed for two weeks",
    "Send the interview questions to one person",
    "Talk with the caregiver about the plan for tonight",
)
_WISHES = (
    "I want to finish the school year and keep my dog.",
    "I want to sleep somewhere where nobody opens the door.",
    "I want to see my sister every week.",
    "I want one person who tells me what happens next.",
    "Quiero seguir en el equipo de fútbol.",
    "I want a job where I am paid, and my own key.",
)
_STRENGTHS = (
    "Draws well, keeps appointments, looks after a younger brother.",
    "Speaks two languages; asks good questions.",
    "Has a teacher who stands by {her}.",
)
_NEEDS = (
    "A safe place for the next weeks",
    "Somebody to talk with who stays the same",
    "Help with papers",
    "A ride that does not depend on the family",
    "Catching up in two subjects",
    "Food and clothing now",
)
_CHOICES = ("Chosen from two offers", "Wants to think about it", "Said yes", "Prefers the one near school")
_EVIDENCE = {
    "confirmed": "Statements and records that agree with each other, seen by two agencies.",
    "suspected": "",
    "not_trafficking": "The records show another explanation, checked by two agencies.",
}
REASONS = {
    "shortened": "The person who did harm knows the address.",
    "lengthened": "{She} is in the hospital and asks to rest first; the nurse agrees.",
    "move": "The child lives elsewhere; the team there knows the family.",
    "merged": "Two names of one child: the aunt and the school tell of the same address.",
    "reconsidered": "A second agency now confirms what was told.",
    "late": "Two agencies could not be reached before the weekend.",
    "no_report_owed": "The report came from the hotline itself.",
}


def pronouns(gender: str) -> dict[str, str]:
    """Words that a sentence asks for."""
    she, her, hers = {"girl": ("she", "her", "her"), "boy": ("he", "him", "his")}.get(
        gender, ("the child", "the child", "the child's")
    )
    return {"she": she, "She": she[0].upper() + she[1:], "her": her, "hers": hers, "Hers": hers[0].upper() + hers[1:]}


def said(text: str, gender: str, **more: str) -> str:
    """A template with its words filled in."""
    return text.format(**pronouns(gender), **more)


def story(random: Random, *, gender: str, kind: str, familial: bool, online: bool, missing: bool, detail: str) -> str:
    """What is alleged, as a coordinator writes it down."""
    parts = [random.choice(_OPENINGS.get(kind, _OPENINGS["sex"]))]
    parts += [random.choice(_FAMILIAL)] if familial else []
    parts += [random.choice(_ONLINE)] if online else []
    parts += [random.choice(_MISSING)] if missing else []
    parts.append(random.choice(_DETAILS))
    return " ".join(said(part, gender, detail=detail) for part in parts)


def told(random: Random, language: str, detail: str) -> str:
    """What a reporter writes, in the reporter's language."""
    known = language if language in _TOLD else "en"
    return f"{random.choice(_TOLD[known])} {_TOLD_DETAIL[known].format(detail=detail)}"


def minutes(random: Random, topic: str, gender: str, detail: str = "") -> str:
    """Minutes of a topic; of one that is not on the list, in general words."""
    text = said(_MINUTES.get(topic) or random.choice(_MINUTES_ELSE), gender)
    return f"{text} To be kept safe: {detail}." if detail else text


def decision(random: Random, gender: str) -> str:
    """A decision of a team."""
    return said(random.choice(_DECISIONS), gender)


def item(random: Random) -> str:
    """Something to do."""
    return random.choice(_ITEMS)


def wishes(random: Random) -> str:
    """What the client wants, in the client's words."""
    return random.choice(_WISHES)


def strengths(random: Random, gender: str) -> str:
    """What the client is good at."""
    return said(random.choice(_STRENGTHS), gender)


def need(random: Random) -> tuple[str, str]:
    """A need and what the client said to the service that answers it."""
    return random.choice(_NEEDS), random.choice(_CHOICES)


def evidence(status: str) -> str:
    """What a status rests on."""
    return _EVIDENCE.get(status, "")


def reason(key: str, gender: str = "girl") -> str:
    """Why something was done otherwise than usual."""
    return said(REASONS[key], gender)
