"""One list of routes: in the template, in the routers, in what the pages call."""

import re
import unittest
from fnmatch import fnmatchcase

from stack import CERTIFIER, CHOICES, ELSEWHERE, FALLBACK, HERE, ROOT, Stack, is_fallback

WEB = ROOT / "shared" / "web" / "src"
PAGES = ROOT / "static" / "persona"

# The route of the contract ends in a slash, which no route of an HTTP API can; all of these lead to the function.
SIGN = {"/persona/sign", "/persona/sign/{proxy+}", "$default"}


# Routers that are not the sign-in function's: its own is made of every other file.
OTHERS = {"certifier.rs", "fallback.rs", "panic.rs", "sign.rs", "verify.rs"}


def routes_of_router(name: str) -> set:
    """The paths that a router answers at, from its source."""
    files = [WEB / f"{name}.rs"]
    if name == "sign_in":
        files = [file for file in WEB.rglob("*.rs") if file.name not in OTHERS]
    return {path for file in files for path in re.findall(r'\.route\(\s*"([^"]+)"', file.read_text())}


def calls_of_pages() -> set:
    """(method, path) of every call of a function that a page makes, from their sources."""
    calls = set()
    for script in PAGES.rglob("*.js"):
        for method, path in re.findall(r"\bapi\(\s*'([A-Z]+)',\s*['`]([^'`?$]+)", script.read_text()):
            calls.add((method, path))
    return calls


def routes_of_template(stack: Stack) -> dict:
    """From the path of a route to the binary behind it."""
    integrations = stack.of_type("AWS::ApiGatewayV2::Integration")
    binaries = {}
    for route in stack.of_type("AWS::ApiGatewayV2::Route").values():
        function = integrations[route["Target"].removeprefix("integrations/")]["IntegrationUri"].removesuffix(".Arn")
        method, _, path = route["RouteKey"].rpartition(" ")
        assert (method, path == "$default") in (("ANY", False), ("", True)), route
        assert path not in binaries, f"{path} stands there twice"
        binaries[path] = stack.written["Resources"][function]["Metadata"]["BuildProperties"]["Binary"]
    return binaries


def behaviour(stack: Stack, path: str) -> dict:
    """What CloudFront does with a path: the first pattern that fits, or the default."""
    config = stack.resources["Distribution"]["Properties"]["DistributionConfig"]
    for candidate in config["CacheBehaviors"]:
        if fnmatchcase(path, candidate["PathPattern"]):
            return candidate
    return config["DefaultCacheBehavior"]


def routes_of_functions(parameters: dict) -> set:
    """The paths that a stack's functions behind the API answer at."""
    people = ["fallback"] if is_fallback(parameters) else ["panic", "sign_in"]
    return routes_of_router("sign").union(*map(routes_of_router, people))


