#!/usr/bin/env python3
"""Judges a sample of the mutants and expects of what is refuted in a call a counterexample, confirmed, and of most of
them a trace from boot. Prints a table, with how long each took: that depends on the machine, and fails nothing.

    mutants.py TOOL [--one-in N]"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ENOUGH_TRACES = 0.9


def sample(tool, one_in, folder):
    command = [tool, "mutate", "--one-in", str(one_in), "--counterexamples", folder, "--json"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        sys.exit(f"mutate ends with {result.returncode}:\n{result.stdout[-2000:]}{result.stderr}")
    return json.loads(result.stdout)["mutants"]


def needs_counterexample(mutant):
    """Not one that is refuted because a refusal can never come first: no state shows that there is none."""
    return mutant["standing"] == "refuted" and mutant["call"] and mutant["theorem"] != "nonvacuity"


def problems(mutants, folder):
    """What is not as it should be, in words."""
    explained = [m for m in mutants if "counterexample" in m]
    traced = [m for m in explained if m["counterexample"]["trace"]]
    if not explained:
        return ["no mutant is refuted in a call"]
    found = [f"{m['name']}: no counterexample" for m in mutants if needs_counterexample(m) and m not in explained]
    found += [f"{m['name']}: no file" for m in explained if not (folder / m["counterexample"]["file"]).is_file()]
    if len(traced) < ENOUGH_TRACES * len(explained):
        found.append(f"{len(traced)} of {len(explained)} have a trace from boot")
    return found


def row(mutant, folder):
    cex = json.loads((folder / mutant["counterexample"]["file"]).read_text(encoding="utf-8"))
    lines = cex["trace"].get("text", "").count("\n")
    frames = len(cex["before"]["frames"])
    return f"{mutant['name']:<64}{frames:>7}{lines or 'no':>7}{mutant['seconds']:>9.1f}"


def print_table(mutants, folder):
    explained = [m for m in mutants if "counterexample" in m]
    print(f"{'mutant':<64}{'frames':>7}{'trace':>7}{'seconds':>9}")
    for mutant in explained:
        print(row(mutant, folder))
    traced = sum(m["counterexample"]["trace"] for m in explained)
    seconds = [m["seconds"] for m in explained]
    print(f"{len(mutants)} mutants, {sum(m['standing'] == 'refuted' for m in mutants)} refuted, "
          f"{len(explained)} counterexamples in calls, {traced} with a trace from boot; "
          f"median {statistics.median(seconds):.1f} s, longest {max(seconds):.1f} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("tool", type=Path, metavar="TOOL", help="the bulkhead binary")
    parser.add_argument("--one-in", type=int, metavar="N", default=14, help="how many mutants to one that is judged")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        mutants = sample(options.tool.resolve(), options.one_in, folder)
        wrong = problems(mutants, folder)
        if any("counterexample" in m for m in mutants):
            print_table(mutants, folder)
    for problem in wrong:
        print(f"not ok {problem}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
