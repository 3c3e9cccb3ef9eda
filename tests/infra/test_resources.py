"""What the stack is made of."""

import re
import unittest

from stack import CERTIFIER, CHOICES, ELSEWHERE, FALLBACK, HERE, NOTICES, ROOT, Stack, binaries, logical, refusals, source

# With an identity provider of one's own, with a fallback.
ALARMED = (
    (HERE, ("SignFunction", "SignInFunction", "VerifyFunction"), {("PanicFunction", "Errors")}),
    (FALLBACK, ("FallbackFunction", "VerifyFunction"), set()),
    (CERTIFIER, ("SignFunction", "SignInFunction", "VerifyFunction"), {("CertifierFunction", "Errors"), ("PanicFunction", "Errors")}),
)


def function_of(stack: Stack, name: str) -> dict:
    return stack.of_type("AWS::Lambda::Function")[name]


class Kept(unittest.TestCase):
    def test_keys_table_and_buckets_outlive_the_stack_and_nothing_else_does(self):
        kept = set()
        for name, resource in source()["Resources"].items():
            policies = {resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy")}
            self.assertEqual(len(policies), 1, f"{name}: one without the other")
            if policies == {"Retain"}:
                kept.add(name)
        self.assertEqual(kept, {"Bucket", "KeyA", "KeyB", "Table", "TrailBucket"})

    def test_the_table_is_on_demand_encrypted_recoverable_and_cleaned_by_time(self):
        for parameters in CHOICES:
            table = Stack(parameters).of_type("AWS::DynamoDB::Table")["Table"]
            self.assertEqual(table["BillingMode"], "PAY_PER_REQUEST")
            self.assertEqual(table["TimeToLiveSpecification"], {"AttributeName": "expires_s", "Enabled": True})
            self.assertEqual(table["PointInTimeRecoverySpecification"], {"PointInTimeRecoveryEnabled": True})
            self.assertEqual(table["SSESpecification"], {"SSEEnabled": True})
            self.assertIs(table["DeletionProtectionEnabled"], True)
            self.assertEqual(table["KeySchema"], [
                {"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"},
            ])

    def test_functions_use_the_table_that_is_named(self):
        for choice in (HERE, FALLBACK, CERTIFIER):
            for table, parameters in (("Table", choice), ("restored", {**choice, "ExistingTable": "restored"})):
                stack = Stack(parameters)
                for binary in binaries(parameters) - {"publish", "verify"}:
                    self.assertEqual(function_of(stack, logical(binary))["Environment"]["Variables"]["TABLE"], table, binary)
                self.assertEqual(stack.outputs["Table"], table)
                self.assertIn("Table", stack.resources)


class Functions(unittest.TestCase):
    def test_every_function_has_its_name_limits_and_log(self):
        for parameters in CHOICES:
            stack = Stack(parameters)
            functions = stack.of_type("AWS::Lambda::Function")
            self.assertEqual(set(functions), {logical(binary) for binary in binaries(parameters)})
            for name, function in functions.items():
                with self.subTest(name, **parameters):
                    binary = stack.written["Resources"][name]["Metadata"]["BuildProperties"]["Binary"]
                    self.assertTrue((ROOT / "functions" / binary / "Cargo.toml").exists())
                    self.assertEqual(source()["Resources"][name]["Properties"]["CodeUri"], f"../functions/{binary}")
                    self.assertEqual(function["FunctionName"], f"selfsame-{binary}")
                    self.assertEqual((function["Handler"], function["Runtime"]), ("bootstrap", "provided.al2023"))
                    self.assertEqual(function["Architectures"], ["arm64"])
                    self.assertGreaterEqual(function["MemorySize"], 256)
                    self.assertLessEqual(function["Timeout"], 120)
                    log = stack.resources[function["LoggingConfig"]["LogGroup"]]["Properties"]
                    self.assertEqual(log["LogGroupName"], f"/aws/lambda/selfsame-{binary}")
                    shared = parameters.get("Concurrency") == "shared"
                    self.assertEqual("ReservedConcurrentExecutions" not in function, shared)

    def test_reserved_concurrency_leaves_an_ordinary_account_nearly_all_of_its_own(self):
        for parameters in (HERE, FALLBACK, CERTIFIER):
            functions = Stack(parameters).of_type("AWS::Lambda::Function").values()
            reserved = [function["ReservedConcurrentExecutions"] for function in functions]
            self.assertTrue(all(reserved))
            self.assertLess(sum(reserved), 100)

    def test_who_waits_is_more_patient_than_who_works(self):
        stack = Stack(HERE)
        integrations = stack.of_type("AWS::ApiGatewayV2::Integration").values()
        (api,) = {integration["TimeoutInMillis"] for integration in integrations}
        config = stack.resources["Distribution"]["Properties"]["DistributionConfig"]
        (front,) = (o["CustomOriginConfig"]["OriginReadTimeout"] for o in config["Origins"] if o["Id"] == "functions")
        limit = re.search(r"LIMIT = ([\d_]+)", (ROOT / "static/persona/lib/api.js").read_text())
        page = int(limit.group(1).replace("_", ""))
        for name in ("PanicFunction", "SignFunction", "SignInFunction"):
            self.assertLess(function_of(stack, name)["Timeout"] * 1000, api)
        fallback = Stack(FALLBACK)
        self.assertLess(function_of(fallback, "FallbackFunction")["Timeout"] * 1000, api)
        self.assertEqual(fallback.resources["FallbackIntegration"]["Properties"]["TimeoutInMillis"], api)
        self.assertLess(api, front * 1000)
        self.assertLess(front * 1000, page)
        self.assertLess(int(stack.resources["PublishFunction"]["Properties"]["Timeout"]),
                        int(stack.resources["Site"]["Properties"]["ServiceTimeout"]))

    def test_functions_get_the_variables_that_they_know(self):
        known = {
            "CertifierFunction": {"ADDRESS_DOMAINS", "DOMAIN", "KEY_ID", "TABLE"},
            "FallbackFunction": {"DOMAIN", "KEY_ID", "MAIL_FROM", "ORIGIN_SECRET", "TABLE", "VERIFIER"},
            "OwnerFunction": {"ADDRESS_DOMAINS", "BUCKET", "DOMAIN", "MAIL_FROM", "PAGES_ORIGIN", "TABLE"},
            "PanicFunction": {"ADDRESS_DOMAINS", "BUCKET", "DOMAIN", "MAIL_FROM", "ORIGIN_SECRET", "PAGES_ORIGIN", "TABLE"},
            "PublishFunction": set(),
            "SignFunction": {"ADDRESS_DOMAINS", "DOMAIN", "KEY_ID", "ORIGIN_SECRET", "PAGES_ORIGIN", "TABLE"},
            "SignInFunction": {"ADDRESS_DOMAINS", "DOMAIN", "MAIL_FROM", "ORIGIN_SECRET", "PAGES_ORIGIN", "TABLE"},
            "VerifyFunction": {"ALLOW_CALLER_ISSUERS", "EXPLAIN", "EXTRA_ROOTS", "FALLBACK_DOMAIN", "FEDERATION", "FEDERATION_KEY",
                               "STRONG_KEYS", "TRUSTED_ISSUERS"},
        }
        seen = set()
        for parameters in (CERTIFIER, FALLBACK):
            stack = Stack(parameters)
            for name, function in stack.of_type("AWS::Lambda::Function").items():
                seen.add(name)
                variables = function.get("Environment", {}).get("Variables", {})
                self.assertEqual(set(variables), known[name], name)
                self.assertEqual(variables.get("DOMAIN", "my.example"), "my.example", name)
        self.assertEqual(seen, set(known))

    def test_functions_of_people_know_the_document_and_the_sender_where_there_are_any(self):
        for parameters, bucket, sender in (
            (HERE, "Bucket", ""),
            (ELSEWHERE, "", ""),
            (NOTICES, "Bucket", "login@mail.example"),
        ):
            for name in ("OwnerFunction", "PanicFunction"):
                variables = function_of(Stack(parameters), name)["Environment"]["Variables"]
                self.assertEqual((variables["BUCKET"], variables["MAIL_FROM"]), (bucket, sender), name)
            variables = function_of(Stack(parameters), "SignInFunction")["Environment"]["Variables"]
            self.assertEqual(variables["MAIL_FROM"], sender)

    def test_a_fallback_mails_from_its_address_and_asks_the_verifier_of_its_own_stack(self):
        stack = Stack(FALLBACK)
        variables = function_of(stack, "FallbackFunction")["Environment"]["Variables"]
        self.assertEqual(variables["MAIL_FROM"], "login@mail.example")
        self.assertEqual(f"https://{variables['VERIFIER']}/", stack.outputs["Verify"].removesuffix("verify"))
        self.assertEqual(variables["ORIGIN_SECRET"], function_of(Stack(HERE), "SignFunction")["Environment"]["Variables"]["ORIGIN_SECRET"])

    def test_the_verifier_of_a_fallback_believes_that_fallback_and_others_whom_they_name(self):
        for parameters, believed in (
            (HERE, ""),
            ({**HERE, "FallbackDomain": "fallback.example"}, "fallback.example"),
            (FALLBACK, "my.example"),
        ):
            variables = function_of(Stack(parameters), "VerifyFunction")["Environment"]["Variables"]
            self.assertEqual(variables["FALLBACK_DOMAIN"], believed)
        self.assertEqual(Stack(FALLBACK).outputs["Fallback"], "my.example")

    def test_the_certificate_service_speaks_for_the_people_of_the_domains(self):
        for given, served in (("", "my.example"), ("a.example,b.example", "a.example,b.example")):
            stack = Stack({**CERTIFIER, "AddressDomain": given})
            for name in ("CertifierFunction", "SignFunction"):
                self.assertEqual(function_of(stack, name)["Environment"]["Variables"]["ADDRESS_DOMAINS"], served)
            self.assertEqual(stack.outputs["Certifier"], "https://CertifierUrl/")
        self.assertFalse([name for name in Stack(HERE).resources if name.startswith("Certifier")])

    def test_the_document_is_published_for_what_the_stack_is(self):
        for parameters, kind in ((HERE, "own"), (FALLBACK, "fallback")):
            self.assertEqual(Stack(parameters).resources["Site"]["Properties"]["IdentityProvider"], kind)

    def test_functions_know_where_the_pages_are(self):
        for parameters, said in ((HERE, ""), (ELSEWHERE, "https://my.example")):
            stack = Stack(parameters)
            for name in ("PanicFunction", "SignFunction", "SignInFunction"):
                self.assertEqual(function_of(stack, name)["Environment"]["Variables"]["PAGES_ORIGIN"], said, name)
            owner = function_of(stack, "OwnerFunction")["Environment"]["Variables"]
            self.assertEqual(owner["PAGES_ORIGIN"], "https://my.example")

    def test_addresses_may_be_of_domains_that_delegate(self):
        for given, served, first in (
            ("", "id.my.example", "id.my.example"),
            ("my.example", "my.example", "my.example"),
            ("my.example,your.example", "my.example,your.example", "my.example"),
        ):
            stack = Stack({**HERE, "DomainName": "id.my.example", "AddressDomain": given})
            for name in ("OwnerFunction", "PanicFunction", "SignFunction", "SignInFunction"):
                variables = function_of(stack, name)["Environment"]["Variables"]
                self.assertEqual((variables["ADDRESS_DOMAINS"], variables["DOMAIN"]), (served, "id.my.example"), name)
            owner = function_of(stack, "OwnerFunction")["Environment"]["Variables"]
            self.assertEqual(owner["PAGES_ORIGIN"], "https://id.my.example")
            self.assertIn(f"you@{first} ", stack.outputs["Next"])

    def test_a_deploy_publishes_when_the_code_has_changed_and_only_then(self):
        def version(archive: str) -> str:
            return Stack(HERE, archive=f"s3://bucket/{archive}").resources["Site"]["Properties"]["Version"]

        first, again, changed = version("one"), version("one"), version("two")
        self.assertEqual(first, again)
        self.assertNotEqual(first, changed)

    def test_publishing_comes_last_when_permissions_have_arrived(self):
        site = Stack(HERE).resources["Site"]
        self.assertEqual(site["DependsOn"], "BucketPolicy")
        self.assertEqual(site["Properties"]["ServiceToken"], "PublishFunction.Arn")
        self.assertEqual((site["Properties"]["Domain"], site["Properties"]["Bucket"]), ("my.example", "Bucket"))
        self.assertNotIn("Site", Stack(ELSEWHERE).resources)


class Told(unittest.TestCase):
    def test_every_log_group_ends_what_it_keeps(self):
        for parameters in CHOICES:
            logs = Stack(parameters).of_type("AWS::Logs::LogGroup")
            self.assertEqual(set(logs), {logical(binary, "Log") for binary in binaries(parameters)})
            for name, log in logs.items():
                self.assertEqual(log["RetentionInDays"], 30, name)

    def test_errors_throttles_and_failed_answers_alarm_within_the_free_ten(self):
        for parameters, alarmed, more in ALARMED:
            stack = Stack(parameters)
            alarms = stack.of_type("AWS::CloudWatch::Alarm")
            self.assertLessEqual(len(alarms), 10)
            seen = set()
            for name, alarm in alarms.items():
                self.assertEqual(alarm["AlarmActions"], ["Alarms"], name)
                self.assertEqual(alarm["TreatMissingData"], "notBreaching", name)
                (dimension,) = alarm["Dimensions"]
                self.assertIn(dimension["Value"], stack.resources, name)
                seen.add((dimension["Value"], alarm["MetricName"]))
            expected = {(function, metric) for function in alarmed for metric in ("Errors", "Throttles")} | more
            self.assertEqual(seen, expected | {("VerifyFunction", "Url5xxCount"), ("Api", "5xx")})

    def test_whoever_touches_a_key_is_heard_of(self):
        for keys, arns in (("a", ["KeyA.Arn"]), ("b,a", ["KeyA.Arn", "KeyB.Arn"]), ("b", ["KeyB.Arn"])):
            rule = Stack({**HERE, "SigningKeys": keys}).resources["KeysAreTouched"]["Properties"]
            detail = rule["EventPattern"]["detail"]
            self.assertEqual(detail["resources"]["ARN"], arns)
            self.assertLessEqual({"DisableKey", "ScheduleKeyDeletion"}, set(detail["eventName"]))
            self.assertEqual([target["Arn"] for target in rule["Targets"]], ["Alarms"])
        senders = Stack(HERE).resources["AlarmsPolicy"]["Properties"]["PolicyDocument"]["Statement"]
        self.assertEqual({sender["Principal"]["Service"] for sender in senders},
                         {"cloudwatch.amazonaws.com", "events.amazonaws.com"})

    def test_the_trail_is_made_unless_there_is_one(self):
        self.assertIn("Trail", Stack(HERE).resources)
        self.assertEqual(Stack(HERE).resources["Trail"]["DependsOn"], "TrailBucketPolicy")
        self.assertFalse({"Trail", "TrailBucket"} & set(Stack({**HERE, "CloudTrail": "elsewhere"}).resources))

    def test_mail_and_budget_need_an_address(self):
        address = {"AlarmAddress": "me@my.example"}
        self.assertFalse({"AlarmsMail", "Budget"} & set(Stack(HERE).resources))
        self.assertNotIn("Budget", Stack({**HERE, **address, "MonthlyBudget": 0}).resources)
        told = Stack({**HERE, **address}).resources
        self.assertEqual(told["AlarmsMail"]["Properties"]["Endpoint"], "me@my.example")
        self.assertEqual(told["Budget"]["Properties"]["Budget"]["BudgetLimit"], {"Amount": 5, "Unit": "USD"})


class Names(unittest.TestCase):
    def test_records_are_made_where_there_is_a_zone(self):
        zone = {"HostedZoneId": "Z0123456789ABC"}
        records = Stack({"DomainName": "my.example", **zone}).of_type("AWS::Route53::RecordSet")
        self.assertEqual({(r["Name"], r["Type"]) for r in records.values()}, {("my.example", "A"), ("my.example", "AAAA")})
        records = Stack({**ELSEWHERE, **zone}).of_type("AWS::Route53::RecordSet")
        self.assertEqual({(r["Name"], r["Type"]) for r in records.values()}, {("api.my.example", "A")})
        for parameters in (HERE, ELSEWHERE):
            self.assertEqual(Stack(parameters).of_type("AWS::Route53::RecordSet"), {})

    def test_certificates_are_made_where_none_is_given(self):
        made = Stack({"DomainName": "my.example", "HostedZoneId": "Z0123456789ABC"})
        viewer = made.resources["Distribution"]["Properties"]["DistributionConfig"]["ViewerCertificate"]
        self.assertEqual(viewer["AcmCertificateArn"], "Certificate")
        self.assertEqual(made.of_type("AWS::CertificateManager::Certificate")["Certificate"]["DomainName"], "my.example")
        given = Stack(HERE)
        viewer = given.resources["Distribution"]["Properties"]["DistributionConfig"]["ViewerCertificate"]
        self.assertEqual(viewer["AcmCertificateArn"], HERE["CertificateArn"])
        self.assertEqual(given.of_type("AWS::CertificateManager::Certificate"), {})

    def test_pages_elsewhere_bring_no_bucket_and_no_distribution(self):
        stack = Stack(ELSEWHERE)
        kinds = {resource["Type"] for resource in stack.resources.values()}
        self.assertFalse([kind for kind in kinds if kind.startswith("AWS::CloudFront::")])
        self.assertEqual(set(stack.of_type("AWS::S3::Bucket")), {"TrailBucket"})
        self.assertEqual(stack.resources["ApiName"]["Properties"]["DomainName"], "api.my.example")
        self.assertEqual(stack.resources["ApiNameMapping"]["Properties"]["Stage"], "ApiStage")
        self.assertEqual(stack.outputs["Functions"], "https://api.my.example")


class Parameters(unittest.TestCase):
    def test_each_says_what_it_is_and_what_it_takes(self):
        for name, parameter in source()["Parameters"].items():
            with self.subTest(name):
                self.assertRegex(parameter["Description"], r"^.{20,}\.$")
                takes = {"AllowedPattern", "AllowedValues", "MinValue"} & set(parameter)
                self.assertEqual(len(takes), 1)
                if "AllowedPattern" in parameter:
                    self.assertTrue(parameter["AllowedPattern"].startswith("^") and parameter["AllowedPattern"].endswith("$"))
                    self.assertTrue(parameter["ConstraintDescription"].startswith("must be "))
                self.assertEqual("Default" in parameter, name != "DomainName", "all but the domain have a default")

    def test_the_rules_take_every_choice_and_refuse_what_would_be_two_things_at_once(self):
        for parameters in CHOICES:
            self.assertEqual(refusals(parameters), [], parameters)
        nothing = {**FALLBACK, "MailFrom": ""}
        for parameters, word in (
            ({"DomainName": "my.example"}, "CertificateArn"),
            ({**ELSEWHERE, "ApiDomain": ""}, "ApiDomain"),
            (nothing, "MailFrom"),
            ({**FALLBACK, "FallbackDomain": "fallback.example"}, "FallbackDomain"),
            ({**FALLBACK, "AddressDomain": "my.example"}, "AddressDomain"),
            ({**FALLBACK, "Federation": "https://list.example/members.json"}, "no federation"),
            ({**FALLBACK, "Certifier": "true"}, "certifies nobody"),
            ({**FALLBACK, "StaticHosting": "elsewhere", **{k: v for k, v in ELSEWHERE.items() if k.startswith("Api")}}, "pages"),
        ):
            said = refusals(parameters)
            self.assertEqual(len(said), 1, said)
            self.assertIn(word, said[0])

    def test_each_is_used_and_offered_in_a_group(self):
        template = source()
        text = repr({part: template[part] for part in ("Conditions", "Globals", "Resources", "Outputs")})
        groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
        offered = [name for group in groups for name in group["Parameters"]]
        self.assertEqual(sorted(offered), sorted(template["Parameters"]))
        for name in template["Parameters"]:
            self.assertTrue(f"{{'Ref': '{name}'}}" in text or f"${{{name}}}" in text, name)

    def test_patterns_take_what_is_meant_and_nothing_else(self):
        parameters = source()["Parameters"]
        arn = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234"
        key = "-----BEGIN PUBLIC KEY-----\nMIIB+/=\n-----END PUBLIC KEY-----\n"
        pem = "-----BEGIN CERTIFICATE-----\nMIIB+/=\n-----END CERTIFICATE-----\n"
        for name, right, wrong in (
            ("DomainName", ["my.domain", "id.my.domain", "xn--bcher-kva.example"],
             ["", "My.domain", "https://my.domain", "my.domain/", "localhost", "my_domain.net", "-a.net", "10.0.0.1"]),
            ("AddressDomain", ["", "my.domain", "my.domain,your.domain", f"{'a.' * 125}ab,{'b.' * 125}ab"],
             ["@my.domain", ",", "my.domain,", "my.domain, your.domain", "My.domain", "a,my.domain", f"my.domain,{'a.' * 127}a"]),
            ("MailFrom", ["", "login@mail.example", "no-reply+a@my.example"],
             ["login", "login@localhost", "a b@my.example", "a@b@my.example", "*@my.example", "me@My.example", "Me <me@my.example>"]),
            ("HostedZoneId", ["", "Z0123456789ABC"], ["/hostedzone/Z01", "my.domain"]),
            ("CertificateArn", ["", arn], [arn.replace("us-east-1", "eu-central-1"), "c"]),
            ("ApiCertificateArn", ["", arn, arn.replace("us-east-1", "eu-central-1")], ["c"]),
            ("ApiDomain", ["", "api.my.domain"], ["https://api.my.domain"]),
            ("AlarmAddress", ["", "me@my.domain"], ["me", "me@localhost", "a b@my.domain"]),
            ("FallbackDomain", ["", "fallback.example"], ["https://fallback.example"]),
            ("TrustedIssuers", ["", "a.example", "a.example,b.example"], ["a.example, b.example", ",", "A.example"]),
            ("Federation", ["", "https://fed.example/members.jws", "https://fed.example"],
             ["http://fed.example/a", "members.json", "https://Fed.example/a", "https://fed.example:8443/a", "https://me@fed.example/a", "https://fed.example/a b"]),
            ("FederationKey", ["", key, key + key, '{"algorithm":"RS","n":"123","e":"65537"}'],
             ["MIIB", pem, key.replace("PUBLIC", "PRIVATE"), "key.pem"]),
            ("ExtraRoots", ["", pem, pem + pem], ["MIIB", "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----"]),
            ("ExistingTable", ["", "selfsame-restored"], ["a b", "ab"]),
        ):
            for value in right:
                self.assertRegex(value, parameters[name]["AllowedPattern"], name)
            for value in wrong:
                self.assertNotRegex(value, parameters[name]["AllowedPattern"], name)

