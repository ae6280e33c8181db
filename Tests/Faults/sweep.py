#!/usr/bin/env python3
"""Kills a server, or makes its files fail, again and again, and looks for what was lost.

    Tests/Faults/sweep.py --lives 10000                    # killed at a call that changes a file, or at any moment
    Tests/Faults/sweep.py --lives 200 --errno 28 --sticky  # ENOSPC at a call and at all after it; see CCrashPoint.h
    Tests/Faults/sweep.py --lives 60 --errno all           # 28, 122, 30, 5 and 24 in turns, once and sticky

All lives have one data directory. Three clients train, import, label, predict, cancel, retry and delete, and keep in
the ledger what was answered; each has models of its own. The next life must have all of it: jobs, versions with their
digests, labels, deletions. Every job that succeeds must have the weights of its training, however often it died. Every
20th life `rondo check` reads the whole store. Exit code 1 when anything was lost.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from ledger import EPOCHS, Client, Ledger  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
CODES = {28: "ENOSPC", 122: "EDQUOT", 30: "EROFS", 5: "EIO", 24: "EMFILE"}
READY_SECONDS = 60
SOFTWARE = 70  # the exit code of a server that could not write its state


class Life:
    """One process of the server, until it is dead."""

    def __init__(self, options, data, fault, arguments=()):
        self.armed = str(data) + ".armed"
        Path(self.armed).unlink(missing_ok=True)
        # The server refuses settings that it does not know.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RONDO_")}
        environment["SWIFT_BACKTRACE"] = "enable=no"
        if fault:
            environment.update(fault, LD_PRELOAD=options.library, FAULT_BELOW=str(data) + "/")
        self.log = open(str(data) + ".log", "wb+")
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [options.binary, "serve", "--port", "0", "--data", str(data), "--drain-seconds", "1", *arguments],
            stdout=subprocess.DEVNULL, stderr=self.log, env=environment)
        self.port = self.find_port()
        self.start_seconds = time.monotonic() - self.began

    def text(self):
        self.log.flush()
        return Path(self.log.name).read_text(errors="replace")

    def find_port(self):
        """None if the process ended before it listened."""
        while time.monotonic() - self.began < READY_SECONDS:
            mark = "http://127.0.0.1:"
            text = self.text()
            if mark in text:
                return int("".join(c for c in text.split(mark)[1][:6] if c.isdigit()))
            if self.process.poll() is not None:
                return None
            time.sleep(0.005)
        raise SystemExit(f"no server within {READY_SECONDS} s:\n{text}")

    def arm(self, on=True):
        if on:
            Path(self.armed).touch()
        else:
            Path(self.armed).unlink(missing_ok=True)

    @property
    def is_alive(self):
        return self.process.poll() is None

    def wait_for_end(self, seconds):
        """Of one that is about to be dead: on a busy machine that takes a while."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            pass

    def end(self, number=signal.SIGKILL):
        """The exit code, or minus the signal."""
        if self.is_alive:
            self.process.send_signal(number)
        code = self.process.wait()
        self.log.close()
        return code


