"""The template as CloudFormation would see it: the SAM transform applied, conditions decided, functions resolved."""

import copy
import functools
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import yaml
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

ROOT = Path(__file__).resolve().parents[2]
INFRA = ROOT / "infra"
TEMPLATE = INFRA / "template.yaml"
TOOLS = Path(sys.executable).parent

HERE = {"DomainName": "my.example", "CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/c"}
ELSEWHERE = {
    "DomainName": "my.example",
    "StaticHosting": "elsewhere",
    "ApiDomain": "api.my.example",
    "ApiCertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/c",
}
FALLBACK = {**HERE, "IdentityProvider": "fallback", "MailFrom": "login@mail.example"}
CERTIFIER = {**HERE, "Certifier": "true"}
NOTICES = {**HERE, "MailFrom": "login@mail.example"}
# Each of them switches something that the others do not.
CHOICES = [
    HERE,
    ELSEWHERE,
    {**HERE, "SigningKeys": "a,b"},
    {**HERE, "SigningKeys": "b,a", "ExistingTable": "restored", "Concurrency": "shared"},
    {**ELSEWHERE, "SigningKeys": "b", "AlarmAddress": "me@my.example", "CloudTrail": "elsewhere"},
    {"DomainName": "my.example", "HostedZoneId": "Z0123456789ABC", "AlarmAddress": "me@my.example"},
    FALLBACK,
    {**FALLBACK, "SigningKeys": "b,a", "ExistingTable": "restored", "Concurrency": "shared"},
    CERTIFIER,
    NOTICES,
    {**ELSEWHERE, "MailFrom": "login@mail.example"},
]


def is_fallback(parameters: dict) -> bool:
    return parameters.get("IdentityProvider") == "fallback"


def binaries(parameters: dict) -> set:
    """The functions that there are with these parameters, by the names of their folders."""
    expected = {"fallback", "verify"} if is_fallback(parameters) else {"owner", "panic", "sign", "sign-in", "verify"}
    expected |= {"certifier"} if parameters.get("Certifier") == "true" else set()
    return expected | ({"publish"} if parameters.get("StaticHosting") != "elsewhere" else set())


def logical(binary: str, kind: str = "Function") -> str:
    """What the template calls the function of a folder, or another part that belongs to it."""
    return "".join(part.capitalize() for part in binary.split("-")) + kind


PSEUDO = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/selfsame/11111111-2222-3333-4444-555555555555",
    "AWS::StackName": "selfsame",
    "AWS::URLSuffix": "amazonaws.com",
}
NOTHING = object()

# The transform counts its own work and says so.
logging.getLogger("samtranslator").setLevel(logging.CRITICAL)


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short functions."""


def _function(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


Loader.add_multi_constructor("!", _function)


@functools.cache
def _source() -> str:
    return json.dumps(yaml.load(TEMPLATE.read_text(), Loader=Loader))


def source() -> dict:
    """The template as it is written, anchors spelled out."""
    return json.loads(_source())


class Stack:
    """What the template makes with these parameters. References to resources stay readable: `Table`, `Table.Arn`."""

    def __init__(self, parameters: dict, template: dict | None = None, archive: str = "s3://bucket/archive"):
        template = copy.deepcopy(template or source())
        self.parameters = {name: p.get("Default") for name, p in template["Parameters"].items()} | parameters
        self.written = template
        self.transformed = _transformed(template, self.parameters, archive)
        self._conditions = template["Conditions"]
        self.resources = {}
        for name, resource in self.transformed["Resources"].items():
            if self.holds(resource.get("Condition")):
                self.resources[name] = {**resource, "Properties": self.resolved(resource.get("Properties", {}))}
        self.outputs = {
            name: self.resolved(output["Value"])
            for name, output in template["Outputs"].items()
            if self.holds(output.get("Condition"))
        }

    def of_type(self, kind: str) -> dict:
        """Properties of the resources of a type, by name."""
        return {name: r["Properties"] for name, r in self.resources.items() if r["Type"] == kind}

    def holds(self, condition: str | None) -> bool:
        return condition is None or self._decided(self._conditions[condition])

    def _decided(self, node) -> bool:
        ((name, value),) = node.items()
        if name == "Condition":
            return self.holds(value)
        if name == "Fn::Equals":
            first, second = (self.resolved(side) for side in value)
            return str(first) == str(second)
        decided = [self._decided(part) for part in value]
        return {"Fn::And": all, "Fn::Or": any, "Fn::Not": lambda parts: not parts[0]}[name](decided)

    def resolved(self, node):
        """The node with its functions replaced by what they give; what has no value is gone."""
        if isinstance(node, list):
            return [value for value in map(self.resolved, node) if value is not NOTHING]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((name, value),) = node.items()
            if name == "Ref" or name.startswith("Fn::"):
                return self._function(name, value)
        return {key: value for key, value in ((k, self.resolved(v)) for k, v in node.items()) if value is not NOTHING}

    def _function(self, name, value):
        if name == "Ref":
            if value == "AWS::NoValue":
                return NOTHING
            if value in PSEUDO:
                return PSEUDO[value]
            return self.parameters.get(value, value)
        if name == "Fn::GetAtt":
            return f"https://{value[0]}/" if value[1] == "FunctionUrl" else ".".join(value)
        if name == "Fn::If":
            return self.resolved(value[1] if self.holds(value[0]) else value[2])
        if name == "Fn::Join":
            return value[0].join(self.resolved(value[1]))
        if name == "Fn::Select":
            return self.resolved(value[1])[int(value[0])]
        if name == "Fn::Split":
            return self.resolved(value[1]).split(value[0])
        if name == "Fn::Sub":
            text, given = value if isinstance(value, list) else (value, {})
            while "${" in text:
                before, rest = text.split("${", 1)
                inside, after = rest.split("}", 1)
                found = self.resolved(given[inside]) if inside in given else self._named(inside)
                text = f"{before}{found}{after}"
            return text
        raise AssertionError(f"{name} is not known to this test")

    def _named(self, inside: str):
        """What stands in `${…}`: a name, or a name and an attribute."""
        return self._function("Fn::GetAtt", inside.split(".")) if "." in inside else self._function("Ref", inside)


def refusals(parameters: dict) -> list:
    """What the template's rules say against these parameters. Nothing is made of them first."""
    template, said = source(), []
    asked = Stack.__new__(Stack)
    asked.parameters = {name: p.get("Default") for name, p in template["Parameters"].items()} | parameters
    asked._conditions = template["Conditions"]
    for rule in template["Rules"].values():
        if asked._decided(rule["RuleCondition"]):
            said += [a["AssertDescription"] for a in rule["Assertions"] if not asked._decided(a["Assert"])]
    return said


def _transformed(template: dict, parameters: dict, archive: str) -> dict:
    template = copy.deepcopy(template)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = archive  # as `sam deploy` has it, named by the hash of its content
    os.environ.setdefault("AWS_DEFAULT_REGION", PSEUDO["AWS::Region"])
    return Translator({}, Parser()).translate(sam_template=template, parameter_values=dict(parameters))


def run(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess:
    """Runs a tool of the environment that these tests run in, without network."""
    environment = {
        **os.environ,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "PATH": f"{TOOLS}:{os.environ['PATH']}",
        "SAM_CLI_TELEMETRY": "0",
    }
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False)
