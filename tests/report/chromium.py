"""Chromium without a window, driven over a pipe by the DevTools protocol."""

import json
import os
import select
import shutil
import subprocess
import tempfile
import time

SECONDS = 60
NAMES = ["chromium", "chromium-browser", "google-chrome"]


class BrowserFailure(Exception):
    """There is no browser, or it does not answer."""


def find_browser():
    for name in NAMES:
        if path := shutil.which(name):
            return path
    raise BrowserFailure("no browser: none of " + ", ".join(NAMES) + " is installed")


class Browser:
    """One page of a browser of its own. What it tells unasked gathers in `events`."""

    def __init__(self):
        self.profile = tempfile.TemporaryDirectory(prefix="bulkhead-browser-", ignore_cleanup_errors=True)
        read_theirs, self.write = os.pipe()
        self.read, write_theirs = os.pipe()
        self.process = self.start(read_theirs, write_theirs)
        os.close(read_theirs)
        os.close(write_theirs)
        self.pending = b""
        self.last_id = 0
        self.events = []
        self.session = None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def start(self, read_theirs, write_theirs):
        """Chromium reads the protocol from descriptor 3 and writes it to 4."""
        # A container is sandbox enough for a page of our own, and has no user to drop to.
        command = [find_browser(), "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                   "--disable-background-networking", "--remote-debugging-pipe", f"--user-data-dir={self.profile.name}"]
        shell = ["sh", "-c", f'exec "$@" 3<&{read_theirs} 4>&{write_theirs}', "sh", *command]
        return subprocess.Popen(shell, pass_fds=[read_theirs, write_theirs], stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.process.kill()
        self.process.wait()
        os.close(self.read)
        os.close(self.write)
        self.profile.cleanup()

    def message(self, deadline):
        while b"\0" not in self.pending:
            left = deadline - time.monotonic()
            ready = select.select([self.read], [], [], max(0, left))[0]
            piece = os.read(self.read, 1 << 16) if ready else b""
            if not piece:
                raise BrowserFailure("the browser does not answer")
            self.pending += piece
        whole, self.pending = self.pending.split(b"\0", 1)
        return json.loads(whole)

    def ask(self, method, **params):
        self.last_id += 1
        request = {"id": self.last_id, "method": method, "params": params}
        if self.session:
            request["sessionId"] = self.session
        try:
            os.write(self.write, json.dumps(request).encode() + b"\0")
        except BrokenPipeError:
            raise BrowserFailure("the browser has ended") from None
        deadline = time.monotonic() + SECONDS
        while True:
            answer = self.message(deadline)
            if answer.get("id") != self.last_id:
                self.events.append(answer)
            elif "error" in answer:
                raise BrowserFailure(f"{method}: {answer['error']['message']}")
            else:
                return answer["result"]

    def wait_for(self, method):
        deadline = time.monotonic() + SECONDS
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.message(deadline))

    def run(self, expression):
        """The value of a JavaScript expression, which must be JSON."""
        result = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise BrowserFailure(result["exceptionDetails"]["exception"].get("description", "a script failed"))
        return result["result"].get("value")

    def press(self, key, code):
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)
