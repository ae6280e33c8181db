#!/usr/bin/env python3
"""Makes each place in the program that reads or changes a file fail, one after another, and looks for harm.

    Tests/Faults/callsites.py                    # every place, ENOSPC, EDQUOT, EROFS and EIO, once and from then on
    Tests/Faults/callsites.py --part 1/2         # every second place (two runs beside each other)
    Tests/Faults/callsites.py --sample 12        # so many cases, drawn

A place is a function of libc, the kind of file, and the way through the program that led there (see CallSite.c). One
round of work is imports, trainings (with a parent, paused and resumed, retried), labels, sessions, deletions, a backup
and readings; rounds without faults tell which places there are. Then each place fails, in a round of work, at the
start (of an empty and of a used directory) or at the stop, wherever it was seen. Asked for each case:

- nothing is answered by 500, and predictions of a model in memory go on, unless the process ends (70; EIO at the
  database only) or does not start (69);
- what was answered is there; every version that is listed has its weights;
- ready again, without a restart, when the fault ends, and a training succeeds.

Prints how many places were seen and hit, and what came of it. Exit code 1 when anything was wrong.
"""

import argparse
import json
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from control import CODES, Control  # noqa: E402
from ledger import Ledger  # noqa: E402
from sweep import SOFTWARE, Life, run  # noqa: E402
from work import SPARE_MAX, Work  # noqa: E402

UNAVAILABLE = 69  # the exit code of a server that cannot use its data directory
# One death is enough to fail a job, so that there is one to try again.
ARGUMENTS = ["--attempts-max", "1", "--versions-kept-max", str(SPARE_MAX)]


