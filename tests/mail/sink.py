#!/usr/bin/env python3
"""An SMTP server (aiosmtpd) that delivers to standard output, and behaves as badly as it is told.

    tests/mail/.venv/bin/python tests/mail/sink.py [--port N]

It listens on 127.0.0.1 only, without TLS and without authentication, on the port given or a free one. Everything that it
says is a line of JSON:

    {"event": "listening", "port": 40123}
    {"event": "mail", "port": 40123, "from": "…", "to": ["…"], "secure": false, "user": null,
     "headers": {"Subject": "…", …}, "text": "…", "html": "…", "code": "123456", "raw": "…"}
    {"event": "closed", "port": 40123, "commands": ["EHLO", "MAIL", …], "secure": false}

`text` and `html` are decoded; `code` is the line of the text part that is six digits, null if there is none. "closed" says
that a connection is over, and every command that came in it. When its standard input ends, so does the sink.

Some recipients are special, whatever the listener: `reply-550@…` is answered 550 at RCPT (any code), `after-554@…` when the
mail is there.

On standard input it takes lines of JSON, each a listener more, answered by a "listening" line with the same "id":

    {"id": 7, "tls": "starttls", "certificate": "cert.pem", "key": "key.pem", "user": "u", "password": "p",
     "mechanisms": ["PLAIN"], "faults": {"rcpt": "450 4.2.0 later"}}

`tls`: none, starttls, implicit. With `user`, mail is taken only after AUTH. `mechanisms`: those that are offered. A fault is
what happens at a stage (greeting, ehlo, starttls, auth, mail, rcpt, data, body, quit) instead of the right thing:

    "450 …"         this answer (`\\n` between its lines)
    "hang"          nothing, for ever
    "drop"          the connection ends
    "garbage"       bytes that are no SMTP
    "endless line"  a line that does not end
    "endless lines" an answer that does not end
    "smuggle"       (starttls) answers to commands that were not given yet, in plain text behind the right one
    "no tls"        (starttls) the right answer, and nothing after it
"""

import argparse
import asyncio
import email
import email.policy
import functools
import json
import logging
import re
import ssl
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")  # aiosmtpd warns of what is the point here: passwords without TLS


def say(event: str, **what) -> None:
    print(json.dumps({"event": event, **what}), flush=True)


