"""verdicts_enforcement.py - what the checks on enforcement must say of the sample organisation.

Derived from the story by tests/e2e/iam_oracle.py, which knows every key of a request: each action
of facts about privilege is asked for on a few resources, in every value of the keys that the
sample's policies leave open. Nothing here looks at what the program answers.
"""
import itertools
import json
import sys
from pathlib import Path

import sample_organization as organization
import sample_story as story
import sample_wire as wire

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
import iam_oracle                                               # noqa: E402

PRIVILEGED, LATENT = "iam.privileged_actions_require_mfa", "iam.mfa_enforcement_latent"
CONTROL, ENFORCED = "iam.mfa_control_actions_guarded", "iam.users_mfa_enforced"
ENROLMENT, EVERYONE = "iam.mfa_self_enrolment_guarded", "iam.mfa_deny_reaches_everyone"
GUARDRAIL, RESISTANT = "org.scp_mfa_guardrail", "iam.admin_users_mfa_phishing_resistant"
EXCESSIVE = "iam.admin_users_excessive"
USER_CHECKS = (PRIVILEGED, LATENT, CONTROL, ENFORCED, ENROLMENT, RESISTANT)

PASS, FAIL, UNKNOWN, NOT_APPLICABLE = "PASS", "FAIL", "UNKNOWN", "NOT_APPLICABLE"
NO, PERHAPS, YES = 0, 1, 2

CONTEXTS = {"K": {}, "C": {"aws:multifactorauthpresent": ["false"]},
            "M": {"aws:multifactorauthpresent": ["true"], "aws:multifactorauthage": ["60"]}}
# What the sample's policies ask of a request, and nobody knows beforehand.
OPEN_KEYS = {"aws:requestedregion": [[], ["eu-central-1"], ["us-east-1"]],
             "aws:currenttime": [["2026-11-23T06:00:00Z"]],
             "aws:resourcetag/plan": [[], ["daily+weekly"]]}

# ------------------------------------------------------------------------------ what is privileged

ADMINISTER = ["unheardof:DoSomething", "iam:UnheardOf"]
ESCALATE = """CreatePolicyVersion SetDefaultPolicyVersion AttachUserPolicy AttachGroupPolicy
    AttachRolePolicy PutUserPolicy PutGroupPolicy PutRolePolicy AddUserToGroup
    UpdateAssumeRolePolicy CreateAccessKey CreateLoginProfile UpdateLoginProfile
    DeleteUserPermissionsBoundary DeleteRolePermissionsBoundary PutUserPermissionsBoundary
    PutRolePermissionsBoundary CreateServiceSpecificCredential""".split()
SWITCH_OFF = ["iam:" + name for name in """DeactivateMFADevice DeleteVirtualMFADevice
    CreateSAMLProvider UpdateSAMLProvider CreateOpenIDConnectProvider
    AddClientIDToOpenIDConnectProvider UpdateAccountPasswordPolicy
    DisableOrganizationsRootCredentialsManagement DisableOrganizationsRootSessions""".split()] + [
    "organizations:DetachPolicy", "organizations:UpdatePolicy", "organizations:DisablePolicyType",
    "organizations:LeaveOrganization", "sso:PutMfaDeviceManagementForDirectory",
    "sso-directory:DeleteMfaDeviceForUser", "sso:CreateAccountAssignment",
    "sso:PutInlinePolicyToPermissionSet", "sso:AttachManagedPolicyToPermissionSet",
    "cloudtrail:StopLogging", "cloudtrail:DeleteTrail"]
ON_OTHERS = ["iam:EnableMFADevice", "iam:ResyncMFADevice"]
RUN_UNDER_ROLE = ["ec2:RunInstances", "cloudformation:CreateStack", "glue:CreateDevEndpoint",
                  "sagemaker:CreateNotebookInstance", "apprunner:CreateService"]
BY_WHICH_ONE_ENROLS = {"iam:" + name for name in """CreateVirtualMFADevice EnableMFADevice
    ResyncMFADevice ChangePassword GetAccountPasswordPolicy GetUser ListMFADevices
    ListVirtualMFADevices""".split()} | {"sts:GetSessionToken"}


def first_best(answers):
    """The greatest, without asking further than the first YES."""
    best = NO
    for answer in answers:
        best = max(best, answer)
        if best == YES:
            break
    return best


