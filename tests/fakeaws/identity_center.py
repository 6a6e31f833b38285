"""identity_center.py - sso-admin and identitystore, from the world's Center (sample_federation.py).

To add an operation: a row in SSO_ADMIN or STORE there.
"""
import sample_federation as federation

from fakeaws.errors import AwsError, refusal
from fakeaws.questions import Paged


def asked_of(q):
    """The Center that the caller may read, in its region."""
    center = q.world.center
    if q.account.number != center.owner:
        raise refusal("denied", q.service, "You do not have sufficient access to perform this "
                      "action.")
    named = q.parameters.get("InstanceArn"), q.parameters.get("IdentityStoreId")
    if q.region != center.region or named not in (
            (federation.instance_arn(center), None), (None, federation.store_id(center))):
        raise AwsError("ResourceNotFoundException", "Instance not found.")
    return center


def instances(q):
    """Every account may ask; the instance shows in its own region, to its owner."""
    center = q.world.center
    shows = q.region == center.region and q.account.number == center.owner
    return {"Instances": federation.instances(center) if shows else []}


def answering(key, function):
    """The operation: one thing, or the rows of a list under that name."""
    def answer(q):
        try:
            found = function(asked_of(q), q.parameters)
        except federation.Missing as missing:
            raise AwsError("ResourceNotFoundException", str(missing)) from None
        if not key:
            return found
        return Paged(len(found), lambda first, last: {key: found[first:last]}, 100, 100)
    return answer


SSO_ADMIN = {name: answering(*row) for name, row in federation.SSO_ADMIN.items()}
SSO_ADMIN["ListInstances"] = instances
STORE = {name: answering(*row) for name, row in federation.STORE.items()}
