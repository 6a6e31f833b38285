"""errors.py - an AWS error: its code, its message and its HTTP status."""


class AwsError(Exception):
    def __init__(self, code, message, status=400):
        super().__init__(code, message, status)
        self.code, self.message, self.status = code, message, status


# What the same refusal is called by the query protocol (iam, sts) and by the JSON services.
# To add one: a row here, raised by its key with refusal().
REFUSALS = {
    "missing": (("MissingAuthenticationToken", 403), ("MissingAuthenticationTokenException", 400)),
    "incomplete": (("IncompleteSignature", 400), ("IncompleteSignatureException", 400)),
    "unknown-key": (("InvalidClientTokenId", 403), ("UnrecognizedClientException", 400)),
    "signature": (("SignatureDoesNotMatch", 403), ("InvalidSignatureException", 400)),
    "expired": (("ExpiredToken", 403), ("ExpiredTokenException", 400)),
    "denied": (("AccessDenied", 403), ("AccessDeniedException", 400)),
    "throttled": (("Throttling", 400), ("ThrottlingException", 400)),
    "failure": (("ServiceFailure", 500), ("InternalFailure", 500)),
    "validation": (("ValidationError", 400), ("ValidationException", 400)),
    "content-hash": (("InvalidRequest", 400), ("InvalidRequest", 400)),
}
OWN_WORDS = {("organizations", "throttled"): ("TooManyRequestsException", 400),
             ("organizations", "failure"): ("ServiceException", 500),
             ("organizations", "validation"): ("InvalidInputException", 400),
             ("ec2", "denied"): ("UnauthorizedOperation", 403),
             ("ec2", "unknown-key"): ("AuthFailure", 401),
             ("ec2", "throttled"): ("RequestLimitExceeded", 503),
             ("s3", "unknown-key"): ("InvalidAccessKeyId", 403),
             ("s3", "throttled"): ("SlowDown", 503), ("s3", "failure"): ("InternalError", 500)}
QUERY_SERVICES = {"iam", "sts", "cloudwatch", "s3", "ec2"}


def refusal(kind, service, message):
    """The AwsError of this kind in the words of the service."""
    words = OWN_WORDS.get((service, kind)) or REFUSALS[kind][service not in QUERY_SERVICES]
    return AwsError(words[0], message, words[1])
