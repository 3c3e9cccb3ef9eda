"""KMS, DynamoDB and a verifier, as far as one sign-in and one certificate go: they answer at once and count."""

import base64
import collections
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Cloud:
    def __init__(self, issuer, token, domain):
        self._counts = collections.Counter()
        # What its answers took to make.
        self.busy_ms = 0.0
        cloud = self
        spki = base64.b64encode(issuer.spki()).decode()
        now = {"N": str(int(time.time() * 1000))}
        session = {"created": now, "email": {"S": f"alice@{domain}"}, "last_seen": now}
        signed = {}
        counts = self._counts

        def answer(operation, asked):
            if operation == "GetPublicKey":
                return {
                    "KeyId": asked["KeyId"], "KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY", "PublicKey": spki,
                    "SigningAlgorithms": ["RSASSA_PKCS1_V1_5_SHA_256"],
                }
            if operation == "Sign":
                digest = base64.b64decode(asked["Message"])
                signature = base64.b64encode(issuer.sign_digest(digest)).decode()
                return {"KeyId": asked["KeyId"], "Signature": signature, "SigningAlgorithm": asked["SigningAlgorithm"]}
            if operation == "GetItem" and asked["Key"]["pk"]["S"].startswith("session#"):
                return {"Item": session}
            return {}

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                operation = self.headers["x-amz-target"].split(".")[-1]
                counts[operation] += 1
                asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
                started = time.perf_counter()
                body = json.dumps(answer(operation, asked)).encode()
                cloud.busy_ms += (time.perf_counter() - started) * 1000
                head = (
                    "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\nx-amzn-requestid: 1\r\n"
                    f"content-length: {len(body)}\r\n\r\n"
                )
                self.wfile.write(head.encode() + body)

            def do_GET(self):
                counts["address_info"] += 1
                body = json.dumps({"type": "secondary", "issuer": domain, "disabled": False, "state": "unknown"}).encode()
                head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
                self.wfile.write(head.encode() + body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def counts(self):
        return self._counts.copy()

    def environment(self):
        return {
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.server.server_address[1]}",
            "AWS_SECRET_ACCESS_KEY": "secret",
        }
