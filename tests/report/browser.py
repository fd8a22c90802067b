#!/usr/bin/env python3
"""Makes the page of a proof with counterexamples of planted bugs and looks at it in Chromium: no error, no access to a
network, the keyboard moves the slider and the state shown, nothing to scroll sideways at 400 pixels, and enough contrast
in light and dark. Fails without a browser.

    browser.py TOOL [--screenshots FOLDER]"""

import argparse
import base64
import subprocess
import sys
import tempfile
from pathlib import Path

from chromium import Browser, BrowserFailure

HERE = Path(__file__).resolve().parent
SAMPLES = HERE / "../../corpus/counterexamples"
PROOF = HERE / "../../corpus/proofs/page_unmap.json"
LEAST_CONTRAST = 4.5
WIDTHS = [400, 1200]
SCHEMES = ["light", "dark"]

# What the rows that effects change hold now.
SHOWN = """(id) => [...document.querySelectorAll('#' + id + ' [data-moments]')].map(cell => cell.textContent)"""


class Failure(Exception):
    """Something that the page should do and does not."""


def expect(holds, what):
    if not holds:
        raise Failure(what)


def make_page(tool, folder):
    page = folder / "page.html"
    result = subprocess.run([tool, "report", PROOF, "--cex", SAMPLES, "--html", page],
                            capture_output=True, text=True, check=False)
    expect(result.returncode == 0, f"report ends with {result.returncode}: {result.stderr}")
    return page


def look_at(browser, page, width, scheme):
    browser.events.clear()
    browser.ask("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False)
    browser.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    browser.ask("Page.navigate", url=page.as_uri())
    browser.wait_for("Page.loadEventFired")


def check_quiet(browser, page):
    """No error, no message, and nothing loaded but the page itself."""
    for event in browser.events:
        method, params = event.get("method"), event.get("params", {})
        expect(method != "Runtime.exceptionThrown", f"an error: {params}")
        expect(method != "Runtime.consoleAPICalled", f"a message: {params.get('args')}")
        expect(method != "Log.entryAdded", f"a message: {params.get('entry', {}).get('text')}")
        if method == "Network.requestWillBeSent":
            url = params["request"]["url"]
            expect(url == page.as_uri() or url.startswith("data:"), f"a request of {url}")


def check_width(browser, width):
    wide = browser.run("document.documentElement.scrollWidth")
    expect(wide <= width, f"{wide} pixels wide at {width}")


def check_contrast(browser):
    script = (HERE / "contrast.js").read_text(encoding="utf-8").strip().rstrip(";")
    found = browser.run(f"({script.split(chr(10), 1)[1]})({LEAST_CONTRAST})")
    expect(found["judged"] > 100, f"only {found['judged']} texts found")
    expect(not found["low"], f"too little contrast: {found['low'][:3]}")


def check_structure(browser):
    expect(browser.run("document.documentElement.lang") == "en", "no language")
    expect(browser.run("document.title"), "no title")
    expect(browser.run("[...document.querySelectorAll('table')].every(t => t.caption && t.querySelector('th[scope]'))"),
           "a table without caption or scope")


def check_slider(browser, name):
    """By keyboard alone: to the first state, and on from effect to effect."""
    browser.run(f"document.querySelector('#{name} input[type=range]').focus()")
    last = browser.run("Number(document.activeElement.max)")
    after = browser.run(f"({SHOWN})('{name}')")
    browser.press("Home", 36)
    before = browser.run(f"({SHOWN})('{name}')")
    expect(browser.run("document.activeElement.value") == "0", "Home does not move the slider")
    expect(before != after, f"{name}: the state before is shown as that after")
    states = [before]
    for step in range(1, last + 1):
        browser.press("ArrowRight", 39)
        expect(browser.run("document.activeElement.value") == str(step), "an arrow key does not move the slider")
        states.append(browser.run(f"({SHOWN})('{name}')"))
    expect(states[-1] == after, f"{name}: the last state is not that after the call")
    expect(browser.run(f"document.querySelector('#{name} output').textContent").startswith(f"{last} of {last}"),
           "the slider does not say where it is")
    browser.press("ArrowLeft", 37)
    expect(browser.run("document.activeElement.value") == str(last - 1), "an arrow key does not move the slider back")


def check_sliders(browser):
    names = browser.run("[...document.querySelectorAll('.cex')].filter(c => c.querySelector('[type=range]')).map(c => c.id)")
    expect(len(names) >= 2, f"{len(names)} sliders, expected some")
    for name in names:
        check_slider(browser, name)


def screenshot(browser, folder, name):
    if folder:
        shot = browser.ask("Page.captureScreenshot", captureBeyondViewport=True)
        (folder / f"{name}.png").write_bytes(base64.b64decode(shot["data"]))


def check_all(browser, page, screenshots):
    for domain in ("Page", "Runtime", "Log", "Network"):
        browser.ask(f"{domain}.enable")
    for width in WIDTHS:
        for scheme in SCHEMES:
            look_at(browser, page, width, scheme)
            screenshot(browser, screenshots, f"{width}-{scheme}")
            check_structure(browser)
            check_width(browser, width)
            check_contrast(browser)
            check_sliders(browser)
            check_quiet(browser, page)
            print(f"ok {width} pixels, {scheme}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("tool", type=Path, metavar="TOOL", help="the built bulkhead")
    parser.add_argument("--screenshots", type=Path, metavar="FOLDER", help="where to put pictures of the page")
    options = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory() as scratch, Browser() as browser:
            check_all(browser, make_page(options.tool.resolve(), Path(scratch)), options.screenshots)
    except (Failure, BrowserFailure) as problem:
        print(f"not ok: {problem}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
