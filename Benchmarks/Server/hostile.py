"""Memory of the server and answers of good clients while four hostile ones ask for the most that a request can: greedy
forecasts, large bodies, 80,000 labels, and streams that are left; then what is left of the memory.

    python3 Benchmarks/Server/hostile.py [SECONDS=60] [KIND …]

Kinds: forecasts, bodies, labels, streams; without one, all four at once, each from an address of its own.
"""

import collections
import json
import multiprocessing
import resource
import socket
import sys
import threading
import time

from common import PREDICT, GoodClient, Server, message, raise_descriptor_limit, report

# The server may not have more: without a bound it would take the machine along.
ADDRESS_SPACE_BYTES = 12 << 30


def ask(port, address, content, timeout=60):
    """Sends one request and reads its answer to the end: its status, 0 if the connection ended before."""
    with socket.create_connection(("127.0.0.1", port), timeout, (address, 0)) as connection:
        sender = threading.Thread(target=send, args=(connection, content))
        sender.start()
        head = b""
        try:
            while chunk := connection.recv(1 << 20):
                head += chunk[: max(0, 16 - len(head))]
                if len(chunk) < 65536 and len(head) >= 12 and head[9:10] in b"45":
                    break
        except OSError:
            pass
        connection.close()
        sender.join()
        return int(head.split(b" ")[1]) if len(head) > 12 else 0


def send(connection, content):
    try:
        connection.sendall(content)
    except OSError:
        pass


def close_after(content):
    return content.replace(b"Host: localhost\r\n", b"Host: localhost\r\nConnection: close\r\n", 1)


def contents(kind):
    """What a hostile client of a kind sends, again and again."""
    if kind == "forecasts":
        asked = {"model": "airline", "sequences": [[1.5] * 13] * 1024, "horizon": 9900, "samples": 1000}
        return [close_after(message("POST", "/predict", asked))]
    if kind == "bodies":
        # 40 MB of short sequences: the most values for their bytes; and the largest body there is, of one.
        short = b'{"model":"h","sequences":[' + b",".join([b"[1,2]"] * 6_600_000) + b"]}"
        long = b'{"model":"h","sequences":[[' + b",".join([b"1.25"] * 13_000_000) + b"]]}"
        head = b"POST /train?validate_only=true HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        head += b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        return [head % len(body) + body for body in (short, long)]
    if kind == "labels":
        return [close_after(message("POST", "/models/airline/labels", {f"l{n}": 1 for n in range(80_000)}))]
    asked = {"model": "prose", "prompt": "the cat ", "max_tokens": 100_000, "stream": True}
    return [message("POST", "/predict", asked)]


def attack(kind, port, address, seconds, connections, results):
    raise_descriptor_limit()
    end, statuses, asked = time.monotonic() + seconds, collections.Counter(), contents(kind)

    def run(number):
        while time.monotonic() < end:
            try:
                statuses[ask(port, address, asked[number % len(asked)])] += 1
            except OSError as error:
                statuses[type(error).__name__] += 1
                time.sleep(0.1)

    def leave():
        while time.monotonic() < end:
            held = []
            try:
                for _ in range(connections):
                    held.append(socket.create_connection(("127.0.0.1", port), 10, (address, 0)))
                    held[-1].sendall(asked[0])
                time.sleep(2)
            except OSError as error:
                statuses[type(error).__name__] += 1
                time.sleep(0.1)
            for connection in held:
                connection.close()
            statuses["left"] += len(held)

    crowd = [threading.Thread(target=leave)] if kind == "streams" else [
        threading.Thread(target=run, args=(number,)) for number in range(connections)]
    for thread in crowd:
        thread.daemon = True
        thread.start()
    for thread in crowd:
        thread.join(max(0, end - time.monotonic()) + 5)
    results.put((kind, dict(statuses)))


CONNECTIONS = {"forecasts": 4, "bodies": 6, "labels": 4, "streams": 1000}

if __name__ == "__main__":
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    kinds = sys.argv[2:] or list(CONNECTIONS)
    raise_descriptor_limit()
    with Server(limits=[(resource.RLIMIT_AS, ADDRESS_SPACE_BYTES)]) as server:
        server.train()
        server.train_text()
        paths = ("/healthz", "/predict")
        alone = {path: GoodClient(server.port, 3, path).result() for path in paths}
        before, cpu = server.resident_bytes(), server.cpu_seconds()
        results = multiprocessing.Queue()
        attackers = [
            multiprocessing.Process(
                target=attack, args=(kind, server.port, f"127.0.2.{2 + number}", seconds, CONNECTIONS[kind], results)
            )
            for number, kind in enumerate(kinds)
        ]
        for attacker in attackers:
            attacker.start()
        time.sleep(1)
        clients = {path: GoodClient(server.port, seconds - 1, path) for path in paths}
        peak, end = before, time.monotonic() + seconds
        while time.monotonic() < end and server.process.poll() is None:
            peak = max(peak, server.resident_bytes())
            time.sleep(0.05)
        beside = {path: client.result() for path, client in clients.items()}
        statuses = dict(results.get(timeout=60) for _ in attackers)
        for attacker in attackers:
            attacker.terminate()
        code = server.process.poll()
        report(kinds=kinds, seconds=seconds, alone=alone, beside=beside, attackers=statuses, ended=code)
        if code is None:
            used = server.cpu_seconds() - cpu
            time.sleep(8)
            report(
                before_mb=round(before / 1e6), peak_mb=round(peak / 1e6), after_mb=round(server.resident_bytes() / 1e6),
                cpu_seconds=round(used, 1))
        else:
            report(before_mb=round(before / 1e6), peak_mb=round(peak / 1e6), log=open(server.log).read()[-500:])
