"""The content linter and compiler: a valid theme passes, and each rule finds the mistake it is for."""

import copy
import hashlib
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import yaml

LIBRARY = Path(__file__).resolve().parents[2] / "apps" / "exercises" / "library"
sys.dont_write_bytecode = True
sys.path.insert(0, str(LIBRARY))

from lint import RULES, Library, indicators, run  # noqa: E402
from lint.yamlio import load  # noqa: E402

STAGES = ["signal", "scope", "dilemma", "pressure", "recovery"]
LEVELS = ["easy"] * 3 + ["medium"] * 4 + ["hard"] * 5
ROLES = ["ciso", "soc-analyst", "it-ops", "legal", "communications", "executive"]
# The C versions of the YAML reader and writer where there are any: each case writes a whole library.
READER, WRITER = getattr(yaml, "CSafeLoader", yaml.SafeLoader), getattr(yaml, "CSafeDumper", yaml.SafeDumper)
SHARED = {name: yaml.load((LIBRARY / name).read_text(encoding="utf-8"), Loader=READER)
          for name in ("slots.yaml", "incidents.yaml", "reference/csf.yaml")}
# A few techniques are enough, and much faster than all of them.
PHISHING = {"name": "Phishing", "tactics": ["Initial Access"]}
SHARED["reference/attack.yaml"] = {"version": "15.1", "techniques": {"T1566": PHISHING, "T1566.001": PHISHING, "T1566.002": PHISHING},
                                   "ics": {"T0883": PHISHING}, "deprecated": {"T1193": "T1566.001"}}
# What a translation leaves out, by where it stands.
NOT_TRANSLATED = {"id", "key", "csf", "critical", "mitre_phase", "techniques", "variable", "variables", "arcs", "tool", "severity", "time",
                  "channel", "kind", "objective", "value"}


def words(count, tag="plain"):
    return " ".join(f"{tag}{number}" for number in range(count))


def question(stage, number):
    """Question number of stage; the key's position goes round, all options have the same length."""
    best = number % 4
    credits = [0.5, 0.2, 0]
    credits.insert(best, 1)
    options = [{"text": f"Choose way {letter} of this case", "credit": credit} for letter, credit in zip("PQRS", credits)]
    for option in options:
        if option["credit"] < 1:
            option["why"] = "This way costs time that the team lacks."
        if option["credit"] == 0:
            option.update(critical=True, effects={"trust": -1})
    options[best]["effects"] = {"trust": 1}
    own = f"{STAGES[stage]}{number}"
    return {
        "id": f"bec-{stage + 1}{number + 1:02}", "stage": STAGES[stage], "level": LEVELS[number], "role": ROLES[number % 6],
        "objective": f"O{number % 3 + 1}", "activity": "detect", "csf": ["DE.AE-02"], "attack": ["T1566.002"], "sources": ["nist-800-61r3"],
        "context": f"Ticket {own}: {{{{siem}}}} shows a sign-in from 192.0.2.14 at 06:41.",
        "stem": f"You work for {{{{org}}}}. It is 06:55. You see {words(8, own)}. What do you do first?",
        "options": options, "explanation": f"The best way keeps the evidence {words(25, own)}.",
        "consequence": {"best": "The team kept its evidence.", "partial": "The team lost an hour.", "worst": "The evidence was lost."}}


def stage(number):
    result = {
        "key": STAGES[number], "title": f"Stage {number}", "mitre_phase": "Initial Access", "techniques": ["T1566"],
        "clock": {"scenario": f"Day {number + 1}, 06:40", "regulatory": "No clock is running yet."}, "narrative": words(100),
        "iocs": [{"type": "ip", "value": "192.0.2.14", "note": "A sender."}],
        "alerts": [{"tool": "SIEM", "severity": "high", "title": "Sign-in", "description": "{{Siem}} reports a sign-in."}],
        "injects": [{"time": "06:52", "channel": "email", "from": "{{Ciso}}", "text": "Please report.", "kind": kind}
                    for kind in ("normal", "noise", "contradiction")],
        "facilitator": {"read_aloud": "It is early.", "expected": ["Ask"], "probes": ["Who?", "What?", "When?"], "hints": ["Look again."]}}
    if number:
        result["bridge"] = "The team asked around. Nothing was decided."
    if number in (2, 3):
        result["branch"] = {"variable": "trust", "low": "People doubt.", "high": "People help."}
    return result


