"""Planted bugs: patches of corpus/planted, each with a header that says what must become of it."""

import re
from dataclasses import dataclass
from pathlib import Path

# What the set as a whole must cover: the recurring patterns of real isolation bugs, and the ways to get a
# handler wrong (CONTRIBUTING.md tells both).
PATTERNS = {1, 2, 3, 6, 7, 8, 9, 11}
CLASSES = {
    "dropped check",
    "check on the wrong thing",
    "wrong field",
    "forgotten frame-table update",
    "missing zeroing",
    "wrong level",
    "effect before the last check",
    "wrong status order",
}
THEOREMS = {"initial", "safety", "contract", "refinement", "footprint", "invariant", "walk", "nonvacuity"}

FIELDS = {
    "bug": r".+",
    "class": "|".join(sorted(CLASSES)),
    "pattern": r"none|\d+",
    "breaks": r".+",
    "call": r"[a-z_]+",
    "refuted-by": "|".join(sorted(THEOREMS)),
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
    def theorem(self):
        return self.fields["refuted-by"]

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
    return Plant(path, fields)


def read_plants(folder):
    return [read_plant(path) for path in sorted(folder.glob("*.patch"))]


def gaps(plants):
    """The patterns and classes that no plant covers."""
    patterns = {plant.fields["pattern"] for plant in plants}
    classes = {plant.fields["class"] for plant in plants}
    return [f"pattern {p}" for p in sorted(PATTERNS) if str(p) not in patterns] + sorted(CLASSES - classes)
