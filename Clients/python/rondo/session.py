"""Sessions: the state of a model that stays on the server between observations."""

from __future__ import annotations

import uuid
from typing import Any, Dict, List, Optional, Union

from .data import sequences, settings_of
from .data import is_one as is_one_sequence
from .prediction import Prediction
from .stream import Stream
from .transport import Transport, path_of
from .values import dumps


class Session:
    """One version's state, which has read all that it was given::

        session = client.session("load", history)
        for value in readings:
            answer = session.step([value], horizon=3)
            if answer[0]["anomalies"]:
                print("alarm at", answer[0]["observed"])

    It stays when this object goes; ``client.session(id="ses_…")`` has it again.
    """

    def __init__(self, transport: Transport, info: Dict[str, Any]):
        self._transport = transport
        #: All that the server said of it last.
        self.info = info

    def __repr__(self) -> str:
        return f"<rondo.Session {self.id} of {self.model}, {self.steps} steps>"

    @property
    def id(self) -> str:
        return self.info["id"]

    @property
    def model(self) -> str:
        """The version that it stands on: ``load@3``."""
        return self.info["model"]

    @property
    def task(self) -> Optional[str]:
        """What that version does: ``forecast``; None where it is damaged."""
        return self.info.get("task")

    @property
    def steps(self) -> int:
        """Steps that it has read, as far as this object knows."""
        return self.info["steps"]

    def step(
        self, data: Any = None, horizon: Optional[int] = None, *, advance: bool = False, stream: bool = False,
        **options: Any,
    ) -> Union[Prediction, Stream]:
        """Reads what is new, and predicts from there what is asked for; sent again, it is not read twice.

        Args:
            data: one sequence: a list of numbers, of channels by step, a text, a record of a series; None: nothing.
            horizon: steps to forecast.
            advance: what is predicted becomes history, too.
            stream: return a ``Stream`` of events in place of a ``Prediction``.
            options: those of the task: ``max_tokens``, ``quantiles``, ``false_alarm_rate``, …
        """
        members = settings_of(
            {"horizon": horizon, "advance": advance or None, "stream": stream or None, **options})
        members.update(_sequence(data))
        path = path_of("sessions", self.id, "step")
        headers = {"Content-Type": "application/json"}
        if stream:
            headers["Accept"] = "application/x-ndjson"
            return Stream(*self._transport.open("POST", path, dumps(members), headers, is_stream=True))
        headers["Idempotency-Key"] = str(uuid.uuid4())
        answer = self._transport.read("POST", path, dumps(members), headers, is_repeatable=True)
        self.info = {**self.info, "steps": answer["steps"]}
        return Prediction(answer)

    def fork(self, **metadata: Any) -> "Session":
        """Another session that stands where this one does."""
        body = {"metadata": metadata} if metadata else {}
        return Session(self._transport, self._transport.json("POST", path_of("sessions", self.id, "fork"), body))

    def rebase(self, model: str, data: Any) -> "Session":
        """Moves it to another version, which reads the last of the history in place of all before."""
        body = {"model": model, **_sequence(data)}
        self.info = self._transport.json("POST", path_of("sessions", self.id, "rebase"), body)
        return self

    def state(self) -> str:
        """Where it stands, sealed, for ``client.session(state=…)``: here, or where the same version and keys are."""
        return self._transport.json("GET", path_of("sessions", self.id, "state"), is_repeatable=True)["state"]

    def refresh(self) -> "Session":
        """Asks the server how it stands."""
        self.info = self._transport.json("GET", path_of("sessions", self.id), is_repeatable=True)
        return self

    def delete(self) -> None:
        """Ends it."""
        self._transport.json("DELETE", path_of("sessions", self.id))


def _sequence(data: Any) -> Dict[str, Any]:
    """The member of a request for one sequence; nothing for None."""
    if data is None:
        return {}
    given: List[Any] = sequences(data)
    if not is_one_sequence(data):
        raise ValueError("a session reads one sequence")
    return {"sequence": given[0]}
