"""Client of Rondo: trains recurrent sequence models on tables, and asks them, over HTTP.

    import rondo

    client = rondo.Client("http://127.0.0.1:8080")
    job = client.train(frame, model="shops", wait=True)
    forecast = client.predict("shops", frame, horizon=28)
    forecast.to_pandas()

The standard library is enough. DataFrames need pandas, and ``plot`` needs matplotlib.
"""

from .client import Client
from .errors import (
    ApiError,
    Conflict,
    ConnectionFailed,
    Fault,
    Forbidden,
    JobCancelled,
    JobFailed,
    NotFound,
    Question,
    RondoError,
    ServerBusy,
    StreamCut,
)
from .job import Job
from .prediction import Prediction
from .session import Session
from .stream import Stream

__version__ = "0.1.0"

__all__ = [
    "ApiError",
    "Client",
    "Conflict",
    "ConnectionFailed",
    "Fault",
    "Forbidden",
    "Job",
    "JobCancelled",
    "JobFailed",
    "NotFound",
    "Prediction",
    "Question",
    "RondoError",
    "ServerBusy",
    "Session",
    "Stream",
    "StreamCut",
]
