"""damage.py - changes the raw answers of a run directory, and says so, or not, in its query log.

`Run` is a copy that a test may damage. Each change keeps snapshot.json in step with the files, so
that what is tested is the change and not a wrong hash; `log` then changes snapshot.json alone.
"""
import hashlib
import json
from pathlib import Path


class Run:
    """A run directory of one's own: snapshot.json and raw/, not evaluated yet."""

    def __init__(self, path):
        self.path = Path(path)
        self.snapshot = json.loads((self.path / "snapshot.json").read_text(encoding="utf-8"))

    def save(self):
        text = json.dumps(self.snapshot, ensure_ascii=False, indent=2, sort_keys=True)
        (self.path / "snapshot.json").write_text(text + "\n", encoding="utf-8")

    def query(self, account, operation, **parameters):
        """The only query of that operation whose parameters include these."""
        found = [q for q in self.snapshot["queries"]
                 if q["account"] == account and q["operation"] == operation
                 and parameters.items() <= q["parameters"].items()]
        assert len(found) == 1, f"{operation}: {len(found)} queries"
        return found[0]

    def page(self, account, operation, number=0, **parameters):
        return self.query(account, operation, **parameters)["pages"][number]

    def file(self, page):
        return self.path / page["file"]

    def log(self, page, body):
        """Make the query log say that the page is this body."""
        page["size"] = len(body)
        page["sha256"] = hashlib.sha256(body).hexdigest()
        self.save()

    def write(self, page, body):
        """Put another body in the place of a page."""
        self.file(page).write_bytes(body)
        self.log(page, body)

    def edit(self, page, old, new):
        """Replace a piece of a page that is there once."""
        body = self.file(page).read_bytes()
        assert body.count(old) == 1, f"{old!r} is there {body.count(old)} times"
        self.write(page, body.replace(old, new))

    def deny(self, account, operation, **parameters):
        """Have AWS refuse a query."""
        self.deny_query(self.query(account, operation, **parameters))

    def deny_query(self, query):
        for page in query["pages"][1:]:
            self.file(page).unlink()
        del query["pages"][1:]
        page = query["pages"][0]
        page["httpStatus"] = 403
        query["complete"] = False
        query["error"] = {"code": "AccessDenied", "message": "not allowed"}
        if page["file"].endswith(".json"):
            body = b'{"__type":"AccessDeniedException","Message":"not allowed"}'
        else:
            body = (b'<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error>'
                    b"<Type>Sender</Type><Code>AccessDenied</Code><Message>not allowed</Message>"
                    b"</Error><RequestId>r</RequestId></ErrorResponse>")
        self.write(page, body)

    def drop_query(self, query):
        """Take a query out of the log, and its files away."""
        for page in query["pages"]:
            self.file(page).unlink()
        self.snapshot["queries"].remove(query)
        self.save()

    def exclude(self, account, reason):
        """Leave an account out of the scan."""
        for query in [q for q in self.snapshot["queries"] if q["account"] == account]:
            self.drop_query(query)
        for row in self.snapshot["scope"]["accounts"]:
            if row["id"] == account:
                row.update(included=False, reason=reason)
        self.save()
