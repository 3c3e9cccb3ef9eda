"""Who may do what: only sign signs, verify may nothing, nobody touches rows that are not theirs."""

import copy
import re
import unittest

from permissions import faults, grants, listed, may
from stack import CERTIFIER, CHOICES, ELSEWHERE, FALLBACK, HERE, NOTICES, ROOT, Stack, binaries, is_fallback, logical, source

ACCOUNT = "123456789012"
LOG = {"logs:CreateLogStream", "logs:PutLogEvents"}
DIGEST = {"kms:MessageType": "DIGEST", "kms:SigningAlgorithm": "RSASSA_PKCS1_V1_5_SHA_256"}
KEYS = ("KeyA", "KeyB")

# All that each role may do beside writing its log: action, and the rows or the resource.
EXPECTED = {
    "CertifierRole": {("dynamodb:PutItem", "audit#*")},
    "FallbackRole": {
        ("dynamodb:ConditionCheckItem", "accounts address#* session#* sessions#*"),
        ("dynamodb:DeleteItem", "accounts address#* addresses#* enrolment#* enrolments#* handle#* limit#* proof#* session#* sessions#*"),
        ("dynamodb:GetItem", "accounts domain#* enrolments#* session#* switch"),
        ("dynamodb:PutItem", "accounts address#* audit#* history#* limit#* proof#* session#* sessions#*"),
        ("dynamodb:Query", "addresses#* sessions#*"),
        ("dynamodb:UpdateItem", "accounts domain#* limit#* proof#* session#*"),
        ("ses:SendEmail", f"arn:aws:ses:us-east-1:{ACCOUNT}:identity/mail.example"),
    },
    "OwnerRole": {
        ("dynamodb:ConditionCheckItem", "accounts address#* addresses#* enrolment#* enrolments#*"),
        ("dynamodb:DeleteItem", "accounts address#* addresses#* enrolment#* enrolments#* handle#* session#* sessions#*"),
        ("dynamodb:GetItem", "accounts enrolments#* session#* switch"),
        ("dynamodb:PutItem", "accounts address#* addresses#* ceremony#* enrolment#* enrolments#* history#* limit#*"),
        ("dynamodb:Query", "accounts addresses#* sessions#*"),
        ("dynamodb:UpdateItem", "accounts limit#* switch"),
    },
    "PanicRole": {
        ("dynamodb:DeleteItem", "session#* sessions#*"),
        ("dynamodb:GetItem", "accounts session#* switch"),
        ("dynamodb:PutItem", "ceremony#* history#* limit#*"),
        ("dynamodb:Query", "accounts sessions#*"),
        ("dynamodb:UpdateItem", "limit#* session#* switch"),
    },
    "PublishRole": {
        ("s3:GetObject", "Bucket.Arn/.well-known/browserid"),
        ("s3:GetObject", "Bucket.Arn/.well-known/browserid/"),
        ("s3:ListBucket", "Bucket.Arn"),
        ("s3:PutObject", "Bucket.Arn/*"),
    },
    "SignInRole": {
        ("dynamodb:ConditionCheckItem", "accounts address#* addresses#* enrolment#* enrolments#* session#* sessions#*"),
        ("dynamodb:DeleteItem", "accounts address#* addresses#* ceremony#* enrolment#* enrolments#* handle#* limit#* session#* sessions#*"),
        ("dynamodb:GetItem", "accounts address#* enrolment#* enrolments#* handle#* session#* switch"),
        ("dynamodb:PutItem", "accounts address#* addresses#* ceremony#* enrolment#* enrolments#* handle#* history#* limit#* session#* sessions#*"),
        ("dynamodb:Query", "accounts addresses#* audit#* history#* sessions#*"),
        ("dynamodb:UpdateItem", "accounts handle#* limit#* session#* switch"),
    },
    "SignRole": {
        ("dynamodb:GetItem", "accounts address#* session#*"),
        ("dynamodb:PutItem", "audit#*"),
    },
    "VerifyRole": set(),
}

