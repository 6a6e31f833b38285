"""member_root.py - IAM as a session of a member's root user sees it: its own credentials only."""
import sample_root
import sample_story as story

from fakeaws.errors import AwsError

# AWS's policy IAMAuditRootUserCredentials, as far as it is served here.
ALLOWED = set(sample_root.OPERATIONS) | {"GetAccountSummary"}


def root_of(q):
    """The sample's story; a generated account's root has a password and one strong device."""
    number = q.account.number
    if number in story.USERS and number in sample_root.ROOTS:
        return sample_root.ROOTS[number]
    device = ("hardware", "GAHT%s" % number[4:], "2025-02-03T08:00:00Z") if int(number) % 2 else (
        "fido", "root-key", "2025-02-03T08:00:00Z")
    return sample_root.Root([device], "2021-05-04T10:00:00Z", [], [])


def answer(q):
    """The content of the answer; raises AwsError."""
    if q.service != "iam" or q.operation not in ALLOWED or q.parameters:
        raise AwsError("AccessDenied", "User: %s is not authorized to perform: %s:%s because no "
                       "session policy allows it" % (q.caller.arn, q.service, q.operation), 403)
    content = sample_root.content(q.account.row, root_of(q), q.operation)
    if content is None:
        raise AwsError("NoSuchEntity", sample_root.NO_PASSWORD, 404)
    return content