def blueprint():
    guide = {"purpose": "Practice.", "timing": "Two hours.", "shorten": {"45": "Three stages.", "90": "Four.", "120": "Five."},
             "missing_roles": "You play them.", "safety": "Say REAL INCIDENT to stop."}
    player = {"rules": ["Ask."], "assumptions": ["None."], "glossary": [{"term": "IR", "meaning": "Response"}]}
    objectives = [{"id": f"O{n}", "text": "Decide within an hour", "capability": "Coordination", "csf": ["RS.MA-01"], "critical": True}
                  for n in (1, 2, 3)]
    return {
        "id": "bec-1", "title": "The invoice", "overview": words(80),
        "attacker": {"name": "A group", "type": "organised crime", "motivation": "money", "sophistication": "medium"},
        "target": {"industry": "{{sector}}", "size": "300 people", "description": "{{Org}} sells parts."},
        "objectives": objectives, "variables": ["trust"], "stages": [stage(number) for number in range(5)],
        "arcs": {"3": ["signal", "dilemma", "recovery"], "4": ["signal", "scope", "dilemma", "recovery"]},
        "guides": {"facilitator": guide, "participant": player,
                   "evaluator": [{"objective": f"O{n}", "tasks": ["Decide"], "good": "In time"} for n in (1, 2, 3)]}}


def translated(value):
    """The same shape without ids, keys, numbers and enums."""
    if isinstance(value, dict):
        indicator = {"type"} if "value" in value else set()
        return {key: translated(item) for key, item in value.items() if key not in NOT_TRANSLATED | indicator}
    if isinstance(value, list):
        return [translated(item) for item in value]
    return "de " + value


def translated_question(entry):
    result = {key: "de " + entry[key] for key in ("context", "stem", "explanation")}
    result["options"] = ["de " + option["text"] for option in entry["options"]]
    result["why"] = ["de " + option["why"] for option in entry["options"] if "why" in option]
    result["consequence"] = {key: "de " + text for key, text in entry["consequence"].items()}
    return result


class Box:
    """A valid library as data that a case may spoil, and the folder it is written to."""

    def __init__(self):
        self.files = copy.deepcopy(SHARED)
        self.theme = {"theme": "bec", "title": "Business e-mail compromise", "summary": "A payment goes astray.", "attack_version": "15.1",
                      "author": "Muster content team", "reviewed": "2026-11-21", "sources": ["nist-800-61r3"], "blueprint": blueprint()}
        self.files["bec/theme.yaml"] = self.theme
        for number, key in enumerate(STAGES):
            self.files[f"bec/questions/{number + 1}-{key}.yaml"] = [question(number, index) for index in range(12)]
        entries = {entry["id"]: translated_question(entry) for entry in self.questions}
        self.german = {"language": "de", "title": "de", "summary": "de", "blueprint": translated(self.blueprint), "questions": entries}
        self.files["bec/translations/de.yaml"] = self.german

    @property
    def blueprint(self):
        return self.theme["blueprint"]

    @property
    def questions(self):
        return [entry for name, content in self.files.items() if name.startswith("bec/questions/") for entry in content]

    @property
    def q(self):
        """A hard question: its key is D, its options have credit 0.5, 0.2, 0 and 1."""
        return self.files["bec/questions/1-signal.yaml"][7]

    @property
    def attack(self):
        return self.files["reference/attack.yaml"]

    @property
    def incident(self):
        return self.files["incidents.yaml"][0]

    def write(self, root):
        for name, content in self.files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            text = content if isinstance(content, str) else yaml.dump(content, Dumper=WRITER, allow_unicode=True, sort_keys=False)
            path.write_text(text, encoding="utf-8")
        return Library(root)

    def problems(self, only=None):
        with tempfile.TemporaryDirectory() as folder:
            return run(self.write(Path(folder)), only=only)