# Where the pages are here, the panic switch writes into the document: into that one file, and no other.
DOCUMENT = {
    (action, f"Bucket.Arn/.well-known/browserid{end}") for action in ("s3:GetObject", "s3:PutObject") for end in ("", "/")
}
# With MailFrom, people are told what happened at their account.
NOTICE = ("ses:SendEmail", f"arn:aws:ses:us-east-1:{ACCOUNT}:identity/mail.example")

# AWS does not say whether a part of a transaction is looked at with its own row alone or with those of all parts. So each
# action of these transactions is granted for all of their rows.
TRANSACTIONS = [
    ("sign-in", "ConditionCheckItem PutItem", "accounts session#* sessions#*"),  # Sessions::put
    ("sign-in", "DeleteItem", "session#* sessions#*"),  # Sessions::end_all
    ("sign-in", "ConditionCheckItem PutItem", "accounts address#*"),  # Accounts::create
    ("sign-in", "UpdateItem PutItem DeleteItem", "accounts handle#*"),  # Accounts::change
    ("sign-in", "ConditionCheckItem PutItem", "accounts address#* addresses#*"),  # Addresses::give
    ("sign-in", "DeleteItem", "address#* addresses#*"),  # Addresses::take_away
    ("sign-in", "DeleteItem", "accounts address#* addresses#* enrolment#* enrolments#* handle#* session#* sessions#*"),  # Accounts::remove
    ("sign-in", "ConditionCheckItem DeleteItem PutItem", "accounts enrolment#* enrolments#*"),  # Enrolments::put
    ("fallback", "ConditionCheckItem PutItem", "accounts session#* sessions#*"),  # Sessions::put
    ("fallback", "ConditionCheckItem PutItem", "accounts address#*"),  # Accounts::create
    ("fallback", "DeleteItem", "accounts address#* addresses#* enrolment#* enrolments#* handle#* session#* sessions#*"),  # Accounts::remove
    ("panic", "DeleteItem", "session#* sessions#*"),  # Sessions::end_all
    ("owner", "ConditionCheckItem DeleteItem PutItem", "accounts enrolment#* enrolments#*"),  # Enrolments::put
    ("owner", "ConditionCheckItem PutItem", "accounts address#*"),  # Accounts::create
    ("owner", "ConditionCheckItem PutItem", "accounts address#* addresses#*"),  # Addresses::give
    ("owner", "DeleteItem", "address#* addresses#*"),  # Addresses::take_away
    ("owner", "DeleteItem", "accounts address#* addresses#* enrolment#* enrolments#* handle#* session#* sessions#*"),  # Accounts::remove
]


def with_choice(role: str, parameters: dict) -> set:
    """What a role may because of the parameters."""
    writes = role in ("OwnerRole", "PanicRole") and parameters.get("StaticHosting") != "elsewhere"
    tells = role in ("OwnerRole", "PanicRole", "SignInRole") and parameters.get("MailFrom")
    return (DOCUMENT if writes else set()) | ({NOTICE} if tells else set())


def caller(principal: str, account: str = ACCOUNT, **more) -> dict:
    return {"aws:PrincipalArn": principal, "kms:CallerAccount": account, **more}


def with_change(parameters: dict, change) -> Stack:
    """The stack of a template that somebody changed."""
    template = copy.deepcopy(source())
    change(template["Resources"])
    return Stack(parameters, template)


def statements(resources: dict, role: str) -> list:
    return resources[role]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]


