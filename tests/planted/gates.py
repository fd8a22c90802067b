#!/usr/bin/env python3
"""Damages the proof itself: applies each patch of corpus/gates to a copy of the sources, and expects that the command of
its header does not end well. A gate that still turns green is worse than none.

    gates.py [--keep FOLDER] [NAME…]"""

import argparse
import re
import shlex
import sys
import tempfile
from pathlib import Path

from run import ROOT, Copy, Failure, apply_patch, attempt, last_lines

FIELDS = {"fault": r".+", "command": r"(prove|mutate).*", "exit": r"\d(\|\d)*", "says": r".+"}


class Gate:
    """A patch and what its header expects."""

    def __init__(self, path):
        self.path = path
        self.name = path.stem
        head = path.read_text(encoding="utf-8").split("--- a/")[0]
        self.fields = dict(line.split(": ", maxsplit=1) for line in head.splitlines())
        if set(self.fields) != set(FIELDS) or not all(re.fullmatch(FIELDS[f], v) for f, v in self.fields.items()):
            raise Failure(f"{path}: expected the fields {', '.join(FIELDS)}, each once")

    def attempt(self, base):
        """Builds the damaged tool and runs the command."""
        with tempfile.TemporaryDirectory(dir=base.folder) as scratch:
            copy = base.copy_to(Path(scratch))
            apply_patch(self, copy.sources)
            copy.make()
            result = copy.tool(*shlex.split(self.fields["command"]))
        if str(result.returncode) not in self.fields["exit"].split("|"):
            raise Failure(f"exit {result.returncode}, expected {self.fields['exit']}\n{last_lines(result)}")
        if not re.search(self.fields["says"], result.stdout + result.stderr):
            raise Failure(f"nothing said of {self.fields['says']}\n{last_lines(result)}")
        return f"exit {result.returncode}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where to copy and build; it is left there")
    parser.add_argument("names", nargs="*", metavar="NAME", help="the gates to try; all if none is named")
    options = parser.parse_args()
    gates = [Gate(path) for path in sorted((ROOT / "corpus/gates").glob("*.patch"))]
    chosen = [gate for gate in gates if not options.names or gate.name in options.names]
    with tempfile.TemporaryDirectory(prefix="bulkhead-gates-") as scratch:
        base = Copy(options.keep.resolve() if options.keep else Path(scratch))
        results = [attempt("the copy builds", base.fill)]
        results += [attempt(gate.name, lambda gate=gate: gate.attempt(base)) for gate in chosen]
    passed = sum(result is not None for result in results)
    print(f"{passed} passed, {len(results) - passed} failed")
    return 0 if passed == len(results) and chosen else 1


if __name__ == "__main__":
    sys.exit(main())
