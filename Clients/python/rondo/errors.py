"""What can go wrong, as exceptions. All of them are a ``RondoError``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Dict, List, Optional

if TYPE_CHECKING:
    from .job import Job


class RondoError(Exception):
    """Anything that this package raises, but for wrong arguments."""


class ConnectionFailed(RondoError):
    """The server cannot be reached, or left in the middle of an answer."""


class StreamCut(RondoError):
    """A stream ended without its last event: what came is not all."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a request, and its place there."""

    #: JSON Pointer (RFC 6901) into the request.
    pointer: str
    detail: str
    #: Of a table: line of its text from 1, name of the column, what stands in the cell.
    line: Optional[int] = None
    column: Optional[str] = None
    cell: Optional[str] = None

    def __str__(self) -> str:
        return f"{self.pointer}: {self.detail}" if self.pointer else self.detail


class ApiError(RondoError):
    """The server refused a request: a problem document of RFC 9457."""

    def __init__(self, status: int, problem: Dict[str, Any]):
        self.status = status
        self.problem = problem
        #: The last part of the problem's type: ``invalid-request``, ``too-many-requests``.
        self.code: str = str(problem.get("type", "")).rsplit("/", 1)[-1]
        self.title: str = problem.get("title") or f"HTTP status {status}"
        self.detail: str = problem.get("detail") or ""
        names = ("pointer", "detail", "line", "column", "cell")
        #: Everything that is wrong, by place.
        self.errors: List[Fault] = [
            Fault(**{"pointer": "", "detail": "", **{name: item[name] for name in names if name in item}})
            for item in problem.get("errors") or []
        ]
        super().__init__(self._message())

    def _message(self) -> str:
        if len(self.errors) > 1:
            return self.title + "".join(f"\n  {fault}" for fault in self.errors)
        return f"{self.title}: {self.detail}" if self.detail else self.title

    @staticmethod
    def of(status: int, body: bytes) -> "ApiError":
        """The exception for an answer whose status says that it failed."""
        try:
            problem = json.loads(body)
        except ValueError:
            problem = {}
        if not isinstance(problem, dict):
            problem = {}
        if isinstance(problem.get("question"), dict):
            return Question(status, problem)
        kind = {401: Forbidden, 403: Forbidden, 404: NotFound, 409: Conflict, 429: ServerBusy, 503: ServerBusy}
        return kind.get(status, ApiError)(status, problem)


class Question(ApiError):
    """What a table leaves open, where a guess could be wrong. Ask again with ``option=answer``::

        try:
            client.train(frame, model="meters")
        except rondo.Question as question:
            print(question.text, question.answers)      # which column is to be forecast? ['load', 'voltage']
            client.train(frame, model="meters", **{question.option: question.answers[0]})
    """

    def __init__(self, status: int, problem: Dict[str, Any]):
        question = problem["question"]
        #: The argument that answers it, such as ``target``.
        self.option: str = question.get("option", "")
        self.text: str = question.get("text", "")
        #: What it may be.
        self.answers: List[str] = list(question.get("answers") or [])
        super().__init__(status, problem)

    def _message(self) -> str:
        lines = [self.text or self.detail] + [f"  {self.option}={answer!r}" for answer in self.answers[:12]]
        if len(self.answers) > 12:
            lines.append(f"  … {len(self.answers) - 12} more")
        return "\n".join(lines)


class Forbidden(ApiError):
    """No valid key, or one whose role is too low."""


class NotFound(ApiError):
    """No such model, version, job or label."""


class Conflict(ApiError):
    """The request does not fit the state of the job or model."""


class ServerBusy(ApiError):
    """A limit of requests or a queue is full, and was so after all retries."""


class JobFailed(RondoError):
    """A training ended without a version."""

    def __init__(self, job: "Job"):
        self.job = job
        error = job.data.get("error") or {}
        super().__init__(f"{job.id} failed: {error.get('detail') or 'no reason was given'}")


class JobCancelled(RondoError):
    """A training was cancelled by somebody."""

    def __init__(self, job: "Job"):
        self.job = job
        super().__init__(f"{job.id} was cancelled")
