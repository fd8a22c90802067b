#!/usr/bin/env python3
"""Checks ci/github-workflow.yml: it is YAML, its jobs and steps have what GitHub asks of them, what runs in a shell
parses, every action is pinned to a version, and the options that it gives to the tool are options of the tool.

    workflow.py WORKFLOW TOOL"""

import re
import subprocess
import sys
from pathlib import Path

import yaml

STEP_KEYS = {"name", "id", "if", "uses", "run", "with", "env", "shell", "continue-on-error", "timeout-minutes"}
JOB_KEYS = {"name", "runs-on", "needs", "if", "permissions", "env", "steps", "timeout-minutes", "strategy", "container"}


def problems_of_step(step):
    if unknown := set(step) - STEP_KEYS:
        yield f"unknown keys {unknown}"
    if ("uses" in step) == ("run" in step):
        yield "a step has either `uses` or `run`"
    if "uses" in step and not re.fullmatch(r"[\w-]+(/[\w-]+)+@v\d+", step["uses"]):
        yield f"{step['uses']}: no version"
    if "run" in step:
        shell = subprocess.run(["bash", "-n"], input=step["run"], text=True, capture_output=True, check=False)
        if shell.returncode != 0 or "${{" in step["run"]:
            yield f"not a script: {step['run']} {shell.stderr}"


def problems_of_job(job):
    if unknown := set(job) - JOB_KEYS:
        yield f"unknown keys {unknown}"
    if missing := {"runs-on", "steps", "timeout-minutes"} - set(job):
        yield f"lacks {missing}"
    for step in job.get("steps", []):
        yield from problems_of_step(step)


def problems(workflow, tool):
    # To YAML 1.1 the key `on` is the truth value.
    if set(workflow) - {"name", True, "permissions", "concurrency", "jobs"}:
        yield f"unknown keys in {list(workflow)}"
    if workflow.get("permissions") != {"contents": "read"}:
        yield "jobs must not write unless they say so"
    for job in workflow["jobs"].values():
        yield from problems_of_job(job)
    scripts = [step.get("run", "") for job in workflow["jobs"].values() for step in job["steps"]]
    options = [word for script in scripts if "./bulkhead" in script for word in script.split() if word[:2] == "--"]
    known = subprocess.run([tool, "prove", "--help"], capture_output=True, text=True, check=True).stdout
    if not options:
        yield "nothing is proved"
    for option in options:
        if not re.search(re.escape(option) + r"\b", known):
            yield f"prove has no option {option}"


def main():
    workflow, tool = sys.argv[1:]
    found = list(problems(yaml.safe_load(Path(workflow).read_text()), tool))
    print("\n".join(found))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
