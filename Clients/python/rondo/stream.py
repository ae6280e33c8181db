"""Streams of events: Server-Sent Events, and predictions step by step."""

from __future__ import annotations

import http.client
import json
from typing import Any, Dict, Iterator, Optional, Tuple

from .errors import ApiError, ConnectionFailed, StreamCut


def server_sent(lines: Iterator[bytes]) -> Iterator[Tuple[Optional[str], Dict[str, Any]]]:
    """Id and data of each event (WHATWG HTML, 9.2.6). Comments, which keep a silent connection alive, are none."""
    event_id: Optional[str] = None
    data: list = []
    for line in lines:
        text = line.decode().rstrip("\r\n")
        if not text:
            if data:
                yield event_id, json.loads("\n".join(data))
            data = []
            continue
        name, _, value = text.partition(":")
        value = value[1:] if value.startswith(" ") else value
        if name == "data":
            data.append(value)
        elif name == "id":
            event_id = value


class Stream:
    """A prediction, event by event as the server computes it::

        with client.predict("airline", series, horizon=24, stream=True) as stream:
            for event in stream:
                print(event["step"], event["mean"])

    Leaving it early stops the computation. ``last`` is the event that ends it, with the reason and timing.
    """

    def __init__(self, connection: http.client.HTTPConnection, response: http.client.HTTPResponse):
        self._connection = connection
        self._response = response
        self.last: Optional[Dict[str, Any]] = None

    def __iter__(self) -> Iterator[Dict[str, Any]]:
        return self

    def __next__(self) -> Dict[str, Any]:
        if self.last is not None:
            raise StopIteration
        try:
            line = self._response.readline()
        except (OSError, ValueError, http.client.HTTPException) as error:
            self.close()
            raise ConnectionFailed(f"the stream was cut: {error}") from error
        if not line:
            self.close()
            raise StreamCut("the stream ended without its last event")
        event = json.loads(line)
        if "error" in event:
            self.close()
            problem = event["error"]
            raise ApiError(problem.get("status", 500), problem)
        if not event.get("done"):
            return event
        self.last = event
        self.close()
        if event.get("reason") == "cancelled":
            raise StreamCut("the server stopped before the end")
        raise StopIteration

    def close(self) -> None:
        """Ends it; the server stops to compute."""
        self._response.close()
        self._connection.close()

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()
