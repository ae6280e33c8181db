"""Sessions under kill -9: what was acknowledged is there, and nothing is read twice.

    python3 Tests/Faults/sessions.py --binary .build/release/rondo [--lives 20] [--sessions 1000] [--asleep 0]
                                     [--seconds 0.3] [--threads 16]

One life: threads step the sessions, each step one letter, every second session with an Idempotency-Key of its own and
the others with a prediction; after a random time the server is killed with SIGKILL and started again. Then every
session has read as many letters as were acknowledged, or one more whose answer was lost; with its key that one is
sent again, and is read once. At the end a sample of sessions goes on as a prompt of all their letters does.
`--asleep` sessions are created first, and never stepped. Prints the lives, the steps and how long starts took; the
exit code is 1 if anything was lost or read twice.
"""
import argparse, http.client, json, os, random, re, shutil, signal, subprocess, sys, tempfile, threading, time

parser = argparse.ArgumentParser()
parser.add_argument("--binary", default=".build/release/rondo")
parser.add_argument("--lives", type=int, default=20)
parser.add_argument("--sessions", type=int, default=1000)
parser.add_argument("--asleep", type=int, default=0)
parser.add_argument("--seconds", type=float, default=0.3)
parser.add_argument("--threads", type=int, default=16)
parser.add_argument("--seed", type=int, default=1)
options = parser.parse_args()
random.seed(options.seed)
root = tempfile.mkdtemp()
LETTERS = "the grey hills"


class Server:
    def __init__(self):
        self.log = open(os.path.join(root, "log"), "w+")
        begun = time.perf_counter()
        command = [options.binary, "serve", "--port", "0", "--data", os.path.join(root, "data")]
        self.process = subprocess.Popen(command, stderr=self.log, stdout=subprocess.DEVNULL)
        self.port = None
        while True:
            found = re.search(r"http://127\.0\.0\.1:(\d+)", open(self.log.name).read())
            if found:
                self.port = int(found.group(1))
                try:
                    if self.ask("GET", "/readyz")[0] == 200:
                        break
                except OSError:
                    pass
            if self.process.poll() is not None:
                sys.exit("the server ended: " + open(self.log.name).read())
            time.sleep(0.002)
        self.seconds = time.perf_counter() - begun

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def ask(self, method, path, body=None, key=None, connection=None):
        own = connection or self.connection()
        headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
        own.request(method, path, None if body is None else json.dumps(body), headers)
        answer = own.getresponse()
        content = answer.read()
        if connection is None:
            own.close()
        return answer.status, json.loads(content) if content else None

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class Session:
    def __init__(self, id, is_keyed):
        self.id, self.is_keyed, self.acknowledged, self.sent = id, is_keyed, "", ""

    def next(self):
        """The letter that follows, and its key."""
        letter = LETTERS[len(self.acknowledged) % len(LETTERS)]
        return letter, f"{self.id}-{len(self.acknowledged)}"


def step(server, session, connection):
    letter, key = session.next()
    session.sent = session.acknowledged + letter
    status, answer = server.ask(
        "POST", f"/sessions/{session.id}/step", {"prompt": letter} | ({} if session.is_keyed else {"max_tokens": 1}),
        key if session.is_keyed else None, connection)
    assert status == 200, (status, answer)
    session.acknowledged = session.sent
    assert answer["steps"] == len(session.acknowledged), (answer, session.acknowledged)


def work(server, mine, until):
    try:
        connection = server.connection()
        while time.perf_counter() < until:
            for session in mine:
                step(server, session, connection)
    except (OSError, http.client.HTTPException):
        pass


server = Server()
body = {"model": "words", "text": "the grey hills before any ship could be seen. " * 40}
job = server.ask("POST", "/train", body | {"network": {"hidden": 64}, "training": {"epochs": 1}})[1]
while server.ask("GET", f"/jobs/{job['id']}")[1]["status"] not in ("succeeded", "failed"):
    time.sleep(0.05)
connection = server.connection()
for _ in range(options.asleep):
    assert server.ask("POST", "/sessions", {"model": "words", "prompt": "the"}, connection=connection)[0] == 201
sessions = [
    Session(server.ask("POST", "/sessions", {"model": "words"}, connection=connection)[1]["id"], index % 2 == 0)
    for index in range(options.sessions)
]
lost = twice = resent = 0
starts = []
for life in range(options.lives):
    until = time.perf_counter() + 60
    threads = [
        threading.Thread(target=work, args=(server, sessions[index :: options.threads], until))
        for index in range(options.threads)
    ]
    for thread in threads:
        thread.start()
    time.sleep(options.seconds * random.uniform(0.2, 1.8))
    server.kill()
    for thread in threads:
        thread.join()
    server = Server()
    starts.append(server.seconds)
    connection = server.connection()
    for session in sessions:
        steps = server.ask("GET", f"/sessions/{session.id}", connection=connection)[1]["steps"]
        if steps < len(session.acknowledged):
            lost += 1
        elif steps > len(session.sent):
            twice += 1
        if len(session.sent) > len(session.acknowledged) == steps - 1 and not session.is_keyed:
            session.acknowledged = session.sent  # recorded, and nobody heard of it
        elif len(session.sent) > len(session.acknowledged):
            resent += 1
            step(server, session, connection)
for session in random.sample(sessions, min(25, len(sessions))):
    if not session.acknowledged:
        continue
    asked = {"max_tokens": 8, "seed": 3}
    here = server.ask("POST", f"/sessions/{session.id}/step", asked)[1]["predictions"]
    whole = server.ask("POST", "/predict", {"model": "words", "prompt": session.acknowledged} | asked)[1]["predictions"]
    if here != whole:
        lost += 1
        print("a session goes on otherwise:", session.id, here, whole)
total = sum(len(session.acknowledged) for session in sessions)
starts.sort()
print(
    f"{options.lives} lives, {options.sessions} sessions and {options.asleep} asleep, {total} steps acknowledged, "
    f"{lost} lost, {twice} read twice, {resent} sent again; start p50 {starts[len(starts) // 2]:.3f} s, "
    f"longest {starts[-1]:.3f} s")
server.kill()
shutil.rmtree(root)
sys.exit(1 if lost or twice else 0)
