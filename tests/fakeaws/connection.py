"""connection.py - HTTP/1.1 with keep-alive on one connection, and the faults that happen there."""
import asyncio
import os
import socket
import struct
from email.utils import formatdate

from fakeaws.sigv4 import Request

HEAD_LIMIT, BODY_LIMIT = 64 << 10, 4 << 20
REASONS = {200: "OK", 302: "Found", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
           404: "Not Found", 409: "Conflict", 410: "Gone", 429: "Too Many Requests",
           500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable"}
RESET = struct.pack("ii", 1, 0)          # SO_LINGER: close with a reset


class BadRequest(Exception):
    pass


def parse_head(head):
    """(method, target, headers) of a request's head."""
    lines = head.split(b"\r\n")
    first = lines[0].split(b" ")
    if len(first) != 3 or first[2] != b"HTTP/1.1" or not first[1].startswith(b"/"):
        raise BadRequest("no HTTP/1.1 request line")
    headers = []
    for line in lines[1:]:
        name, colon, value = line.partition(b":")
        if not colon or not name or name != name.strip():
            raise BadRequest("a header without name")
        try:
            headers.append((name.decode("ascii").lower(), value.decode().strip(" \t")))
        except UnicodeDecodeError:
            raise BadRequest("a header is no UTF-8") from None
    return first[0].decode("latin-1"), first[1], headers


class Connection(asyncio.Protocol):
    """One client. Requests are answered one after the other."""

    def __init__(self, server):
        self.server = server
        self.buffer = bytearray()
        self.transport = None
        self.busy = False
        self.timers = []

    def connection_made(self, transport):
        self.server.connections += 1
        self.number = self.server.connections
        self.transport = transport
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def connection_lost(self, reason):
        if self.busy:
            self.server.flying -= 1
        for timer in self.timers:
            timer.cancel()
        self.transport = None

    def data_received(self, data):
        self.buffer += data
        self.next_request()

    def next_request(self):
        if self.busy or not self.transport:
            return
        try:
            request = self.take()
        except BadRequest as bad:
            self.send_head(400, "text/plain", str(bad).encode(), [("Connection", "close")])
            self.transport.close()
            return
        if not request:
            return
        self.busy = True
        self.server.flying += 1
        self.server.most_flying = max(self.server.most_flying, self.server.flying)
        reply = self.server.handle(request, self.number)
        if reply.delay:
            self.later(reply.delay, self.send, reply)
        else:
            self.send(reply)

    def take(self):
        """The next whole Request in the buffer, or None."""
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self.buffer) > HEAD_LIMIT:
                raise BadRequest("head too long")
            return None
        method, target, headers = parse_head(bytes(self.buffer[:end]))
        if any(name == "transfer-encoding" for name, _ in headers):
            raise BadRequest("Content-Length wanted")
        lengths = {value for name, value in headers if name == "content-length"} or {"0"}
        length = lengths.pop()
        if lengths or not length.isdigit() or int(length) > BODY_LIMIT:
            raise BadRequest("wrong Content-Length")
        start, stop = end + 4, end + 4 + int(length)
        if len(self.buffer) < stop:
            if ("expect", "100-continue") in headers and len(self.buffer) == start:
                self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            return None
        body = bytes(self.buffer[start:stop])
        del self.buffer[:stop]
        path, _, query = target.partition(b"?")
        return Request(method, path, query, headers, body)

    def later(self, delay, function, *arguments):
        loop = asyncio.get_running_loop()
        self.timers = [t for t in self.timers if t.when() > loop.time()]
        self.timers.append(loop.call_later(delay, function, *arguments))

    def head(self, status, kind, length, headers):
        date = formatdate(self.server.clock(), usegmt=True)
        lines = ["HTTP/1.1 %d %s" % (status, REASONS.get(status, "Status")), "Date: " + date,
                 "Content-Type: " + kind, "Content-Length: %d" % length]
        lines += ["%s: %s" % pair for pair in headers]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def send_head(self, status, kind, body, headers):
        self.transport.write(self.head(status, kind, len(body), headers) + body)

    def send(self, reply):
        """Sends the reply, or what its fault makes of it."""
        if not self.transport:
            return
        kind = reply.rule.kind if reply.rule else None
        special = {"reset": self.send_reset, "truncate": self.send_part, "die": self.send_part,
                   "length": self.send_length, "slow": self.send_slow, "hang": self.send_nothing,
                   "close": self.send_last}.get(kind)
        if special:
            special(reply, reply.rule.spec)
            return
        self.send_head(reply.status, reply.kind, reply.body, reply.headers)
        self.done()

    def done(self):
        self.busy = False
        self.server.flying -= 1
        if self.buffer:
            asyncio.get_running_loop().call_soon(self.next_request)

    def send_nothing(self, reply, spec):
        pass

    def send_last(self, reply, spec):
        self.send_head(reply.status, reply.kind, reply.body,
                       reply.headers + [("Connection", "close")])
        self.transport.close()

    def send_reset(self, reply, spec):
        head = self.head(reply.status, reply.kind, len(reply.body), reply.headers)
        at = spec.get("at", "before")
        if at != "before":
            part = reply.body[:len(reply.body) // 2] if at == "body" else b""
            self.transport.write(head + part)
        self.later(0 if at == "before" else 0.05, self.reset)

    def reset(self):
        if self.transport:
            sock = self.transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self.transport.abort()

    def send_part(self, reply, spec):
        """Half of the body, or that many bytes of it; then the connection or the server ends."""
        part = reply.body[:spec.get("bytes", len(reply.body) // 2)]
        self.transport.write(self.head(reply.status, reply.kind, len(reply.body), reply.headers)
                             + part)
        if reply.rule.kind == "die":
            self.server.log.file.flush()
            self.later(0.1, os._exit, 70)
        else:
            self.transport.close()

    def send_length(self, reply, spec):
        """A length that is too great leaves the client waiting: the connection is closed."""
        length = max(0, len(reply.body) + spec.get("add", 7))
        self.transport.write(self.head(reply.status, reply.kind, length, reply.headers)
                             + reply.body)
        self.transport.close()

    def send_slow(self, reply, spec):
        """Ten parts a second."""
        self.transport.write(self.head(reply.status, reply.kind, len(reply.body), reply.headers))
        self.trickle(reply.body, max(1, spec.get("bytesPerSecond", 100) // 10))

    def trickle(self, rest, step):
        if not self.transport:
            return
        self.transport.write(rest[:step])
        if len(rest) > step:
            self.later(0.1, self.trickle, rest[step:], step)
        else:
            self.done()
