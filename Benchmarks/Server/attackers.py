"""Mixed slow attackers: slow heads, slow bodies, slow readers, silent ones, resets. Each comes back when it is thrown
out.

    python3 Benchmarks/Server/attackers.py [ATTACKERS=2000] [SECONDS=120]

Told: how the good client fared, when each kind of attacker was gone (at half of them, at the last; the age of those
still there), growth of memory.
"""

import collections
import errno
import select
import socket
import statistics
import struct
import sys
import time

from common import GoodClient, Server, raise_descriptor_limit, report

count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 120
raise_descriptor_limit()
KINDS = ["slow head", "slow body", "slow read", "silent", "reset"]
HEAD = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + b"X-Slow: " + b"y" * 10_000
BODY = b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"


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
                    self.connection.send(b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 50)
                else:
                    self.connection.recv(16)
            elif self.kind == "reset":
                self.connection.send(b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Le")
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
    poller, lives, peak = select.epoll(), collections.defaultdict(list), before
    start = time.monotonic()

    def born(index):
        attackers[index] = attacker = Attacker(index, server.port)
        numbers[attacker.connection.fileno()] = attacker
        # Slow readers would see an end only behind all that waits for them: the system is asked for it (RDHUP).
        poller.register(attacker.connection, select.EPOLLRDHUP)

    def died(attacker):
        lives[attacker.kind].append(time.monotonic() - attacker.born)
        del numbers[attacker.connection.fileno()]
        attacker.connection.close()
        born(attacker.index)

    attackers, numbers = {}, {}
    for index in range(count):
        born(index)
    tick = start
    while time.monotonic() - start < seconds:
        for number, _ in poller.poll(0.05):
            died(numbers[number])
        if time.monotonic() - tick >= 1:
            tick = time.monotonic()
            for attacker in list(attackers.values()):
                if not attacker.step():
                    died(attacker)
            peak = max(peak, server.resident_bytes())
    gone = {
        kind: {
            "count": len(lives[kind]),
            "half": round(statistics.median(lives[kind]), 1) if lives[kind] else None,
            "last": round(max(lives[kind], default=0), 1),
            "still_there": round(
                max((time.monotonic() - a.born for a in attackers.values() if a.kind == kind), default=0), 1
            ),
        }
        for kind in KINDS
    }
    report(
        attackers=count, seconds=seconds, alone=alone, beside=good.result(), gone_after_seconds=gone,
        growth_mb=round((peak - before) / 1e6, 1), failures=server.failures())
    for attacker in attackers.values():
        attacker.connection.close()
    time.sleep(3)
    report(
        objects_left=server.metric("rondo_connection_objects") - 1, descriptors_left=server.descriptors() - descriptors
    )
