"""The client: one server, and what can be asked of it."""

from __future__ import annotations

import os
import shutil
import uuid
from typing import Any, Dict, Iterator, List, Optional, Union

from .data import Names, Request, is_frame, roles_of, sequences, settings_of, table_request, zone_of_data
from .data import is_one as is_one_sequence
from .job import Job
from .prediction import Prediction
from .session import Session, _sequence
from .stream import Stream
from .transport import Transport, path_of
from .values import dumps


class Client:
    """A server, at ``http://host:port``, ``https://host:port`` or ``unix:/path`` of its socket.

    Args:
        url: by default the variable RONDO_URL, or http://127.0.0.1:8080.
        key: an access key; by default the variable RONDO_KEY.
        timeout: seconds without a sign of life after which a request is given up; also how long busy servers are
            asked again.
        retries: how often a request is sent again that was not answered, or was refused as the server is busy. A
            training is never queued twice by that: it carries an Idempotency-Key.
        ca: PEM file of the authorities to trust with https; by default those of the system, or RONDO_CA.
    """

    def __init__(
        self, url: Optional[str] = None, key: Optional[str] = None, timeout: float = 60.0, retries: int = 3,
        ca: Optional[str] = None,
    ):
        environment = os.environ
        self._transport = Transport(
            url or environment.get("RONDO_URL") or "http://127.0.0.1:8080", key or environment.get("RONDO_KEY"),
            timeout, retries, ca or environment.get("RONDO_CA"))

    def __repr__(self) -> str:
        return f"<rondo.Client {self._transport.url}>"

    # Training

    def train(
        self, data: Any = None, model: Optional[str] = None, *, time: Names = None, target: Names = None,
        id: Names = None, future: Names = None, past: Names = None, static: Names = None, label: Names = None,
        task: Optional[str] = None, wait: bool = False, **settings: Any,
    ) -> Job:
        """Queues a training, and returns its job.

        Args:
            data: a table: a DataFrame, a list of dicts of single values, or a file (CSV and its dialects, also .gz). Or
                sequences: lists of numbers, Series, arrays, texts, ``{"input": …, "target": …}``, records of series.
                Or None, with ``text=…`` for a language model.
            model: its name; a job that succeeds makes its next version.
            time, target, id, future, past, static, label: columns of a table, by name. What is not said is found out,
                and told in ``job.roles``; in doubt a ``Question`` is raised.
            task: found out from the data, but for ``sequence_to_sequence`` and ``pointer``.
            wait: return when the training has ended.
            settings: other members of the request: ``forecast={"horizon": 28}``, ``training={"epochs": 20}``,
                ``network={"cell": "gru"}``, ``from_="shops@3"``, ``promote="always"``, ``metadata={…}``.

        Raises:
            Question: the table leaves something open.
            ApiError: the request was refused; ``errors`` says what is wrong, and where.
            JobFailed: with ``wait``.
        """
        request = self._training(data, model, roles_of(
            time=time, target=target, id=id, future=future, past=past, static=static, label=label), task, settings)
        headers = {"Idempotency-Key": str(uuid.uuid4()), "Content-Type": request.content_type, **request.headers}
        answer = self._transport.read(
            "POST", path_of("train", query=request.query), request.body, headers, is_repeatable=True)
        job = Job(self._transport, answer)
        return job.wait() if wait else job

    def validate(
        self, data: Any = None, model: str = "unnamed", *, time: Names = None, target: Names = None, id: Names = None,
        future: Names = None, past: Names = None, static: Names = None, label: Names = None,
        task: Optional[str] = None, **settings: Any,
    ) -> Dict[str, Any]:
        """What ``train`` with the same arguments would do and cost; nothing is queued."""
        request = self._training(data, model, roles_of(
            time=time, target=target, id=id, future=future, past=past, static=static, label=label), task, settings)
        headers = {"Content-Type": request.content_type, **request.headers}
        path = path_of("train", query={**request.query, "validate_only": "true"})
        return self._transport.read("POST", path, request.body, headers, is_repeatable=True)

    @staticmethod
    def _training(
        data: Any, model: Optional[str], roles: Dict[str, List[str]], task: Optional[str], settings: Dict[str, Any]
    ) -> Request:
        if model is None:
            raise TypeError("train() needs the name of a model: train(data, model=\"sales\")")
        members = settings_of({"model": model, "task": task, **settings})
        if data is None:
            return Request(dumps(members))
        if is_frame(data) and "label" not in roles and task in (None, "forecast"):
            from .frames import zone_name, zone_of

            # Days of the clock have 23 or 25 hours where it is changed.
            zone = zone_name(zone_of(data))
            if zone is not None:
                members.setdefault("forecast", {}).setdefault("zone", zone)
        table = table_request(data, members, roles)
        if table is not None:
            return table
        if isinstance(data, str):
            raise FileNotFoundError(f"there is no table {data!r}; a text to learn goes as text=…")
        if roles:
            raise ValueError(f"{next(iter(roles))}= names a column of a table, and the data are sequences")
        return Request(dumps({**members, "sequences": sequences(data)}))

    # Predictions

    def predict(
        self, model: str, data: Any = None, horizon: Optional[int] = None, quantiles: Optional[List[float]] = None, *,
        future: Any = None, stream: bool = False, time: Names = None, id: Names = None, **options: Any,
    ) -> Union[Prediction, Stream]:
        """Asks a model, ``name``, ``name@3`` or ``name@label``.

        Args:
            data: as for ``train``: a table with the columns that the model knows by name, in any order; sequences; one
                sequence by itself, also a text. Or None, with ``sequence=``, ``sequences=`` or ``prompt=``.
            horizon: steps to forecast.
            quantiles: levels between 0 and 1.
            future: rows of the time to come: a DataFrame or list of dicts with what is known ahead.
            stream: return a ``Stream`` of events in place of a ``Prediction``.
            time, id: columns of the table, where they are not to be found out.
            options: those of the task: ``samples``, ``temperature``, ``max_tokens``, ``top``, ``beam_width``, …; with
                ``score=True`` and ``false_alarm_rate=`` how usual the values of a series are, see ``anomalies``.
        """
        members = settings_of({
            "model": model, "horizon": horizon, "quantiles": None if quantiles is None else list(quantiles),
            "stream": stream or None, **options})
        request = None if data is None else table_request(data, members, roles_of(time=time, id=id), future)
        if request is None:
            request = self._question(data, members)
            if future is not None:
                raise ValueError("future= are rows of a table; a record of a series has a member \"future\"")
        headers = {"Content-Type": request.content_type, **request.headers}
        path = path_of("predict", query=request.query)
        if stream:
            headers["Accept"] = "application/x-ndjson"
            return Stream(*self._transport.open(
                "POST", path, request.body, headers, is_repeatable=True, is_stream=True))
        answer = self._transport.read("POST", path, request.body, headers, is_repeatable=True)
        return Prediction(answer, request.zone)

    @staticmethod
    def _question(data: Any, members: Dict[str, Any]) -> Request:
        if data is None:
            return Request(dumps(members))
        given = sequences(data)
        members = {**members, **({"sequence": given[0]} if is_one_sequence(data) else {"sequences": given})}
        return Request(dumps(members), zone=zone_of_data(data))

    # Sessions

    def session(
        self, model: Optional[str] = None, data: Any = None, *, state: Optional[str] = None, id: Optional[str] = None,
        expires_after: Optional[float] = None, **metadata: Any,
    ) -> Session:
        """A new session of a model, which has read ``data`` or stands at ``state``; with ``id`` one that is there."""
        if id is not None:
            return Session(self._transport, self._get("sessions", id))
        body = settings_of(
            {"model": model, "state": state, "expires_after": expires_after, "metadata": metadata or None})
        return Session(self._transport, self._transport.json("POST", "/sessions", {**body, **_sequence(data)}))

    def sessions(self, model: Optional[str] = None) -> Iterator[Session]:
        """All sessions, newest first, asked for page by page."""
        after: Optional[str] = None
        while True:
            page = self._transport.json(
                "GET", path_of("sessions", query={"model": model, "after": after}), is_repeatable=True)
            for item in page["sessions"]:
                yield Session(self._transport, item)
            if not page.get("has_more"):
                return
            after = page["next_after"]

    # Jobs

    def job(self, id: str) -> Job:
        """A job by its id."""
        return Job(self._transport, self._get("jobs", id))

    def jobs(self, status: Optional[str] = None, model: Optional[str] = None) -> Iterator[Job]:
        """All jobs, newest first, asked for page by page."""
        after: Optional[str] = None
        while True:
            page = self._transport.json(
                "GET", path_of("jobs", query={"status": status, "model": model, "after": after}), is_repeatable=True)
            for item in page["jobs"]:
                yield Job(self._transport, item)
            if not page.get("has_more"):
                return
            after = page["next_after"]

    def watch(self, job: Union[Job, str]) -> Iterator[Dict[str, Any]]:
        """Yields the events of a job until its last one; see ``Job.watch``."""
        return (job if isinstance(job, Job) else self.job(job)).watch()

    def cancel(self, job: Union[Job, str]) -> Job:
        """Ends a job for good."""
        return (job if isinstance(job, Job) else self.job(job)).cancel()

    # Models

    def models(self) -> List[Dict[str, Any]]:
        """All models with their versions, labels and skill."""
        return self._get("models")["models"]

    def model(self, name: str, version: Union[int, str, None] = None) -> Dict[str, Any]:
        """A model with its versions, or one version, by number or label, with all about it."""
        return self._get("models", name) if version is None else self._get("models", name, "versions", version)

    def label(self, model: str, **labels: Optional[int]) -> Dict[str, Any]:
        """Moves labels to versions, None removes one; all changes or none: ``label("shops", stable=3, beta=None)``."""
        return self._transport.json("POST", path_of("models", model, "labels"), labels, is_repeatable=True)

    def promote(self, model: str, version: int, label: str = "stable") -> Dict[str, Any]:
        """Moves a label to a version: ``stable`` is the one that is asked where no version is said."""
        return self.label(model, **{label: version})

    def delete(self, model: str, version: Optional[int] = None) -> None:
        """Deletes one version, or without it the model with all of them."""
        parts = ["models", model] + ([] if version is None else ["versions", str(version)])
        self._transport.json("DELETE", path_of(*parts))

    def export(
        self, model: str, path: Union[str, "os.PathLike[str]"], version: Union[int, str] = "stable",
        format: Optional[str] = None,
    ) -> str:
        """Writes a version to a file, as safetensors or as an ONNX graph; returns the path.

        Args:
            format: ``safetensors`` or ``onnx``; by default what the file's ending says.
        """
        path = os.fspath(path)
        format = format or ("onnx" if path.endswith(".onnx") else "safetensors")
        if format not in ("onnx", "safetensors"):
            raise ValueError(f"format={format!r}: expected 'safetensors' or 'onnx'")
        what = "onnx" if format == "onnx" else "weights"
        connection, response = self._transport.open(
            "GET", path_of("models", model, "versions", version, what), headers={"Accept": "*/*"}, is_repeatable=True)
        unfinished = f"{path}.{uuid.uuid4().hex[:8]}"
        try:
            with open(unfinished, "wb") as file:
                shutil.copyfileobj(response, file)
            os.replace(unfinished, path)
        finally:
            connection.close()
            if os.path.exists(unfinished):
                os.remove(unfinished)
        return path

    # The server

    def version(self) -> str:
        """The version of the server."""
        return self._get("version")["version"]

    def is_ready(self) -> bool:
        """Whether the server takes requests."""
        return self._get("readyz")["status"] == "ready"

    def _get(self, *parts: Any) -> Any:
        return self._transport.json("GET", path_of(*parts), is_repeatable=True)
