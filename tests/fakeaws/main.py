"""main.py - the command line: builds the world, listens on the loopback, tells where, and ends."""
import argparse
import asyncio
import calendar
import json
import os
import signal
import sys
import time
from pathlib import Path

from fakeaws import authority, endpoints, gate, identity
from fakeaws.answers import answer
from fakeaws.connection import Connection
from fakeaws.generated import SIZE, GeneratedWorld, Size
from fakeaws.questions import Question
from fakeaws.server import Log, Server
from fakeaws.worlds import SampleWorld

LOOPBACK = "127.0.0.1"
WARM = (("GetAccountAuthorizationDetails", {"MaxItems": "1000"}),
        ("ListVirtualMFADevices", {"AssignmentStatus": "Any", "MaxItems": "1000"}),
        ("GetCredentialReport", {}), ("GetAccountSummary", {}), ("ListAccountAliases", {}))


def arguments():
    parser = argparse.ArgumentParser(prog="fakeaws", description="AWS on the loopback, for tests.")
    parser.add_argument("--dir", type=Path, required=True,
                        help="where ready.json, log.jsonl and certificates are written")
    parser.add_argument("--world", choices=("sample", "generated"), default="sample")
    for name in ("accounts", "users", "roles", "groups", "policies", "suspended", "seed",
                 "trails", "pools", "events", "unit-size", "sets"):
        parser.add_argument("--" + name, type=int, default=getattr(SIZE, name.replace("-", "_")),
                            help="generated world; default %(default)s")
    parser.add_argument("--without-mfa", type=int, default=SIZE.without_mfa,
                        help="percent of the people; default %(default)s")
    parser.add_argument("--report-age", type=int, default=600,
                        help="seconds since the credential reports; default %(default)s")
    parser.add_argument("--devices", choices=("virtual", "mixed"), default=SIZE.devices)
    parser.add_argument("--partition", choices=("aws", "aws-us-gov", "aws-cn"), default="aws")
    parser.add_argument("--role-name", default="reportgen-audit", help="generated world's role")
    parser.add_argument("--external-id", default="", help="generated world: demanded by the role")
    parser.add_argument("--warm", action="store_true", help="write all large answers at the start")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tls", action="store_true", help="also listen with TLS, good and bad")
    parser.add_argument("--lifetime", type=float, default=600, help="seconds; default %(default)s")
    parser.add_argument("--now", help="where the server's clock starts: 2026-11-23T06:00:00Z")
    parser.add_argument("--faults", type=Path, help="JSON file with a list of rules")
    return parser.parse_args()


def make_world(options, now):
    if options.world == "sample":
        return SampleWorld()
    size = Size(*(getattr(options, name) for name in Size._fields))
    return GeneratedWorld(size, now - options.report_age, options.role_name, options.external_id,
                          options.partition)


def warm(server):
    """Asks every account for its large lists, with pages of 1000, so that they lie ready."""
    for number in server.world.numbers:
        for operation, parameters in WARM:
            marker = {}
            while marker is not None:
                marker = following(server, number, operation, dict(parameters, **marker))


def following(server, number, operation, parameters):
    """Asks for one page; the parameter that asks for the next, or None."""
    caller = server.identities.find(identity.long_term_key(number)[0])
    asked = gate.Asked("iam", operation, parameters, "query")
    _, body, _ = answer(Question(server.world, server.identities, server.world.account(number),
                                 caller, asked, server.clock(), "us-east-1"))
    marker = body.partition(b"<Marker>")[2].partition(b"</Marker>")[0].decode()
    return {"Marker": marker} if marker else None


async def listen(server, options):
    """Starts listening; what ready.json tells about it."""
    loop = asyncio.get_running_loop()
    found = {}

    async def start(port, context=None):
        listener = await loop.create_server(lambda: Connection(server), LOOPBACK, port,
                                            ssl=context, backlog=1024)
        return listener.sockets[0].getsockname()[1]

    port = await start(options.port)
    found.update(url="http://%s:%d" % (LOOPBACK, port), port=port)
    if options.tls:
        found["tls"] = {kind: "https://%s:%d" % (LOOPBACK, await start(0, context))
                        for kind, context in authority.contexts(options.dir).items()}
        found["ca"] = str(options.dir / "ca.pem")
    return found


def described(server, options, found):
    """ready.json: all that a client of this server has to know."""
    key, secret = identity.long_term_key(server.world.home)
    return dict(
        found, pid=os.getpid(), log=str(options.dir / "log.jsonl"), home=server.world.home,
        accounts=server.world.numbers, organization=server.world.organization,
        accessKeyId=key, secretAccessKey=secret, roleName=server.world.role_name,
        externalId=server.world.external_id, mfaCode=identity.CODE,
        webIdentityToken=identity.WEB_TOKEN, sso=endpoints.SSO,
        container={"url": found["url"] + endpoints.CONTAINER_PATH,
                   "token": endpoints.CONTAINER_TOKEN})


async def serve(options):
    now = calendar.timegm(time.strptime(options.now, "%Y-%m-%dT%H:%M:%SZ")) \
        if options.now else None
    options.dir = options.dir.resolve()
    options.dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    world = make_world(options, time.time() if now is None else now)
    server = Server(world, Log(options.dir / "log.jsonl"), now)
    if options.faults:
        server.faults.set(json.loads(options.faults.read_text(encoding="utf-8")))
    if options.warm:
        warm(server)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.stop.set)
    loop.call_later(options.lifetime, server.stop.set)
    ready = described(server, options, await listen(server, options))
    partial = options.dir / "ready.json.part"
    partial.write_text(json.dumps(ready, indent=2) + "\n", encoding="utf-8")
    partial.rename(options.dir / "ready.json")
    while not server.stop.is_set():
        server.log.file.flush()
        try:
            await asyncio.wait_for(server.stop.wait(), 0.25)
        except asyncio.TimeoutError:
            pass
    server.log.file.flush()


def main():
    try:
        asyncio.run(serve(arguments()))
    except (OSError, ValueError, RuntimeError) as error:
        print("fakeaws: %s" % error, file=sys.stderr)
        return 1
    return 0