def holder(box, path):
    """The container and key at the end of a path below a box's attribute: "q.options.1.credit"."""
    names = path.split(".")
    target = getattr(box, names[0])
    for name in names[1:-1]:
        target = target[int(name) if isinstance(target, list) else name]
    return target, int(names[-1]) if isinstance(target, list) else names[-1]


def setter(path, value):
    def spoil(box):
        target, key = holder(box, path)
        target[key] = value
    return spoil


def dropper(path):
    def spoil(box):
        target, key = holder(box, path)
        del target[key]
    return spoil


def each(change):
    """A case that spoils every question."""
    return lambda box: [change(entry) for entry in box.questions]


def key_first(entry):
    entry["options"].sort(key=lambda option: -option["credit"])


def key_longest(entry):
    best = next(option for option in entry["options"] if option["credit"] == 1)
    best["text"] += " too"


STAGE = "blueprint.stages.1."
FIRST = {"opening": "It is early.", "turn": "It is late.", "stages": ["signal", "dilemma"],
         "questions": [["bec-101", "bec-102"], ["bec-301"]]}
STEM = "You work. {} What do you do first?"
CASES = [
    ("yaml", lambda box: box.files.update({"bec/questions/1-signal.yaml": "- {id: a, id: b}"})),
    ("yaml", lambda box: box.files.update({"bec/theme.yaml": "theme: [bec"})),
    ("yaml", lambda box: box.files.update({"incidents.yaml": {}})),
    ("schema-type", setter("q.level", 3)),
    ("schema-type", setter("theme.attack_version", 15.1)),
    ("schema-type", setter("q.options.0.credit", "half")),
    ("schema-missing", dropper("q.stem")),
    ("schema-missing", dropper("blueprint.guides.facilitator.shorten.45")),
    ("schema-unknown", setter("q.hint", "Look.")),
    ("schema-unknown", setter("theme.blueprint.stages.0.weather", "rain")),
    ("schema-value", setter("q.level", "tough")),
    ("schema-value", setter("theme.reviewed", "21.11.2026")),
    ("schema-value", setter("q.stem", " ")),
    ("schema-value", setter(STAGE + "injects.0.channel", "fax")),
    ("slots-file", lambda box: box.files["slots.yaml"].update(new={"default": "the new one"})),
    ("theme-folder", setter("blueprint.id", "fraud-1")),
    ("question-file", lambda box: box.files.update({"bec/questions/6-end.yaml": []})),
    ("question-file", lambda box: box.files.pop("bec/questions/3-dilemma.yaml")),
    ("question-file", setter("q.stage", "scope")),
    ("question-id", setter("q.id", "bec-208")),
    ("option-count", lambda box: box.q["options"].append({"text": "Choose way T of this case", "credit": 0, "why": words(8)})),
    ("option-count", lambda box: box.q.update(options=box.q["options"][2:])),
    ("one-best", setter("q.options.0.credit", 1)),
    ("one-best", setter("q.options.3.credit", 0.5)),
    ("credit-range", setter("q.options.0.credit", 0.3)),
    ("credit-range", setter("q.options.0.credit", 0.455)),
    ("credit-sum", lambda box: [option.update(credit=0.5) for option in box.q["options"][:3]]),
    ("credit-sum", lambda box: box.q["options"].__delitem__(slice(1, 3))),
    ("critical-credit", setter("q.options.0.critical", True)),
    ("option-length", setter("q.options.0.text", "Choose way P of this case, and then tell everyone")),
    ("option-form", setter("q.options.0.text", "Choose way Q of this case")),
    ("option-form", setter("q.options.0.text", "Choose way P of this case.")),
    ("option-banned", setter("q.options.0.text", "Choose all of the above")),
    ("option-banned", setter("q.options.0.text", "Always choose way P of it")),
    ("stem-form", setter("q.stem", "Decide what to do first.")),
    ("stem-form", setter("q.stem", "It is 06:55. Which of the following do you do first?")),
    ("stem-words", setter("q.stem", words(81) + "?")),
    ("context-words", setter("q.context", words(61))),
    ("reading-time", lambda box: [option.update(text=option["text"] + words(75)) for option in box.q["options"]]),
    ("why-present", dropper("q.options.0.why")),
    ("why-present", setter("q.options.3.why", words(8))),
    ("why-form", setter("q.options.0.why", "Too late.")),
    ("why-form", setter("q.options.0.why", "This is too late. The team has lost its time.")),
    ("explanation-words", setter("q.explanation", "It is best.")),
    ("explanation-words", setter("q.explanation", words(110))),
    ("consequence", dropper("q.consequence.partial")),
    ("consequence", setter("q.consequence.best", "The team won. It went home.")),
    ("hard-defensible", setter("q.options.0.credit", 0.1)),
    ("recall-easy", setter("q.recall", True)),
    ("legal", setter("q.jurisdiction", "EU")),
    ("legal", setter("q.sources", ["gdpr"])),
    ("key-longest", each(key_longest)),
    ("key-position", each(key_first)),
    ("recall-share", each(lambda entry: entry.update(recall=entry["level"] == "easy"))),
    ("stage-levels", lambda box: box.files["bec/questions/1-signal.yaml"].pop(0)),
    ("theme-levels", lambda box: [content.pop(0) for name, content in box.files.items() if "questions/" in name]),
    ("objective-coverage", each(lambda entry: entry.update(objective="O1"))),
    ("role-coverage", each(lambda entry: entry.update(role="ciso"))),
    ("role-coverage", setter("q.role", "finance")),
    ("variable-moved", setter("blueprint.variables", ["trust", "cost"])),
    ("variable-moved", each(lambda entry: [option.pop("effects", 0) for option in entry["options"] if option["credit"] == 1])),
    ("summary-words", setter("theme.summary", words(31))),
    ("summary-words", setter("theme.summary", "A payment goes astray. People ask why.")),
    ("overview-words", setter("blueprint.overview", words(59))),
    ("narrative-words", setter(STAGE + "narrative", words(161))),
    ("attack-version", setter("theme.attack_version", "14.1")),
    ("objective-count", setter("blueprint.objectives.2.id", "O1")),
    ("objective-count", lambda box: box.blueprint.update(objectives=box.blueprint["objectives"][:2])),
    ("stage-count", lambda box: box.blueprint["stages"].pop()),
    ("clock", setter(STAGE + "clock.scenario", "Tuesday morning")),
    ("clock", setter(STAGE + "clock.scenario", "Day 1, 06:10")),
    ("bridge", dropper(STAGE + "bridge")),
    ("bridge", setter("blueprint.stages.0.bridge", "Something happened.")),
    ("bridge", setter(STAGE + "bridge", "One thing. Two things. Three things.")),
    ("branch", dropper("blueprint.stages.2.branch")),
    ("branch", setter("blueprint.stages.2.branch.variable", "luck")),
    ("inject-count", lambda box: box.blueprint["stages"][1]["injects"].pop()),
    ("inject-kinds", setter(STAGE + "injects.0.kind", "noise")),
    ("probes", lambda box: box.blueprint["stages"][1]["facilitator"]["probes"].pop()),
    ("probes", setter(STAGE + "facilitator.read_aloud", "It is early.\n\nIt is dark.")),
    ("arcs", setter("blueprint.arcs.3", ["signal", "dilemma", "end"])),
    ("arcs", setter("blueprint.arcs.3", ["dilemma", "signal", "recovery"])),
    ("arcs", lambda box: box.blueprint["arcs"].pop("4")),
    ("first-run", setter("blueprint.first", {**FIRST, "opening": words(119)})),
    ("first-run", setter("blueprint.first", {**FIRST, "stages": ["dilemma", "signal"]})),
    ("first-run", setter("blueprint.first", {**FIRST, "questions": [["bec-101"], ["bec-999"]]})),
    ("first-run", setter("blueprint.first", {**FIRST, "questions": [["bec-101", "bec-102"], []]})),
    ("guides", setter("blueprint.guides.facilitator.safety", "Say stop.")),
    ("guides", setter("blueprint.guides.evaluator.0.objective", "O9")),
    ("ioc-type", setter(STAGE + "iocs.0.type", "hash")),
    ("ioc-type", setter(STAGE + "iocs.0.value", "mail server")),
    ("indicators", setter("q.context", "A sign-in came from 8.8.8.8 at 06:41.")),
    ("indicators", setter(STAGE + "iocs.0.value", "10.0.0.5")),
    ("slot-name", setter("q.context", "{{Orgg}} shows nothing.")),
    ("slot-name", setter("q.context", "Here {{ org }} shows nothing.")),
    ("slot-article", setter("q.context", "Here the {{siem}} shows nothing.")),
    ("slot-article", setter("q.context", "Here our {{siem}} shows nothing.")),
    ("slot-inflected", setter("q.context", "Here {{org}}'s mail shows nothing.")),
    ("slot-inflected", setter("q.context", "Two {{siem}}s show nothing.")),
    ("slot-capital", setter("q.context", "Nothing. {{org}} is quiet.")),
    ("slot-capital", setter("q.context", "Nobody at {{Org}} knows.")),
    ("date-form", setter("q.stem", STEM.format("It is 14 March 2026."))),
    ("date-form", setter("q.stem", STEM.format("It is 2026-02-30."))),
    ("date-form", setter("q.stem", STEM.format("It is 14.03.2026."))),
    ("time-form", setter("q.stem", STEM.format("It is 6:55."))),
    ("time-form", setter("q.stem", STEM.format("It is 7 pm."))),
    ("idiom", setter("q.explanation", words(30) + " and that is the tip of the iceberg")),
    ("product-name", setter("q.context", "A ticket in ServiceNow is open.")),
    ("product-name", setter("q.context", "The message came by Slack today.")),
    ("unique-id", setter("q.id", "bec-101")),
    ("stage-reference", setter("q.stage", "ending")),
    ("objective-reference", setter("q.objective", "O9")),
    ("effect-reference", setter("q.options.0.effects", {"luck": 1})),
    ("incident-reference", setter("q.incident", "nothing-1999")),
    ("incident-reference", setter("q.incident", "wannacry-2017")),
    ("technique-reference", setter("q.attack", ["T9999"])),
    ("technique-reference", setter("q.attack", ["T1193"])),
    ("technique-reference", setter(STAGE + "techniques", ["T9999"])),
    ("csf-reference", setter("q.csf", ["DE.AE-01"])),
    ("csf-reference", setter("blueprint.objectives.0.csf", ["XX.YY-01"])),
    ("source-reference", setter("q.sources", ["my-blog"])),
    ("similar-stem", lambda box: box.q.update(stem=box.questions[0]["stem"])),
    ("repeated-text", lambda box: box.q.update(explanation=box.questions[0]["explanation"])),
    ("incident-file", dropper("incident.sector")),
    ("incident-file", setter("incident.year", 2018)),
    ("incident-file", setter("incident.date", "2017-02-30")),
    ("incident-file", setter("incident.confidence", "C")),
    ("incident-file", setter("incident.text", "One thing. Two things. Three things.")),
    ("incident-file", lambda box: box.incident.update(confidence="B", text="It cost 3 million euros.")),
    ("incident-file", lambda box: box.files["incidents.yaml"].append(copy.deepcopy(box.incident))),
    ("reference-files", lambda box: box.files["reference/csf.yaml"].pop("GV.OC-01")),
    ("reference-files", setter("attack.techniques.T1566", {"name": "Phishing", "tactics": ["Luck"]})),
    ("reference-files", setter("attack.deprecated.T1566", "T1566.001")),
    ("translation-language", setter("german.language", "fr")),
    ("translation-missing", dropper("german.questions.bec-101.stem")),
    ("translation-missing", lambda box: box.german["questions"]["bec-101"]["options"].pop()),
    ("translation-missing", dropper("german.blueprint.stages.1.injects.0.text")),
    ("translation-unknown", setter("german.questions.bec-999", {"stem": "de"})),
    ("translation-slots", setter("german.questions.bec-101.context", "ohne")),
]


