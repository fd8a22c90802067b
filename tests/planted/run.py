#!/usr/bin/env python3
"""Applies each planted bug to a copy of the sources, tries the theorem named in its header on the call that the bug
is in, and expects a refutation with counterexamples that stand when they are tried again, of which most have a trace
from boot at which replay stops; then expects of fuzzing what the header says. Without a bug the same proofs must hold.

    run.py [--check] [--keep FOLDER] [--jobs N] [--part I/N] [NAME…]

--check only reads the headers and tries whether every patch applies. --keep uses that folder for the copy and its
build, and leaves it, so that the next run builds less. --part takes every N-th plant, beginning with number I; I may
be any number, so that one that grows takes all of them in turn."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from plants import BadPlant, gaps, read_plants

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ["model", "hw", "spec", "impl", "refine", "cli", "docs", "corpus/mutants"]
SOURCES = ["meson.build", "meson_options.txt", "corpus/census.txt", "corpus/hints.txt", *FOLDERS]
BUILD = ROOT / "build"  # by ./bulkhead
FUZZ_STEPS = "200000"


WORK_FOR_A_COUNTEREXAMPLE = 40e6  # in the solver's units of work, which are the same on every machine
ENOUGH_TRACES = 0.9  # of the plants that are refuted


class Failure(Exception):
    """A plant that does not fare as its header says."""


def run(command, **options):
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False, **options)


def last_lines(result):
    return "\n".join((result.stdout + result.stderr).splitlines()[-15:])


def must(what, command):
    result = run(command)
    if result.returncode != 0:
        raise Failure(f"{what}\n{last_lines(result)}")


def source_files():
    """What the tool is built of, and what says how the tests are, by their paths in the tree."""
    named = [p for name in SOURCES for p in [ROOT / name, *(ROOT / name).rglob("*")]]
    files = [p for p in [*named, *(ROOT / "tests").rglob("meson.build")] if p.is_file()]
    return [p.relative_to(ROOT) for p in files]


def copy_if_changed(source, target, copy):
    """Files that are the same keep their times, so that nothing is built anew for them."""
    if target.exists() and source.read_bytes() == target.read_bytes():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    copy(source, target)


def apply_patch(plant, folder, *options):
    command = ["patch", "--batch", "--forward", "--fuzz=0", "--reject-file=-", "-p1", "-d", folder, "-i", plant.path]
    must("the patch does not apply", [*command, *options])


class Copy:
    """A copy of the sources with their build in it, as in this tree. A build speaks of its sources by relative paths,
    so that the two can be copied on together and only what a patch touches is built again."""

    def __init__(self, folder):
        self.folder = folder
        self.sources = folder / "sources"
        self.build = self.sources / "build"

    def fill(self):
        """Takes over the sources of this tree, and its build if it is there, and builds the tool. What is copied
        together with its build keeps its time: nothing has changed."""
        is_new = not (self.build / "build.ninja").exists()
        for path in source_files():
            copy_if_changed(ROOT / path, self.sources / path, shutil.copy2 if is_new else shutil.copyfile)
        if is_new and (BUILD / "build.ninja").exists():
            shutil.copytree(BUILD, self.build, ignore=lambda folder, _: {"tests"} if Path(folder) == BUILD else set())
        elif is_new:
            must("the copy cannot be set up", ["meson", "setup", self.build, self.sources])
        self.make()

    def copy_to(self, folder):
        """Another copy, built already."""
        other = Copy(folder)
        shutil.copytree(self.sources, other.sources)
        return other

    def make(self, *options):
        must("does not build", ["ninja", "-C", self.build, *options, "cli/bulkhead"])

    def tool(self, *arguments):
        return run([self.build / "cli/bulkhead", *arguments], cwd=self.folder)


def prove(copy, plants, *options):
    """Proves the theorems that refute the plants, of the calls that they are in, if they are in a call."""
    selection = sorted({plant.call for plant in plants if plant.is_in_a_call})
    for theorem in sorted({plant.theorem for plant in plants}):
        selection += ["--theorem", theorem]
    result = copy.tool("prove", *selection, *options, "--json")
    try:
        return json.loads(result.stdout), result.returncode
    except json.JSONDecodeError:
        raise Failure(f"prove printed no JSON, exit {result.returncode}\n" + last_lines(result)) from None


def expect_proved(copy, plants):
    """The proofs hold where nothing is planted, or a refutation would mean nothing."""
    copy.fill()
    for in_a_call in (True, False):
        group = [plant for plant in plants if plant.is_refuted and plant.is_in_a_call == in_a_call]
        if not group:
            continue
        proof, status = prove(copy, group)
        if status != 0 or proof["verdict"] != "proved":
            raise Failure(f"without a bug the verdict is {proof['verdict']}")


@dataclass
class Counterexample:
    """What the first counterexample to a plant is like."""

    goal: str
    frames: int
    lines: int  # of its trace from boot; 0 if it has none

    def __str__(self):
        trace = f"trace of {self.lines} lines" if self.lines else "no trace from boot"
        frames = "1 frame" if self.frames == 1 else f"{self.frames} frames"
        return f"{self.goal}, {frames}, {trace}"


def expect_to_stand(copy, folder):
    """Every counterexample fails again from its state, and replay stops at the end of every trace."""
    result = copy.tool("cex", "replay", folder, "--json")
    for entry in json.loads(result.stdout)["counterexamples"]:
        if not entry["fails"] or "conforms" in entry.get("trace", ""):
            raise Failure(f"the counterexample to {entry['goal']} does not stand: {entry}")
    for trace in sorted(folder.glob("*.jsonl")):
        last = len(trace.read_text(encoding="utf-8").splitlines())
        said = copy.tool("replay", trace)
        if said.returncode != 1 or f":{last}:" not in said.stdout:
            raise Failure(f"replay does not stop at line {last} of {trace.name}:\n{last_lines(said)}")


def first_counterexample(folder, goal):
    path = folder / (goal.replace("/", "_") + ".json")
    cex = json.loads(path.read_text(encoding="utf-8"))
    return Counterexample(goal, len(cex["before"]["frames"]), cex["trace"].get("text", "").count("\n"))


def expect_refuted(copy, plant):
    folder = copy.folder / "counterexamples"
    proof, status = prove(copy, [plant], "--jobs", "1", "--counterexamples", folder)
    found = {v: [o for o in proof["obligations"] if o["verdict"] == v] for v in ("refuted", "fault")}
    if found["fault"]:
        raise Failure("the tool is at fault: " + found["fault"][0]["name"])
    if status != 1 or proof["verdict"] != "refuted":
        raise Failure(f"not refuted but {proof['verdict']}, exit {status}")
    expect_to_stand(copy, folder)
    work = sum(o["rlimit"] for o in found["refuted"])
    if work > WORK_FOR_A_COUNTEREXAMPLE * len(found["refuted"]):
        raise Failure(f"{len(found['refuted'])} counterexamples took {work / 1e6:.0f} million units of the solver's work")
    return first_counterexample(folder, found["refuted"][0]["name"])


def expect_found(copy, plant):
    """What fuzzing finds is as the header says, on a fixed seed."""
    result = copy.tool("fuzz", "--steps", FUZZ_STEPS, "--seed", "1")
    if plant.fuzz_finds_it != (result.returncode == 1):
        raise Failure(f"fuzz ends with {result.returncode}, where the header says {plant.fields['fuzz']}")


def try_plant(base, plant):
    with tempfile.TemporaryDirectory(dir=base.folder) as scratch:
        copy = base.copy_to(Path(scratch))
        apply_patch(plant, copy.sources)
        copy.make("-j1")
        note = expect_refuted(copy, plant) if plant.is_refuted else None
        expect_found(copy, plant)
        return note or "found by fuzzing only"


def attempt(label, action):
    """Does it and prints one line; gives what it came to, or nothing if it did not go well."""
    start = time.monotonic()
    try:
        note = action()
    except Failure as failure:
        print(f"not ok {label}: {failure}", flush=True)
        return None
    print(f"ok {label}{f': {note}' if note else ''} ({time.monotonic() - start:.0f} s)", flush=True)
    return note or label


def part(text):
    """`7/3` is the second of three parts: 7 leaves 1."""
    which, slash, count = text.partition("/")
    if not slash or not which.isdigit() or not count.isdigit() or int(count) == 0:
        raise argparse.ArgumentTypeError(f"{text}: expected I/N, two numbers")
    return int(which) % int(count), int(count)


def select(plants, names):
    unknown = set(names) - {plant.name for plant in plants}
    if unknown:
        raise BadPlant(f"no such plant: {', '.join(sorted(unknown))}")
    return [plant for plant in plants if not names or plant.name in names]


def try_all(plants, keep, jobs):
    with tempfile.TemporaryDirectory(prefix="bulkhead-planted-") as scratch, ThreadPoolExecutor(jobs) as pool:
        base = Copy(keep.resolve() if keep else Path(scratch))
        if not attempt("no bug: proved", lambda: expect_proved(base, plants)):
            return [None]
        return list(pool.map(lambda plant: attempt(plant.name, lambda: try_plant(base, plant)), plants))


def has_enough_traces(results):
    """Counts the counterexamples that are reached from boot."""
    found = [result for result in results if isinstance(result, Counterexample)]
    reached = [cex for cex in found if cex.lines]
    print(f"{len(found)} counterexamples that stand, {len(reached)} of them with a trace from boot")
    return len(reached) >= ENOUGH_TRACES * len(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--check", action="store_true", help="only try whether the patches apply")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where to copy and build; it is left there")
    parser.add_argument("--jobs", type=int, metavar="N", default=os.cpu_count(), help="how many at a time")
    parser.add_argument("--part", type=part, metavar="I/N", default=(0, 1), help="every N-th plant from number I on")
    parser.add_argument("names", nargs="*", metavar="NAME", help="the plants to try; all if none is named")
    options = parser.parse_args()
    try:
        everything = read_plants(ROOT / "corpus/planted")
        which, count = options.part
        plants = select(everything, options.names)[which::count]
    except BadPlant as problem:
        print(problem, file=sys.stderr)
        return 2

    missing = gaps(everything)
    if missing:
        print("not ok coverage: no plant for " + ", ".join(missing))
    if options.check:
        results = [attempt(plant.name, lambda plant=plant: apply_patch(plant, ROOT, "--dry-run")) for plant in plants]
    else:
        results = try_all(plants, options.keep, options.jobs)
    passed = sum(result is not None for result in results)
    print(f"{passed} passed, {len(results) - passed} failed")
    has_traces = options.check or options.names or count > 1 or has_enough_traces(results)
    return 0 if passed == len(results) and not missing and has_traces else 1


if __name__ == "__main__":
    sys.exit(main())