class Asked:
    """One identity and the policies in force for it."""

    def __init__(self, account, arn, name, tags, layers, is_role=False):
        self.account, self.arn, self.layers = account, arn, layers
        self.keys = {"aws:principalarn": [arn], "aws:principalaccount": [account.number],
                     "aws:principalorgid": [story.ORGANIZATION],
                     "aws:principalisawsservice": ["false"],
                     "aws:principaltype": ["AssumedRole" if is_role else "User"]}
        if not is_role:
            self.keys["aws:username"] = [name]
            self.keys.update({"aws:principaltag/" + key.lower(): [value] for key, value in tags})
        text = " ".join(layers["identity"] + sum(layers["scps"], [])).lower()
        self.open = {key: values for key, values in OPEN_KEYS.items() if key in text}
        self.known = {}

    def is_granted(self, action):
        """Does any Allow of its own name the action at all?"""
        return any(s["allow"] and iam_oracle.action_matches(s, action)
                   for text in self.layers["identity"]
                   for s in iam_oracle.read_policy(text)[1])

    def ask(self, action, target, context):
        """NO, PERHAPS or YES, over all values of the open keys."""
        best = NO
        for values in itertools.product(*self.open.values()):
            keys = {**self.keys, **CONTEXTS[context]}
            keys.update((k, v) for k, v in zip(self.open, values) if v)
            case = {"action": action, "target": target, "keys": keys, **self.layers,
                    "caller": {"arn": self.arn, "account": self.account.number}}
            word = iam_oracle.decide(case)[0]
            best = max(best, YES if word == iam_oracle.ALLOWED
                       else PERHAPS if word == iam_oracle.UNSURE else NO)
        return best

    def answer(self, action, target, context):
        place = (action, target, context)
        if place not in self.known:
            self.known[place] = self.ask(*place) if self.is_granted(action) else NO
        return self.known[place]

    def may(self, action, context, targets):
        return first_best(self.answer(action, target, context) for target in targets)

    def targets(self, action):
        """Resources of its kind: the identity's own, another's, a policy's and a bucket's."""
        service = action.split(":")[0]
        if service != "iam":
            return ["arn:aws:%s:eu-central-1:%s:thing/x" % (service, self.account.number)]
        base = "arn:aws:iam::%s:" % self.account.number
        return [self.arn] + [base + rest for rest in
                             ("user/somebody", "group/some", "role/some", "policy/some", "mfa/some",
                              "saml-provider/some", "oidc-provider/some")]

    def administers(self, context):
        return max(self.answer(ADMINISTER[0], "arn:aws:unheardof:x:y:z", context),
                   self.answer(ADMINISTER[1], "arn:aws:iam::%s:thing/x" % self.account.number,
                               context))

    def passes_a_role(self, context):
        role = ["arn:aws:iam::%s:role/some" % self.account.number]
        return min(self.may("iam:PassRole", context, role),
                   first_best(self.may(a, context, self.targets(a)) for a in RUN_UNDER_ROLE))

    def controls(self, context, others=True):
        """Of what controls MFA; others: also what one does to other users' devices."""
        on_others = ["arn:aws:iam::%s:user/somebody" % self.account.number]
        return first_best(itertools.chain(
            (self.may(a, context, self.targets(a)) for a in SWITCH_OFF),
            (self.may(a, context, on_others) for a in ON_OTHERS if others)))

    def raises_itself(self, context):
        others = [t for t in self.targets("iam:X") if t != self.arn]
        return first_best(itertools.chain(
            (self.may("iam:" + a, context, others) for a in ESCALATE),
            [self.may("sts:AssumeRole", context,
                      ["arn:aws:iam::%s:role/unheard" % self.account.number])]))

    def privileged(self, context):
        return first_best(what(context) for what in
                          (self.administers, self.raises_itself, self.passes_a_role,
                           lambda c: self.controls(c, others=False)))

    def beyond_enrolment(self, context):
        """One action and resource of every pattern that anything of its own allows."""
        best = NO
        for text in self.layers["identity"]:
            for statement in as_list(json.loads(text)["Statement"]):
                for action in as_list(statement.get("Action", "unheardof:DoSomething")):
                    action = action.replace("*", "s3:x" if action == "*" else "X")
                    if statement["Effect"] == "Deny" or action in BY_WHICH_ONE_ENROLS:
                        continue
                    for target in as_list(statement["Resource"]):
                        best = max(best, self.answer(action, target.replace("*", "x"), context))
        return best


# --------------------------------------------------------------------------------------- the story


def as_list(value):
    return value if isinstance(value, list) else [value]


def document(account, reference):
    if reference.startswith("aws:"):
        return story.AWS_MANAGED[reference[4:]][0]
    row = next(p for p in story.POLICIES[account.number] if p.name == reference)
    return row.versions[row.default - 1]


def scp_levels(account, tree=organization.SAMPLE):
    """Of each level from the root down; none for the management account."""
    if account.number == tree.management:
        return []
    parents = {unit.id: unit.parent for unit in tree.units}
    node, path = tree.places[account.number], [account.number]
    while node:
        path.insert(0, node)
        node = parents.get(node)
    return [[json.dumps(p.content) for p in tree.policies if p.kind == organization.SCP
             and (p.targets is None or node in p.targets)] for node in path]


