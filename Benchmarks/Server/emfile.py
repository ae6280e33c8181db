"""A server out of descriptors: it must not spin, go on serving those that are in, and let others in as soon as there is
room.

    python3 Benchmarks/Server/emfile.py [CLIENTS=1000] [DESCRIPTORS=256]
"""

import resource
import socket
import sys
import time

from common import Server, message, raise_descriptor_limit, read_answer, report

count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
descriptors = int(sys.argv[2]) if len(sys.argv) > 2 else 256
SECONDS = 5
request = message("GET", "/healthz")


def is_served(connection, seconds):
    connection.settimeout(seconds)
    try:
        connection.sendall(request)
        return read_answer(connection) == 200
    except OSError:
        return False


raise_descriptor_limit()
# Idle clients would leave their places at the deadlines.
with Server(
    "--idle-seconds", "3600", "--head-seconds", "3600", limits=[(resource.RLIMIT_NOFILE, descriptors)]
) as server:
    first = socket.create_connection(("127.0.0.1", server.port), 10)
    assert is_served(first, 10)
    clients = [socket.create_connection(("127.0.0.1", server.port), 10) for _ in range(count)]
    for client in clients:
        client.sendall(request)
    time.sleep(1)
    served = []
    for client in clients:
        client.settimeout(0.01)
        try:
            if read_answer(client) == 200:
                served.append(client)
        except OSError:
            pass
    inside = [first] + served
    cpu, started = server.cpu_seconds(), time.monotonic()
    time.sleep(SECONDS)
    spin = (server.cpu_seconds() - cpu) / (time.monotonic() - started)
    alive = sum(is_served(client, 10) for client in inside)
    waiting = [client for client in clients if client not in set(served)]
    report(
        clients=count,
        descriptors=descriptors,
        inside=len(inside),
        inside_still_served=alive,
        waiting=len(waiting),
        cpu_share_meanwhile=round(spin, 4),
    )
    # Ten leave: ten of those that wait come in. All leave: a new one comes in.
    for client in served[:10]:
        client.close()
    started, entered = time.monotonic(), 0
    for client in waiting[:10]:
        client.settimeout(5)
        try:
            entered += read_answer(client) == 200
        except OSError:
            pass
    seconds = time.monotonic() - started
    for client in clients:
        client.close()
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port), 10) as late:
        assert is_served(late, 10)
    report(
        entered_of_ten=entered,
        seconds_until_they_were_in=round(seconds, 3),
        seconds_until_a_new_one_was_in=round(time.monotonic() - started, 3),
        first_still_served=is_served(first, 10),
        accept_pauses=server.metric("rondo_accept_pauses_total"),
    )
    first.close()
    time.sleep(1)
    report(connection_objects_left=server.metric("rondo_connection_objects") - 1)
