"""PyBrowserID for the tests: one JSON question a line in, one JSON answer a line out."""

import json
import sys

from browserid import LocalVerifier, RemoteVerifier
from browserid.errors import InvalidIssuerError
from browserid.supportdoc import SupportDocumentManager
from browserid.tests.support import fetch_support_document, make_assertion


class GivenDocuments(SupportDocumentManager):
    """Support documents out of the question instead of the network."""

    def __init__(self, documents):
        super(GivenDocuments, self).__init__()
        self.documents = documents

    def fetch_support_document(self, hostname):
        if hostname not in self.documents:
            raise InvalidIssuerError("Host %r does not declare support for BrowserID" % hostname)
        return self.documents[hostname]


def local(question):
    verifier = LocalVerifier([question["audience"]], trusted_secondaries=(),
                             supportdocs=GivenDocuments(question["documents"]))
    return verifier.verify(question["assertion"], now=question.get("now"))


def remote(question):
    verifier = RemoteVerifier([question["audience"]], verifier_url=question["url"])
    return verifier.verify(question["assertion"])


def make(question):
    return {"assertion": make_assertion(**question["with"])}


def document(question):
    return fetch_support_document(question["domain"])


OPERATIONS = {"local": local, "remote": remote, "make": make, "document": document}


def answer(question):
    try:
        return OPERATIONS[question.pop("op")](question)
    except Exception as error:  # every refusal is an exception there
        return {"status": "failure", "error": type(error).__name__, "reason": str(error)}


for line in iter(sys.stdin.readline, ""):
    sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
    sys.stdout.flush()
