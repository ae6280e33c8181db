"""Connections that end in every phase, by RST and FIN, as fast as a few processes can make them: the server lives and
forgets each.

    python3 Benchmarks/Server/churn.py [--seconds 10] [--clients 4] [--variants half,bad,...] \
        [--faces plain,tls,unix] [--total N]

Each variant (see churn.c and tls_churn.py) runs on each face, with a good client beside it on the same face. After it
the process must be alive, all answers to the good client 200, connection objects, requests under way and descriptors
back at the start value exactly, and memory near it, which the server gives back some seconds later. With --total all
is repeated until N connections are made. Exit code 1 at the first end of the process, or after any other fault.
"""

import argparse
import collections
import json
import os
import subprocess
import sys
import tempfile
import time

from common import GoodClient, Server, make_certificate, raise_descriptor_limit, report

HERE = os.path.dirname(os.path.abspath(__file__))
VARIANTS = [
    "half",
    "bad",
    "unread",
    "pipelined",
    "hello",
    "silent",
    "polite",
    "fin",
    "shuffled",
    "tls-polite",
    "tls-cut",
]
FACES = ["plain", "tls", "unix"]
SETTLE_SECONDS = 40  # above the deadlines of what a client may leave half done
TRIM_SECONDS = 10  # above the delays of the two passes in which the server gives free memory back (MemoryTrimmer)


class ServerDied(Exception):
    pass


class Churn:
    def __init__(self, server, program, socket_path, options):
        self.server, self.program, self.options = server, program, options
        self.targets = {
            "plain": f"127.0.0.1:{server.port}",
            "tls": f"127.0.0.1:{server.tls_port}",
            "unix": "unix:" + socket_path,
        }
        self.good_targets = {"plain": server.port, "tls": f"tls:{server.tls_port}", "unix": "unix:" + socket_path}
        self.total = 0

    def values(self):
        """What has to come back: live connections (that of the question is one), requests under way, predictions,
        descriptors."""
        names = ("rondo_connection_objects", "rondo_requests_in_flight", "rondo_predictions_active", "process_open_fds")
        return [self.server.metric(name) for name in names] + [self.server.descriptors()]

    def settle(self, wanted=None):
        """Waits until the values are the wanted ones, or at the start until they have not moved for two seconds."""
        end, last, since = time.monotonic() + SETTLE_SECONDS, None, 0
        while True:
            values = self.values()
            if values != last:
                last, since = values, time.monotonic()
            if values == wanted or (wanted is None and time.monotonic() - since > 2) or time.monotonic() > end:
                return values
            time.sleep(0.1)

    def settle_memory(self, start_bytes):
        """Growth in MB: at once, and once it is little enough, or has had its time."""
        end, growth = time.monotonic() + TRIM_SECONDS, []
        while not growth or growth[-1] > self.options.growth_mb and time.monotonic() < end:
            if growth:
                time.sleep(0.5)
            growth.append((self.server.resident_bytes() - start_bytes) / 1e6)
        return growth[0], growth[-1]

    def command(self, variant, face, client, seconds, count):
        source = str(1 + client)
        if variant.startswith("tls-"):
            return [
                sys.executable,
                HERE + "/tls_churn.py",
                variant,
                str(self.server.tls_port),
                str(seconds),
                str(count),
                source,
            ]
        command = [
            self.program,
            variant,
            self.targets[face],
            "--seconds",
            str(seconds),
            "--count",
            str(count),
            "--source",
            source,
        ]
        return command + (["--tls"] if face == "tls" else [])

    def run(self, variant, face, clients, seconds, count):
        """Client processes at once: their results, and whether the server outlived them."""
        commands = [self.command(variant, face, client, seconds, count) for client in range(clients)]
        crowd = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for command in commands]
        while any(process.poll() is None for process in crowd) and self.server.process.poll() is None:
            time.sleep(0.05)
        for process in crowd:
            if process.poll() is None:
                process.terminate()
        results = [json.loads(process.communicate()[0]) for process in crowd]
        self.total += sum(result["connections"] for result in results)
        return results

    def variant(self, variant, face):
        """One variant on one face: whether all was as it must be."""
        options, server = self.options, self.server
        before, memory = self.settle(self.before), server.resident_bytes()
        left = (options.total - self.total) // options.clients + 1 if options.total else 10**12
        good = GoodClient(self.good_targets[face], options.seconds + 60)
        time.sleep(0.5)  # it is in before the crowd
        started = time.monotonic()
        results = self.run(variant, face, options.clients, options.seconds, left)
        seconds, beside = time.monotonic() - started, good.stop()
        errors = collections.Counter()
        for result in results:
            errors.update(result["errors"])
            errors.update({name: result[name] for name in ("connect_timeouts", "answer_timeouts") if result.get(name)})
        made = sum(result["connections"] for result in results)
        facts = dict(
            variant=variant,
            face=face,
            seconds=round(seconds, 1),
            connections=made,
            per_second=round(made / seconds),
            errors=dict(errors),
            good=beside,
        )
        if server.process.poll() is not None:
            report(**facts, faults=[f"the server ended with {server.process.returncode}"])
            raise ServerDied
        after, (growth_at_once, growth) = self.settle(self.before), self.settle_memory(memory)
        faults = []
        if beside["good"] < beside["requests"]:
            faults.append("answers missing to the good client")
        if any(result.get("answers", {}).get(kind) for result in results for kind in ("other", "none")):
            faults.append("answers missing to polite ones")
        if after != before:
            faults.append("not all came back")
        if growth > options.growth_mb:
            faults.append("memory grew")
        report(
            **facts, before=before, after=after, memory_mb=round(memory / 1e6, 1),
            growth_mb_at_once=round(growth_at_once, 1), growth_mb=round(growth, 1), faults=faults)
        return not faults

    def all(self):
        cells = [
            (variant, face)
            for variant in self.options.variants
            for face in self.options.faces
            if is_meant(variant, face)
        ]
        for face in self.options.faces:  # what is made once is made now
            self.run("shuffled", face, 1, 2, 5000)
        self.before = None
        self.before = self.settle()
        passed, rounds = True, 0
        while rounds == 0 or self.total < (self.options.total or 0):
            rounds += 1
            for variant, face in cells:
                passed = self.variant(variant, face) and passed
                if self.options.total and self.total >= self.options.total:
                    break
        return passed


