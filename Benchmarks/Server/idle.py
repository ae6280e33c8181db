"""Idle keep-alive connections: memory of each, and how a good client fares beside them.

    python3 Benchmarks/Server/idle.py [CONNECTIONS=9000] [SECONDS=20]
"""

import socket
import sys
import time

from common import GoodClient, Server, message, raise_descriptor_limit, read_answer, report

count = int(sys.argv[1]) if len(sys.argv) > 1 else 9000
seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 20
raise_descriptor_limit()
with Server("--idle-seconds", "3600") as server:
    request = message("GET", "/healthz")
    alone = GoodClient(server.port, 3).result()
    before, descriptors = server.resident_bytes(), server.descriptors()
    connections = []
    for index in range(count):
        # Several addresses, since one has no more than its share of connections.
        connection = socket.create_connection(("127.0.0.1", server.port), 30, (f"127.0.0.{2 + index // 2500}", 0))
        connection.sendall(request)
        read_answer(connection)
        connections.append(connection)
    time.sleep(2)
    idle = server.resident_bytes()
    cpu = server.cpu_seconds()
    beside = GoodClient(server.port, seconds).result()
    cpu = server.cpu_seconds() - cpu
    report(
        connections=count,
        bytes_each=round((idle - before) / count),
        resident_mb=round(idle / 1e6, 1),
        descriptors=server.descriptors() - descriptors,
        alone=alone,
        beside=beside,
        cpu_share=round(cpu / seconds, 3),
    )
    # One request each, over all of them: they are alive.
    started = time.monotonic()
    alive = 0
    for connection in connections:
        connection.sendall(request)
        alive += read_answer(connection) == 200
    report(alive=alive, seconds=round(time.monotonic() - started, 2))
    for connection in connections:
        connection.close()
    time.sleep(2)
    report(
        objects_left=server.metric("rondo_connection_objects") - 1, descriptors_left=server.descriptors() - descriptors
    )
