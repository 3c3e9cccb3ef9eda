"""A domain with a support document at a public-looking address, in a network of our own where nobody else is."""

import json
import os
import ssl
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Any public address: in this network it leads to ourselves.
ADDRESS = "93.184.215.14"
MARK = "SELFSAME_BENCH_INSIDE"


def inside():
    """Starts the program again in namespaces of its own, if it may. False if it may not."""
    if os.environ.get(MARK):
        return True
    if os.geteuid() != 0:
        return False
    os.environ[MARK] = "1"
    os.execvp("unshare", ["unshare", "--net", "--mount", sys.executable, *sys.argv])


class Site:
    """`domain`, and as many domains below it as are named in `others`: all publish the same."""

    def __init__(self, folder, domain, issuer, others):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        subprocess.run(["ip", "address", "add", f"{ADDRESS}/32", "dev", "lo"], check=True)
        hosts = folder / "hosts"
        names = "".join(f"{ADDRESS} {name}\n" for name in (domain, *others))
        hosts.write_text(f"127.0.0.1 localhost\n{names}")
        subprocess.run(["mount", "--bind", hosts, "/etc/hosts"], check=True)
        self.root = certificates(folder, domain)

        document = json.dumps({
            "public-key": issuer.to_json(),
            "authentication": "/persona/sign_in.html",
            "provisioning": "/persona/provision.html",
        }).encode()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # as every web server does

            def do_GET(self):
                head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(document)}\r\n\r\n"
                self.wfile.write(head.encode() + document)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer((ADDRESS, 443), Handler)
        server.handle_error = lambda *_: None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "site.pem", folder / "site.key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()


def certificates(folder, domain):
    """An authority, and a certificate of it for the domain; gives the authority's."""
    def openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)

    elliptic = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    openssl("req", "-x509", *elliptic, "-subj", "/CN=bench", "-keyout", folder / "ca.key", "-out", folder / "ca.pem")
    openssl("req", "-new", *elliptic[:5], "-subj", f"/CN={domain}", "-keyout", folder / "site.key",
            "-out", folder / "site.csr")
    (folder / "names").write_text(f"subjectAltName=DNS:{domain},DNS:*.{domain}\n")
    openssl("x509", "-req", "-in", folder / "site.csr", "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key",
            "-CAcreateserial", "-days", "2", "-extfile", folder / "names", "-out", folder / "site.pem")
    return (folder / "ca.pem").read_text()
