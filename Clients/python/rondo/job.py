"""A training as a job of the server."""

from __future__ import annotations

import http.client
import json
import time
from typing import TYPE_CHECKING, Any, Dict, Iterator, Optional

from .errors import ConnectionFailed, JobCancelled, JobFailed
from .stream import server_sent
from .transport import path_of

if TYPE_CHECKING:
    from .transport import Transport

FINAL = ("succeeded", "failed", "cancelled")


class Job:
    """A training. Its members are those of ``GET /jobs/{id}``, as they were when it was asked last."""

    def __init__(self, transport: "Transport", data: Dict[str, Any]):
        self._transport = transport
        #: All that the server said.
        self.data = data

    @property
    def id(self) -> str:
        return self.data["id"]

    @property
    def status(self) -> str:
        """``queued``, ``running``, ``paused``, ``succeeded``, ``failed`` or ``cancelled``."""
        return self.data["status"]

    @property
    def is_finished(self) -> bool:
        return self.status in FINAL

    @property
    def model(self) -> str:
        """The name, with the version once there is one: ``shops@3``."""
        version = self.data.get("version")
        return self.data["model"] + (f"@{version}" if version is not None else "")

    @property
    def result(self) -> Optional[Dict[str, Any]]:
        """Metrics, baselines, skill and verdict of a job that succeeded."""
        return self.data.get("result")

    @property
    def verdict(self) -> Optional[str]:
        """How the model compares with the best baseline, in words."""
        return (self.result or {}).get("verdict")

    @property
    def promotion(self) -> Optional[str]:
        """Why the label ``stable`` moved to the new version or stayed, in words."""
        return (self.result or {}).get("promotion")

    @property
    def roles(self) -> Optional[str]:
        """What the columns of the table were taken for, in a line; None where it was no table."""
        return (self.data.get("roles") or {}).get("account")

    def __getitem__(self, name: str) -> Any:
        return self.data[name]

    def __repr__(self) -> str:
        return f"<Job {self.id} {self.model} {self.status}>" + (f"\n{self.roles}" if self.roles else "")

    def refresh(self) -> "Job":
        """Asks the server anew."""
        self.data = self._transport.json("GET", path_of("jobs", self.id), is_repeatable=True)
        return self

    def watch(self, after: Optional[int] = None) -> Iterator[Dict[str, Any]]:
        """Yields the events of the job, those so far and then each as it happens, until its last one.

        A connection that is cut, or a server that is started anew, is asked for what is missing; an event comes once.

        Args:
            after: id of an event; those up to it are not told again.
        """
        last, failures = None if after is None else str(after), 0
        path = path_of("jobs", self.id, "events")
        while True:
            headers = {"Accept": "text/event-stream", **({"Last-Event-ID": last} if last is not None else {})}
            connection, response = self._transport.open(
                "GET", path, headers=headers, is_repeatable=True, is_stream=True)
            try:
                # 204: nothing comes behind the event that ended the job.
                if response.status == http.client.NO_CONTENT:
                    return
                for event_id, event in server_sent(iter(response.readline, b"")):
                    last, failures = event_id or last, 0
                    if event.get("type") == "end":
                        break
                    yield event
                    if event.get("type") == "status" and event.get("status") in FINAL:
                        return
            except (OSError, http.client.HTTPException, json.JSONDecodeError) as error:
                if failures >= self._transport.retries:
                    raise ConnectionFailed(f"the events of {self.id} were cut: {error}") from error
            finally:
                connection.close()
            failures += 1
            if failures > self._transport.retries:
                raise ConnectionFailed(f"the events of {self.id} end too early")
            time.sleep(0.2 * 2**failures)

    def wait(self, timeout: Optional[float] = None) -> "Job":
        """Returns when the job has ended well.

        Args:
            timeout: seconds; then a ``TimeoutError`` is raised, and the job goes on.

        Raises:
            JobFailed: with the reason.
            JobCancelled: somebody ended it.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        if deadline is None:
            for _ in self.watch():
                pass
        while not self.refresh().is_finished:
            if deadline is not None and time.monotonic() > deadline:
                raise TimeoutError(f"{self.id} is {self.status} after {timeout} s")
            time.sleep(0.1)
        if self.status == "failed":
            raise JobFailed(self)
        if self.status == "cancelled":
            raise JobCancelled(self)
        return self

    def gradients(self) -> Dict[str, Any]:
        """Norms of the gradient by time lag: do they vanish or explode?"""
        return self._transport.json("GET", path_of("jobs", self.id, "gradients"), is_repeatable=True)

    def _change(self, action: str) -> "Job":
        self.data = self._transport.json("POST", path_of("jobs", self.id, action))
        return self

    def cancel(self) -> "Job":
        """Ends it; a running one after its present step."""
        return self._change("cancel")

    def pause(self) -> "Job":
        """Saves a checkpoint and waits for ``resume``."""
        return self._change("pause")

    def retry(self) -> "Job":
        """Queues a failed or cancelled job again; answers the new one."""
        return Job(self._transport, self._transport.json("POST", path_of("jobs", self.id, "retry")))

    def resume(self) -> "Job":
        """Goes on after ``pause``."""
        return self._change("resume")