class RuleCase(unittest.TestCase):
    """Every rule against the valid library and against its own mistakes."""

    def test_valid_library_is_clean(self):
        self.assertEqual([], Box().problems())

    def test_each_mistake_is_found_by_its_rule(self):
        for rule, spoil in CASES:
            box = Box()
            spoil(box)
            with self.subTest(rule=rule):
                self.assertNotEqual([], box.problems(only={rule}))

    def test_shipped_shared_files_are_clean(self):
        library = Library(LIBRARY)
        rules = {"yaml", "slots-file", "incident-file", "reference-files"}
        self.assertEqual([], [problem for problem in run(library, only=rules) if problem.file in library.shared])

    def test_each_rule_has_a_case(self):
        self.assertEqual(set(), {entry.id for entry in RULES} - {rule for rule, _ in CASES})

    def test_each_rule_has_one_id_and_a_one_line_summary(self):
        self.assertEqual(len(RULES), len({entry.id for entry in RULES}))
        for entry in RULES:
            self.assertEqual(1, len((entry.summary or "").splitlines()), entry.id)

    def test_problem_says_file_line_and_numbers(self):
        box = Box()
        box.q["stem"] = words(95) + "?"
        problem = next(problem for problem in box.problems() if problem.rule == "stem-words")
        self.assertEqual("bec/questions/1-signal.yaml", problem.file)
        self.assertGreater(problem.line, 1)
        self.assertIn("bec-108: the stem has 95 words, limit 80", problem.message)


