"""ec2.py - EC2, as far as DryRun goes: nothing is ever made here, and what is asked is refused.

The control endpoint's `dryRun` says otherwise: "allowed", or "done" as if DryRun were not there.
"""
from fakeaws.errors import AwsError, refusal


def dry_run(q):
    if q.parameters.get("DryRun") != "true":
        raise AwsError("FakeAwsIsBroken", "EC2 is asked with DryRun only", 400)
    if q.identities.dry_run == "allowed":
        raise AwsError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.",
                       412)
    if q.identities.dry_run == "denied":
        raise refusal("denied", "ec2", "You are not authorized to perform this operation.")
    return [("return", "true")]


TABLE = {name: dry_run for name in ("CreateInternetGateway", "CreateVpc", "DeleteKeyPair")}
