"""PyBrowserID's LocalVerifier on the bench's bundles, the support document in memory: one JSON question a line in,
{"seconds": S, …}; one JSON answer a line out, microseconds a verification, the least and the median of short batches."""

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


for line in iter(sys.stdin.readline, ""):
    question = json.loads(line)
    verifier = LocalVerifier([question["audience"]], trusted_secondaries=(),
                             supportdocs=InMemory({question["domain"]: question["document"]}))
    batches = []
    end = time.perf_counter() + question["seconds"]
    while time.perf_counter() < end or len(batches) < 3:
        begun, done = time.perf_counter(), 0
        while time.perf_counter() < begun + BATCH_S or done == 0:
            assert verifier.verify(question["assertion"], now=question["now"])["status"] == "okay"
            done += 1
        batches.append(1e6 * (time.perf_counter() - begun) / done)
    batches.sort()
    print(json.dumps({"least": batches[0], "median": batches[len(batches) // 2]}), flush=True)
