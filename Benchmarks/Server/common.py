"""What the load scripts share: a server of their own, its metrics, and a well-behaved client, timed meanwhile."""

import collections
import json
import os
import re
import resource
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.environ.get("RONDO_BINARY", os.path.join(ROOT, ".build/release/rondo"))


def raise_descriptor_limit():
    """As many descriptors as the system allows; answers how many."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
TLS.check_hostname, TLS.verify_mode = False, ssl.CERT_NONE


def connect(target, timeout=30, source=None):
    """A connection to a port of this machine (a number), to "tls:PORT" (the certificate is not looked at) or to
    "unix:PATH"."""
    target = str(target)
    if target.startswith("unix:"):
        connection = socket.socket(socket.AF_UNIX)
        # Python's timeouts make `connect` fail where the listener's queue is full (EAGAIN); one that blocks waits.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", int(timeout), 0))
        connection.connect(target[5:])
        connection.settimeout(timeout)
        return connection
    connection = socket.create_connection(("127.0.0.1", int(target.removeprefix("tls:"))), timeout, source)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if not target.startswith("tls:"):
        return connection
    return TLS.wrap_socket(connection, server_hostname="localhost")


def make_certificate(directory, name="server"):
    """A throw-away certificate and its key, NAME.crt and NAME.key: the arguments of `rondo serve` for both."""
    key, certificate = f"{directory}/{name}.key", f"{directory}/{name}.crt"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "9",
        "-subj",
        "/CN=localhost",
    ]
    subprocess.run(command + ["-keyout", key, "-out", certificate], check=True, stderr=subprocess.DEVNULL)
    return ["--tls-certificate", certificate, "--tls-key", key, "--tls-port", "0"]


class Server:
    """`rondo serve` on a free port with a data directory of its own; ends with the `with` block.

    `limits` are pairs for `setrlimit` in the server's process.
    """

    def __init__(self, *arguments, limits=()):
        self.directory = tempfile.TemporaryDirectory(prefix="rondo-load-")
        self.log = os.path.join(self.directory.name, "log")
        self.command = [BINARY, "serve", "--port", "0", "--data", self.directory.name + "/data", *arguments]
        self.limits = limits
        self.start()

    def start(self):
        """Also starts one that has ended again, over the same data."""

        def limit():
            for name, value in self.limits:
                resource.setrlimit(name, (value, value))

        self.process = subprocess.Popen(
            self.command, stdout=subprocess.DEVNULL, stderr=open(self.log, "w"), preexec_fn=limit
        )
        for _ in range(1000):
            with open(self.log) as file:
                log = file.read()
            ports = {scheme: int(port) for scheme, port in re.findall(r"(https?)://127\.0\.0\.1:(\d+)", log)}
            if "http" in ports and ("https" in ports or "--tls-port" not in self.command):
                self.port, self.tls_port = ports["http"], ports.get("https")
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        sys.exit("the server did not start: " + log)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        started = time.monotonic()
        self.process.terminate()
        try:
            code = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = "killed"
        self.exit_code = code
        print(f"server ended with {code} after {time.monotonic() - started:.2f} s")
        self.directory.cleanup()

    def request(self, method, path, body=None, timeout=60):
        """One request on a connection of its own: status and content."""
        content = json.dumps(body).encode() if body is not None else b""
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", self.port), timeout) as connection:
            connection.sendall(head.encode() + content)
            answer = b""
            while chunk := connection.recv(65536):
                answer += chunk
        head, _, content = answer.partition(b"\r\n\r\n")
        return int(head.split(b" ", 2)[1]), content

    def metric(self, name):
        for line in self.request("GET", "/metrics")[1].decode().splitlines():
            if line.startswith(name + " "):
                return float(line.split()[-1])
        return None

    def failures(self):
        text = self.request("GET", "/metrics")[1].decode()
        counts = re.findall(r'rondo_http_failures_total\{reason="(\w+)"\} (\d+)', text)
        return {reason: int(count) for reason, count in counts if int(count) > 0}

    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/statm") as file:
            return int(file.read().split()[1]) * resource.getpagesize()

    def descriptors(self):
        """Open ones, seen from outside: the least of some looks, for a connection just ended may still be there at the
        first."""
        return min(time.sleep(0.005) or len(os.listdir(f"/proc/{self.process.pid}/fd")) for _ in range(10))

    def wait_for_end(self, seconds):
        """Gives a process that is ending, perhaps still writing its backtrace, time to do so."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            pass

    def last_words(self, count=40):
        """The end of the log: from the crash on, if there is one (its backtrace begins with the crashed thread)."""
        with open(self.log) as file:
            lines = file.readlines()
        crashes = [index for index, line in enumerate(lines) if "rashed" in line or "Fatal error" in line]
        return "".join(lines[crashes[0] :][:count] if crashes else lines[-count:])

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def train(self):
        """Trains the airline example to the end, so that there is something to predict with."""
        with open(os.path.join(ROOT, "Examples/airline.json")) as file:
            self.finish(self.submit(json.load(file)))

    def train_text(self):
        """Trains `prose`, whose predictions are as long as one likes."""
        self.finish(
            self.submit(
                {"model": "prose", "text": TEXT, "network": {"hidden": 16}, "training": {"epochs": 1, "seed": 7}}
            )
        )

    def submit(self, settings):
        """Queues a job: its id."""
        status, content = self.request("POST", "/train", settings)
        assert status == 202, content
        return json.loads(content)["id"]

    def finish(self, job):
        while True:
            state = json.loads(self.request("GET", f"/jobs/{job}")[1])["status"]
            if state == "succeeded":
                return
            assert state in ("queued", "running"), state
            time.sleep(0.1)


