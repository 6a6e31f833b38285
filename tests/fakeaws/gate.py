"""gate.py - what a request asks and whether it may: service, operation, parameters, signature."""
import json
import urllib.parse
from collections import namedtuple

from fakeaws import detective, sigv4, sts
from fakeaws.errors import AwsError, refusal

# To add one: a row (Version of a query service, or prefix of X-Amz-Target).
VERSIONS = {"2010-05-08": "iam", "2011-06-15": "sts", "2010-08-01": "cloudwatch",
            "2016-11-15": "ec2"}
TARGETS = {
    "AWSOrganizationsV20161128": "organizations",
    "SWBExternalService": "sso-admin",
    "AWSIdentityStore": "identitystore",
    "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101": "cloudtrail",
    "CloudTrail_20131101": "cloudtrail",
    "Logs_20140328": "logs",
    "GraniteServiceVersion20100801": "cloudwatch",
    "AWSCognitoIdentityProviderService": "cognito-idp",
    "DirectoryService_20150416": "ds",
}
SIGNING_NAMES = {"sso-admin": "sso", "cloudwatch": "monitoring"}
GLOBAL = {"iam", "organizations"}
REGIONS = {
    "aws": {"us-east-1", "us-east-2", "us-west-1", "us-west-2", "eu-central-1", "eu-west-1",
            "eu-north-1", "ap-southeast-2"},
    "aws-us-gov": {"us-gov-west-1", "us-gov-east-1"},
    "aws-cn": {"cn-north-1", "cn-northwest-1"},
}
FORM = "application/x-www-form-urlencoded"

# form: what the answer looks like, "query", "json" or "s3".
Asked = namedtuple("Asked", "service operation parameters form")


def from_target(request, target):
    prefix, _, operation = target.rpartition(".")
    service = TARGETS.get(prefix)
    if not service:
        raise AwsError("UnknownOperationException", "X-Amz-Target %s" % target)
    kind = sigv4.header(request, "content-type") or ""
    if not kind.startswith("application/x-amz-json-1."):
        raise AwsError("SerializationException", "Content-Type %s" % kind)
    try:
        parameters = json.loads(request.body)
        if not isinstance(parameters, dict):
            raise ValueError
    except ValueError:
        raise AwsError("SerializationException", "the body is no JSON object") from None
    return Asked(service, operation, parameters, "json")


def from_form(request):
    try:
        pairs = urllib.parse.parse_qsl(request.body.decode(), keep_blank_values=True,
                                       strict_parsing=bool(request.body), max_num_fields=2000)
    except ValueError:
        raise AwsError("MalformedQueryString", "the body is no form") from None
    parameters = dict(pairs)
    if len(parameters) != len(pairs):
        raise AwsError("MalformedInput", "a parameter was sent twice")
    operation, version = parameters.pop("Action", None), parameters.pop("Version", None)
    if not operation:
        raise AwsError("MissingAction", "Missing Action")
    if version not in VERSIONS:
        raise AwsError("InvalidAction", "Could not find operation %s for version %s"
                       % (operation, version))
    return Asked(VERSIONS[version], operation, parameters, "query")


def from_path(request):
    """S3, path style: what can be asked about a bucket, and the list of them."""
    path, query = request.path.decode("latin-1"), request.query.decode("latin-1").rstrip("=")
    name = urllib.parse.unquote(path[1:])
    if request.method == "GET" and query in detective.S3 and name and "/" not in name:
        return Asked("s3", detective.S3[query], {"Bucket": name}, "s3")
    if request.method == "GET" and path == "/" and not query:
        return Asked("s3", "ListBuckets", {}, "s3")
    raise AwsError("InvalidAction", "%s %s is nothing that is served here"
                   % (request.method, path), 404)


def form_of(request):
    kind = sigv4.header(request, "content-type") or ""
    if request.method == "POST" and request.path == b"/":
        if sigv4.header(request, "x-amz-target"):
            return "json"
        if kind.startswith(FORM):
            return "query"
    return "s3"


def asked(request):
    form = form_of(request)
    if form == "json":
        return from_target(request, sigv4.header(request, "x-amz-target"))
    return from_form(request) if form == "query" else from_path(request)


def region_of(request):
    """What the request is signed for; None when it is not."""
    try:
        return sigv4.claim_of(request).region
    except sigv4.Refused:
        return None


def check_scope(claim, service, world):
    """The credential scope names the service and a region where it is asked."""
    name = SIGNING_NAMES.get(service, service)
    if claim.service != name:
        raise refusal("signature", service, "Credential should be scoped to correct service: '%s'. "
                      % name)
    if service in GLOBAL and claim.region != world.region(service):
        raise refusal("signature", service, "Credential should be scoped to a valid region, not "
                      "'%s'. " % claim.region)
    if claim.region not in REGIONS[world.partition]:
        if service == "sts":
            raise AwsError("RegionDisabledException", "STS is not activated in this region for "
                           "account: the region is not enabled", 403)
        raise refusal("unknown-key", service, "The security token included in the request is "
                      "invalid.")


def caller_of(request, question, server):
    """The Caller whose signature the request bears; raises AwsError when there is none.

    None for the one operation that is asked without signature."""
    service = question.service
    if (service, question.operation) in {("sts", name) for name in sts.UNSIGNED} \
            and sigv4.header(request, "authorization") is None:
        return None
    try:
        claim = sigv4.claim_of(request)
        caller = server.identities.find(claim.key_id)
        if not caller or caller.token != sigv4.header(request, "x-amz-security-token"):
            raise sigv4.Refused("unknown-key",
                                "The security token included in the request is invalid.")
        sigv4.verify(request, claim, caller.secret, server.clock())
    except sigv4.Refused as refused:
        error = refusal(refused.kind, service, refused.message)
        error.why = refused.why
        raise error from None
    check_scope(claim, service, server.world)
    if caller.expires and server.clock() >= caller.expires:
        raise refusal("expired", service, "The security token included in the request is expired")
    return caller
