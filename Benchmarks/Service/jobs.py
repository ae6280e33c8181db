"""Many jobs: how long a start takes, what lists take, and predictions beside them.

    python3 Benchmarks/Service/jobs.py [--binary .build/release/rondo] [--finished 100000] [--queued 10000]
                                       [--models 100] [--seconds 5] [--rounds 20] [--starts 5]

A small job is trained; its row and its events are repeated in the database, as the server writes them, for so many
finished jobs (every tenth failed) of so many models; one job runs meanwhile, and so many wait behind it. Prints the
seconds from the start of the process to /readyz, the median and the longest of each list, and the latency of
predictions alone, beside a client that lists all the time, and over two rounds of housekeeping.
"""
import argparse, ctypes, json, os, re, signal, sqlite3, subprocess, threading, time

from server import Server, processor

parser = argparse.ArgumentParser()
parser.add_argument("--binary", default=".build/release/rondo")
parser.add_argument("--finished", type=int, default=100_000)
parser.add_argument("--queued", type=int, default=10_000)
parser.add_argument("--models", type=int, default=100)
parser.add_argument("--seconds", type=float, default=5)
parser.add_argument("--rounds", type=int, default=20)
parser.add_argument("--starts", type=int, default=5)
options = parser.parse_args()
TEXT = "the grey hills before any ship could be seen. "
PREDICTION = {"model": "words", "prompt": (TEXT * 2)[:31], "max_tokens": 1}
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def identifier(number):
    """As the server makes them: 26 letters that rise."""
    text = ""
    for _ in range(16):
        number, digit = divmod(number, 32)
        text = BASE32[digit] + text
    return "job_01M0000000" + text


def register_checks(directory):
    """The layer that gives pages their checksums, in the SQLite of this process."""
    source, library = ROOT + "/Sources/CPageChecks", directory + "/checks.so"
    subprocess.run(
        ["cc", "-O2", "-shared", "-fPIC", f"-I{source}/include", source + "/PageChecks.c", "-o", library, "-lsqlite3"],
        check=True)
    assert ctypes.CDLL(library).rondo_page_checks_register() == 0


def repeat(path):
    """Copies of the one finished job, and of its request for those that wait."""
    database = sqlite3.connect(f"file:{path}?vfs=rondo-checked", uri=True)
    database.row_factory = sqlite3.Row
    job = dict(database.execute("SELECT * FROM jobs WHERE status = 'succeeded'").fetchone())
    events = database.execute("SELECT at_ms, json FROM events WHERE job_id = ?", [job["id"]]).fetchall()
    del job["ordinal"]
    names = list(job)
    insert = f"INSERT INTO jobs ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    for number in range(options.finished + options.queued):
        is_queued = number >= options.finished
        row = dict(job, id=identifier(number), model=f"m{number % options.models}", idempotency_key=None)
        row["created_at_ms"] += number
        if is_queued:
            row.update(
                status="queued", started_at_ms=None, finished_at_ms=None, progress=None, metrics=None, result=None,
                version=None, reserved_version=None)
        elif number % 10 == 9:
            row.update(status="failed", version=None, result=None, error='{"detail":"no training"}')
        else:
            row.update(version=number + 1)
        database.execute(insert, [row[name] for name in names])
        database.executemany(
            "INSERT INTO events (job_id, at_ms, json) VALUES (?, ?, ?)",
            [(row["id"], at, text) for at, text in events[: 1 if is_queued else None]])
    database.commit()
    database.close()
    return len(events)


