"""endpoints.py - the unsigned places where credentials come from: IMDSv2, container, SSO, OIDC.

Each function takes (server, request) and gives (status, content type, body). To add one: a
function, and a row in ROUTES.
"""
import json
import urllib.parse

from fakeaws.sigv4 import header
from fakeaws.sts import timestamp

IMDS_TOKEN = "fakeaws-imds-token"
CONTAINER_PATH = "/container/credentials"
CONTAINER_TOKEN = "fakeaws-container-token"
SSO = {"accessToken": "fakeaws-sso-access-0", "refreshToken": "fakeaws-sso-refresh",
       "clientId": "fakeaws-sso-client", "clientSecret": "fakeaws-sso-client-secret"}
CREDENTIALS = "/latest/meta-data/iam/security-credentials/"
TEXT, JSON = "text/plain", "application/json"


def session(server, account, name):
    """A session of the world's audit role, for `sessionSeconds` or an hour."""
    world = server.world
    return server.identities.issue(
        account, "arn:%s:sts::%s:assumed-role/%s/%s" % (
            world.partition, account, world.role_name, name),
        "AROAFAKEAWS%s:%s" % (account[:10], name),
        server.clock() + (server.identities.session_seconds or 3600))


def upper_json(issued, **more):
    return json.dumps(dict(more, AccessKeyId=issued.key_id, SecretAccessKey=issued.secret,
                           Token=issued.token, Expiration=timestamp(issued.expires))).encode()


def imds_token(server, request):
    if not (header(request, "x-aws-ec2-metadata-token-ttl-seconds") or "").isdigit():
        return 400, TEXT, b"Missing TTL"
    return 200, TEXT, IMDS_TOKEN.encode()


def imds(server, request):
    """Version 2 only: without the token nothing is told."""
    if header(request, "x-aws-ec2-metadata-token") != IMDS_TOKEN:
        return 401, TEXT, b""
    path = request.path.decode()
    if path in (CREDENTIALS, CREDENTIALS.rstrip("/")):
        return 200, TEXT, server.world.role_name.encode()
    if path == CREDENTIALS + server.world.role_name:
        return 200, JSON, upper_json(session(server, server.world.home, "i-0fakeaws"),
                                     Code="Success", Type="AWS-HMAC",
                                     LastUpdated=timestamp(server.clock()))
    if path == "/latest/meta-data/placement/region":
        return 200, TEXT, server.world.region("iam").encode()
    return 404, TEXT, b""


def container(server, request):
    if header(request, "authorization") != CONTAINER_TOKEN:
        return 401, JSON, b'{"message":"wrong authorization token"}'
    return 200, JSON, upper_json(session(server, server.world.home, "task"),
                                 RoleArn="arn:%s:iam::%s:role/%s" % (
                                     server.world.partition, server.world.home,
                                     server.world.role_name))


def portal(server, request):
    """GetRoleCredentials; times in milliseconds."""
    if header(request, "x-amz-sso_bearer_token") not in server.sso_tokens:
        return 401, JSON, b'{"message":"Session token not found or invalid"}'
    asked = dict(urllib.parse.parse_qsl(request.query.decode()))
    number = asked.get("account_id", "")
    if not server.world.account(number) or asked.get("role_name") != server.world.role_name:
        return 403, JSON, b'{"message":"No access"}'
    issued = session(server, number, "fakeaws-person")
    return 200, JSON, json.dumps({"roleCredentials": {
        "accessKeyId": issued.key_id, "secretAccessKey": issued.secret,
        "sessionToken": issued.token, "expiration": int(issued.expires * 1000)}}).encode()


def oidc(server, request):
    """CreateToken with a refresh token; the old access token stays good."""
    try:
        asked = json.loads(request.body)
    except ValueError:
        asked = {}
    wanted = {k: SSO[k] for k in ("clientId", "clientSecret", "refreshToken")}
    if asked != dict(wanted, grantType="refresh_token"):
        return 400, JSON, b'{"error":"invalid_grant","error_description":"Invalid refresh token"}'
    token = "fakeaws-sso-access-%d" % len(server.sso_tokens)
    server.sso_tokens.add(token)
    return 200, JSON, json.dumps({"accessToken": token, "tokenType": "Bearer", "expiresIn": 28800,
                                  "refreshToken": SSO["refreshToken"]}).encode()


# (method, beginning of the path): (service and operation in the log, function)
ROUTES = {
    ("PUT", "/latest/api/token"): ("imds", "GetToken", imds_token),
    ("GET", "/latest/meta-data/"): ("imds", "GetMetadata", imds),
    ("GET", CONTAINER_PATH): ("container", "GetCredentials", container),
    ("GET", "/federation/credentials"): ("sso", "GetRoleCredentials", portal),
    ("POST", "/token"): ("sso-oidc", "CreateToken", oidc),
}


def find(request):
    """(service, operation, function) or None."""
    path = request.path.decode("latin-1")
    for (method, start), found in ROUTES.items():
        if request.method == method and path.startswith(start):
            return found
    return None
