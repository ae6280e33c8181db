"""Trainings, jobs, predictions and models of the real server."""

import json
import os
import tempfile
import unittest

import rondo

from .server import QUICK, SERIES, Server, ServerCase, new_key

TEXT = "the cat sat on the mat. the dog ran to the cat. " * 40


class ClientTests(ServerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.job = cls.client.train(SERIES, model="wave", wait=True, metadata={"team": "ops"}, **QUICK)

    def test_a_training_is_a_job(self):
        self.assertEqual((self.job.status, self.job.model), ("succeeded", "wave@1"))
        self.assertIn("origins", self.job.verdict)
        self.assertEqual(self.job["metadata"], {"team": "ops"})
        self.assertIn("wave@1 succeeded", repr(self.job))
        again = self.client.job(self.job.id)
        self.assertEqual(again.data, self.job.data)
        self.assertEqual([job.id for job in self.client.jobs(model="wave")], [self.job.id])
        self.assertEqual(again.gradients()["job"], self.job.id)

    def test_pages_of_jobs_are_one_list(self):
        jobs = [self.client.train(SERIES, model="pages", promote="never", **QUICK) for _ in range(3)]
        transport = self.client._transport
        asked, whole = [], transport.json

        def in_pages_of_two(method, path, *arguments, **named):
            asked.append(path)
            return whole(method, path + "&limit=2", *arguments, **named)

        transport.json = in_pages_of_two
        self.addCleanup(setattr, transport, "json", whole)
        self.assertEqual([job.id for job in self.client.jobs(model="pages")], [job.id for job in reversed(jobs)])
        self.assertEqual(len(asked), 2)

    def test_sessions_keep_what_they_have_read(self):
        session = self.client.session("wave", SERIES[:40], sensor="north")
        self.assertEqual((session.model, session.steps, session.info["metadata"]), ("wave@1", 40, {"sensor": "north"}))
        answer = session.step(SERIES[40:42], horizon=3)
        self.assertEqual((len(answer[0]["mean"]), len(answer[0]["observed"]), session.steps), (3, 2, 42))
        self.assertEqual(self.client.session(id=session.id).steps, 42)
        fork, carried = session.fork(), self.client.session(state=session.state())
        session.step([1000])
        self.assertEqual(fork.step(horizon=3)[0]["mean"], answer[0]["mean"])
        self.assertEqual(carried.step(horizon=3)[0]["mean"], answer[0]["mean"])
        with session.step(horizon=2, stream=True) as stream:
            self.assertEqual(len(list(stream)), 2)
        self.assertEqual([s.id for s in self.client.sessions("wave")], [carried.id, fork.id, session.id])
        self.assertEqual(session.rebase("wave@1", SERIES).steps, len(SERIES))
        for one in session, fork, carried:
            one.delete()
        with self.assertRaises(rondo.NotFound):
            session.refresh()
        with self.assertRaises(ValueError):
            fork.step([SERIES, SERIES])

    def test_events_are_watched_to_the_last(self):
        job = self.client.train(SERIES, model="watched", **QUICK)
        events = list(self.client.watch(job))
        self.assertEqual([event["status"] for event in events if event["type"] == "status"],
                         ["queued", "running", "succeeded"])
        self.assertEqual([event["id"] for event in events], sorted({event["id"] for event in events}))
        self.assertTrue(any(event["type"] == "metrics" for event in events))
        later = list(job.watch(after=events[-3]["id"]))
        self.assertEqual(later, events[-2:])
        # Behind the last event there is nothing, and nothing is waited for.
        self.assertEqual(list(job.watch(after=events[-1]["id"])), [])

    def test_a_forecast(self):
        forecast = self.client.predict("wave", SERIES, horizon=3, quantiles=[0.25, 0.75])
        self.assertEqual((forecast.model, forecast.task, len(forecast)), ("wave@1", "forecast", 1))
        self.assertEqual(len(forecast[0]["mean"]), 3)
        self.assertEqual(list(forecast.rows[0]), ["sequence", "step", "mean", "q0.25", "q0.75"])
        self.assertEqual([row["mean"] for row in forecast.rows], forecast[0]["mean"])
        self.assertIn("<Prediction of wave@1: forecast>\nsequence  step", repr(forecast))
        both = self.client.predict("wave@stable", [SERIES, SERIES[:40]], horizon=3, quantiles=[0.25, 0.75])
        self.assertEqual([len(both), both[0]["mean"]], [2, forecast[0]["mean"]])

    def test_a_stream_has_the_same_numbers(self):
        whole = self.client.predict("wave", SERIES, horizon=4)
        with self.client.predict("wave", SERIES, horizon=4, stream=True) as stream:
            means = [event["mean"] for event in stream]
        self.assertEqual(means, whole[0]["mean"])
        self.assertEqual((stream.last["done"], stream.last["reason"]), (True, "horizon"))
        with self.client.predict("wave", SERIES, horizon=1000, stream=True) as stream:
            self.assertEqual(next(stream)["step"], 1)
        self.assertIsNone(stream.last)

    def test_records_of_series_keep_ids_and_times(self):
        record = {"id": "north", "start": "2026-01-01", "target": {"sales": SERIES[:40]}}
        self.client.train([record], model="north", wait=True, **{"forecast.frequency": "D"}, **QUICK)
        forecast = self.client.predict("north", record, horizon=2)
        self.assertEqual(list(forecast.rows[1])[:3], ["id", "time", "channel"])
        self.assertEqual([row["time"] for row in forecast.rows], ["2026-02-10", "2026-02-11"])

    def test_other_tasks(self):
        pairs = [{"input": "aab", "target": "A"}, {"input": "zzy", "target": "Z"}] * 10
        self.client.train(pairs, model="letters", wait=True, **QUICK)
        self.assertEqual(list(self.client.predict("letters", "aab").rows[0]), ["sequence", "label", "p_A", "p_Z"])
        self.assertEqual(len(self.client.predict("letters", ["aab", "zzy"])), 2)
        self.client.train(text=TEXT, model="prose", wait=True, **QUICK)
        written = self.client.predict("prose", prompt="the", max_tokens=5, seed=1)
        self.assertEqual(len(written[0]["tokens"]), 5)
        scored = self.client.predict("prose", "the", score=True)
        self.assertEqual([row["token"] for row in scored.rows], ["t", "h", "e"])

    def test_a_series_is_scored(self):
        self.client.train(SERIES, model="sound", wait=True, **QUICK)
        values = [*SERIES]
        values[-3] *= 50
        scored = self.client.predict("sound", values, score=True, false_alarm_rate=0.0001)
        self.assertEqual([row["step"] for row in scored.anomalies][:1], [len(values) - 2])
        self.assertIsNone(scored[0]["pit"][0])
        self.assertEqual(scored[0]["scored"], len(values) - scored[0]["warm_up"])
        with self.client.predict("sound", values, score=True, stream=True) as stream:
            events = list(stream)
        self.assertEqual([event["pit"] for event in events], scored[0]["pit"][scored[0]["warm_up"]:])
        with self.assertRaises(ValueError):
            scored.plot()

    def test_rows_are_those_of_the_command_line(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        targets = [{"a": [i * k % 7 for i in range(24)], "b": list(range(24))} for k in (2, 3)]
        records = [{"id": name, "target": target} for name, target in zip(["x", "y"], targets)]
        tags = [{"input": "ab", "target": ["x", "y"]}] * 20
        values = [{"input": [i, i + 1, i % 3], "target": [i, 2 * i]} for i in range(20)]
        words = [{"input": word, "target": word[::-1]} for word in ("abc", "bca", "cab", "acb") * 6]
        reversal = {"task": "sequence_to_sequence"}
        for name, data, questions, task, options in [
            ("two", records, records, {}, {"samples": 2, "explain": True}), ("tags", tags, ["ab", "ba"], {}, {}),
            ("values", values, [[1, 2, 3]], {}, {}),
            ("turned", words, ["abc"], reversal, {"n_best": 2, "beam_width": 2}),
            ("prose", [TEXT], ["the"], {}, {"score": True}), ("usual", records, records, {}, {"score": True}),
        ]:
            with self.subTest(name):
                self.client.train(data, model=name, wait=True, **task, **QUICK)
                path = os.path.join(directory.name, name + ".json")
                with open(path, "w", encoding="utf-8") as file:
                    json.dump(questions, file)
                assignments = [f"--set={key}={json.dumps(value)}" for key, value in options.items()]
                lines = self.server.command(
                    "predict", "--model", name, "--file", path, "--format", "ndjson", *assignments)
                rows = [json.loads(line) for line in lines.splitlines()]
                own = self.client.predict(name, questions, **options).rows
                self.assertEqual([list(row.items()) for row in own], [list(row.items()) for row in rows])

    def test_models_are_listed_labelled_exported_and_deleted(self):
        first = self.client.train(SERIES, model="kept", wait=True, **QUICK)
        self.assertEqual(first.promotion, "stable moves to this version: no other has it")
        same = self.client.train(SERIES, model="kept", wait=True, **QUICK)
        self.assertTrue(same.promotion.startswith("stable stays at kept@1: "), same.promotion)
        self.assertEqual(same.result["compared"]["with"], "kept@1")
        self.client.delete("kept", version=2)
        self.client.train(SERIES, model="kept", promote="always", wait=True, **QUICK)
        self.assertIn("kept", [model["name"] for model in self.client.models()])
        self.assertEqual(self.client.model("kept")["labels"], {"stable": 3})
        self.assertEqual(self.client.promote("kept", 1)["labels"], {"stable": 1})
        self.assertEqual(self.client.label("kept", beta=3, stable=None)["labels"], {"beta": 3})
        self.assertEqual(self.client.model("kept", "beta")["version"], 3)
        with tempfile.TemporaryDirectory() as directory:
            weights = self.client.export("kept", os.path.join(directory, "kept.safetensors"), version=1)
            graph = self.client.export("kept", os.path.join(directory, "kept.onnx"), version="beta")
            self.assertEqual(sorted(os.listdir(directory)), ["kept.onnx", "kept.safetensors"])
            self.assertTrue(os.path.getsize(weights) > 1000 and os.path.getsize(graph) > 1000)
            with self.assertRaises(rondo.NotFound):
                self.client.export("kept", os.path.join(directory, "no.onnx"), version=9)
            self.assertEqual(len(os.listdir(directory)), 2)
        self.client.delete("kept", version=1)
        self.assertEqual([version["version"] for version in self.client.model("kept")["versions"]], [3])
        self.client.delete("kept")
        with self.assertRaises(rondo.NotFound):
            self.client.model("kept")

    def test_a_job_is_cancelled(self):
        long = {"network": {"hidden": 64}, "training": {"epochs": 1000, "early_stopping": {"patience": 1000}}}
        job = self.client.train(text=TEXT, model="long", **long)
        self.client.cancel(job)
        with self.assertRaises(rondo.JobCancelled) as caught:
            job.wait()
        self.assertEqual(caught.exception.job.status, "cancelled")
        with self.assertRaises(rondo.Conflict):
            job.resume()

    def test_waiting_may_end_before_the_job(self):
        long = {"network": {"hidden": 64}, "training": {"epochs": 1000, "early_stopping": {"patience": 1000}}}
        job = self.client.train(text=TEXT, model="long", **long)
        with self.assertRaises(TimeoutError):
            job.wait(timeout=0.3)
        self.assertFalse(job.refresh().is_finished)
        job.cancel()

    def test_a_plan_queues_nothing(self):
        plan = self.client.validate(SERIES, model="planned", **QUICK)
        self.assertEqual((plan["task"], plan["settings"]["network"]["hidden"]), ("forecast", 4))
        self.assertEqual(list(self.client.jobs(model="planned")), [])

    def test_the_server_says_what_it_is(self):
        self.assertTrue(self.client.is_ready())
        self.assertRegex(self.client.version(), r"^\d+\.\d+")


class ErrorTests(ServerCase):
    def test_faults_have_their_places(self):
        with self.assertRaises(rondo.ApiError) as caught:
            self.client.train([[1, "x", 3], [2, True]], model="wrong", network={"hiden": 4})
        error = caught.exception
        self.assertEqual((error.status, error.code, error.title), (422, "invalid-request", "Invalid request"))
        self.assertIn("/sequences/0/1", [fault.pointer for fault in error.errors])
        self.assertIn("did you mean 'hidden'?", str(error))

    def test_kinds_of_refusal(self):
        with self.assertRaises(rondo.NotFound) as caught:
            self.client.predict("nobody", SERIES)
        self.assertEqual(caught.exception.status, 404)
        with self.assertRaises(rondo.NotFound):
            self.client.job("job_01M8HQ576PFE5MV3V1NX7BYPC0")
        with self.assertRaises(FileNotFoundError):
            self.client.train("no-such-file.csv", model="m")
        with self.assertRaisesRegex(ValueError, "the data are sequences"):
            self.client.train(SERIES, model="m", target="sales")
        with self.assertRaisesRegex(ValueError, "infinite"):
            self.client.train([[1.0, float("inf")]], model="m")

    def test_a_stream_is_refused_like_an_answer(self):
        with self.assertRaises(rondo.NotFound):
            self.client.predict("nobody", SERIES, stream=True)

    def test_missing_values_go_as_null(self):
        plan = self.client.validate([float("nan") if i % 9 == 4 else float(i % 7) for i in range(60)], model="holes")
        self.assertTrue(any("missing" in note for note in plan["audit"]), plan["audit"])

    def test_no_server(self):
        with self.assertRaises(rondo.ConnectionFailed):
            rondo.Client("http://127.0.0.1:1", retries=0).models()
        with self.assertRaises(ValueError):
            rondo.Client("ftp://host")


class RestartTests(unittest.TestCase):
    def test_events_go_on_when_the_server_comes_back(self):
        directory = tempfile.mkdtemp(prefix="rondo-client-")
        server = Server(directory=directory)
        self.addCleanup(server.stop)
        client = rondo.Client(server.url, retries=8)
        long = {"network": {"hidden": 64}, "training": {
            "epochs": 1000, "early_stopping": {"patience": 1000}, "checkpoint_seconds": 0.2}}
        job = client.train(text=TEXT, model="long", **long)
        events, watch = [], job.watch()
        while not any(event["type"] == "checkpoint" for event in events):
            events.append(next(watch))
        server.end(is_graceful=False)
        server = Server(port=int(server.url.rsplit(":", 1)[1]), directory=directory)
        self.addCleanup(server.stop)
        events.append(next(watch))
        job.cancel()
        events.extend(watch)
        self.assertEqual(events[-1]["status"], "cancelled")
        self.assertEqual([event["id"] for event in events], list(range(1, len(events) + 1)))


class PlaceTests(unittest.TestCase):
    def test_a_unix_socket(self):
        directory = tempfile.mkdtemp(prefix="rondo-client-")
        path = os.path.join(directory, "rondo.sock")
        server = Server("--socket", path, directory=directory)
        self.addCleanup(server.stop)
        client = rondo.Client("unix:" + path)
        job = client.train(SERIES, model="wave", **QUICK)
        self.assertEqual(list(client.watch(job))[-1]["status"], "succeeded")
        self.assertEqual(len(client.predict("wave", SERIES, horizon=2)[0]["mean"]), 2)

    def test_a_key(self):
        directory = tempfile.mkdtemp(prefix="rondo-client-")
        key = new_key(directory, "predict")
        server = Server(directory=directory)
        self.addCleanup(server.stop)
        with self.assertRaises(rondo.Forbidden):
            rondo.Client(server.url).models()
        client = rondo.Client(server.url, key=key)
        self.assertEqual(client.models(), [])
        with self.assertRaises(rondo.Forbidden):
            client.train(SERIES, model="m")


if __name__ == "__main__":
    unittest.main()