TEXT = "the cat sat on the mat. the dog ran to the cat. " * 40
PREDICT = {"model": "airline", "sequence": [340, 318, 362, 348, 363, 435, 491, 505, 404, 359, 310, 337], "horizon": 4}


def message(method, path, body=None):
    """The bytes of a request that keeps its connection."""
    content = json.dumps(body).encode() if body is not None else b""
    fields = f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n" if content else ""
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n".encode() + content


def read_answer(connection):
    """Reads one answer with a Content-Length: its status."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        chunk = connection.recv(65536)
        if not chunk:
            raise ConnectionError("the connection ended")
        answer += chunk
    head, _, content = answer.partition(b"\r\n\r\n")
    length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
    while len(content) < length:
        chunk = connection.recv(65536)
        if not chunk:
            raise ConnectionError("the answer was cut")
        content += chunk
    return int(head.split(b" ", 2)[1])


class GoodClient:
    """A process that sends one request every `pause` seconds over one connection, and notes how long each took.

    `target` is one of `connect`.
    """

    def __init__(self, target, seconds, path="/healthz", pause=0.005):
        command = [sys.executable, os.path.abspath(__file__), str(target), str(seconds), path, str(pause)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def result(self):
        """{"requests", "good", "p50_ms", "p99_ms", "max_ms"}, and {"errors"} by kind if there were any."""
        return json.loads(self.process.communicate()[0])

    def stop(self):
        """Ends it before its time: the result."""
        self.process.terminate()
        return self.result()

    @staticmethod
    def run(target, seconds, path, pause):
        request = message("POST", path, PREDICT) if path == "/predict" else message("GET", path)
        times, good, connection, errors = [], 0, None, collections.Counter()
        stopped = []
        signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
        end = time.monotonic() + seconds
        while time.monotonic() < end and not stopped or not times:
            started = time.monotonic()
            try:
                if connection is None:
                    connection = connect(target)
                connection.sendall(request)
                status = read_answer(connection)
                good += status == 200
                if status != 200:
                    errors[f"status {status}"] += 1
            except OSError as error:
                where = "connecting" if connection is None else "connected"
                errors[f"{type(error).__name__}: {error} ({where})"] += 1
                connection = None
            times.append(time.monotonic() - started)
            time.sleep(pause)
        times.sort()
        at = lambda share: round(1000 * times[min(len(times) - 1, int(share * len(times)))], 3)
        facts = {"requests": len(times), "good": good, "p50_ms": at(0.5), "p99_ms": at(0.99), "max_ms": at(1)}
        print(json.dumps(facts | ({"errors": errors} if errors else {})))


def report(**facts):
    print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    GoodClient.run(sys.argv[1], float(sys.argv[2]), sys.argv[3], float(sys.argv[4]))
