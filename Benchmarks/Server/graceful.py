"""SIGTERM under load: no request may break, streams end with a last event, the running job saves a checkpoint, exit
code 0.

    python3 Benchmarks/Server/graceful.py [CLIENTS=16] [REQUESTS=1000]

A request is broken if its answer is cut, or if there is none although the server took the request. One that meets the
server's close of an idle connection has no answer, either: its client may send it again (RFC 9112 9.3.1) and is told
apart, "to be sent again".
"""

import collections
import json
import signal
import socket
import sys
import threading
import time

from common import PREDICT, TEXT, Server, message, raise_descriptor_limit, read_answer, report

clients = int(sys.argv[1]) if len(sys.argv) > 1 else 16
requests = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
DELAY = 1.0
raise_descriptor_limit()
outcomes, lock, statuses = collections.Counter(), threading.Lock(), collections.Counter()
terminated = threading.Event()


def note(outcome):
    with lock:
        outcomes[outcome + (" after SIGTERM" if terminated.is_set() else "")] += 1


def load(port, index):
    """Predictions until nobody listens; every other client keeps its connection."""
    request = message("POST", "/predict", PREDICT)
    connection = None
    while True:
        is_new = connection is None
        try:
            if is_new:
                connection = socket.create_connection(("127.0.0.1", port), 30)
        except OSError:
            return note("end: refused")
        try:
            connection.sendall(request)
            first = connection.recv(4096, socket.MSG_PEEK)
        except OSError:
            first = b""
        if not first:
            note("broken: no answer" if is_new else "to be sent again")
            connection = None
            continue
        try:
            status = read_answer(connection)
            note("answered")
            with lock:
                statuses[status] += 1
        except OSError:
            note("broken: answer cut")
            connection = None
        if connection and (index % 2 or b"connection: close" in first.lower()):
            connection.close()
            connection = None


def stream(port, request, ends, name):
    """Reads a stream of NDJSON to its end and notes the last line; None if the last chunk is missing."""
    with socket.create_connection(("127.0.0.1", port), 60) as connection:
        answer = b""
        try:
            connection.sendall(request)
            while chunk := connection.recv(65536):
                answer += chunk
                if answer.endswith(b"\r\n0\r\n\r\n"):
                    break
        except OSError:
            pass
    lines = [line for line in answer.split(b"\n") if line.startswith(b"{")]
    ends.append((name, json.loads(lines[-1]) if answer.endswith(b"\r\n0\r\n\r\n") and lines else None))


with Server("--stop-delay-seconds", str(DELAY)) as server:
    server.train()
    server.train_text()
    long = {
        "model": "long",
        "text": TEXT * 4,
        "network": {"hidden": 128},
        "training": {"epochs": 10000, "early_stopping": {"patience": 10000}},
    }
    job = server.submit(long)
    ends = []
    endless = message("POST", "/predict", {"model": "prose", "prompt": "the", "max_tokens": 100_000, "stream": True})
    short = message("POST", "/predict", dict(PREDICT, stream=True, horizon=200))
    followed = message("GET", f"/jobs/{job}/events")
    crowd = [threading.Thread(target=load, args=(server.port, index)) for index in range(clients)]
    crowd += [threading.Thread(target=stream, args=(server.port, endless, ends, "prediction")) for _ in range(4)]
    crowd += [threading.Thread(target=stream, args=(server.port, followed, ends, "events")) for _ in range(4)]
    for thread in crowd:
        thread.start()
    while outcomes["answered"] < requests // 2:
        time.sleep(0.01)
    keeper = socket.create_connection(("127.0.0.1", server.port), 10)
    server.process.send_signal(signal.SIGTERM)
    started = time.monotonic()
    terminated.set()
    ready = 200
    while ready != 503 and time.monotonic() - started < 1:
        keeper.sendall(message("GET", "/readyz"))
        ready = read_answer(keeper)
    ready_seconds = time.monotonic() - started
    crowd.append(threading.Thread(target=stream, args=(server.port, short, ends, "short")))
    crowd[-1].start()
    code = server.process.wait(60)
    seconds = time.monotonic() - started
    for thread in crowd:
        thread.join()
    report(
        exit_code=code,
        seconds=round(seconds, 2),
        stop_delay_seconds=DELAY,
        readyz={"status": ready, "after_seconds": round(ready_seconds, 3)},
        requests=dict(outcomes),
        statuses=dict(statuses),
        broken=sum(number for outcome, number in outcomes.items() if outcome.startswith("broken")),
        streams=dict(collections.Counter(f"{name}: {(end or {}).get('reason', 'CUT')}" for name, end in ends)),
    )
    # Started again over the same directory: the job is there and goes on from its checkpoint.
    server.start()
    state = json.loads(server.request("GET", f"/jobs/{job}")[1])
    lines = server.request("GET", f"/jobs/{job}/events?follow=false")[1].splitlines()
    events = [json.loads(line) for line in lines if line.startswith(b"{")]  # between the sizes of chunks
    report(
        job={key: state.get(key) for key in ("status", "attempt")},
        checkpoints_at_steps=[event["step"] for event in events if event["type"] == "checkpoint"])
