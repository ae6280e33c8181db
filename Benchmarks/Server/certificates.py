"""A certificate that changes under load, one that is broken, handshakes that stay silent, and the end of connections.

    python3 Benchmarks/Server/certificates.py [SECONDS=10] [WORKERS=4]
"""

import collections
import os
import socket
import ssl
import sys
import tempfile
import threading
import time

from common import Server, make_certificate, message, raise_descriptor_limit, read_answer, report

seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10
workers = int(sys.argv[2]) if len(sys.argv) > 2 else 4
PERIOD = 0.2
raise_descriptor_limit()
directory = tempfile.TemporaryDirectory(prefix="rondo-certificates-")
place = lambda name: os.path.join(directory.name, name)


def make(name):
    make_certificate(directory.name, name)
    with open(place(name + ".crt")) as file, open(place(name + ".key")) as key:
        return file.read(), key.read()


def put(pair):
    """Certificate and key, each by a rename: between the two they do not fit, and the old pair has to stay."""
    for name, text in zip(("server.crt", "server.key"), pair):
        with open(place(name + ".new"), "w") as file:
            file.write(text)
        os.rename(place(name + ".new"), place(name))


context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE


def secure(port):
    plain = socket.create_connection(("127.0.0.1", port), 30)
    return context.wrap_socket(plain, suppress_ragged_eofs=False)


pairs = [make(f"pair{index}") for index in range(4)]
put(pairs[0])
with Server(
    "--tls-certificate",
    place("server.crt"),
    "--tls-key",
    place("server.key"),
    "--tls-port",
    "0",
    "--tls-watch-seconds",
    "0.1",
) as server:
    outcomes, seen, lock = collections.Counter(), collections.Counter(), threading.Lock()
    end = time.monotonic() + seconds

    def load():
        request = message("GET", "/healthz")
        while time.monotonic() < end:
            try:
                with secure(server.tls_port) as connection:
                    with lock:
                        seen[hash(connection.getpeercert(True))] += 1
                    for _ in range(20):
                        connection.sendall(request)
                        assert read_answer(connection) == 200
                        with lock:
                            outcomes["answered"] += 1
            except (OSError, AssertionError) as error:
                with lock:
                    outcomes[f"broken: {error}"] += 1

    crowd = [threading.Thread(target=load) for _ in range(workers)]
    for thread in crowd:
        thread.start()
    changes = 0
    while time.monotonic() < end:
        time.sleep(PERIOD)
        changes += 1
        put(pairs[changes % len(pairs)])
    for thread in crowd:
        thread.join()
    report(
        seconds=seconds,
        changes=changes,
        requests=dict(outcomes),
        handshakes=sum(seen.values()),
        certificates_seen=len(seen),
        broken=sum(number for outcome, number in outcomes.items() if outcome.startswith("broken")),
    )

    # A broken one: garbage, half a certificate, a key that does not fit. The last good one stays.
    put(pairs[0])
    time.sleep(1)
    good = ssl.PEM_cert_to_DER_cert(pairs[0][0])
    kept = {}
    for name, pair in {
        "garbage": ("no certificate", pairs[1][1]),
        "half": (pairs[1][0][:200], pairs[1][1]),
        "unfit key": (pairs[1][0], pairs[2][1]),
    }.items():
        put(pair)
        time.sleep(1)
        with secure(server.tls_port) as connection:
            kept[name] = connection.getpeercert(True) == good
    put(pairs[3])
    time.sleep(1)
    with secure(server.tls_port) as connection:
        mended = connection.getpeercert(True) == ssl.PEM_cert_to_DER_cert(pairs[3][0])
    report(old_certificate_kept=kept, new_one_taken_after_that=mended)

    # close_notify (RFC 8446 6.1): without it Python, told not to forgive, raises SSLEOFError.
    with secure(server.tls_port) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        while connection.recv(65536):
            pass
        report(close_notify=True, version=connection.version(), cipher=connection.cipher()[0])

    # Silent handshakes: nothing at all, and the beginning of a ClientHello.
    lives = {}
    quiet = {"nothing": b"", "half a record": b"\x16\x03\x01\x02\x00\x01\x00"}
    connections = {name: socket.create_connection(("127.0.0.1", server.tls_port), 30) for name in quiet}
    started = time.monotonic()
    for name, connection in connections.items():
        connection.sendall(quiet[name])
    for name, connection in connections.items():
        try:
            while connection.recv(4096):
                pass
        except ConnectionResetError:
            pass
        lives[name] = round(time.monotonic() - started, 2)
    report(silent_handshakes_gone_after_seconds=lives)
directory.cleanup()