class Cases:
    def __init__(self, options):
        self.options = options
        self.place = Path(tempfile.mkdtemp(prefix="rondo-sites-", dir=options.directory))
        self.data = self.place / "data"
        self.control = Control(str(self.place / "control"))
        self.ledger = Ledger(allows_failure=True)
        self.life = None
        self.faults = []
        self.outcomes = {}
        self.ends = set()
        self.hit = set()

    # Lives

    def start(self, data=None, is_armed=False):
        if not is_armed:
            self.control.disarm()
        environment = {"FAULT_CONTROL": self.control.path}
        return Life(self.options, data or self.data, environment, ARGUMENTS)

    def fault(self, text, life=None):
        self.faults.append(text)
        print(f"FAULT: {text}", file=sys.stderr, flush=True)
        if life is not None:
            shutil.copy(life.log.name, self.place / f"fault-{len(self.faults)}.log")

    def count(self, kind, site, code, outcome):
        key = f"{kind}: {CODES[code]}: {outcome}"
        self.outcomes[key] = self.outcomes.get(key, 0) + 1
        if outcome.startswith("ended"):
            self.ends.add(f"{CODES[code]} at {site.what}")

    def work(self, life):
        return Work(life.port, self.ledger)

    def prepare(self):
        """A directory with models, a session and a failed job, and the weights that are imported."""
        life = self.start()
        work = self.work(life)
        work.prepare()
        # Killed while the job runs, which has a checkpoint: it fails at the next start.
        work.begin_to_fail()
        life.end()
        self.life = self.start()
        self.work(self.life).keep_failed()

    # What there is

    def record(self):
        """The places of each part, without faults."""
        found = {}
        self.control.set()
        for _ in range(2):
            self.check_round(self.life, "without a fault")
        found["work"] = self.control.sites()
        self.control.set()
        self.life.end(signal.SIGTERM)
        found["stop"] = self.new_since(found["work"])
        self.control.set()
        self.life = self.start(is_armed=True)
        time.sleep(1)
        found["start"] = self.new_since({**found["work"], **found["stop"]})
        self.control.set()
        empty = self.start(self.place / "empty", is_armed=True)
        time.sleep(0.5)
        empty.end()
        shutil.rmtree(self.place / "empty")
        found["first start"] = self.new_since({**found["work"], **found["stop"], **found["start"]})
        self.control.disarm()
        return found

    def new_since(self, known):
        return {hash: site for hash, site in self.control.sites().items() if hash not in known}

    # Cases

    def check_round(self, life, name, site=None):
        """One round of work, and whether all is well behind it. False: the process has ended."""
        work = self.work(life)
        work.round()
        if not work.is_gone and not work.predicts() and not work.is_gone:
            work.faults.append("no prediction of the model in memory")
        if work.is_gone:
            life.wait_for_end(10)
        is_alive = life.is_alive
        for text in work.faults if is_alive else [text for text in work.faults if "answered 500" in text]:
            self.fault(f"{name}: {text}", life)
        return is_alive

    def heal(self, life, name):
        """The fault has ended: the server must find that out by itself."""
        self.control.disarm()
        work = self.work(life)
        deadline = time.monotonic() + 15
        while work.ask("GET", "/readyz")[0] != 200:
            if time.monotonic() > deadline or not life.is_alive:
                self.fault(f"{name}: not ready 15 s after the fault ended", life)
                return False
            time.sleep(0.05)
        for text in work.verify() + work.verify_files():
            self.fault(f"{name}: {text}", life)
        work.clean()
        if not work.trains_to_the_end():
            self.fault(f"{name}: no training succeeds after the fault ended", life)
        work.clean()
        for text in work.faults:
            self.fault(f"{name}, after the fault: {text}", life)
        return True

    def ended(self, life, name, site, code, before):
        """Only a database that cannot be written ends the process."""
        found = life.end()
        failed = [
            one for hash, one in self.control.sites().items()
            if one.failures > (before[hash].failures if hash in before else 0)]
        if found != SOFTWARE:
            self.fault(f"{name}: ended with {found}: {last_line(life)}", life)
        elif not any(one.is_of_database and 5 in one.codes and one.changes for one in failed) or code == 30:
            self.fault(f"{name}: ended by another failure than the database's: {last_line(life)}", life)
        self.count("work", site, code, f"ended with {found}")

    def case_work(self, site, code, is_sticky, name):
        life, before = self.life, self.control.sites()
        self.control.set(site, code, is_sticky)
        is_alive = self.check_round(life, name)
        was_hit = self.control.failures > 0
        self.control.disarm()
        if not is_alive:
            self.ended(life, name, site, code, before)
        elif self.heal(life, name):
            self.count("work", site, code, "went on" if was_hit else "not reached")
            return was_hit
        else:
            life.end()
        self.life = self.start()
        self.heal(self.life, name + ", the life after")
        return was_hit

    def case_start(self, site, code, is_sticky, name):
        self.life.end()
        self.life = self.attempt(self.data, site, code, is_sticky, name, "start") or self.start()
        was_hit = self.was_hit
        self.heal(self.life, name)
        return was_hit

    def case_first_start(self, site, code, is_sticky, name):
        data = self.place / "first"
        life = self.attempt(data, site, code, is_sticky, name, "first start") or self.start(data)
        work = Work(life.port, Ledger())
        if not work.trains_to_the_end():
            self.fault(f"{name}: no training succeeds in the new directory", life)
        life.end()
        shutil.rmtree(data)
        return self.was_hit

    def attempt(self, data, site, code, is_sticky, name, kind):
        """Starts with the fault: the life, or None when it has ended as it may."""
        self.control.set(site, code, is_sticky)
        life = self.start(data, is_armed=True)
        if life.port is not None:
            time.sleep(0.3)
        self.was_hit = self.control.failures > 0
        # What failed may end it a moment later.
        if self.was_hit and life.is_alive:
            life.wait_for_end(1)
        is_alive = life.is_alive
        self.control.disarm()
        if is_alive:
            self.count(kind, site, code, "started" if self.was_hit else "not reached")
            return life
        found = life.end()
        self.count(kind, site, code, f"ended with {found}")
        if found not in (SOFTWARE, UNAVAILABLE):
            self.fault(f"{name}: ended with {found}: {last_line(life)}", life)
        return None

    def case_stop(self, site, code, is_sticky, name):
        work = self.work(self.life)
        work.leave_running()
        self.control.set(site, code, is_sticky)
        found = self.life.end(signal.SIGTERM)
        was_hit = self.control.failures > 0
        self.control.disarm()
        if found not in (0, SOFTWARE):
            self.fault(f"{name}: ended with {found}: {last_line(self.life)}", self.life)
        self.count("stop", site, code, f"ended with {found}" if was_hit else "not reached")
        self.life = self.start()
        self.heal(self.life, name)
        return was_hit

    def run(self):
        began = time.monotonic()
        self.prepare()
        parts = self.record()
        runs = {
            "work": self.case_work, "start": self.case_start, "stop": self.case_stop,
            "first start": self.case_first_start}
        places = [
            (kind, site, [(code, is_sticky) for code in site.codes for is_sticky in (False, True)])
            for kind, sites in parts.items() for site in sorted(sites.values(), key=lambda site: site.hash)]
        # Every place once, then every place a second time, and so on: a run that is cut short has seen all of them.
        cases = [
            (kind, site, *ways[(turn + index) % len(ways)])
            for turn in range(2 * len(CODES)) for index, (kind, site, ways) in enumerate(places) if turn < len(ways)]
        if self.options.match:
            cases = [case for case in cases if re.search(self.options.match, f"{case[1].what} {CODES[case[2]]}")]
        number, count = map(int, self.options.part.split("/"))
        cases = cases[number - 1 :: count]
        if self.options.sample:
            cases = random.Random(self.options.seed).sample(cases, min(len(cases), self.options.sample))
        for done, (kind, site, code, is_sticky) in enumerate(cases):
            name = f"{kind}: {CODES[code]} {'sticky' if is_sticky else 'once'} at {site}"
            if self.life.port is None or not self.life.is_alive:
                self.life = self.start()
            if runs[kind](site, code, is_sticky, name):
                self.hit.add((site.hash, code, is_sticky))
            if done % 50 == 49:
                self.check(name)
                self.report(parts, cases, done + 1, began)
            if time.monotonic() - began > self.options.seconds:
                break
        self.life.end(signal.SIGTERM)
        self.check("at the end")
        self.report(parts, cases, done + 1, began)
        if not self.faults:
            shutil.rmtree(self.place)
        return 1 if self.faults else 0

    def check(self, name):
        result = subprocess.run(
            [self.options.binary, "check", "--data", str(self.data), "--format", "json"], capture_output=True,
            text=True)
        if result.returncode != 0:
            self.fault(f"{name}: rondo check: {result.stdout[:2000]}{result.stderr[:500]}")

    def report(self, parts, cases, done, began):
        tried = cases[:done]
        missed = sorted({
            f"{site.what} {site.hash:016x}" for _, site, _, _ in tried
            if not any((site.hash, code, sticky) in self.hit for code in CODES for sticky in (False, True))})
        all_sites = {hash for sites in parts.values() for hash in sites}
        behind = [site for hash, site in self.control.sites().items() if hash not in all_sites]
        print(json.dumps({
            "places": {kind: len(sites) for kind, sites in parts.items()}, "cases": len(cases), "tried": done,
            "places_tried": len({site.hash for _, site, _, _ in tried}), "hit": len(self.hit),
            "places_hit": len({hash for hash, _, _ in self.hit}), "missed": missed,
            "places_behind_faults": len(behind), "of_these_hit": sum(site.failures > 0 for site in behind),
            "outcomes": self.outcomes, "ended_by": sorted(self.ends), "acknowledged": self.ledger.acknowledged,
            "statuses": self.ledger.statuses, "faults": len(self.faults),
            "seconds": round(time.monotonic() - began)}), flush=True)


def last_line(life):
    if life.log.closed:
        return Path(life.log.name).read_text(errors="replace").strip().split("\n")[-1][25:400]
    return life.text().strip().split("\n")[-1][25:400]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", default="1/1", help="k/n: every n-th case, from the k-th")
    parser.add_argument("--match", help="only cases like this: a regular expression of a place and an errno's name")
    parser.add_argument("--sample", type=int, default=0, help="so many cases; 0: all")
    parser.add_argument("--seconds", type=float, default=1e9, help="no new case after so long")
    return run(parser, Cases)


if __name__ == "__main__":
    sys.exit(main())