def asked(account, user):
    holders = [user] + [g for g in story.GROUPS[account.number] if g.name in user.groups]
    identity = [document(account, r) for holder in holders for r in holder.attached]
    identity += [content for holder in holders for _, content in holder.inline]
    layers = {"identity": [json.dumps(d) for d in identity], "scps": scp_levels(account),
              "boundary": user.boundary and [json.dumps(document(account, user.boundary))]}
    return Asked(account, wire.user_arn(account, user), user.name, user.tags, layers)


def all_allowed(account, name, tags=(), is_role=False):
    arn = "arn:aws:iam::%s:%s/%s" % (account.number, "role" if is_role else "user", name)
    layers = {"identity": [json.dumps(story.policy(story.allow("*")))],
              "scps": scp_levels(account)}
    return Asked(account, arn, name, tags, layers, is_role)


def has_key(user):
    return any(key.active for key in user.keys)


def is_idle(user):
    return not user.password and not has_key(user)


def is_person(user):
    """By the story's rule: machines have the path /service/ and no password."""
    return not is_idle(user) and (user.password or user.path != "/service/")


def reachable(user):
    return "KC" if has_key(user) else "C" if user.password and not user.devices else ""


def worst(function, contexts):
    return first_best(function(context) for context in contexts)


def status(answer):
    return {NO: PASS, PERHAPS: UNKNOWN, YES: FAIL}[answer]


def judged_within(function, user, contexts):
    """Over contexts, where anything of the kind is held at all."""
    if not is_person(user) or worst(function, "KCM") == NO:
        return NOT_APPLICABLE
    return status(worst(function, contexts))


def latent(who, user):
    rest = "".join(c for c in "KC" if c not in reachable(user))
    if not rest:
        return NOT_APPLICABLE
    return judged_within(who.privileged, user, rest)


def enforced(who, user):
    if not is_person(user) or not user.password or not user.devices:
        return NOT_APPLICABLE
    contexts = reachable(user)
    if contexts and worst(who.beyond_enrolment, contexts + "M") == NO:
        return NOT_APPLICABLE
    return status(worst(who.beyond_enrolment, contexts))


def self_enrolment(who, user):
    if not is_person(user) or not user.devices:
        return NOT_APPLICABLE
    return status(worst(lambda c: who.may("iam:EnableMFADevice", c, [who.arn]), reachable(user)))


def resistant(who, user):
    if not is_person(user) or not user.devices or worst(who.administers, "KCM") == NO:
        return NOT_APPLICABLE
    return PASS if {d.kind for d in user.devices} == {"fido"} else FAIL


def user_verdicts(account, user):
    who = asked(account, user)
    return {PRIVILEGED: judged_within(who.privileged, user, reachable(user)),
            LATENT: latent(who, user),
            CONTROL: judged_within(who.controls, user, reachable(user)),
            ENFORCED: enforced(who, user), ENROLMENT: self_enrolment(who, user),
            RESISTANT: resistant(who, user)}


def guardrail(account):
    if account.number == story.MANAGEMENT:
        return NOT_APPLICABLE
    text = str(scp_levels(account)).lower()
    users = [all_allowed(account, "unheard-of")]
    users += [all_allowed(account, u.name, u.tags) for u in story.USERS[account.number]
              if u.name in text or "principaltag" in text]      # who may be left out
    role = all_allowed(account, "unheard-of", is_role=True)
    locked = any(role.may(a, "M", role.targets(a)) == YES
                 and all(role.may(a, c, role.targets(a)) == NO for c in "KC")
                 for a in SWITCH_OFF + ON_OTHERS)
    return FAIL if locked else status(first_best(worst(who.controls, "KC") for who in users))


def account_verdicts(account):
    """{check: {resource: status}}."""
    users = story.USERS[account.number]
    out = {check: {} for check in USER_CHECKS}
    for user in users:
        for check, verdict in user_verdicts(account, user).items():
            out[check][wire.user_arn(account, user)] = verdict
    people = [asked(account, u) for u in users if is_person(u)]
    number = sum(worst(asked(account, u).administers, "KCM") != NO for u in users)
    open_to_all = first_best(worst(p.beyond_enrolment, "KC") for p in people)
    out[EVERYONE] = {account.number: status(open_to_all)}
    out[GUARDRAIL] = {account.number: guardrail(account)}
    out[EXCESSIVE] = {account.number: NOT_APPLICABLE if not number else
                      PASS if number <= max(5, len(users) // 10) else FAIL}
    return out