def is_meant(variant, face):
    """Whole handshakes are for TLS; a polite GET without one is not."""
    return face == "tls" if variant.startswith("tls-") else not (face == "tls" and variant == "polite")


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--variants", type=lambda text: text.split(","), default=VARIANTS)
    parser.add_argument("--faces", type=lambda text: text.split(","), default=FACES)
    parser.add_argument("--total", type=int, help="connections in all: every variant again until they are made")
    parser.add_argument("--growth-mb", type=float, default=64, help="more memory after a variant is a fault")
    options = parser.parse_args()
    for name, known in (("variants", VARIANTS), ("faces", FACES)):
        if unknown := set(getattr(options, name)) - set(known):
            parser.error(f"{name} are {', '.join(known)}, not {', '.join(unknown)}")
    return options


def main():
    options = parse()
    raise_descriptor_limit()
    with tempfile.TemporaryDirectory(prefix="rondo-churn-") as directory:
        program, path = directory + "/churn", directory + "/socket"
        subprocess.run(["cc", "-O2", "-D_GNU_SOURCE", HERE + "/churn.c", "-o", program], check=True)
        with Server(*make_certificate(directory), "--socket", path) as server:
            server.train()
            churn, started, memory = Churn(server, program, path, options), time.monotonic(), server.resident_bytes()
            passed = False
            try:
                passed = churn.all()
            except (ServerDied, OSError) as error:
                # A server that ends closes its sockets before its parent hears of it.
                if isinstance(error, OSError):
                    print(f"no connection to the server: {error}", file=sys.stderr)
                server.wait_for_end(60)
                print("the end of the server's log:\n" + server.last_words(), file=sys.stderr)
            alive = server.process.poll() is None
            report(
                total=churn.total, seconds=round(time.monotonic() - started, 1), alive=alive, passed=passed,
                growth_mb=round((server.resident_bytes() - memory) / 1e6, 1) if alive else None)
        sys.exit(0 if passed and server.exit_code == 0 else 1)


if __name__ == "__main__":
    main()
