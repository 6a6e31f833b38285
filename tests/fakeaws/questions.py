"""questions.py - what an operation's function is given and what it may give back."""
from collections import namedtuple


class Question(namedtuple("Question", "world identities account caller asked now region")):
    """world, account: of worlds.py; caller, of identities: None when unsigned, then there is no
    account; asked: gate.Asked; now: the server's clock; region: what the request was signed for."""
    service = property(lambda self: self.asked.service)
    operation = property(lambda self: self.asked.operation)
    parameters = property(lambda self: self.asked.parameters)


# build(first, last) gives the content of that part; largest, usual: the page's size.
Paged = namedtuple("Paged", "count build largest usual")


def empty_xml(name, truncated=None):
    """An operation that lists nothing."""
    tail = [("IsTruncated", "false")] if truncated else []
    return lambda q: [(name, [])] + tail


def empty_json(**lists):
    return lambda q: dict(lists)
