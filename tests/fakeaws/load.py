"""load.py - measures how many small signed requests a second the server answers: --help."""
import argparse
import asyncio
import json
import os
import time
from pathlib import Path

from fakeaws import client


def request_bytes(ready, parameters):
    keys = client.Keys(ready["accessKeyId"], ready["secretAccessKey"], None)
    asker = client.Client(ready["url"], keys)
    headers, body = asker.prepare("iam", "ListMFADevices", parameters)
    client.sign(headers, body, keys, ("us-east-1", "iam"))
    head = "".join("%s: %s\r\n" % pair for pair in headers.items())
    return ("POST / HTTP/1.1\r\n%sContent-Length: %d\r\n\r\n" % (head, len(body))).encode() + body


async def one_connection(port, request, count):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(count):
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        await reader.readexactly(length)
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(head.decode())
    writer.close()


def cpu_seconds(pid):
    fields = Path("/proc/%d/stat" % pid).read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def measure(options):
    ready = json.loads((options.dir / "ready.json").read_text(encoding="utf-8"))
    request = request_bytes(ready, {"UserName": options.user})
    start, before = time.monotonic(), cpu_seconds(ready["pid"])
    await asyncio.gather(*(one_connection(ready["port"], request,
                                          options.requests // options.connections)
                           for _ in range(options.connections)))
    taken, burnt = time.monotonic() - start, cpu_seconds(ready["pid"]) - before
    print("%d requests, %d connections: %.0f a second; %.0f a second of the server's own time"
          % (options.requests, options.connections, options.requests / taken,
             options.requests / burnt))


def main():
    parser = argparse.ArgumentParser(description="Load a fakeaws that runs with --dir DIR.")
    parser.add_argument("dir", type=Path)
    parser.add_argument("--user", default="sample-user-01")
    parser.add_argument("--requests", type=int, default=20000)
    parser.add_argument("--connections", type=int, default=8)
    asyncio.run(measure(parser.parse_args()))


if __name__ == "__main__":
    main()
