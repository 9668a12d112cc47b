"""The binding format of README.md as schema."""

from . import vocabulary as words
from .schema import List, Record, Scalar, Table, Text

PROSE = Text(prose=True)
WORD = Text()
SLUG = Text(pattern=r"[a-z0-9]+(-[a-z0-9]+)*", hint="as lower case with hyphens")
KEY = Text(pattern=r"[a-z][a-z0-9_-]*", hint="as one lower-case word")
DATE = Text(pattern=r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", hint="as an ISO date, 2026-11-21")
TECHNIQUE = Text(pattern=r"T\d{4}(\.\d{3})?", hint="as T1566 or T1566.001")
SUBCATEGORY = Text(pattern=r"[A-Z]{2}\.[A-Z]{2}-\d{2}", hint="as RS.MA-01")
SHORTEN = ["45", "90", "120"]

STAGE = Record(
    key=KEY, title=PROSE, mitre_phase=Text(sorted(set(words.TACTICS + words.ICS_TACTICS))), techniques=List(TECHNIQUE, 1),
    clock=Record(scenario=PROSE, regulatory=PROSE), narrative=PROSE,
    injects=List(Record(**{"time": Text(pattern=r"([01]\d|2[0-3]):[0-5]\d", hint="as 24-hour time, 06:52"), "channel": Text(words.CHANNELS),
                           "from": PROSE, "text": PROSE, "kind": Text(words.INJECT_KINDS)})),
    facilitator=Record(read_aloud=PROSE, expected=List(PROSE, 1), probes=List(PROSE), hints=List(PROSE, 1)),
).maybe(
    bridge=PROSE, branch=Record(variable=KEY, low=PROSE, high=PROSE),
    iocs=List(Record(type=KEY, value=WORD, note=PROSE)),
    alerts=List(Record(tool=Text(words.TOOLS), severity=Text(words.SEVERITIES), title=PROSE, description=PROSE)))

GUIDES = Record(
    facilitator=Record(purpose=PROSE, timing=PROSE, shorten=Table(PROSE, SHORTEN), missing_roles=PROSE, safety=PROSE),
    participant=Record(rules=List(PROSE, 1), assumptions=List(PROSE, 1), glossary=List(Record(term=PROSE, meaning=PROSE), 1)),
    evaluator=List(Record(objective=WORD, tasks=List(PROSE, 1), good=PROSE)))

BLUEPRINT = Record(
    id=SLUG, title=PROSE, overview=PROSE, attacker=Record(name=PROSE, type=PROSE, motivation=PROSE, sophistication=PROSE),
    target=Record(industry=PROSE, size=PROSE, description=PROSE),
    objectives=List(Record(id=Text(pattern=r"O\d+", hint="as O1"), text=PROSE, capability=PROSE, csf=List(SUBCATEGORY, 1))
                    .maybe(critical=Scalar("boolean"))),
    variables=List(KEY, 1), stages=List(STAGE), arcs=Table(List(KEY)), guides=GUIDES,
).maybe(first=Record(opening=PROSE, turn=PROSE, stages=List(KEY, 2), questions=List(List(SLUG, 1), 2)))

THEME = Record(theme=Text(words.THEMES), title=PROSE, summary=PROSE, attack_version=WORD, author=WORD, reviewed=DATE,
               sources=List(WORD, 1), blueprint=BLUEPRINT)

OPTION = Record(text=PROSE, credit=Scalar("number", 0, 1)).maybe(
    critical=Scalar("boolean"), why=PROSE, effects=Table(Scalar("whole number", -3, 3), low=1))

QUESTION = Record(
    id=SLUG, stage=KEY, level=Text(words.LEVELS), role=Text(words.ROLES), objective=WORD, activity=Text(words.ACTIVITIES),
    csf=List(SUBCATEGORY, 1), attack=List(TECHNIQUE), sources=List(WORD, 1), stem=PROSE, options=List(OPTION), explanation=PROSE,
    consequence=Record(best=PROSE, worst=PROSE).maybe(partial=PROSE),
).maybe(
    incident=SLUG, jurisdiction=Text(pattern=r"[A-Z]{2}(-[A-Z]{2,3})?", hint="as EU or US-CA"), recall=Scalar("boolean"), context=PROSE)

INCIDENT = Record(
    id=Text(pattern=r"[a-z0-9]+(-[a-z0-9]+)*-\d{4}", hint="as name-2021"), name=WORD, year=Scalar("whole number", 1980, 2100),
    date=Text(pattern=r"\d{4}(-\d{2}(-\d{2})?)?", hint="as an ISO date, 2021-05-07, 2021-05 or 2021"), sector=WORD, text=WORD,
    source_kind=WORD, confidence=Text(["A", "B"]), reviewed=DATE, themes=List(Text(words.THEMES), 1))

ATTACK = Record(
    version=WORD, techniques=Table(Record(name=WORD, tactics=List(Text(words.TACTICS), 1))),
    ics=Table(Record(name=WORD, tactics=List(Text(words.ICS_TACTICS), 1))), deprecated=Table(TECHNIQUE))

CSF = Table(WORD)

SLOT = Record(default=WORD, source=Text(pattern=r"[a-z]+\.[A-Za-z_-]+", hint="as organisation.name"))