class IndicatorCase(unittest.TestCase):
    """What is an indicator of somebody, and what only looks like one."""

    def test_real_ones_are_found(self):
        for text in ("from 8.8.8.8", "10.1.2.3:443", "2001:4860:4860::8888", "fe80::1", "192.0.2.0/16", "mail.evil.com", "evil[.]com",
                     "hxxps://evil.zip/a", "http://intranet/a", "jo@corp.local", "jo@example.company", "d41d8cd98f00b204e9800998ecf8427e",
                     "notexample.com"):
            self.assertTrue(list(indicators.problems(text)), text)

    def test_documentation_and_look_alikes_pass(self):
        for text in ("from 192.0.2.14:443 to 203.0.113.9", "2001:db8::17", "open to 0.0.0.0/0", "mail.example.com", "jo@pay.example.org",
                     "https://portal.example.net/login?x=1", "invoice.pdf", "backup.sh", "Mail.Read", "user.id", "at 06:41:09",
                     "d41d8cd98f00b204e9800998ecf8427e (fictional)", "00:1a:2b:3c:4d:5e", "role::admin", "version 4.2.1"):
            self.assertEqual([], list(indicators.problems(text)), text)


class LoaderCase(unittest.TestCase):
    """Plain scalars that YAML 1.1 would change stay text."""

    def test_times_dates_and_no_stay_text(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.yaml"
            path.write_text("{a: 16:52, b: 2026-11-21, c: no, d: true, e: 0.5, f: 3, 45: x, g: '3'}", encoding="utf-8")
            self.assertEqual({"a": "16:52", "b": "2026-11-21", "c": "no", "d": True, "e": 0.5, "f": 3, "45": "x", "g": "3"}, load(path))


def script(name, *arguments):
    command = [sys.executable, str(LIBRARY / name), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


class CommandCase(unittest.TestCase):
    """The two commands from outside."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name) / "library"
        self.out = Path(folder.name) / "out"
        self.box = Box()

    def compile(self):
        self.box.write(self.root)
        return script("compile.py", "--root", self.root, self.out)

    def document(self, language="en"):
        return json.loads((self.out / f"bec.{language}.json").read_bytes())

    def test_lint_says_counts_and_exits_0_or_1(self):
        self.box.write(self.root)
        clean = script("lint.py", "--root", self.root, "bec")
        self.assertEqual((0, "1 themes, 60 questions, 0 problems"), (clean.returncode, clean.stdout.splitlines()[-1]))
        self.box.q["csf"] = ["DE.AE-01"]
        self.box.write(self.root)
        spoilt = script("lint.py", "--root", self.root)
        self.assertEqual((1, "1 themes, 60 questions, 1 problems"), (spoilt.returncode, spoilt.stdout.splitlines()[-1]))
        self.assertRegex(spoilt.stdout, r"(?m)^bec/questions/1-signal\.yaml:\d+: csf-reference: bec-108: CSF DE\.AE-01")

    def test_lint_lists_its_rules(self):
        listed = script("lint.py", "--list-rules").stdout.splitlines()
        self.assertEqual(sorted(entry.id for entry in RULES), [line.split()[0] for line in listed])

    def test_compile_is_deterministic_canonical_and_versioned(self):
        self.assertEqual(0, self.compile().returncode)
        first = {path.name: path.read_bytes() for path in self.out.iterdir()}
        self.assertEqual({"bec.en.json", "bec.de.json"}, set(first))
        self.assertEqual(0, self.compile().returncode)
        self.assertEqual(first, {path.name: path.read_bytes() for path in self.out.iterdir()})
        for text in first.values():
            document = json.loads(text)
            self.assertEqual(text, self.canonical(document))
            version = document.pop("version")
            self.assertEqual(version, hashlib.sha256(self.canonical(document)).hexdigest()[:16])

    @staticmethod
    def canonical(document):
        return (json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()

    def test_compiled_document_holds_what_was_written(self):
        self.box.q.update(incident="twitter-2020", recall=False)
        self.compile()
        document = self.document()
        self.assertEqual({"3": [0, 2, 4], "4": [0, 1, 2, 4]}, document["blueprint"]["arcs"])
        self.assertEqual(STAGES, [entry["key"] for entry in document["blueprint"]["stages"]])
        self.assertEqual(["twitter-2020"], list(document["incidents"]))
        self.assertEqual({"name", "year", "text"}, set(document["incidents"]["twitter-2020"]))
        self.assertEqual({"default": "the company", "source": "organisation.name"}, document["slots"]["org"])
        self.assertEqual(sorted(entry["id"] for entry in self.box.questions), [entry["id"] for entry in document["questions"]])
        compiled = next(entry for entry in document["questions"] if entry["id"] == self.box.q["id"])
        self.assertEqual([50, 20, 0, 100], [option["credit"] for option in compiled["options"]])
        # What was left out or is false is absent; everything else is there unchanged.
        self.assertEqual(set(self.box.q) - {"recall"}, set(compiled))
        unchanged = set(compiled) - {"stage", "options"}
        self.assertEqual({key: self.box.q[key] for key in unchanged}, {key: compiled[key] for key in unchanged})
        self.assertEqual(0, compiled["stage"])

    def test_complete_translation_is_compiled_in_its_own_words(self):
        self.compile()
        english, german = self.document(), self.document("de")
        self.assertEqual("de", german["language"])
        self.assertNotEqual(english["version"], german["version"])
        for path in (("stem",), ("options", 2, "text"), ("options", 0, "why"), ("consequence", "worst")):
            original, there = english["questions"][7], german["questions"][7]
            for key in path:
                original, there = original[key], there[key]
            self.assertEqual("de " + original, there)
        self.assertEqual("de It is early.", german["blueprint"]["stages"][1]["facilitator"]["read_aloud"])

    def test_incomplete_translation_is_not_offered(self):
        del self.box.german["questions"]["bec-101"]["stem"]
        result = self.compile()
        self.assertEqual((0, {"bec.en.json"}), (result.returncode, {path.name for path in self.out.iterdir()}))
        self.assertIn("bec/translations/de.yaml: not complete", result.stderr)

    def test_theme_out_of_shape_is_refused(self):
        del self.box.q["stem"]
        result = self.compile()
        self.assertEqual((1, []), (result.returncode, list(self.out.iterdir())))
        self.assertRegex(result.stderr, r"bec/questions/1-signal\.yaml:\d+: schema-missing: bec-108: stem: is missing")


if __name__ == "__main__":
    unittest.main()
