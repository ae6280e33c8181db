"""Mixed slow attackers: slow heads, slow bodies, slow readers, silent ones, resets. Each comes back when it is thrown out.

    python3 Benchmarks/Server/attackers.py [ATTACKERS=2000] [SECONDS=120]

Told: how the good client fared, the longest life of each kind of attacker, growth of memory.
"""

import collections
import errno
import selectors
import socket
import struct
import sys
import time

from common import GoodClient, Server, raise_descriptor_limit, report

count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 120
raise_descriptor_limit()
KINDS = ["slow head", "slow body", "slow read", "silent", "reset"]
HEAD = b"GET /healthz HTTP/1.1\r\nHost: a\r\n" + b"X-Slow: " + b"y" * 10_000
BODY = b"POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"


class Attacker:
    def __init__(self, index, port):
        self.kind, self.index, self.port, self.position = KINDS[index % len(KINDS)], index, port, 0
        self.connection = socket.socket()
        if self.kind == "slow read":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.connection.bind((f"127.0.1.{1 + index % 200}", 0))
        self.connection.setblocking(False)
        self.connection.connect_ex(("127.0.0.1", port))
        self.born = time.monotonic()

    def step(self):
        """Once a second: a byte more. False when the server has thrown it out."""
        try:
            if self.kind == "slow head":
                self.connection.send(HEAD[self.position : self.position + 1])
            elif self.kind == "slow body":
                self.connection.send(BODY if self.position == 0 else b"[")
            elif self.kind == "slow read":
                if self.position == 0:
                    self.connection.send(b"GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n" * 50)
                else:
                    self.connection.recv(16)
            elif self.kind == "reset":
                self.connection.send(b"POST /predict HTTP/1.1\r\nHost: a\r\nContent-Le")
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return False
            self.position += 1
        except BlockingIOError:
            pass
        except OSError as error:
            return error.errno in (errno.ENOTCONN, errno.EAGAIN)
        return True


with Server() as server:
    alone = GoodClient(server.port, 3).result()
    before, descriptors = server.resident_bytes(), server.descriptors()
    good = GoodClient(server.port, seconds)
    selector = selectors.DefaultSelector()
    longest, ended, peak = collections.Counter(), collections.Counter(), before
    start = time.monotonic()

    def born(index):
        attacker = Attacker(index, server.port)
        # Slow readers do not look: bytes that wait for them are no news.
        if attacker.kind not in ("slow read", "reset"):
            selector.register(attacker.connection, selectors.EVENT_READ, attacker)
        attackers[index] = attacker

    def died(attacker, again=True):
        if attacker.kind not in ("slow read", "reset"):
            selector.unregister(attacker.connection)
        attacker.connection.close()
        life = time.monotonic() - attacker.born
        longest[attacker.kind] = max(longest[attacker.kind], round(life, 1))
        ended[attacker.kind] += 1
        if again:
            born(attacker.index)

    attackers = {}
    for index in range(count):
        born(index)
    tick = start
    while time.monotonic() - start < seconds:
        for key, _ in selector.select(0.05):
            try:
                gone = not key.data.connection.recv(65536)
            except BlockingIOError:
                continue
            except OSError:
                gone = True
            if gone:
                died(key.data)
        if time.monotonic() - tick >= 1:
            tick = time.monotonic()
            for attacker in list(attackers.values()):
                if not attacker.step():
                    died(attacker)
            peak = max(peak, server.resident_bytes())
    for attacker in attackers.values():
        # Those still here have lived, too; the last ones were born a moment ago.
        longest[attacker.kind] = max(longest[attacker.kind], round(time.monotonic() - attacker.born, 1))
    report(
        attackers=count, seconds=seconds, alone=alone, beside=good.result(), longest_life_seconds=dict(longest), ended=dict(ended),
        growth_mb=round((peak - before) / 1e6, 1), failures=server.failures())
    for attacker in attackers.values():
        attacker.connection.close()
    time.sleep(3)
    report(objects_left=server.metric("rondo_connection_objects") - 1, descriptors_left=server.descriptors() - descriptors)