class Routes(unittest.TestCase):
    def test_the_template_leads_every_route_of_the_routers_to_its_function_and_has_no_other(self):
        sign, sign_in, panic = map(routes_of_router, ("sign", "sign_in", "panic"))
        self.assertEqual(panic, {"/persona/panic"})
        self.assertEqual(sign, {"/persona/sign", "/persona/sign/"})
        self.assertGreaterEqual(len(sign_in), 5)
        own = {path: "sign" for path in SIGN} | {path: "sign-in" for path in sign_in} | {path: "panic" for path in panic}
        # What else there is in the one kind leads to a 404 of the other: nothing that the stage names may be missing.
        only_own = {"/persona/enrolment", "/persona/enrolment/look"}
        fallback = {path: "fallback" for path in SIGN | routes_of_router("fallback") | panic | (sign_in - only_own)}
        self.assertLessEqual({"/persona/proof", "/persona/proof/confirm", "/persona/session"}, set(fallback))
        for parameters in CHOICES:
            with self.subTest(parameters):
                self.assertEqual(routes_of_template(Stack(parameters)), fallback if is_fallback(parameters) else own)

    def test_the_pages_call_nothing_else_and_nothing_is_there_for_nobody(self):
        calls = calls_of_pages()
        documents = {("GET", "/.well-known/browserid")}
        routes = routes_of_functions(HERE) | routes_of_functions(FALLBACK)
        self.assertLessEqual({path for _, path in calls - documents}, routes)
        uncalled = routes - {path for _, path in calls}
        # The form without the slash, and what people and monitors ask.
        self.assertEqual(uncalled, {"/persona/sign", "/persona/health"})
        self.assertIn(("POST", "/persona/sign/"), calls)
        self.assertIn(("DELETE", "/persona/session"), calls)
        self.assertLessEqual({("POST", "/persona/proof"), ("POST", "/persona/proof/confirm")}, calls)

    def test_cloudfront_leads_what_has_no_dot_below_persona_to_the_functions_and_everything_else_to_the_bucket(self):
        stack, fallback = Stack(HERE), Stack(FALLBACK)
        for path in sorted(routes_of_functions(HERE) | routes_of_functions(FALLBACK)) + ["/persona/nothing", "/persona/sign/a/b"]:
            with self.subTest(path):
                self.assertNotIn(".", path, "it would be a file")
                self.assertEqual(behaviour(stack, path)["TargetOriginId"], "functions")
                self.assertEqual(behaviour(fallback, path), behaviour(stack, path))
        pages = ["/", "/.well-known/browserid", "/.well-known/browserid/", "/nothing", "/sign", "/persona/own/logo.svg", "/persona"]
        pages += [f"/persona/{page.relative_to(PAGES)}" for page in PAGES.rglob("*.*") if page.is_file()]
        self.assertIn("/persona/sign_in.html", pages)
        self.assertIn("/persona/prove.html", pages)
        for path in pages:
            with self.subTest(path):
                self.assertEqual(behaviour(stack, path)["TargetOriginId"], "pages")
                self.assertEqual(behaviour(fallback, path), {**behaviour(stack, path)})

    def test_functions_get_every_method_and_what_they_need_of_a_request_and_no_referrer(self):
        headers = ["CloudFront-Viewer-Address", "Content-Type", "Origin", "Sec-Fetch-Site", "Accept-Language"]
        for parameters, cookies, more in (
            (HERE, {"CookieBehavior": "all"}, ["User-Agent"]),
            (FALLBACK, {"CookieBehavior": "whitelist", "Cookies": ["__Host-selfsame", "__Host-selfsame-proof"]}, []),
        ):
            stack = Stack(parameters)
            policy = stack.of_type("AWS::CloudFront::OriginRequestPolicy")["ApiRequests"]["OriginRequestPolicyConfig"]
            self.assertEqual(policy["CookiesConfig"], cookies)
            self.assertEqual(policy["QueryStringsConfig"], {"QueryStringBehavior": "all"})
            self.assertEqual(policy["HeadersConfig"], {"HeaderBehavior": "whitelist", "Headers": headers + more})
        cookie = (WEB / "cookie.rs").read_text()
        names = set(re.findall(r'"(__Host-selfsame[a-z-]*)"', cookie))
        self.assertEqual(names, {"__Host-selfsame", *(f"__Host-selfsame-{kind}" for kind in ("device", "passkey", "proof"))})
        # Whatever a router reads of a request beside what every one of them does must come through. A header that nobody
        # reads stays outside: each is a trace of whoever asks.
        read = {name for file in WEB.rglob("*.rs") for name in re.findall(r"\b(ACCEPT_LANGUAGE|REFERER|USER_AGENT)\b", file.read_text())}
        self.assertLessEqual(read, {"ACCEPT_LANGUAGE", "USER_AGENT"})
        for stack, path in [(Stack(p), path) for p in (HERE, FALLBACK) for path in routes_of_functions(p)]:
            found = behaviour(stack, path)
            self.assertEqual(
                set(found["AllowedMethods"]), {"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"}, path
            )
            self.assertEqual(found["OriginRequestPolicyId"], "ApiRequests", path)
            self.assertEqual(found["CachePolicyId"], "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", path)  # CachingDisabled
            self.assertEqual(found["ViewerProtocolPolicy"], "https-only", path)

    def test_every_route_has_a_throttle_of_its_own(self):
        for parameters in (HERE, ELSEWHERE, FALLBACK):
            stack = Stack(parameters)
            stage = stack.resources["ApiStage"]
            keys = {route["RouteKey"] for route in stack.of_type("AWS::ApiGatewayV2::Route").values()}
            throttles = stage["Properties"]["RouteSettings"]
            self.assertEqual(set(throttles), keys)
            self.assertEqual(sorted(stage["DependsOn"]), sorted(stack.of_type("AWS::ApiGatewayV2::Route")))
            for key, throttle in throttles.items():
                self.assertEqual(set(throttle), {"ThrottlingBurstLimit", "ThrottlingRateLimit"}, key)
                self.assertLessEqual(throttle["ThrottlingRateLimit"], 10, key)
                if key == "ANY /persona/proof":
                    self.assertLessEqual(throttle["ThrottlingRateLimit"], 2, "each costs a mail")

    def test_the_stage_is_not_part_of_the_path_and_events_are_of_the_one_kind_that_is_understood(self):
        stack = Stack(HERE)
        for choice in (HERE, FALLBACK):
            self.assertEqual(Stack(choice).resources["ApiStage"]["Properties"]["StageName"], "$default")
            for name, integration in Stack(choice).of_type("AWS::ApiGatewayV2::Integration").items():
                self.assertEqual(integration["PayloadFormatVersion"], "2.0", name)
        self.assertNotIn("CorsConfiguration", stack.resources["Api"]["Properties"], "the functions answer preflights")

    def test_nobody_gets_round_the_front(self):
        here, elsewhere = Stack(HERE), Stack(ELSEWHERE)
        secret = "11111111-2222-3333-4444-555555555555"
        origins = here.resources["Distribution"]["Properties"]["DistributionConfig"]["Origins"]
        functions = next(origin for origin in origins if origin["Id"] == "functions")
        self.assertEqual(functions["OriginCustomHeaders"], [{"HeaderName": "x-origin-secret", "HeaderValue": secret}])
        self.assertIn('"x-origin-secret"', (WEB / "front.rs").read_text())
        for name in ("PanicFunction", "SignFunction", "SignInFunction"):
            said = [s.resources[name]["Properties"]["Environment"]["Variables"]["ORIGIN_SECRET"] for s in (here, elsewhere)]
            self.assertEqual(said, [secret, ""], name)
        self.assertIs(elsewhere.resources["Api"]["Properties"]["DisableExecuteApiEndpoint"], True)
        self.assertIs(here.resources["Api"]["Properties"]["DisableExecuteApiEndpoint"], False)

    def test_the_verifiers_addresses_are_routes_of_the_verifier(self):
        outputs, routes = Stack(HERE).outputs, routes_of_router("verify")
        for output in ("Verify", "VerifyV2"):
            path = outputs[output].removeprefix("https://VerifyUrl/")
            self.assertIn(f"/{path}", routes)
        url = Stack(HERE).of_type("AWS::Lambda::Url")["VerifyUrl"]
        self.assertEqual(url, {"AuthType": "NONE", "TargetFunctionArn": "VerifyFunction.Arn"})

    def test_the_certificate_service_has_no_route_and_no_behaviour_and_answers_signed_requests_alone(self):
        with_it, without = Stack(CERTIFIER), Stack(HERE)
        self.assertEqual(routes_of_template(with_it), routes_of_template(without))
        self.assertEqual(with_it.resources["Distribution"], without.resources["Distribution"])
        urls = with_it.of_type("AWS::Lambda::Url")
        self.assertEqual(set(urls), {"CertifierUrl", "VerifyUrl"})
        self.assertEqual(urls["CertifierUrl"], {"AuthType": "AWS_IAM", "TargetFunctionArn": "CertifierFunction.Arn"})
        integrated = [i["IntegrationUri"] for i in with_it.of_type("AWS::ApiGatewayV2::Integration").values()]
        self.assertNotIn("CertifierFunction.Arn", integrated)