class Roles(unittest.TestCase):
    def test_each_role_may_do_what_its_function_does_and_nothing_else(self):
        for parameters in CHOICES:
            with self.subTest(parameters):
                stack = Stack(parameters)
                self.assertEqual(faults(stack), [])
                found = {role: set() for role in stack.of_type("AWS::IAM::Role")}
                for role, action, resource, conditions in grants(stack):
                    if action in LOG:
                        self.assertEqual(resource, role.replace("Role", "Log.Arn"))
                        continue
                    rows = conditions.get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys")
                    found[role].add((action, " ".join(rows) if rows else resource))
                there = {logical(binary, "Role") for binary in binaries(parameters)}
                self.assertEqual(found, {role: EXPECTED[role] | with_choice(role, parameters) for role in there})
        self.assertEqual(set().union(*(Stack(p).of_type("AWS::IAM::Role") for p in CHOICES)), set(EXPECTED))

    def test_whoever_mails_does_so_from_one_address_of_one_identity(self):
        def mailing(stack: Stack) -> list:
            return [(role, resource, conditions) for role, action, resource, conditions in grants(stack) if "ses:" in action]

        identity, conditions = NOTICE[1], {"StringEquals": {"ses:FromAddress": "login@mail.example"}}
        self.assertEqual(mailing(Stack(FALLBACK)), [("FallbackRole", identity, conditions)])
        told = [(role, identity, conditions) for role in ("SignInRole", "PanicRole", "OwnerRole")]
        self.assertEqual(mailing(Stack(NOTICES)), told)
        self.assertEqual(mailing(Stack(CERTIFIER)), [])

    def test_who_writes_into_the_document_writes_no_page_and_no_script(self):
        for parameters in CHOICES:
            for role, action, resource, _ in grants(Stack(parameters)):
                if action.startswith("s3:") and role != "PublishRole":
                    self.assertIn(role, ("OwnerRole", "PanicRole"))
                    self.assertIn((action, resource), DOCUMENT)

    def test_verify_may_write_its_log_and_nothing_else(self):
        for parameters in CHOICES:
            found = {(action, resource) for role, action, resource, _ in grants(Stack(parameters)) if role == "VerifyRole"}
            self.assertEqual(found, {(action, "VerifyLog.Arn") for action in LOG})

    def test_all_rows_are_those_of_the_stacks_table_or_of_the_one_that_is_named(self):
        for table, parameters in (
            ("Table.Arn", HERE),
            (f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/restored", {**HERE, "ExistingTable": "restored"}),
        ):
            on = {resource for _, action, resource, _ in grants(Stack(parameters)) if action.startswith("dynamodb:")}
            self.assertEqual(on, {table})

    def test_each_function_has_a_role_of_its_own(self):
        for parameters, count in ((HERE, 6), (FALLBACK, 3), (CERTIFIER, 7)):
            functions = Stack(parameters).of_type("AWS::Lambda::Function")
            self.assertEqual(
                {name: function["Role"] for name, function in functions.items()},
                {name: name.replace("Function", "Role.Arn") for name in functions},
            )
            self.assertEqual(len(functions), count)

    def test_permissions_are_those_that_the_store_says_it_needs(self):
        needed = needed_by_the_store()
        for function, actions, rows in TRANSACTIONS:
            for action in actions.split():
                self.assertTrue(any((action, row) in needed[function] for row in rows.split()), f"{function} {action}")
                needed[function] |= {(action, row) for row in rows.split()}
        self.assertEqual(set(needed), {"certifier", "fallback", "owner", "panic", "sign", "sign-in"})
        for function in needed:
            granted = {
                (action.removeprefix("dynamodb:"), row)
                for action, rows in EXPECTED[logical(function, "Role")]
                for row in rows.split()
                if action.startswith("dynamodb:")
            }
            self.assertEqual(granted, needed[function], function)

    def test_the_check_finds_what_somebody_adds(self):
        def any_row(resources):
            del statements(resources, "SignRole")[1]["Condition"]

        planted = {
            "ManagedPolicyArns": lambda r: r["VerifyRole"]["Properties"].update(
                ManagedPolicyArns=["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]
            ),
            "for the keys' own policy": lambda r: statements(r, "SignInRole").append(
                {"Effect": "Allow", "Action": "kms:Sign", "Resource": {"Fn::GetAtt": ["KeyA", "Arn"]}}
            ),
            "is not one action": lambda r: statements(r, "OwnerRole").append(
                {"Effect": "Allow", "Action": "s3:*", "Resource": {"Fn::GetAtt": ["Bucket", "Arn"]}}
            ),
            "on everything": lambda r: statements(r, "VerifyRole").append(
                {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
            ),
            "on any row": any_row,
            "from any address": lambda r: statements(r, "FallbackRole")[1].pop("Condition"),
            "outside of the roles": lambda r: r.update(
                More={"Type": "AWS::IAM::Policy", "Properties": {"PolicyName": "more", "Roles": [{"Ref": "VerifyRole"}]}}
            ),
            "somebody else than Lambda": lambda r: r["SignRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"].append(
                {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
            ),
        }
        for fault, change in planted.items():
            with self.subTest(fault):
                found = faults(with_change(FALLBACK if fault == "from any address" else HERE, change))
                self.assertEqual(len(found), 1, found)
                self.assertIn(fault, found[0])


class Keys(unittest.TestCase):
    def policies(self, parameters: dict) -> list:
        keys = Stack(parameters).of_type("AWS::KMS::Key")
        self.assertTrue(keys)
        return [key["KeyPolicy"] for key in keys.values()]

    def signers(self, parameters: dict) -> list:
        signers = ["FallbackRole.Arn" if is_fallback(parameters) else "SignRole.Arn"]
        return signers + ["CertifierRole.Arn"] * (parameters.get("Certifier") == "true")

    def test_whose_work_it_is_signs_digests_with_the_one_algorithm(self):
        for parameters in CHOICES:
            for policy, signer in [(p, s) for p in self.policies(parameters) for s in self.signers(parameters)]:
                self.assertTrue(may(policy, "kms:Sign", caller(signer, **DIGEST)))
                self.assertTrue(may(policy, "kms:GetPublicKey", caller(signer)))
                for other in (
                    {"kms:MessageType": "RAW"},
                    {"kms:SigningAlgorithm": "RSASSA_PSS_SHA_256"},
                    {"kms:SigningAlgorithm": "RSASSA_PKCS1_V1_5_SHA_512"},
                ):
                    self.assertFalse(may(policy, "kms:Sign", caller(signer, **(DIGEST | other))), other)

    def test_nobody_else_signs_not_even_an_administrator(self):
        others = [f"arn:aws:iam::{ACCOUNT}:root", f"arn:aws:iam::{ACCOUNT}:role/Admin"]
        others += [f"{role}.Arn" for role in EXPECTED]
        for parameters in CHOICES:
            for policy in self.policies(parameters):
                for other in set(others) - set(self.signers(parameters)):
                    self.assertFalse(may(policy, "kms:Sign", caller(other, **DIGEST)), other)
                for signer in self.signers(parameters):
                    self.assertFalse(may(policy, "kms:Sign", caller(signer, account="210987654321", **DIGEST)))

    def test_nobody_grants_what_would_go_round_the_policy(self):
        for policy in self.policies(HERE):
            for who in ("SignRole.Arn", f"arn:aws:iam::{ACCOUNT}:root", f"arn:aws:iam::{ACCOUNT}:role/Admin"):
                for action in ("kms:CreateGrant", "kms:DeriveSharedSecret", "kms:ReplicateKey"):
                    self.assertFalse(may(policy, action, caller(who)), f"{who} {action}")

    def test_the_owner_looks_after_the_key(self):
        for policy in self.policies(HERE):
            for action in ("CancelKeyDeletion", "DescribeKey", "DisableKey", "GetPublicKey", "PutKeyPolicy", "ScheduleKeyDeletion"):
                self.assertTrue(may(policy, f"kms:{action}", caller(f"arn:aws:iam::{ACCOUNT}:role/Admin")), action)

    def test_publish_reads_the_public_half_where_it_exists_and_the_other_functions_do_not(self):
        for parameters, publishes in ((HERE, True), (ELSEWHERE, False), (FALLBACK, True), (CERTIFIER, True)):
            for policy in self.policies(parameters):
                readers = [listed(s["Condition"]["ArnEquals"]["aws:PrincipalArn"]) for s in policy["Statement"]
                           if s["Effect"] == "Allow" and s["Action"] == "kms:GetPublicKey"]
                self.assertEqual(readers, [self.signers(parameters)] + [["PublishRole.Arn"]] * publishes)

    def test_both_keys_have_the_same_policy_and_wait_30_days(self):
        keys = Stack({**HERE, "SigningKeys": "a,b"}).of_type("AWS::KMS::Key")
        self.assertEqual(set(keys), set(KEYS))
        self.assertEqual(keys["KeyA"]["KeyPolicy"], keys["KeyB"]["KeyPolicy"])
        for key in keys.values():
            self.assertEqual((key["KeySpec"], key["KeyUsage"]), ("RSA_2048", "SIGN_VERIFY"))
            self.assertEqual(key["PendingWindowInDays"], 30)

    def test_the_check_finds_a_policy_that_lets_others_sign(self):
        def open_to_the_account(resources):
            policy = resources["KeyA"]["Properties"]["KeyPolicy"]["Statement"]
            policy[0]["Action"] = "kms:*"
            policy[:] = [statement for statement in policy if statement.get("Effect") != "Deny"]

        stack = with_change(HERE, open_to_the_account)
        policy = stack.of_type("AWS::KMS::Key")["KeyA"]["KeyPolicy"]
        self.assertTrue(may(policy, "kms:Sign", caller(f"arn:aws:iam::{ACCOUNT}:role/Admin", **DIGEST)))
        self.assertTrue(may(policy, "kms:CreateGrant", caller(f"arn:aws:iam::{ACCOUNT}:role/Admin")))

    def test_the_first_key_named_signs_and_all_named_are_published(self):
        for keys, first, published in (
            ("a", "KeyA.Arn", ["KeyA.Arn"]),
            ("a,b", "KeyA.Arn", ["KeyA.Arn", "KeyB.Arn"]),
            ("b,a", "KeyB.Arn", ["KeyB.Arn", "KeyA.Arn"]),
            ("b", "KeyB.Arn", ["KeyB.Arn"]),
        ):
            for choice in (CERTIFIER, FALLBACK):
                functions = Stack({**choice, "SigningKeys": keys}).of_type("AWS::Lambda::Function").values()
                used = {f["Environment"]["Variables"]["KEY_ID"] for f in functions if "KEY_ID" in f.get("Environment", {}).get("Variables", {})}
                self.assertEqual(used, {first})
            stack = Stack({**HERE, "SigningKeys": keys})
            self.assertEqual(stack.resources["Site"]["Properties"]["KeyIds"], published)
            self.assertEqual(stack.resources["KeyAlias"]["Properties"]["TargetKeyId"], first.removesuffix(".Arn"))
            self.assertEqual(stack.outputs["SigningKey"], first)
            self.assertEqual(stack.outputs.get("OtherKey"), (published + [None])[1])
            self.assertEqual(len(stack.of_type("AWS::KMS::Key")), len(published))


class Doors(unittest.TestCase):
    def test_the_verifier_may_be_asked_by_everybody_through_its_url_alone(self):
        permissions = Stack(HERE).of_type("AWS::Lambda::Permission")
        everybody = {name: p for name, p in permissions.items() if p["Principal"] == "*"}
        self.assertEqual(set(everybody), {"VerifyUrlPermission", "VerifyUrlInvokePermission"})
        for permission in everybody.values():
            self.assertEqual(permission["FunctionName"], "VerifyFunction.Arn")
        self.assertEqual(everybody["VerifyUrlPermission"]["Action"], "lambda:InvokeFunctionUrl")
        self.assertEqual(everybody["VerifyUrlPermission"]["FunctionUrlAuthType"], "NONE")
        self.assertEqual(everybody["VerifyUrlInvokePermission"]["Action"], "lambda:InvokeFunction")
        self.assertIs(everybody["VerifyUrlInvokePermission"]["InvokedViaFunctionUrl"], True)

    def test_the_owners_function_and_publish_have_no_door(self):
        for parameters in CHOICES:
            permissions = Stack(parameters).of_type("AWS::Lambda::Permission")
            doors = {permission["FunctionName"].removesuffix(".Arn") for permission in permissions.values()}
            closed = {"owner", "publish"}
            self.assertEqual(doors, {logical(binary) for binary in binaries(parameters) - closed})
            for name in ["FallbackApiPermission"] if is_fallback(parameters) else ["PanicApiPermission", "SignApiPermission", "SignInApiPermission"]:
                self.assertEqual(permissions[name]["Principal"], "apigateway.amazonaws.com")
                self.assertEqual(permissions[name]["SourceArn"], f"arn:aws:execute-api:us-east-1:{ACCOUNT}:Api/*")

    def test_the_certificate_service_is_open_to_the_account_alone_and_only_through_its_signed_url(self):
        for parameters in (HERE, FALLBACK):
            self.assertFalse([n for n in Stack(parameters).of_type("AWS::Lambda::Permission") if "Certifier" in n])
        permissions = Stack(CERTIFIER).of_type("AWS::Lambda::Permission")
        its_own = {name: p for name, p in permissions.items() if p["FunctionName"] == "CertifierFunction.Arn"}
        self.assertEqual(its_own, {
            "CertifierUrlPermission": {
                "Action": "lambda:InvokeFunctionUrl", "FunctionName": "CertifierFunction.Arn",
                "FunctionUrlAuthType": "AWS_IAM", "Principal": ACCOUNT,
            },
            "CertifierUrlInvokePermission": {
                "Action": "lambda:InvokeFunction", "FunctionName": "CertifierFunction.Arn",
                "InvokedViaFunctionUrl": True, "Principal": ACCOUNT,
            },
        })

    def test_buckets_are_closed_but_to_cloudfront_and_cloudtrail(self):
        stack = Stack(HERE)
        buckets = stack.of_type("AWS::S3::Bucket")
        self.assertEqual(set(buckets), {"Bucket", "TrailBucket"})
        for name, bucket in buckets.items():
            self.assertEqual(set(bucket["PublicAccessBlockConfiguration"].values()), {True}, name)
            self.assertEqual(bucket["OwnershipControls"], {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}, name)
        found = set()
        for policy in stack.of_type("AWS::S3::BucketPolicy").values():
            for statement in policy["PolicyDocument"]["Statement"]:
                (source_arn,) = (value["aws:SourceArn"] for value in statement["Condition"].values())
                found.add((statement["Principal"]["Service"], statement["Action"], statement["Resource"], source_arn))
        distribution = f"arn:aws:cloudfront::{ACCOUNT}:distribution/Distribution"
        trail = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/selfsame"
        self.assertEqual(
            found,
            {
                ("cloudfront.amazonaws.com", "s3:GetObject", "Bucket.Arn/*", distribution),
                ("cloudfront.amazonaws.com", "s3:ListBucket", "Bucket.Arn", distribution),
                ("cloudtrail.amazonaws.com", "s3:GetBucketAcl", "TrailBucket.Arn", trail),
                ("cloudtrail.amazonaws.com", "s3:PutObject", f"TrailBucket.Arn/AWSLogs/{ACCOUNT}/*", trail),
            },
        )



def needed_by_the_store() -> dict:
    """Function → {(action, rows)}, as the table of permissions in the store's README has them."""
    readme = (ROOT / "shared" / "dynamodb" / "README.md").read_text()
    needed = {}
    for function, action, rows in re.findall(r"^\| (certifier|fallback|owner|panic|sign|sign-in) \| (\w+) \| ([^|]+) \|", readme, flags=re.M):
        needed.setdefault(function, set()).update((action, row) for row in re.findall(r"`([^`]+)`", rows))
    return needed
