#!/usr/bin/env python3
"""Plants each mistake of corpus/walker in a copy of the stage-2 walk and expects the comparison with QEMU's answers to
catch it; without a mistake there must be no difference.

    mistakes.py [--compiler CXX] [--jobs N] [--queries N] BUILD [NAME…]
    mistakes.py --check

BUILD is a build folder with the tests, whose comparison asks QEMU. --check only tries whether every patch applies."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATCHES = ROOT / "corpus" / "walker"
# What runs the walk is compiled as one unit, which is fastest; the rest only knows of its types.
MODEL = ["opinion.cpp", "demands.cpp", "comparison.cpp", "judge.cpp"]
REST = ["protocol.cpp", "vectors.cpp"]
FLAGS = ["-std=c++20", "-O1"]
SKIPPED = 77


class Failure(Exception):
    """A mistake that does not fare as it must."""


def run(command, **options):
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False, **options)


def header(patch):
    lines = patch.read_text().splitlines()
    fields = dict(line.split(": ", 1) for line in lines[: lines.index(next(x for x in lines if x.startswith("--- ")))])
    if set(fields) != {"mistake", "section"}:
        raise Failure("expected the header lines `mistake:` and `section:`")
    return fields


def plant(patch, folder):
    """A copy of hw/ with the mistake, to be included before the sources."""
    shutil.copytree(ROOT / "hw", folder / "hw")
    applied = run(["patch", "--batch", "-p1", "--fuzz=2", "-i", str(patch)], cwd=folder)
    if applied.returncode != 0:
        raise Failure(f"the patch does not apply\n{applied.stdout}")


def compile_to(output, compiler, folder, *inputs):
    # The folder comes first: if it has a copy of hw/, that is what every source includes.
    command = [*compiler.split(), *FLAGS, f"-I{folder}", f"-I{ROOT}", *map(str, inputs), "-o", str(output)]
    built = run(command)
    if built.returncode != 0:
        raise Failure(f"it does not compile\n{built.stderr[-2000:]}")
    return output


def build_rest(compiler, folder):
    sources = [ROOT / "tests" / "qemu" / name for name in REST]
    return [compile_to(folder / f"{source.stem}.o", compiler, folder, "-c", source) for source in sources]


def build(options, folder):
    unit = folder / "unit.cpp"
    unit.write_text("".join(f'#include "tests/qemu/{name}"\n' for name in MODEL))
    return compile_to(folder / "judge", options.compiler, folder, unit, *options.rest, "-lfmt")


def judge(program, vectors):
    judged = run([str(program), str(vectors)], timeout=300)
    if judged.returncode not in (0, 1):
        raise Failure(f"the judge ends with status {judged.returncode}\n{judged.stderr}")
    return judged.returncode == 1, judged.stdout.strip()


def try_one(patch, options):
    """The line that says how it went. Without a patch: the model as it is."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if patch is None:
            differs, text = judge(build(options, folder), options.vectors)
            if differs:
                raise Failure(f"without a mistake there are differences: {text}")
            return f"no mistake: {text.rstrip('; ')} differ"
        says = header(patch)["mistake"]
        plant(patch, folder)
        if options.check:
            return f"{patch.stem}: applies"
        differs, text = judge(build(options, folder), options.vectors)
        if not differs:
            raise Failure(f"not caught: {says}")
        return f"{patch.stem}: {says}\n    {text}"


def report(patch, options):
    try:
        print("ok", try_one(patch, options), flush=True)
        return True
    except (Failure, subprocess.TimeoutExpired) as failure:
        print("FAILED", patch.stem if patch else "no mistake", failure, flush=True)
        return False


def ask_qemu(options, folder):
    """A file of queries and QEMU's answers; none where there is no QEMU, which is said."""
    tests = options.build / "tests" / "qemu"
    vectors = folder / "vectors"
    command = [tests / "test-qemu", "--guest", tests / "translate.elf", "--queries", options.queries, "--vectors", vectors]
    asked = run([str(word) for word in command])
    if asked.returncode == SKIPPED:
        print(asked.stdout.strip())
        return None
    if asked.returncode != 0:
        raise Failure(f"the model as it is does not agree with QEMU\n{asked.stdout[-2000:]}{asked.stderr}")
    return vectors


def prepare(options, folder):
    """What all mistakes share. False if they cannot be tried here."""
    if options.check:
        return True
    options.vectors = ask_qemu(options, folder)
    if options.vectors:
        options.rest = build_rest(options.compiler, folder)
    return options.vectors is not None


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--compiler", default=os.environ.get("CXX", "c++"))
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--queries", type=int, default=200_000)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("build", type=Path, nargs="?")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    if not options.check and options.build is None:
        parser.error("expected a build folder, or --check")
    return options


def main():
    options = parse()
    patches = sorted(p for p in PATCHES.glob("*.patch") if not options.names or p.stem in options.names)
    unknown = set(options.names) - {p.stem for p in patches}
    if unknown or not patches:
        sys.exit(f"mistakes.py: no mistake called {', '.join(sorted(unknown)) or 'anything'} in {PATCHES}")
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(options.jobs) as pool:
        if not prepare(options, Path(folder)):
            return SKIPPED
        outcomes = list(pool.map(lambda patch: report(patch, options), patches if options.check else [None, *patches]))
    print(f"{sum(outcomes)} passed, {len(outcomes) - sum(outcomes)} failed")
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        sys.exit(f"mistakes.py: {failure}")
