"""Retries and streams, against a server that misbehaves on purpose."""

import http.server
import threading
import unittest

import rondo
from rondo.stream import server_sent

JOB = b'{"id":"job_1","model":"m","version":1,"status":"succeeded"}'


class Script:
    """Answers one request after the other: bytes that are sent as they are, before the connection is closed."""

    def __init__(self, case, *answers):
        self.requests = []
        script = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def handle_one_request(self):
                self.raw_requestline = self.rfile.readline()
                if not self.parse_request():
                    return
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                script.requests.append((self.command, self.path, dict(self.headers), body))
                self.wfile.write(answers[min(len(script.requests), len(answers)) - 1])
                self.close_connection = True

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        case.addCleanup(self._server.server_close)
        case.addCleanup(self._server.shutdown)
        self.client = rondo.Client(f"http://127.0.0.1:{self._server.server_address[1]}", timeout=10)


def answer(status, body=b"", *fields):
    head = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *fields))
    return head.encode() + b"\r\n" + body


def events(text):
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + text


BUSY = b'{"type":"/problems/busy","title":"Busy","status":503,"detail":"the queue is full"}'


class RetryTests(unittest.TestCase):
    def test_a_busy_server_is_asked_again(self):
        busy = [answer(status, BUSY, "Retry-After: 0") for status in (503, 429)]
        script = Script(self, *busy, answer(202, JOB))
        self.assertEqual(script.client.train([1, 2, 3], model="m").id, "job_1")
        keys = {request[2]["Idempotency-Key"] for request in script.requests}
        self.assertEqual((len(script.requests), len(keys), len({request[3] for request in script.requests})), (3, 1, 1))

    def test_what_was_cut_is_asked_again_where_that_is_safe(self):
        script = Script(self, b"", b"HTTP/1.1 2", answer(202, JOB))
        self.assertEqual(script.client.train([1, 2, 3], model="m").id, "job_1")
        self.assertEqual(len(script.requests), 3)
        script = Script(self, b"", answer(202, JOB))
        with self.assertRaises(rondo.ConnectionFailed):
            rondo.Job(script.client._transport, {"id": "job_1"}).cancel()
        self.assertEqual(len(script.requests), 1)

    def test_it_gives_up(self):
        script = Script(self, answer(503, BUSY, "Retry-After: 0"))
        with self.assertRaises(rondo.ServerBusy) as caught:
            script.client.models()
        self.assertEqual((caught.exception.detail, len(script.requests)), ("the queue is full", 4))
        # A wait that is longer than the time there is, and a refusal that says nothing of later, are not waited for.
        for fields in [["Retry-After: 3600"], []]:
            script = Script(self, answer(503, BUSY, *fields))
            with self.assertRaises(rondo.ServerBusy):
                script.client.models()
            self.assertEqual(len(script.requests), 1)

    def test_other_refusals_are_final(self):
        script = Script(self, answer(422, b'{"title":"Invalid request","errors":[{"pointer":"/a","detail":"b"}]}'))
        with self.assertRaises(rondo.ApiError) as caught:
            script.client.train([1], model="m")
        self.assertEqual(caught.exception.errors, [rondo.Fault("/a", "b")])
        script = Script(self, answer(500, b"<html>no problem document"))
        with self.assertRaisesRegex(rondo.ApiError, "HTTP status 500"):
            script.client.models()
        self.assertEqual(len(script.requests), 1)

    def test_a_question_has_its_answers(self):
        body = (b'{"type":"/problems/open-question","title":"Open question","status":422,"detail":"which column?",'
                b'"question":{"option":"target","text":"which column?","answers":["load","voltage"]}}')
        script = Script(self, answer(422, body))
        with self.assertRaises(rondo.Question) as caught:
            script.client.train([{"load": 1, "voltage": 2}], model="m")
        question = caught.exception
        self.assertEqual((question.option, question.answers), ("target", ["load", "voltage"]))
        self.assertEqual(str(question), "which column?\n  target='load'\n  target='voltage'")


class StreamTests(unittest.TestCase):
    def test_events_go_on_after_a_cut(self):
        script = Script(
            self,
            events(b': hello\n\nid: 1\ndata: {"id":1,"type":"status","status":"queued"}\n\nid: 2\nda'),
            events(b'id: 2\ndata: {"id":2,"type":"metrics"}\n\ndata: {"type":"end","reason":"stopping"}\n\n'),
            events(b'id: 3\ndata: {"id":3,"type":"status","status":"succeeded"}\n\n'))
        job = rondo.Job(script.client._transport, {"id": "job_1"})
        self.assertEqual([event["id"] for event in job.watch()], [1, 2, 3])
        self.assertEqual([request[2].get("Last-Event-ID") for request in script.requests], [None, "1", "2"])
        self.assertEqual({request[2]["Accept"] for request in script.requests}, {"text/event-stream"})

    def test_events_that_never_come_are_given_up(self):
        script = Script(self, events(b""))
        with self.assertRaises(rondo.ConnectionFailed):
            list(rondo.Job(script.client._transport, {"id": "job_1"}).watch())
        self.assertEqual(len(script.requests), 4)

    def test_a_prediction_that_is_cut_says_so(self):
        step = b'{"sequence":0,"step":1,"mean":1.5}\n'
        for end, error in [(b"", rondo.StreamCut), (b'{"done":true,"reason":"cancelled"}\n', rondo.StreamCut),
                           (b'{"error":{"title":"Internal","status":500}}\n', rondo.ApiError)]:
            script = Script(self, events(step + end))
            stream = script.client.predict("m", [1, 2, 3], stream=True)
            self.assertEqual(next(stream)["mean"], 1.5)
            with self.assertRaises(error):
                next(stream)

    def test_fields_of_events(self):
        lines = [b"id: 7\r\n", b"event: x\n", b"data: {\n", b'data: "a": 1}\n', b": heartbeat\n", b"\n", b"\n",
                 b'data:{"b":2}\n', b"\n", b'data: {"c":3}\n']
        self.assertEqual(list(server_sent(iter(lines))), [("7", {"a": 1}), ("7", {"b": 2})])


class PlaceTests(unittest.TestCase):
    def test_paths_and_hosts(self):
        script = Script(self, answer(200, b'{"models":[]}'))
        script.client.models()
        with self.assertRaises(ValueError):
            rondo.Client("unix:relative/path")
        script = Script(self, answer(204))
        script.client.delete("a/b?c", version=3)
        self.assertEqual(script.requests[0][:2], ("DELETE", "/models/a%2Fb%3Fc/versions/3"))


if __name__ == "__main__":
    unittest.main()