class Many(Server):
    """A server that is started again on its directory."""

    def again(self):
        """Seconds from the start of the process to the first answer of /readyz."""
        log = os.path.join(self.work, "log")
        begun = time.perf_counter()
        self.process = subprocess.Popen(
            [options.binary, "serve", "--port", "0", "--data", os.path.join(self.work, "data"),
             "--finished-jobs-max", "1000000", "--failed-checkpoint-seconds-max", "1e9"], stderr=open(log, "w"))
        self.url = None
        while True:
            if self.url is None:
                found = re.search(r"http://127\.0\.0\.1:\d+", open(log).read())
                self.url = found.group(0) if found else None
            try:
                if self.url and self.ask("GET", "/readyz"):
                    return time.perf_counter() - begun
            except OSError:
                pass
            time.sleep(0.002)

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()

    def listed(self, path):
        """Milliseconds, and the answer."""
        begun = time.perf_counter()
        content = self.ask("GET", path)
        return 1000 * (time.perf_counter() - begun), json.loads(content)


def listings(server):
    """Each kind of page, by name."""
    deep = f"after={identifier(options.finished // 2)}"
    return {
        "/jobs": "/jobs",
        "/jobs?limit=1000": "/jobs?limit=1000",
        "/jobs, in the middle": f"/jobs?{deep}",
        "/jobs, the last page": f"/jobs?after={identifier(50)}",
        "?status=queued": "/jobs?status=queued",
        "?status=queued&limit=1000": "/jobs?status=queued&limit=1000",
        "?status=queued, in the middle": "/jobs?status=queued&after=" + identifier(
            options.finished + options.queued // 2),
        "?status=succeeded": "/jobs?status=succeeded",
        "?status=failed, in the middle": f"/jobs?status=failed&{deep}",
        "?status=cancelled (none)": "/jobs?status=cancelled",
        "?status=paused (none)": "/jobs?status=paused",
        "?model=m7": "/jobs?model=m7",
        "?model=m7, in the middle": f"/jobs?model=m7&{deep}",
        "?model=none": "/jobs?model=none",
        "?model=m9&status=succeeded (none)": "/jobs?model=m9&status=succeeded",
        "?model=words&status=succeeded (the first)": "/jobs?model=words&status=succeeded",
        "/jobs/{the last queued}": f"/jobs/{identifier(options.finished + options.queued - 1)}",
        "/usage": "/usage",
        "/metrics": None,
    }


def measure(server):
    for name, path in listings(server).items():
        times, count = [], ""
        for _ in range(options.rounds):
            begun = time.perf_counter()
            content = server.ask("GET", path or name)
            times.append(1000 * (time.perf_counter() - begun))
        if path and "/jobs?" in path + "?":
            count = len(json.loads(content).get("jobs", []))
        times.sort()
        print(f"{name:44} {times[len(times) // 2]:8.2f} {times[-1]:8.2f} ms  {count}")


def predictions(server, seconds, name):
    found = server.predictions(PREDICTION, 1, seconds)
    print(f"predictions, {name:31} p50 {found['p50_ms']:.3f}, p99 {found['p99_ms']:.3f}, "
          f"longest {found['max_ms']:.1f} ms")


print(processor())
server = Many(options.binary)
server.train({"model": "words", "text": TEXT * 60, "network": {"hidden": 128}, "training": {"epochs": 1}})
server.ask("POST", "/train", {
    "model": "long", "text": TEXT * 4000, "network": {"hidden": 256}, "training": {"epochs": 1000}})
server.end()
path = os.path.join(server.work, "data", "rondo.sqlite")
register_checks(server.work)
events = repeat(path)
print(f"{options.finished} finished and {options.queued} queued jobs of {options.models} models, {events} events each: "
      f"{os.path.getsize(path) / 2 ** 20:.0f} MiB")
starts = []
for index in range(options.starts):
    starts.append(server.again())
    if index + 1 < options.starts:
        server.end()
print("ready after", ", ".join(f"{seconds:.2f}" for seconds in starts), "s")
measure(server)
predictions(server, options.seconds, "a job runs")
stopped = threading.Event()


def list_on():
    while not stopped.is_set():
        for name, path in listings(server).items():
            if path and not stopped.is_set():
                server.ask("GET", path)


thread = threading.Thread(target=list_on)
thread.start()
predictions(server, options.seconds, "and a client lists all the time")
stopped.set()
thread.join()
predictions(server, 65, "and over two rounds of care")
server.stop()