class Sweep:
    """All lives of one data directory, and what was seen."""

    def __init__(self, options):
        self.options = options
        self.random = random.Random(options.seed)
        self.place = Path(tempfile.mkdtemp(prefix="rondo-sweep-", dir=options.directory))
        self.data = self.place / "data"
        self.ledger = Ledger(allows_failure=options.errno is not None)
        self.faults = []
        self.starts = []
        self.ends = {}
        self.kinds = {}
        self.reasons = set()

    def fault(self, text, life=None):
        self.faults.append(text)
        print(f"FAULT: {text}", file=sys.stderr)
        if life is not None:
            shutil.copy(life.log.name, self.place / f"fault-{len(self.faults)}.log")

    def plan(self, index):
        """The fault of a life: its environment, and its name."""
        code = self.options.errno
        if code == "all":
            code = list(CODES)[index // 2 % len(CODES)]
        is_sticky = self.options.sticky or (self.options.errno == "all" and index % 2 == 1)
        environment = {"FAULT_AT": str(self.random.randint(1, self.options.calls))}
        if code:
            environment["FAULT_ERRNO"] = str(code)
        if is_sticky:
            environment["FAULT_STICKY"] = "1"
        # Some fail while they start; most when clients are there.
        from_start = not code and self.random.random() < 0.15
        if not from_start:
            environment["FAULT_ARMED"] = str(self.data) + ".armed"
        name = (CODES[int(code)] + (" sticky" if is_sticky else " once")) if code else "kill"
        return environment, name

    def run_clients(self, life):
        clients = [Client(life.port, number, self.ledger, self.random.random()) for number in range(3)]
        threads = [threading.Thread(target=client.run, args=(self.options.steps,)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return clients

    def live(self, index):
        environment, name = self.plan(index)
        life = Life(self.options, self.data, environment)
        if life.port is None:
            return self.note_end(life, name + " at the start", index)
        self.starts.append(life.start_seconds)
        checker = Client(life.port, 9, self.ledger, 0)
        missing = checker.verify()
        if missing:
            life.wait_for_end(10 if checker.is_gone else 0.3)
        # Killed before it was looked at, it is looked at in the next life.
        if life.is_alive:
            for text in missing:
                self.fault(f"life {index} ({name}): {text}", life)
        life.arm()
        clients = self.run_clients(life)
        for client in clients:
            for text in client.faults:
                self.fault(f"life {index} ({name}): {text}", life)
        if "FAULT_ERRNO" in environment and life.is_alive:
            self.heal(life, index, name)
        return self.note_end(life, name, index)

    def heal(self, life, index, name):
        """The disk is well again: the server must find that out by itself."""
        life.arm(False)
        client = Client(life.port, 8, self.ledger, 0)
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline and life.is_alive:
            if client.ask("GET", "/readyz")[0] == 200:
                break
            time.sleep(0.1)
        else:
            if life.is_alive:
                self.fault(f"life {index} ({name}): not ready 15 s after the disk was well again", life)
            return
        if not client.trains_to_the_end() and life.is_alive:
            self.fault(f"life {index} ({name}): no training succeeds after the disk was well again", life)

    def note_end(self, life, name, index):
        died = not life.is_alive
        if self.options.errno and died:
            self.reasons.add(name + ": " + life.text().strip().split("\n")[-1][25:300])
        code = life.end(self.random.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM]))
        if code not in (0, -signal.SIGKILL, SOFTWARE, 69):
            self.fault(f"life {index} ({name}): ended with {code}", life)
        kind = "killed at a call" if died and code < 0 else "ended itself" if died else "killed at a moment"
        self.ends[kind] = self.ends.get(kind, 0) + 1
        self.kinds[name + ": " + kind] = self.kinds.get(name + ": " + kind, 0) + 1

    def check(self, index):
        result = subprocess.run(
            [self.options.binary, "check", "--data", str(self.data), "--json"], capture_output=True, text=True)
        if result.returncode != 0:
            self.fault(f"after life {index}: rondo check: {result.stdout[:2000]}{result.stderr[:500]}")

    def prepare(self):
        """A first life without faults: what every training must give, and weights to import."""
        life = Life(self.options, self.data, None)
        client = Client(life.port, 0, self.ledger, 0)
        for epochs in EPOCHS:
            if not client.trains_to_the_end(epochs):
                raise SystemExit("no training succeeds without a fault")
        for text in client.verify():
            self.fault(f"before any fault: {text}", life)
        self.ledger.weights = client.ask("GET", "/models/m0/versions/1/weights")[1]
        life.end(signal.SIGTERM)

    def run(self):
        began = time.monotonic()
        self.prepare()
        done = 0
        for index in range(self.options.lives):
            self.live(index)
            done = index + 1
            if done % 20 == 0:
                self.check(index)
            if done % 100 == 0:
                self.report(done, began)
            if time.monotonic() - began > self.options.seconds:
                break
        # What the last life acknowledged.
        life = Life(self.options, self.data, None)
        for text in Client(life.port, 9, self.ledger, 0).verify():
            self.fault(f"at the end: {text}", life)
        life.end(signal.SIGTERM)
        self.check(done)
        self.report(done, began)
        if not self.faults:
            shutil.rmtree(self.place)
        return 1 if self.faults else 0

    def report(self, lives, began):
        starts = sorted(self.starts) or [0]
        share = {f"p{part}": round(starts[min(len(starts) - 1, len(starts) * part // 100)], 3) for part in (50, 99)}
        print(json.dumps({
            "lives": lives, "ends": self.ends, "kinds": self.kinds, "reasons": sorted(self.reasons),
            "acknowledged": self.ledger.acknowledged, "statuses": self.ledger.statuses, "faults": len(self.faults),
            "start_seconds": {**share, "max": round(starts[-1], 3)}, "seconds": round(time.monotonic() - began)}),
            flush=True)


def build_library(directory):
    """The library that is preloaded, by whichever compiler there is."""
    path = str(Path(directory or tempfile.gettempdir()) / f"rondo-faults-{os.getpid()}.so")
    folder = ROOT / "Tests/CrashPoint"
    sources = [str(folder / name) for name in ("CrashPoint.c", "CallSite.c")]
    for compiler in ("clang", "cc", "gcc"):
        if shutil.which(compiler):
            subprocess.run(
                [compiler, "-shared", "-fPIC", "-O1", "-std=c17", f"-I{folder}/include", *sources, "-o", path],
                check=True)
            return path
    raise SystemExit("there is no C compiler")


def run(parser, make):
    """Reads the arguments, those that all runs know among them, and runs what `make` makes of them."""
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--binary", default=str(ROOT / ".build/release/rondo"))
    parser.add_argument("--directory", help="where the data is; with faults it stays there")
    options = parser.parse_args()
    if options.directory:
        Path(options.directory).mkdir(parents=True, exist_ok=True)
    options.library = build_library(options.directory)
    try:
        return make(options).run()
    finally:
        os.unlink(options.library)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lives", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=1e9, help="no new life after so long")
    parser.add_argument("--errno", help="a number, or all; without it the process is killed")
    parser.add_argument("--sticky", action="store_true")
    parser.add_argument("--calls", type=int, default=500, help="the call is one of so many")
    parser.add_argument("--steps", type=int, default=12, help="of each client in each life")
    return run(parser, Sweep)


if __name__ == "__main__":
    sys.exit(main())
