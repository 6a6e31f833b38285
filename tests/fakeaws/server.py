"""server.py - from a request to its reply: who asks, which fault hits, the answer, the log line."""
import asyncio
import json
import random
import re
import time
import traceback
import uuid

import sample_wire as wire

from fakeaws import endpoints, gate, sts
from fakeaws.answers import NAMESPACES, PLACEHOLDER, answer
from fakeaws.errors import AwsError
from fakeaws.faults import Faults, spoil
from fakeaws.identity import Identities
from fakeaws.questions import Question

CONTENT_TYPES = {"query": "text/xml", "json": "application/x-amz-json-1.1",
                 "s3": "application/xml"}
UNLOGGED = {"WebIdentityToken", "TokenCode", "SAMLAssertion"}
ERROR_CODE = re.compile(rb'(?:<Code>|"__type": ?"(?:[^"]*#)?)([A-Za-z.]+)')


class Reply:
    """One answer; entry: its line in the log; rule: the fault that spoils it on the wire."""

    def __init__(self, status, kind, body, entry):
        self.status, self.kind, self.body, self.entry = status, kind, body, entry
        self.headers, self.rule, self.delay = [], None, 0.0


class Log:
    """JSON lines, one for each request, in the order in which they were answered."""

    def __init__(self, path):
        self.file = open(path, "w", encoding="utf-8", buffering=1 << 16)

    def write(self, entry):
        self.file.write(json.dumps(entry, separators=(",", ":")) + "\n")

    def text(self):
        self.file.flush()
        with open(self.file.name, "rb") as file:
            return file.read()


