"""CloudFront sends with each page what `selfsame site build` says that it needs."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from stack import HERE, ROOT, Stack
from test_routes import behaviour

SELFSAME = os.environ.get("SELFSAME_BIN") or str(ROOT / "target" / "debug" / "selfsame")
# Told with each file and not by its place.
OF_THE_FILE = {"cache-control", "content-type"}


def wanted() -> dict:
    """Path → its headers, in the `_headers` of a folder that `site build` makes, for the files that are in it.

    It names more: hosts that read it serve pages without their ending, too.
    """
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        key, public = folder / "key.pem", folder / "public.pem"
        for command in (
            ["openssl", "genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", key],
            ["openssl", "pkey", "-in", key, "-pubout", "-out", public],
            [SELFSAME, "site", "build", "--domain", "my.example", "--spki", public, "--out", folder / "site"],
        ):
            subprocess.run(command, check=True, capture_output=True, timeout=60)
        found, path = {}, None
        for line in (folder / "site" / "_headers").read_text().splitlines():
            if line.startswith("/"):
                path = found.setdefault(line.strip(), {})
            elif line.startswith(" ") and path is not None:
                name, value = line.strip().split(": ", 1)
                path[name.lower()] = value
        return {path: headers for path, headers in found.items() if (folder / "site" / path[1:]).is_file()}


def sent(stack: Stack, path: str) -> dict:
    """The headers that CloudFront adds to what is at a path, for a request of another origin."""
    policy = stack.resources[behaviour(stack, path)["ResponseHeadersPolicyId"]]["Properties"]["ResponseHeadersPolicyConfig"]
    assert set(policy) <= {"Name", "CorsConfig", "CustomHeadersConfig", "SecurityHeadersConfig"}, policy
    headers = {}
    for header in policy.get("CustomHeadersConfig", {}).get("Items", []):
        assert header["Override"] is True
        headers[header["Header"].lower()] = header["Value"]
    for kind, setting in policy["SecurityHeadersConfig"].items():
        assert setting["Override"] is True, kind
        name, value = {
            "ContentSecurityPolicy": lambda s: ("content-security-policy", s["ContentSecurityPolicy"]),
            "ContentTypeOptions": lambda s: ("x-content-type-options", "nosniff"),
            "FrameOptions": lambda s: ("x-frame-options", s["FrameOption"]),
            "ReferrerPolicy": lambda s: ("referrer-policy", s["ReferrerPolicy"]),
            "StrictTransportSecurity": lambda s: (
                "strict-transport-security",
                f"max-age={s['AccessControlMaxAgeSec']}"
                + "; includeSubDomains" * s["IncludeSubdomains"]
                + "; preload" * s["Preload"],
            ),
        }[kind](setting)
        headers[name] = value
    if "CorsConfig" in policy:
        cors = policy["CorsConfig"]
        assert cors["OriginOverride"] is True and cors["AccessControlAllowCredentials"] is False
        (headers["access-control-allow-origin"],) = cors["AccessControlAllowOrigins"]["Items"]
    return headers


class Headers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.wanted, cls.stack = wanted(), Stack(HERE)

    def test_every_file_gets_the_headers_that_it_needs_and_no_others(self):
        self.assertGreater(len(self.wanted), 20)
        self.assertIn("/persona/agent.html", self.wanted)
        for path, headers in self.wanted.items():
            with self.subTest(path):
                headers = {name: value for name, value in headers.items() if name not in OF_THE_FILE}
                self.assertEqual(sent(self.stack, path), headers)

    def test_the_document_gets_them_with_and_without_the_final_slash(self):
        document = sent(self.stack, "/.well-known/browserid")
        self.assertEqual(document["access-control-allow-origin"], "*")
        self.assertEqual(sent(self.stack, "/.well-known/browserid/"), document)

    def test_the_document_is_never_redirected_and_pages_are_never_plain(self):
        for path, policy in (
            ("/.well-known/browserid", "https-only"),
            ("/.well-known/browserid/", "https-only"),
            ("/persona/agent.html", "redirect-to-https"),
            ("/", "redirect-to-https"),
        ):
            self.assertEqual(behaviour(self.stack, path)["ViewerProtocolPolicy"], policy, path)

    def test_a_page_that_nobody_thought_of_gets_the_strictest(self):
        page = sent(self.stack, "/persona/new.html")
        self.assertEqual(page["x-frame-options"], "DENY")
        self.assertEqual(page["cross-origin-opener-policy"], "same-origin")
        self.assertIn("default-src 'none'", page["content-security-policy"])

    def test_the_agent_keeps_its_opener(self):
        self.assertNotIn("cross-origin-opener-policy", sent(self.stack, "/persona/agent.html"))

    def test_cloudfront_keeps_nothing_for_longer_than_a_minute_and_no_error_at_all(self):
        (policy,) = self.stack.of_type("AWS::CloudFront::CachePolicy").values()
        config = policy["CachePolicyConfig"]
        self.assertEqual((config["MinTTL"], config["DefaultTTL"], config["MaxTTL"]), (0, 60, 60))
        key = config["ParametersInCacheKeyAndForwardedToOrigin"]
        self.assertEqual(key["QueryStringsConfig"], {"QueryStringBehavior": "none"})
        distribution = self.stack.resources["Distribution"]["Properties"]["DistributionConfig"]
        for error in distribution["CustomErrorResponses"]:
            self.assertEqual(set(error), {"ErrorCode", "ErrorCachingMinTTL"}, "a page in place of an answer of the functions")
            self.assertEqual(error["ErrorCachingMinTTL"], 0)

    def test_the_list_of_the_bucket_is_nobodys_business(self):
        distribution = self.stack.resources["Distribution"]["Properties"]["DistributionConfig"]
        self.assertTrue(distribution["DefaultRootObject"])
        self.assertNotIn(f"/{distribution['DefaultRootObject']}", self.wanted)

    def test_a_distribution_speaks_new_tls_and_both_kinds_of_addresses(self):
        distribution = self.stack.resources["Distribution"]["Properties"]["DistributionConfig"]
        self.assertEqual(distribution["ViewerCertificate"]["MinimumProtocolVersion"], "TLSv1.2_2021")
        self.assertIs(distribution["IPV6Enabled"], True)
        self.assertEqual(distribution["Aliases"], ["my.example"])

    def test_the_account_has_room_for_the_policies(self):
        self.assertLessEqual(len(self.stack.of_type("AWS::CloudFront::ResponseHeadersPolicy")), 10)  # of 20
        behaviours = self.stack.resources["Distribution"]["Properties"]["DistributionConfig"]["CacheBehaviors"]
        self.assertLessEqual(len(behaviours), 24)  # of 25, with the default
