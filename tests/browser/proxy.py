"""A TCP proxy that can cut every connection through it, as a lost network does."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Proxy:
    """Stands before a port of this machine."""

    def __init__(self, port: int) -> None:
        self.behind = port
        self.is_open = True
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.pairs: list[tuple[socket.socket, socket.socket]] = []
        threading.Thread(target=self.accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                if not self.is_open:
                    hang_up(near)
                    continue
                far = socket.create_connection(("127.0.0.1", self.behind))
                self.pairs.append((near, far))
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=pump, args=pair, daemon=True).start()

    def cut(self) -> None:
        """Break all connections; new ones work."""
        pairs, self.pairs = self.pairs, []
        for ends in pairs:
            for end in ends:
                hang_up(end)

    def close(self) -> None:
        """Break all connections, and all new ones until it is opened again."""
        self.is_open = False
        self.cut()

    def open(self) -> None:
        self.is_open = True


def pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    hang_up(source)
    hang_up(sink)


def hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def proxy_before(port: int) -> Iterator[Proxy]:
    proxy = Proxy(port)
    try:
        yield proxy
    finally:
        proxy.listener.close()
        proxy.cut()
