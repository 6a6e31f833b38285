"""sample_simulation.py - what AWS's policy simulator says: iam:SimulatePrincipalPolicy.

Decided by tests/e2e/iam_oracle.py as AWS documents the simulator: keys that it is not told are
absent, and statements of SCPs with conditions on global keys are not seen. It serves any account's
rows and any Tree, so that tests/fakeaws answers with it too.
"""
import json
import re

import sample_story as story
import sample_wire as wire
import verdicts_enforcement as enforcement
from verdicts_enforcement import iam_oracle

# Of how many users of each account a second opinion is asked, and who they are, in that order. The
# rule is scanner/policy/sample.h; a user that the program asks about and that is not here is a
# failed query of the sample.
ASKED = 2
SAMPLE = {
    story.MANAGEMENT: ["sample-admin-01", "sample-admin-02"],
    story.PRODUCTION: ["sample-admin-04", "sample-admin-05"],
    story.SANDBOX: ["sample-admin-09", "sample-admin-14"],
}
ACTIONS = """cloudtrail:StopLogging iam:AttachUserPolicy iam:CreateAccessKey iam:CreateLoginProfile
    iam:CreatePolicyVersion iam:DeactivateMFADevice iam:DeleteVirtualMFADevice iam:PutRolePolicy
    iam:UpdateAccountPasswordPolicy iam:UpdateAssumeRolePolicy lambda:CreateFunction
    organizations:LeaveOrganization""".split()
MFA = "aws:MultiFactorAuthPresent"

# ------------------------------------------------------------------------------------ the question


def parameters(account, user, key_is_false):
    asked = {"ActionNames.member.%d" % (i + 1): name for i, name in enumerate(ACTIONS)}
    asked.update({"MaxItems": "1000", "PolicySourceArn": wire.user_arn(account, user),
                  "ResourceArns.member.1": "*"})
    if key_is_false:
        asked.update({"ContextEntries.member.1.ContextKeyName": MFA,
                      "ContextEntries.member.1.ContextKeyType": "boolean",
                      "ContextEntries.member.1.ContextKeyValues.member.1": "false"})
    return asked


def numbered(asked, name):
    """The members of a list of the query protocol, in order."""
    found = {int(m.group(1)): value for key, value in asked.items()
             if (m := re.fullmatch(re.escape(name) + r"\.member\.(\d+)", key))}
    return [found[number] for number in sorted(found)]


def told(asked):
    """{key: values} of ContextEntries."""
    keys, number = {}, 1
    while "ContextEntries.member.%d.ContextKeyName" % number in asked:
        entry = "ContextEntries.member.%d." % number
        keys[asked[entry + "ContextKeyName"]] = numbered(asked, entry + "ContextKeyValues")
        number += 1
    return keys


def questions(account):
    """[(operation, parameters, pages)] of the sample."""
    users = {user.name: user for user in story.USERS[account.number]}
    rows = []
    for name in SAMPLE[account.number]:
        for key_is_false in (False, True):
            asked = parameters(account, users[name], key_is_false)
            results = [result(account, users[name], action, asked) for action in ACTIONS]
            rows.append(("SimulatePrincipalPolicy", asked, [(content(results), None)]))
    return rows


# -------------------------------------------------------------------------------------- the answer


def has_global_key(statement):
    return any(key.lower().startswith("aws:") for block in statement.get("Condition", {}).values()
               for key in block)


def seen(text):
    """An SCP as the simulator sees it."""
    document = json.loads(text)
    statements = enforcement.as_list(document["Statement"])
    return json.dumps({**document,
                       "Statement": [s for s in statements if not has_global_key(s)]})


def documents(account, user):
    """[(id, type, text)] of what is the user's own, and its groups'."""
    found = []
    for holder in [user] + [g for g in story.GROUPS[account.number] if g.name in user.groups]:
        kind = "user" if holder is user else "group"
        for reference in holder.attached:
            found.append((reference.rpartition(":")[2],
                          "aws-managed" if reference.startswith("aws:") else "user-managed",
                          enforcement.document(account, reference)))
        for name, document in holder.inline:
            found.append(("%s_%s_%s" % (kind, holder.name, name), kind, document))
    return [(name, kind, json.dumps(document)) for name, kind, document in found]


def named_keys(texts):
    """Keys that conditions and variables of the policies look at, as written."""
    keys = set()
    for text in texts:
        for statement in enforcement.as_list(json.loads(text)["Statement"]):
            for block in statement.get("Condition", {}).values():
                keys.update(block)
        keys.update(re.findall(r"\$\{([^},]+)", text))
    return keys


def decided(layers, keys, action, user_arn, account):
    return iam_oracle.decide({
        "action": action, "target": "*", **layers,
        "keys": {key.lower(): values for key, values in keys.items()},
        "caller": {"arn": user_arn, "account": account.number}})[0]


def layers_of(account, user, tree):
    own = documents(account, user)
    levels = enforcement.scp_levels(account, *([tree] if tree else []))
    layers = {"identity": [text for _, _, text in own],
              "scps": [[seen(text) for text in level] for level in levels]}
    if user.boundary:
        layers["boundary"] = [json.dumps(enforcement.document(account, user.boundary))]
    return own, layers


def matched(own, keys, action, arn, account, word):
    """The policies that decided by themselves."""
    rows = []
    for name, kind, text in own:
        if word != "implicitDeny" and decided({"identity": [text], "scps": []}, keys, action, arn,
                                              account) == word:
            rows.append([("SourcePolicyId", name), ("SourcePolicyType", kind),
                         ("StartPosition", [("Line", "1"), ("Column", "1")]),
                         ("EndPosition", [("Line", "1"), ("Column", str(len(text)))])])
    return rows


def result(account, user, action, asked, tree=None):
    """One member of EvaluationResults."""
    keys, arn = told(asked), wire.user_arn(account, user)
    own, layers = layers_of(account, user, tree)
    word = decided(layers, keys, action, arn, account)
    texts = layers["identity"] + layers.get("boundary", [])
    supplied = {key.lower() for key in keys}
    missing = sorted(key for key in named_keys(texts) if key.lower() not in supplied)
    row = [("EvalActionName", action), ("EvalResourceName", "*"), ("EvalDecision", word),
           ("MatchedStatements", wire.members(matched(own, keys, action, arn, account, word))),
           ("MissingContextValues", wire.members(missing))]
    if layers["scps"]:
        granted = decided({"identity": [json.dumps(story.policy(story.allow("*")))],
                           "scps": layers["scps"]}, keys, action, arn, account) == "allowed"
        row.append(("OrganizationsDecisionDetail",
                    [("AllowedByOrganizations", "true" if granted else "false")]))
    if "boundary" in layers:
        granted = decided({"identity": layers["boundary"], "scps": []}, keys, action, arn,
                          account) == "allowed"
        row.append(("PermissionsBoundaryDecisionDetail",
                    [("AllowedByPermissionsBoundary", "true" if granted else "false")]))
    return row


def content(results):
    return [("IsTruncated", "false"), ("EvaluationResults", wire.members(results))]