class Sink(SMTP):
    """One connection."""

    def __init__(self, port: int, told: dict, context):
        self.faults = told.get("faults", {})
        self.commands = []
        self.port = port
        self.stage = "greeting"
        self.is_over = False
        self.is_implicit = told.get("tls") == "implicit"
        offered = told.get("mechanisms", ["LOGIN", "PLAIN"])
        user = told.get("user")
        super().__init__(
            self,
            hostname="sink.example",
            ident="sink",
            tls_context=None if self.is_implicit else context,
            auth_required=user is not None,
            auth_require_tls=told.get("tls") == "starttls",
            auth_exclude_mechanism=[m for m in ("LOGIN", "PLAIN") if m not in offered],
            authenticator=functools.partial(authenticate, (user, told.get("password"))),
        )
        for name, method in self._smtp_methods.items():
            self._smtp_methods[name] = self.watched(name, method)

    def watched(self, name: str, method):
        @functools.wraps(method)
        async def wrapped(argument):
            self.commands.append(name)
            self.stage = name.lower()
            fault = self.faults.get(self.stage)
            if fault in (None, "smuggle", "no tls"):
                await method(argument)
            else:
                await self.misbehave(fault)

        return wrapped

    @property
    def secure(self) -> bool:
        return self.is_implicit or (self.session is not None and self.session.ssl is not None)

    async def push(self, status):
        if self.stage == "greeting" and "greeting" in self.faults:
            self.stage = "after"
            return await self.misbehave(self.faults["greeting"])
        if self.stage == "starttls" and self.faults.get("starttls") == "smuggle":
            status += "\r\n250-smuggled\r\n250 AUTH PLAIN LOGIN"
        await super().push(status)
        if self.stage == "starttls" and self.faults.get("starttls") == "no tls":
            await self.misbehave("hang")

    async def misbehave(self, fault: str) -> None:
        if fault == "hang":
            await asyncio.Event().wait()
        elif fault == "drop":
            self.transport.abort()
        elif fault == "garbage":
            self._writer.write(b"\x00\xff hello\r\n")
        elif fault == "endless line":
            await self.repeat(b"250-" + b"a" * 65536)
        elif fault == "endless lines":
            await self.repeat((b"250-" + b"a" * 70 + b"\r\n") * 1000)
        else:
            await super().push(fault.replace("\n", "\r\n"))

    async def repeat(self, what: bytes) -> None:
        while not self.transport.is_closing():
            self._writer.write(what)
            await self._writer.drain()
            await asyncio.sleep(0)  # a full buffer may be the only other reason to let others run

    async def handle_RCPT(self, server, session, envelope, address, options):
        special = re.match(r"reply-(\d{3})@", address)
        if special:
            return f"{special[1]} for <{address}>"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if "body" in self.faults:
            fault = self.faults["body"]
            if not fault[0].isdigit():
                await self.misbehave(fault)
            return fault
        for address in envelope.rcpt_tos:
            special = re.match(r"after-(\d{3})@", address)
            if special:
                return f"{special[1]} for <{address}>"
        self.deliver(envelope, session.auth_data)
        return "250 OK"

    def deliver(self, envelope, user) -> None:
        raw = envelope.original_content
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        parts = {}
        for part in mail.walk():
            if not part.is_multipart():
                parts.setdefault(part.get_content_subtype(), part.get_content())
        text = parts.get("plain", "").replace("\r\n", "\n")
        code = re.search(r"^\d{6}$", text, re.MULTILINE)
        say(
            "mail",
            port=self.port,
            to=envelope.rcpt_tos,
            secure=self.secure,
            user=user,
            headers={name: str(value) for name, value in mail.items()},
            text=text,
            html=parts.get("html", "").replace("\r\n", "\n"),
            code=code[0] if code else None,
            raw=raw.decode("latin-1"),
            **{"from": envelope.mail_from},
        )

    def eof_received(self) -> bool:
        super().eof_received()
        return False  # nobody is left to talk to: close, whatever we were at

    def connection_lost(self, error) -> None:
        if not self.is_over:  # TLS below this one tells of the loss too
            self.is_over = True
            say("closed", port=self.port, commands=self.commands, secure=self.secure)
        if self.transport is not None:
            super().connection_lost(error)


def authenticate(expected, server, session, envelope, mechanism, data) -> AuthResult:
    given = (data.login.decode(), data.password.decode())
    if given != expected:
        return AuthResult(success=False, handled=False)
    return AuthResult(success=True, auth_data=given[0])


async def listen(told: dict) -> None:
    context = None
    if told.get("tls", "none") != "none":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(told["certificate"], told["key"])
    known = {}
    server = await asyncio.get_running_loop().create_server(
        lambda: Sink(known["port"], told, context),
        "127.0.0.1",
        told.get("port", 0),
        ssl=context if told.get("tls") == "implicit" else None,
    )
    known["port"] = server.sockets[0].getsockname()[1]
    listeners.append(server)
    say("listening", port=known["port"], **({"id": told["id"]} if "id" in told else {}))


listeners = []  # kept, or they would be closed


async def main() -> None:
    options = argparse.ArgumentParser(description="An SMTP server that delivers to standard output.")
    options.add_argument("--port", type=int, default=0)
    await listen({"port": options.parse_args().port})
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda *_: None)  # connections end in every way here
    told = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(told), sys.stdin)
    while line := await told.readline():
        await listen(json.loads(line))


if __name__ == "__main__":
    asyncio.run(main())
