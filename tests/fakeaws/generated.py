"""generated.py - worlds of any size: seeded rows in the shape of sample_story.py, made when asked.

Same options and seed, same rows. Account 0 is the management account.
"""
import random
from collections import namedtuple

import sample_federation as federation
import sample_organization as organization
import sample_story as story

from fakeaws import detective
from fakeaws.sts import timestamp
from fakeaws.worlds import Account, World

# without_mfa: percent of the people who have no device; devices: "virtual" or "mixed"; trails,
# pools, events (sign-ins): of each account. unit_size: accounts in each organizational unit; every
# third unit lies in the one before it. sets: permission sets of Identity Center, each of them
# assigned to a group in every account.
Size = namedtuple("Size", "accounts users roles groups policies without_mfa devices suspended seed "
                          "trails pools events unit_size sets")
SIZE = Size(1, 100, 20, 10, 20, 5, "virtual", 0, 1, 0, 0, 0, 20, 3)
SERVICES = ("ec2", "lambda", "ecs-tasks", "codebuild", "glue", "states")
ACTIONS = ("s3:GetObject", "s3:PutObject", "s3:ListBucket", "dynamodb:GetItem", "dynamodb:Query",
           "dynamodb:PutItem", "sqs:SendMessage", "sqs:ReceiveMessage", "sns:Publish",
           "kms:Decrypt", "logs:PutLogEvents", "logs:CreateLogStream", "ec2:DescribeInstances",
           "ec2:DescribeTags", "cloudwatch:PutMetricData", "ssm:GetParameter")


def number_of(index):
    return "9%011d" % index


class Maker:
    """The rows of one account."""

    def __init__(self, size, number, role_name, external_id):
        self.size, self.number = size, number
        self.role_name, self.external_id = role_name, external_id
        self.dice = random.Random("%d:%s" % (size.seed, number))

    def device(self, name):
        kind = self.dice.choice(("virtual", "virtual", "fido", "hardware")) \
            if self.size.devices == "mixed" else "virtual"
        if kind == "hardware":
            return story.hardware("GAHT%08d" % self.dice.randrange(10**8))
        return story.fido("security-key") if kind == "fido" else story.virtual(name)

    def machine(self, index):
        return story.user("svc-%05d" % index, "", path="/service/", password=False,
                          keys=[story.key(created="2026-03-02T08:00:00Z")],
                          tags=story.SERVICE_TAGS, attached=self.some_policies(1))

    def person(self, index):
        name = "person-%05d" % index
        has = self.dice.randrange(100) >= self.size.without_mfa
        keys = [story.key(created="2026-04-09T08:00:00Z")] if self.dice.randrange(4) == 0 else []
        groups = ["group-%04d" % g for g in sorted(self.dice.sample(
            range(self.size.groups), min(self.size.groups, 2)))]
        return story.user(name, "", devices=[self.device(name)] if has else [], keys=keys,
                          groups=groups, attached=self.some_policies(self.dice.randrange(3) == 0))

    def some_policies(self, count):
        if not self.size.policies or not count:
            return []
        return ["policy-%04d" % self.dice.randrange(self.size.policies)]

    def users(self):
        return [self.machine(i) if i % 5 == 4 else self.person(i) for i in range(self.size.users)]

    def groups(self):
        """The first may do everything; the second demands MFA in an inline policy."""
        rows = []
        for index in range(self.size.groups):
            attached = [story.ADMINISTRATOR] if index == 0 else self.some_policies(1)
            inline = [("require-mfa", story.REQUIRE_MFA)] if index == 1 else []
            rows.append(story.Group("group-%04d" % index, attached, inline))
        return rows

    def role(self, index):
        name = "role-%04d" % index
        if index % 4 == 0:
            return story.role(name, story.trust(story.account(self.number),
                                                condition=story.HAS_MFA),
                              attached=self.some_policies(1))
        return story.role(name, story.service(self.dice.choice(SERVICES)),
                          attached=self.some_policies(1), profile=name if index % 4 == 1 else None,
                          inline=[("own", self.document(2))])

    def roles(self):
        """The audit role and AWS's own admin role, both assumable from the management account."""
        condition = {"StringEquals": {"sts:ExternalId": self.external_id}} \
            if self.external_id else None
        trust = story.trust(story.account(number_of(0)), condition=condition)
        rows = [story.role(self.role_name, trust, attached=self.some_policies(1)),
                story.role("OrganizationAccountAccessRole", story.trust(
                    story.account(number_of(0))), attached=[story.ADMINISTRATOR])]
        return rows + [self.role(i) for i in range(self.size.roles - len(rows))]

    def document(self, statements):
        return story.policy(*[
            story.allow(self.dice.sample(ACTIONS, 6),
                        ["arn:aws:s3:::bucket-%04d/*" % self.dice.randrange(10**4)],
                        Sid="Part%d" % i) for i in range(statements)])

    def policies(self):
        rows = []
        for index in range(self.size.policies):
            versions = [self.document(1 + index % 4) for _ in range(1 + index % 2)]
            rows.append(story.own_policy("policy-%04d" % index, *versions, default=len(versions)))
        return rows


