"""infra/README.md says what is so."""

import re
import subprocess
import unittest

from stack import CHOICES, ELSEWHERE, HERE, INFRA, ROOT, Stack, source
from test_headers import SELFSAME
from test_routes import routes_of_template

README = (INFRA / "README.md").read_text()


def section(title: str) -> str:
    """What stands below a heading, to the next heading."""
    _, found = re.split(rf"^#+ {re.escape(title)}$", README, maxsplit=1, flags=re.M)
    return re.split(r"^#+ ", found, maxsplit=1, flags=re.M)[0]


def rows(text: str) -> list:
    """The cells of the tables in a text, without their heads."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    tables = "\n".join(lines).split("\n")
    body, head = [], None
    for line in tables:
        if set(line) <= set("|-: "):
            body.remove(head)
            continue
        head = [cell.strip() for cell in line.strip("|").split("|")]
        body.append(head)
    return body


class Readme(unittest.TestCase):
    def test_the_table_of_parameters_is_that_of_the_template(self):
        parameters = source()["Parameters"]
        table = {name.strip("`"): default.strip("`") for name, default, _ in rows(section("Parameters"))}
        self.assertEqual(set(table), set(parameters))
        for name, default in table.items():
            written = str(parameters[name].get("Default", ""))
            if written:
                self.assertEqual(default, written, name)
            else:
                self.assertIn(default, ("", "none", "made", "as `DomainName", "the stack's own"), name)

    def test_names_of_parameters_and_outputs_exist(self):
        parameters = source()["Parameters"]
        outputs = set(source()["Outputs"])
        of_aws = {"AttributeKey", "AttributeName", "AttributeValue", "Enabled", "PointInTimeRecoveryEnabled"}
        named = re.findall(r"\b([A-Z][a-z][A-Za-z]*)=([a-z0-9_.,-]*)", README)
        self.assertGreater(len(named), 15)
        for name, value in named:
            if name in of_aws:
                continue
            self.assertTrue(name in parameters, f"{name} is no parameter")
            allowed = parameters[name].get("AllowedValues")
            if allowed and value:
                self.assertIn(value.rstrip(",."), allowed, name)
        for name in ("SiteRecord", "Verify", "SigningKey", "Next", "PagesBucket", "TrailBucket", "Table", "OtherKey", "ApiRecord"):
            self.assertIn(name, README)
            self.assertIn(name, outputs)

    def test_what_the_tests_set_is_what_they_set(self):
        told = {name.strip("`") for name, _, _ in rows(section("What the tests set"))}
        kit = (ROOT / "tests" / "aws" / "kit" / "stack.mjs").read_text()
        (block,) = re.findall(r"const standing = \(root\) => \(\{\n(.*?)\n\}\);", kit, flags=re.S)
        set_there = set(re.findall(r"^  ([A-Z][A-Za-z]+):", block, flags=re.M))
        self.assertEqual(told, set_there - {"DomainName"})

    def test_all_thirty_two_pitfalls_are_answered(self):
        table = rows(section("Pitfalls"))
        self.assertEqual([int(number) for number, _, _ in table], list(range(1, 33)))
        names = set(source()["Resources"]) | set(source()["Parameters"]) | {"RouteSettings", "ReservedConcurrentExecutions"}
        for _, pitfall, answer in table:
            self.assertTrue(pitfall and answer)
            for name in re.findall(r"`([A-Z][A-Za-z]+)`", answer):
                self.assertIn(name, names)

    def test_patience_is_as_the_last_pitfall_says(self):
        stack = Stack(HERE)
        answer = rows(section("Pitfalls"))[31][2]
        said = {who: int(seconds) for who, seconds in re.findall(r"(\w+) (\d+)", answer)}
        functions = stack.of_type("AWS::Lambda::Function")
        (api,) = {i["TimeoutInMillis"] for i in stack.of_type("AWS::ApiGatewayV2::Integration").values()}
        self.assertEqual(said["function"], functions["SignFunction"]["Timeout"])
        self.assertEqual(said["function"], functions["VerifyFunction"]["Timeout"])
        self.assertEqual(said["API"] * 1000, api)

    def test_the_reserve_is_as_the_readme_says(self):
        functions = Stack(HERE).of_type("AWS::Lambda::Function")
        reserved = {name: function["ReservedConcurrentExecutions"] for name, function in functions.items()}
        self.assertIn(f"reserved are {sum(reserved.values())} in all", README)
        self.assertIn(f"{reserved['VerifyFunction']} at a time", README)

    def test_it_names_the_three_ways_of_the_slash(self):
        routes = routes_of_template(Stack(ELSEWHERE))
        for path in (path for path, binary in routes.items() if binary == "sign"):
            self.assertIn(f"`{path}`", section("The fronts, and why these"))

    def test_what_stays_is_what_is_retained(self):
        stays = "".join(cell for row in rows(section("Take it down")) for cell in row)
        for name in ("SigningKey", "Table", "PagesBucket", "TrailBucket"):
            self.assertIn(name, stays)
        kept = [name for name, r in source()["Resources"].items() if r.get("DeletionPolicy") == "Retain"]
        self.assertEqual(len(rows(section("Take it down"))), len(kept) - 1)  # the keys share a row

    def test_the_waits_of_a_rotation_are_those_of_the_plan(self):
        plan = subprocess.run([SELFSAME, "rotate", "--plan"], capture_output=True, text=True, timeout=60, check=True).stdout
        self.assertIn("13 h later", plan)
        self.assertIn("37 h 5 min later", plan)
        for keys in ("a,b", "b,a", "b"):
            self.assertIn(f"SigningKeys={keys}  ", plan)
        waits = [wait for _, _, wait in rows(section("Change the signing key"))]
        self.assertTrue(waits[0].startswith("13 hours"))
        self.assertTrue(waits[1].startswith("37 hours and 5 minutes"))

    def test_every_output_says_what_it_is_and_is_there_for_some_choice(self):
        there = set()
        for parameters in CHOICES:
            there |= set(Stack(parameters).outputs)
        self.assertEqual(there, set(source()["Outputs"]))
        for name, output in source()["Outputs"].items():
            self.assertTrue(output["Description"], name)
