"""Another system, to which webhooks are sent."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver(ThreadingHTTPServer):
    """Another system: keeps what it is sent, and answers as it is told to."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        self.headers: dict[str, str] = {}
        self.body = b""
        self.before_answering: Callable[[], object] = lambda: None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/in?from=catalogue"

    @property
    def told(self) -> list[str]:
        """The types of what came, in its order, each with the role."""
        bodies = [json.loads(body) for _headers, body in self.got]
        return [f"{body['type']} {body['data'].get('slug', '')}".strip() for body in bodies]


class Taking(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.server.before_answering()
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        # The catalogue reads no more of an answer than it keeps, and then hangs up.
        with suppress(ConnectionError):
            self.wfile.write(self.server.body)

    def log_message(self, *said: object) -> None:
        pass


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on this machine that answers."""
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield server
        server.shutdown()
        thread.join()
