"""PyBrowserID's LocalVerifier on the bench's bundles, the support document in memory: one JSON question a line in,
{"seconds": S, …}; one JSON answer a line out, microseconds of processor a verification (the median of short batches), null
if it is refused."""

import json
import sys
import time

from browserid import LocalVerifier
from browserid.supportdoc import SupportDocumentManager

BATCH_S = 0.02


class InMemory(SupportDocumentManager):
    def __init__(self, documents):
        super().__init__()
        self.documents = documents

    def get_support_document(self, hostname):
        return self.documents[hostname]


def measured(question):
    verifier = LocalVerifier([question["audience"]], trusted_secondaries=(),
                             supportdocs=InMemory({question["domain"]: question["document"]}))
    batches = []
    end = time.process_time() + question["seconds"]
    while time.process_time() < end or len(batches) < 3:
        begun, done = time.process_time(), 0
        while time.process_time() < begun + BATCH_S:
            verifier.verify(question["assertion"], now=question["now"])
            done += 1
        batches.append(1e6 * (time.process_time() - begun) / done)
    return sorted(batches)[len(batches) // 2]


for line in iter(sys.stdin.readline, ""):
    try:
        answer = measured(json.loads(line))
    except Exception:  # every refusal is one there
        answer = None
    print(json.dumps(answer), flush=True)