class Server:
    def __init__(self, world, log, now=None):
        self.world, self.log = world, log
        self.identities = Identities(world)
        self.faults = Faults()
        self.dice = random.Random(1)
        self.base = now - time.time() if now is not None else 0.0   # where our clock stands
        self.skew = 0.0                                             # set by a test
        self.sso_tokens = {endpoints.SSO["accessToken"]}
        self.counts, self.connections = {}, 0
        self.flying, self.most_flying = 0, 0
        self.stop = asyncio.Event()

    def clock(self):
        return time.time() + self.base + self.skew

    # ------------------------------------------------------------------------------ answering

    def handle(self, request, connection):
        """The Reply to a request. Nothing is sent yet."""
        if request.path in (b"/__control", b"/__log", b"/__secrets"):
            return self.control(request)
        entry = {"time": round(time.time(), 4), "connection": connection, "account": None,
                 "service": None, "operation": None, "status": None, "signature": "none"}
        route = endpoints.find(request)
        reply = self.unsigned(request, route, entry) if route else self.signed(request, entry)
        entry["status"] = reply.status
        entry["agent"] = next((v for n, v in request.headers if n == "user-agent"), None)
        self.log.write(entry)
        name = "%s:%s" % (entry["service"], entry["operation"])
        self.counts[name] = self.counts.get(name, 0) + 1
        return reply

    def unsigned(self, request, route, entry):
        entry["service"], entry["operation"], function = route
        delay, rule = self.faults.choose(entry, self.dice)
        error = rule.error(entry["service"]) if rule else None
        if error:
            status, kind = error.status, endpoints.JSON
            body = json.dumps({"message": error.message, "error": error.code}).encode()
        else:
            status, kind, body = function(self, request)
        return self.spoiled(Reply(status, kind, body, entry), delay, rule)

    def signed(self, request, entry):
        """Who asks what; then the first fault that hits, else the account's answer."""
        form, delay, rule = gate.form_of(request), 0.0, None
        identifier = str(uuid.UUID(int=random.getrandbits(128), version=4))
        try:
            asked = gate.asked(request)
            entry.update(service=asked.service, operation=asked.operation, request=identifier,
                         parameters={k: v for k, v in asked.parameters.items()
                                     if k not in UNLOGGED})
            caller = self.admit(request, asked, entry)
            delay, rule = self.faults.choose(fault_names(asked, entry), self.dice)
            error = rule.error(asked.service) if rule else None
            if error:
                raise error
            region = gate.region_of(request)
            entry["region"] = region
            status, body, recorded = self.ask(asked, caller, region)
            if recorded:
                identifier = entry["request"] = recorded
            elif form == "query":
                body = body.replace(PLACEHOLDER.encode(), identifier.encode())
        except AwsError as error:
            status, body = error.status, error_body(error, form, entry, identifier, rule)
        except Exception:                # ours, not the client's: say so where a test looks
            traceback.print_exc()
            error = AwsError("FakeAwsIsBroken", "see the server's stderr", 500)
            status, body = error.status, error_body(error, form, entry, identifier, rule)
        if status != 200:
            entry["code"] = ERROR_CODE.search(body).group(1).decode()
        reply = Reply(status, CONTENT_TYPES[form], body, entry)
        reply.headers = [("x-amzn-RequestId", identifier)]
        return self.spoiled(reply, delay, rule)

    def admit(self, request, asked, entry):
        """The Caller, or None for the one unsigned operation; says in the log how it went."""
        authorization = next((v for n, v in request.headers if n == "authorization"), "")
        entry["signature"] = "bad" if authorization else "none"
        try:
            caller = gate.caller_of(request, asked, self)
        except AwsError as error:
            entry["why"] = getattr(error, "why", "") or error.message
            raise
        if caller:
            entry.update(signature="ok", account=caller.account, key=caller.key_id,
                         caller=caller.arn)
        return caller

    def ask(self, asked, caller, region):
        if not caller and asked.operation not in sts.UNSIGNED:
            raise AwsError("MissingAuthenticationToken", "Missing Authentication Token", 403)
        account = self.world.account(caller.account) if caller else None
        return answer(Question(self.world, self.identities, account, caller, asked,
                               self.clock(), region))

    def spoiled(self, reply, delay, rule):
        reply.delay = delay
        if delay:
            reply.entry["delay"] = round(delay, 4)
        if rule:
            reply.rule = rule
            reply.entry["fault"] = rule.kind
            if rule.kind == "redirect":
                reply.status, reply.body = rule.spec.get("status", 302), b""
                reply.headers.append(("Location", rule.spec.get("location", "/elsewhere")))
            elif rule.kind == "status":
                reply.status, reply.kind = rule.spec.get("status", 503), "text/html"
                reply.body = b"<html><body><h1>%d</h1></body></html>" % reply.status
            reply.body = spoil(rule, reply.body)
            if "retryAfter" in rule.spec:
                reply.headers.append(("Retry-After", str(rule.spec["retryAfter"])))
        return reply

    # ----------------------------------------------------------------------- control endpoint

    def control(self, request):
        if request.path == b"/__log":
            return Reply(200, "application/x-ndjson", self.log.text(), None)
        if request.path == b"/__secrets":
            body = json.dumps(self.identities.secrets()).encode()
            return Reply(200, "application/json", body, None)
        status, problem = 200, None
        if request.method == "POST":
            try:
                self.obey(json.loads(request.body))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                status, problem = 400, str(error)
        body = dict(self.state(), error=problem) if problem else self.state()
        return Reply(status, "application/json", json.dumps(body).encode(), None)

    def obey(self, orders):
        unknown = set(orders) - {"rules", "add", "skew", "report", "sessionSeconds",
                                 "expireSessions", "events", "eventRate",
                                 "userKeys", "lenient", "dryRun", "stop"}
        if unknown:
            raise ValueError("no such order: %s" % ", ".join(sorted(unknown)))
        if "rules" in orders:
            self.faults.set(orders["rules"])
        self.faults.add(orders.get("add", []))
        self.skew = float(orders.get("skew", self.skew))
        self.identities.session_seconds = orders.get("sessionSeconds",
                                                     self.identities.session_seconds)
        self.identities.user_keys.update(orders.get("userKeys", {}))
        self.identities.lenient = orders.get("lenient", self.identities.lenient)
        self.identities.dry_run = orders.get("dryRun", self.identities.dry_run)
        if "events" in orders:
            self.world.events = orders["events"]
        self.world.event_rate = orders.get("eventRate", self.world.event_rate)
        if "report" in orders:
            spec = dict(orders["report"])
            numbers = [spec.pop("account")] if "account" in spec else self.world.numbers
            for number in numbers:
                self.world.account(number).report.update(spec)
        if orders.get("expireSessions"):
            self.identities.sessions = {key: caller._replace(expires=1) for key, caller in
                                        self.identities.sessions.items()}
        if orders.get("stop"):
            asyncio.get_running_loop().call_later(0.05, self.stop.set)

    def state(self):
        return {"counts": self.counts, "requests": sum(self.counts.values()),
                "rules": self.faults.state(), "skew": self.skew, "connections": self.connections,
                "mostAtOnce": self.most_flying, "sessions": len(self.identities.sessions)}


def fault_names(asked, entry):
    """AssumeRole and AssumeRoot belong to the account they open, not to the one that asks."""
    role = str(asked.parameters.get("RoleArn", "")).split(":")
    account = role[4] if len(role) > 5 else entry["account"]
    if asked.operation == "AssumeRoot":
        account = str(asked.parameters.get("TargetPrincipal", account))
    if account != entry["account"]:
        entry["target"] = account
    return {"service": asked.service, "operation": asked.operation, "account": account}


def error_body(error, form, entry, identifier, rule):
    sender = "Sender" if error.status < 500 else "Receiver"
    told = [("Type", sender), ("Code", error.code), ("Message", error.message)]
    if form == "json":
        prefix = "com.amazonaws.swbexternalservice#" if entry["service"] == "sso-admin" else ""
        key = "Message" if entry["service"] == "organizations" else "message"
        return json.dumps({"__type": prefix + error.code, key: error.message}).encode()
    if form == "s3":
        return wire.element("Error", told[1:] + [("RequestId", identifier)]).encode()
    if entry["service"] == "ec2" or rule and rule.spec.get("shape") == "old":
        return wire.element("Response", [("Errors", [("Error", told[1:])]),
                                         ("RequestID", identifier)]).encode()
    space = NAMESPACES.get(entry["service"], wire.IAM)
    return wire.element("ErrorResponse", [("Error", told), ("RequestId", identifier)],
                        attributes=' xmlns="%s"' % space).encode()

