"""HTTP over TCP, TLS and Unix sockets, with retries where a repeated request does no harm."""

from __future__ import annotations

import http.client
import json
import random
import socket
import ssl
import time
from typing import Any, Callable, Dict, Mapping, Optional, Tuple, Union
from urllib.parse import quote, urlencode, urlsplit

from .errors import ApiError, ConnectionFailed
from .values import dumps

#: A body, or a function that makes it anew for each attempt (an open file).
Body = Union[None, bytes, Callable[[], Any]]

#: The server did nothing: a request that was answered so may be sent again, whatever it is.
_NOTHING_DONE = (429, 503)

#: A stream that says nothing for so long is dead.
_SILENCE_SECONDS_MAX = 60.0


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: Optional[float]):
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def path_of(*parts: Any, query: Optional[Mapping[str, Any]] = None) -> str:
    """A path of these parts and a query; None is left out."""
    path = "/" + "/".join(quote(str(part), safe="") for part in parts)
    pairs = {name: value for name, value in (query or {}).items() if value is not None}
    return path + ("?" + urlencode(pairs, quote_via=quote) if pairs else "")


class Transport:
    """Requests to one server. Threads may share it: each request has a connection of its own."""

    def __init__(self, url: str, key: Optional[str], timeout: float, retries: int, ca: Optional[str]):
        self.url = url
        self.timeout = timeout
        self.retries = retries
        self._key = key
        self._tls: Optional[ssl.SSLContext] = None
        if url.startswith("unix:"):
            path = url[len("unix:"):]
            self._path = path[2:] if path.startswith("//") else path
            if not self._path.startswith("/"):
                raise ValueError(f"{url}: expected unix:/path of the server's socket")
            return
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url}: expected http://host:port, https://host:port or unix:/path")
        self._path = ""
        self._host = parts.hostname
        self._port = parts.port
        self._prefix = parts.path.rstrip("/")
        if parts.scheme == "https":
            self._tls = ssl.create_default_context(cafile=ca)

    def _connection(self, timeout: Optional[float]) -> http.client.HTTPConnection:
        if self._path:
            return _UnixConnection(self._path, timeout)
        if self._tls:
            return http.client.HTTPSConnection(self._host, self._port or 8443, timeout=timeout, context=self._tls)
        return http.client.HTTPConnection(self._host, self._port or 8080, timeout=timeout)

    def open(
        self, method: str, path: str, body: Body = None, headers: Optional[Mapping[str, str]] = None,
        is_repeatable: bool = False, is_stream: bool = False,
    ) -> Tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        """Sends a request, again where that is safe, and returns once the head of a 2xx answer is there.

        A stream may be silent longer than other answers: the server says every 15 seconds that it lives. The caller
        closes the connection. Raises ``ApiError`` for other answers, ``ConnectionFailed`` where none comes.
        """
        deadline = time.monotonic() + self.timeout
        attempt = 0
        while True:
            wait = 0.2 * 2**attempt * random.uniform(0.75, 1.25)
            failure: Exception
            try:
                connection, response = self._send(method, path, body, headers or {}, is_stream)
                if 200 <= response.status < 300:
                    return connection, response
                content = response.read()
                connection.close()
                failure = ApiError.of(response.status, content)
                after = response.headers.get("Retry-After")
                if response.status not in _NOTHING_DONE or after is None:
                    raise failure
                wait = max(wait, float(after) if after.isdigit() else 1.0)
            except (OSError, http.client.HTTPException) as error:
                failure = ConnectionFailed(f"{self.url}: {error or type(error).__name__}")
                is_hopeless = isinstance(error, ssl.SSLError)
                if is_hopeless or not (is_repeatable or isinstance(error, ConnectionRefusedError)):
                    raise failure from error
            if attempt >= self.retries or time.monotonic() + wait > deadline:
                raise failure
            attempt += 1
            time.sleep(wait)

    def _send(
        self, method: str, path: str, body: Body, headers: Mapping[str, str], is_stream: bool
    ) -> Tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        fields: Dict[str, str] = {"Accept": "application/json", "Connection": "close", **headers}
        if self._key:
            fields["Authorization"] = f"Bearer {self._key}"
        connection = self._connection(max(self.timeout, _SILENCE_SECONDS_MAX) if is_stream else self.timeout)
        content = body() if callable(body) else body
        try:
            connection.request(method, (self._prefix if not self._path else "") + path, content, fields)
            return connection, connection.getresponse()
        except BaseException:
            connection.close()
            raise
        finally:
            if callable(body) and hasattr(content, "close"):
                content.close()

    def json(
        self, method: str, path: str, body: Any = None, headers: Optional[Mapping[str, str]] = None,
        is_repeatable: bool = False,
    ) -> Any:
        """Sends JSON, and reads the whole answer as JSON; None where it has no body."""
        fields = dict(headers or {})
        if body is not None:
            fields.setdefault("Content-Type", "application/json")
            body = dumps(body)
        return self.read(method, path, body, fields, is_repeatable)

    def read(
        self, method: str, path: str, body: Body = None, headers: Optional[Mapping[str, str]] = None,
        is_repeatable: bool = False,
    ) -> Any:
        """Sends a body as it is, and reads the whole answer as JSON; None where it has no body."""
        connection, response = self.open(method, path, body, headers, is_repeatable)
        try:
            content = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise ConnectionFailed(f"{self.url}: the answer was cut: {error}") from error
        finally:
            connection.close()
        return json.loads(content) if content else None