def unit_id(index):
    return "ou-fake-%08d" % index


def tree_of(size, numbers, name, partition):
    """The management account at the root, the others in units of equal size; MFA is demanded by a
    policy in every second unit, and the second account administers for the organisation."""
    root, members = "r-fake", numbers[1:]
    count = (len(members) + size.unit_size - 1) // size.unit_size
    units = [organization.Unit(unit_id(i), "unit-%04d" % i,
                               unit_id(i - 1) if i % 3 == 2 else root) for i in range(count)]
    places = {number: unit_id(i // size.unit_size) for i, number in enumerate(members)}
    require = organization.Control(
        "p-fakemfa001", "require-mfa", organization.SCP, False, "", organization.REQUIRE_MFA,
        [unit.id for unit in units[::2]])
    return organization.Tree(
        name, numbers[0], partition, root, units, {numbers[0]: root, **places},
        [organization.FULL_ACCESS, require, organization.RCP_FULL_ACCESS],
        {number: 1751360400.5 for number in members[:1]})


def center_of(size, numbers, partition, region):
    """Each permission set belongs to a group of ten people, in all accounts."""
    people = ["person-%05d" % i for i in range(min(size.users, 10 * size.sets))]
    sets = [federation.Set("set-%04d" % i, ["ReadOnlyAccess"] if i else ["AdministratorAccess"],
                           None, [], None) for i in range(size.sets)]
    groups = [federation.Group("group-%04d" % i, people[10 * i:10 * i + 10])
              for i in range(size.sets)]
    grants = {(row.name, number): [("GROUP", group.name)]
              for row, group in zip(sets, groups) for number in numbers}
    return federation.Center(numbers[0], region, partition, sets,
                             [federation.Person(name, True, None) for name in people], groups,
                             grants, [])


class GeneratedWorld(World):
    organization = "o-fake000001"

    def __init__(self, size, reported, role_name, external_id, partition):
        super().__init__()
        self.size, self.role_name, self.external_id = size, role_name, external_id
        self.partition, self.events = partition, size.events
        self.report_time = timestamp(reported)
        self.numbers = [number_of(i) for i in range(size.accounts)]
        self.home = self.numbers[0]
        self.tree = tree_of(size, self.numbers, self.organization, partition)
        self.center = center_of(size, self.numbers, partition, self.region("iam"))
        self.known = set(self.numbers)
        self.tale = detective.generated(self.numbers, size.trails, size.pools)
        self.accounts = {}

    def account(self, number):
        if number not in self.known:
            return None
        if number not in self.accounts:
            self.accounts[number] = self.make(number)
        return self.accounts[number]

    def fill(self, number):
        """Puts the rows where sample_wire.py looks for them."""
        maker = Maker(self.size, number, self.role_name, self.external_id)
        for rows, make in ((story.GROUPS, maker.groups), (story.USERS, maker.users),
                           (story.ROLES, maker.roles), (story.POLICIES, maker.policies)):
            rows[number] = make()

    def make(self, number):
        index = int(number[1:])
        row = story.Account(
            number, "account", "account-%05d" % index, "", "fake-%05d" % index,
            1700000000.0 + index, "2021-05-04T10:00:00Z", 1, (1, 1), [], 0,
            story.Report(22, False, "+00:00", self.report_time))
        closed = index >= self.size.accounts - self.size.suspended
        return Account(row, "SUSPENDED" if closed else "ACTIVE", lambda: self.fill(number))
