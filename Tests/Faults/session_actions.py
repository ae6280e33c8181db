"""What a client of `ledger.py` does with sessions, and what must be there of them."""

import json

SESSIONS_MAX = 4  # of one client; beyond, it deletes
BEGINNING = 20  # steps that a session begins with


class SessionFact:
    """What was sent and acknowledged of a session: it has read so many steps, or some more whose answer was lost."""

    def __init__(self, key, owner):
        self.key = key  # model and version
        self.owner = owner
        self.sent = self.acknowledged = BEGINNING
        self.state = "kept"  # or "deleted", "either"


class SessionActions:
    """Needs `change`, `own`, `random`, `name` and `ledger` of a client."""

    def own_sessions(self):
        return [
            id for id, fact in list(self.ledger.sessions.items()) if fact.state == "kept" and fact.owner == self.name]

    def use_session(self):
        sessions = self.own_sessions()
        if len(sessions) > SESSIONS_MAX:
            return self.delete_session()
        if not sessions or self.random.random() < 0.3:
            return self.create_session()
        id = self.random.choice(sessions)
        fact = self.ledger.sessions[id]
        fact.sent += 1
        key = {"Idempotency-Key": f"step-{fact.sent}"}
        for _ in range(2):  # the second time it is answered as before, and reads nothing
            status, answer = self.change("POST", f"/sessions/{id}/step", {"sequence": [12.5]}, key)
            if status == 200:
                fact.acknowledged = fact.sent
                if answer["steps"] != fact.sent:
                    self.faults.append(f"session {id} has read {answer['steps']} steps, {fact.sent} were sent")
            elif status == 404:
                self.faults.append(f"session {id} is gone")
            if status != 200:
                break
        if status not in (0, 200):
            fact.sent = fact.acknowledged if status != 409 else fact.sent

    def create_session(self):
        versions = self.own("kept")
        if versions:
            key = self.random.choice(versions)
            values = [10 + i % 6 for i in range(BEGINNING)]
            status, answer = self.change("POST", "/sessions", {"model": f"{key[0]}@{key[1]}", "sequence": values})
            if status == 201:
                self.ledger.sessions[answer["id"]] = SessionFact(key, self.name)

    def delete_session(self):
        id = self.random.choice(self.own_sessions())
        fact = self.ledger.sessions[id]
        fact.state = "either"
        status, _ = self.change("DELETE", f"/sessions/{id}")
        if status == 404:
            self.faults.append(f"session {id} is gone")
        if status in (204, 404):
            fact.state = "deleted"

    def mark_sessions(self, key, state):
        """Those of a version that is deleted with them."""
        for fact in list(self.ledger.sessions.values()):
            if fact.key == key and fact.state != "deleted":
                fact.state = state

    def verify_sessions(self):
        faults = []
        for id, fact in list(self.ledger.sessions.items()):
            status, content = self.ask("GET", f"/sessions/{id}")
            if status not in (200, 404):
                return faults + [f"GET /sessions/{id}: {status} {content[:200]!r}"]
            if status == 200 and fact.state == "deleted":
                faults.append(f"session {id} is back")
            if status == 404 and fact.state == "kept":
                faults.append(f"session {id} is gone")
            if status == 404 or fact.state == "deleted":
                del self.ledger.sessions[id]
                continue
            steps = json.loads(content)["steps"]
            if not fact.acknowledged <= steps <= fact.sent:
                faults.append(
                    f"session {id} has read {steps} steps; {fact.acknowledged} were acknowledged, {fact.sent} sent")
            fact.acknowledged = fact.sent = steps
            fact.state = "kept"
        return faults
