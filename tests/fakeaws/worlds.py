"""worlds.py - what the server knows: accounts, their rows, and answers recorded byte by byte.

A world has `home`, `partition`, `numbers` (all accounts), `account(number)` and an organisation.
An account's rows are the tuples of sample_story.py, so that sample_wire.py can write them.
"""
import functools
import json

import sample_detective
import sample_story as story
from sample_federation import CENTER
import sample_wire as wire
from sample_organization import SAMPLE as SAMPLE_TREE

from fakeaws import ROOT

SAMPLE = ROOT / "assets/sample"


def canonical(parameters):
    return json.dumps(parameters, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


EVERYWHERE = {"iam", "organizations", "sts"}     # answer alike whatever region is asked


def recorded_key(service, operation, parameters, region):
    return (service, operation, canonical(parameters),
            None if service in EVERYWHERE else region)


class Recorded:
    """One recorded call: its pages by the token that asks for them."""

    def __init__(self, query, folder):
        self.pages = {page["token"]: page for page in query["pages"]}
        self.folder = folder

    @functools.lru_cache(maxsize=None)
    def body(self, token):
        return (self.folder / self.pages[token]["file"]).read_bytes()


class Account:
    """row: a story.Account; the users, groups, roles and policies lie in story, by number."""

    def __init__(self, row, status="ACTIVE", fill=None):
        self.row, self.number, self.status = row, row.number, status
        self.fill = fill                 # puts the rows into story; None: they are there
        self.recorded = {}               # recorded_key(): Recorded
        self.denied = {}                 # (service, operation): Recorded, whatever the parameters
        self.report = {"state": "ready", "polls": 0}

    def ready(self):
        if self.fill:
            self.fill()
            self.fill = None
        return self

    @property
    def users(self):
        return story.USERS[self.number]

    @functools.cached_property
    def by_name(self):
        return {user.name: user for user in self.users}

    @property
    def groups(self):
        return story.GROUPS[self.number]

    @property
    def roles(self):
        return story.ROLES[self.number]

    @property
    def policies(self):
        return story.POLICIES[self.number]

    @functools.cached_property
    def trust(self):
        """{ARN without partition: trust policy}"""
        return {"%s:role%s%s" % (self.number, r.path, r.name): (r.name, r.trust)
                for r in self.roles}


class World:
    home, partition, organization = "", "aws", ""
    external_id, role_name = "", ""
    tale = None                          # a Story of sample_detective.py
    events = None                        # sign-ins of each account; None: the sample's events
    event_rate = 2                       # LookupEvents a second, account and region
    tree = None                          # a sample_organization.Tree
    center = None                        # a sample_federation.Center

    def __init__(self):
        self.numbers = []
        self.targets = {}                # {id of a policy: rows of where it is attached}

    @functools.cached_property
    def below(self):
        """{id of the root or a unit: the accounts directly below it}"""
        found = {node: [] for node in [self.tree.root] + [unit.id for unit in self.tree.units]}
        for number, place in self.tree.places.items():
            found[place].append(number)
        return found

    def account(self, number):
        raise NotImplementedError

    def region(self, service):
        """Where a global service is signed for."""
        if self.partition == "aws-cn":
            return "cn-northwest-1" if service == "organizations" else "cn-north-1"
        return "us-gov-west-1" if self.partition == "aws-us-gov" else "us-east-1"

    def account_json(self, account):
        row = account.row
        values = {"Arn": "arn:%s:organizations::%s:account/%s/%s" % (
                      self.partition, self.home, self.organization, row.number),
                  "Email": "account-%s@example.com" % row.number, "Id": row.number,
                  "JoinedMethod": "INVITED" if row.number == self.home else "CREATED",
                  "JoinedTimestamp": row.joined, "Name": row.name,
                  "State": account.status, "Status": account.status}
        return values


class SampleWorld(World):
    """The organisation of assets/sample: what was recorded is answered with the same bytes."""
    home, organization = story.MANAGEMENT, story.ORGANIZATION
    external_id, role_name = "sample-audit", "sample-audit"
    tale = sample_detective.SAMPLE
    tree = SAMPLE_TREE
    center = CENTER

    def __init__(self):
        super().__init__()
        self.accounts = {row.number: Account(row) for row in story.ACCOUNTS}
        self.numbers = list(self.accounts)
        snapshot = json.loads((SAMPLE / "snapshot.json").read_text(encoding="utf-8"))
        for query in snapshot["queries"]:
            key = recorded_key(query["service"], query["operation"], query["parameters"],
                               query["region"])
            if query.get("session") == "root":
                key += ("root",)
            account, recorded = self.accounts[query["account"]], Recorded(query, SAMPLE)
            account.recorded[key] = recorded
            if query["service"] in EVERYWHERE and \
                    (query["error"] or {}).get("code", "").startswith("AccessDenied"):
                account.denied[key[:2]] = recorded

    def account(self, number):
        return self.accounts.get(number)

    def account_json(self, account):
        return json.loads(wire.account_json(account.row))
