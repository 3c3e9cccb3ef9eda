"""The tools that know CloudFormation find nothing in the template, and would find something if there were."""

import subprocess
import tempfile
import tomllib
import unittest
from pathlib import Path

from stack import INFRA, TEMPLATE, TOOLS, run


def cfn_lint(template: Path) -> subprocess.CompletedProcess:
    return run(str(TOOLS / "cfn-lint"), "--non-zero-exit-code", "informational", str(template))


def sam_validate(template: Path) -> subprocess.CompletedProcess:
    return run(str(TOOLS / "sam"), "validate", "--lint", "--region", "us-east-1", "--template", str(template), cwd=INFRA)


class Lint(unittest.TestCase):
    def planted(self, old: str, new: str) -> Path:
        """A copy of the template with a mistake in it."""
        text = TEMPLATE.read_text()
        self.assertEqual(text.count(old), 1, f"to plant a mistake, {old!r} must stand there once")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = Path(folder.name) / "template.yaml"
        path.write_text(text.replace(old, new))
        return path

    def test_cfn_lint_finds_nothing(self):
        found = cfn_lint(TEMPLATE)
        self.assertEqual((found.returncode, found.stdout), (0, ""), found.stderr)

    def test_cfn_lint_finds_a_property_that_does_not_exist(self):
        found = cfn_lint(self.planted("      BillingMode: PAY_PER_REQUEST\n", "      BillingMood: PAY_PER_REQUEST\n"))
        self.assertNotEqual(found.returncode, 0)
        self.assertIn("E3002", found.stdout)

    def test_cfn_lint_finds_a_reference_to_nothing(self):
        found = cfn_lint(self.planted("TargetFunctionArn: !GetAtt VerifyFunction.Arn", "TargetFunctionArn: !GetAtt Verify.Arn"))
        self.assertNotEqual(found.returncode, 0)
        self.assertIn("E1010", found.stdout)

    def test_sam_validate_finds_nothing(self):
        found = sam_validate(TEMPLATE)
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)
        self.assertIn("is a valid SAM Template", found.stdout)

    def test_sam_validate_finds_a_wrong_value(self):
        found = sam_validate(self.planted("      AuthType: NONE\n", "      AuthType: NOBODY\n"))
        self.assertNotEqual(found.returncode, 0)
        self.assertIn("NOBODY", found.stdout + found.stderr)

    def test_sam_needs_no_flags(self):
        settings = tomllib.loads((INFRA / "samconfig.toml").read_text())
        self.assertEqual(settings["version"], 0.1)
        self.assertIs(settings["default"]["build"]["parameters"]["beta_features"], True)
        deploy = settings["default"]["deploy"]["parameters"]
        self.assertEqual(deploy["capabilities"], "CAPABILITY_IAM")
        self.assertIs(deploy["resolve_s3"], True)
        self.assertRegex(deploy["stack_name"], "^[a-z][a-z0-9-]*$")
