"""A function's process, and the side of the Lambda Runtime API that it talks to: as little of it as can be, so that what
is measured is the function."""

import json
import os
import socket
import subprocess
import time


def milliseconds(since):
    return (time.perf_counter() - since) * 1000


class Process:
    def __init__(self, path, variables):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(30)
        host, port = self.listener.getsockname()
        environment = {
            "AWS_LAMBDA_RUNTIME_API": f"{host}:{port}",
            "AWS_LAMBDA_FUNCTION_NAME": "bench",
            "AWS_LAMBDA_FUNCTION_VERSION": "1",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
            "AWS_REGION": "eu-west-1",
        }
        self.connection = None
        self.started = time.perf_counter()
        self.process = subprocess.Popen([path], env=environment | variables, stdout=subprocess.DEVNULL)

    def first(self, request):
        """Milliseconds from the start to the first poll and to the first answer, and the answer's status."""
        self._hear()
        polled = milliseconds(self.started)
        status, answered, _ = self._serve(request)
        return polled, answered - self.started * 1000, status

    def again(self, request):
        """Milliseconds from handing over the event to the answer, and its status."""
        status, answered, handed_over = self._serve(request)
        return answered - handed_over, status

    def cpu_ms(self):
        """What the process's threads have used of the processor."""
        total = 0
        for thread in os.listdir(f"/proc/{self.process.pid}/task"):
            with open(f"/proc/{self.process.pid}/task/{thread}/schedstat") as file:
                total += int(file.read().split()[0])
        return total / 1e6

    def stop(self):
        """Ends it; gives its peak memory in MB."""
        with open(f"/proc/{self.process.pid}/status") as file:
            peak = next(line for line in file if line.startswith("VmHWM:"))
        self.process.kill()
        self.process.wait()
        if self.connection:
            self.connection.close()
        self.listener.close()
        return int(peak.split()[1]) / 1024

    def _serve(self, request):
        body = json.dumps(request).encode()
        head = (
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nlambda-runtime-aws-request-id: 1\r\n"
            "lambda-runtime-deadline-ms: 4102444800000\r\nlambda-runtime-invoked-function-arn: arn:aws:lambda:x\r\n"
            f"content-length: {len(body)}\r\n\r\n"
        )
        handed_over = time.perf_counter() * 1000
        self.connection.sendall(head.encode() + body)
        head, answer = self._hear()
        answered = time.perf_counter() * 1000
        assert "/response" in head, head
        self._say("HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n")
        self._hear()
        return json.loads(answer).get("statusCode"), answered, handed_over

    def _say(self, text):
        self.connection.sendall(text.encode())

    def _hear(self):
        """One request: its first line, and its body."""
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._receive()
        head, body = received.split(b"\r\n\r\n", 1)
        lines = head.decode().lower().split("\r\n")
        length = next((int(line.split(":")[1]) for line in lines if line.startswith("content-length:")), 0)
        if "transfer-encoding: chunked" in lines:
            while not body.endswith(b"0\r\n\r\n"):
                body += self._receive()
            return lines[0], unchunked(body)
        while len(body) < length:
            body += self._receive()
        return lines[0], body

    def _receive(self):
        while True:
            if self.connection is None:
                self.connection, _ = self.listener.accept()
                self.connection.settimeout(30)
                self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            received = self.connection.recv(1 << 16)
            if received:
                return received
            self.connection.close()
            self.connection = None


def unchunked(body):
    whole = b""
    while body:
        size, body = body.split(b"\r\n", 1)
        size = int(size, 16)
        whole, body = whole + body[:size], body[size + 2:]
    return whole
