"""Planted bugs: patches of corpus/planted, each with a header that says what must become of it."""

import re
from dataclasses import dataclass
from pathlib import Path

# What the set as a whole must cover: the recurring patterns of real isolation bugs, and the ways to get a
# handler wrong (CONTRIBUTING.md tells both).
PATTERNS = {1, 2, 3, 4, 5, 6, 7, 8, 9, 11}
ENOUGH = 20
CLASSES = {
    "dropped check",
    "check on the wrong thing",
    "wrong field",
    "forgotten frame-table update",
    "missing zeroing",
    "wrong level",
    "effect before the last check",
    "wrong status order",
    "missing maintenance",
    "maintenance of the wrong thing",
    "wrong order of effects",
}
THEOREMS = {"initial", "safety", "contract", "refinement", "footprint", "invariant", "maintenance", "walk", "nonvacuity",
            "exposure", "locking"}

FIELDS = {
    "bug": r".+",
    "class": "|".join(sorted(CLASSES)),
    "pattern": r"none|\d+",
    "breaks": r".+",
    "call": r"[a-z_]+",
    "refuted-by": "|".join(sorted(THEOREMS)) + r"|none \(.+\)",
    "fuzz": r"yes|no \(.+\)",
}


class BadPlant(Exception):
    """A patch whose header is not as it should be."""


@dataclass
class Plant:
    path: Path
    fields: dict

    @property
    def name(self):
        return self.path.stem

    @property
    def call(self):
        return self.fields["call"]

    @property
    def is_in_a_call(self):
        return self.call != "none"

    @property
    def theorem(self):
        return self.fields["refuted-by"]

    @property
    def is_refuted(self):
        return self.theorem in THEOREMS

    @property
    def fuzz_finds_it(self):
        return self.fields["fuzz"] == "yes"


def read_plant(path):
    """Reads the header: `field: value` lines before the first line of the diff, each field once."""
    fields = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("--- "):
            break
        name, colon, value = line.partition(": ")
        if not colon or name not in FIELDS or name in fields:
            raise BadPlant(f"{path}:{number}: expected one of the fields {', '.join(FIELDS)}, each once")
        if not re.fullmatch(FIELDS[name], value):
            raise BadPlant(f"{path}:{number}: {name} is not of the form {FIELDS[name]}")
        fields[name] = value
    missing = [name for name in FIELDS if name not in fields]
    if missing:
        raise BadPlant(f"{path}: no {', '.join(missing)} in the header")
    plant = Plant(path, fields)
    if not plant.is_refuted and not plant.fuzz_finds_it:
        raise BadPlant(f"{path}: neither a theorem nor fuzzing finds it")
    return plant


def read_plants(folder):
    return [read_plant(path) for path in sorted(folder.glob("*.patch"))]


def gaps(plants):
    """The patterns and classes of which no plant is refuted, and whether there are too few plants that are."""
    refuted = [plant for plant in plants if plant.is_refuted]
    patterns = {plant.fields["pattern"] for plant in refuted}
    classes = {plant.fields["class"] for plant in refuted}
    found = [f"pattern {p}" for p in sorted(PATTERNS) if str(p) not in patterns] + sorted(CLASSES - classes)
    if len(refuted) < ENOUGH:
        found.append(f"{ENOUGH - len(refuted)} more of any kind")
    return found
