"""Connections with whole handshakes of TLS, ended at a phase of HTTP within; churn.py runs it. Prints what churn.c
prints.

    python3 Benchmarks/Server/tls_churn.py tls-polite|tls-cut PORT [SECONDS=10] [COUNT] [SOURCE=1]

`tls-polite` reads an answer to the end and sends close_notify; `tls-cut` ends in any phase, by RST or FIN, most often
within an answer.
"""

import collections
import errno
import json
import random
import signal
import socket
import ssl
import struct
import sys
import time

from common import PREDICT, connect, message

RESET = struct.pack("ii", 1, 0)
GET, LARGE, STREAM = (
    message("GET", "/healthz"),
    message("GET", "/openapi.json"),
    message("POST", "/predict", dict(PREDICT, stream=True, horizon=24)),
)
POLITE = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
answers = collections.Counter({"200": 0, "other": 0, "none": 0})


def be_polite(connection):
    """To the end, close_notify included: without it `recv` raises (RFC 8446 6.1)."""
    connection.sendall(POLITE)
    answer = b""
    while chunk := connection.recv(65536):
        answer += chunk
    answers["200" if answer.startswith(b"HTTP/1.1 200") else "other" if answer else "none"] += 1


def cut(connection, chance):
    phase = chance.randrange(7)
    if phase == 1:
        connection.sendall(GET[: chance.randrange(1, len(GET))])
    elif phase == 2:
        connection.sendall(b"BAD\r\n\r\n")
    elif phase == 3:
        connection.sendall(GET)
    elif phase == 4:
        connection.sendall(LARGE * 50)
    elif phase == 5:
        connection.sendall(LARGE * 10)
        connection.recv(100)
    elif phase == 6:
        connection.sendall(STREAM)
        connection.recv(10)
    if chance.random() < 0.5:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


def run(variant, port, seconds, count, source):
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    chance, errors, made, attempts, refusals = random.Random(source), collections.Counter(), 0, 0, 0
    started = time.monotonic()
    while not stopped and made < count and time.monotonic() - started < seconds and refusals < 50:
        attempts += 1
        try:
            with connect(
                f"tls:{port}", 10, (f"127.{1 + source}.{chance.randrange(240)}.{chance.randrange(1, 250)}", 0)
            ) as connection:
                made, refusals = made + 1, 0
                if variant == "tls-polite":
                    be_polite(connection)
                else:
                    cut(connection, chance)
        except OSError as error:
            refusals += isinstance(error, ConnectionRefusedError)
            errors[
                (
                    type(error).__name__
                    if isinstance(error, ssl.SSLError)
                    else errno.errorcode.get(error.errno, str(error))
                )
            ] += 1
    seconds = time.monotonic() - started
    facts = {
        "variant": variant,
        "seconds": round(seconds, 2),
        "connections": made,
        "per_second": round(made / seconds),
        "attempts": attempts,
    }
    if variant == "tls-polite":
        facts["answers"] = dict(answers)
    print(json.dumps({**facts, "refused": refusals >= 50, "errors": dict(errors)}))


if __name__ == "__main__":
    values = sys.argv[1:]
    run(
        values[0],
        int(values[1]),
        *(
            convert(value)
            for convert, value in zip((float, int, int), values[2:] + ["10", "1000000000", "1"][len(values) - 2 :])
        ),
    )
