"""COST.md says what the script computes, and the script computes what the stack is."""

import importlib.machinery
import importlib.util
import json
import re
import unittest

from stack import HERE, INFRA, ROOT, Stack, run

MEASURED = ROOT / "tests" / "bench" / "measured.json"


def script():
    loader = importlib.machinery.SourceFileLoader("cost", str(INFRA / "cost"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("cost", loader))
    loader.exec_module(module)
    return module


class Cost(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cost = script()
        cls.prices = cls.cost.Prices(json.loads((INFRA / "prices.json").read_text())["prices"])
        cls.measured = json.loads(MEASURED.read_text())

    def test_the_page_is_what_the_script_prints(self):
        printed = run(str(INFRA / "cost"))
        self.assertEqual(printed.returncode, 0, printed.stderr)
        self.assertEqual((INFRA / "COST.md").read_text(), printed.stdout, "run: infra/cost > infra/COST.md")

    def test_a_million_verifications_stay_within_the_budget(self):
        self.assertLessEqual(self.cost.verifications(self.prices, self.measured["verify"]), 0.30)

    def test_the_arithmetic_is_right(self):
        # 1 000 000 requests at 0.20; 10 ms of a quarter of a GB each, and a start of 100 ms in a hundred.
        function = {"warm_ms": 9.2, "billed_mb": 256, "init_ms": 100}
        self.assertAlmostEqual(self.cost.gb_seconds(function, 0.01), 0.00275)
        expected = 0.20 + 2750 * 0.0000133334
        self.assertAlmostEqual(self.cost.verifications(self.prices, function), expected)
        # Of 12 ms 2 are work, on 256 of 1769 MB's processor: 10 + 13.8, and 6 of waiting.
        working = {"warm_ms": 12, "own_cpu_ms": 2, "billed_mb": 256}
        self.assertEqual(self.cost.billed_ms(working, waiting=6), 30)
        self.assertEqual(self.cost.billed_ms(working | {"billed_mb": 3008}), 12)
        self.assertAlmostEqual(self.prices("kms_rsa_2048", 90), 0.00027)
        self.assertEqual(self.prices("alarm", 8, free=True), 0)
        self.assertAlmostEqual(self.prices("alarm", 12, free=True), 0.2)

    def test_a_sign_in_through_a_fallback_is_what_the_functions_tests_count(self):
        source = (ROOT / "tests" / "functions" / "fallback.rs").read_text()
        (written,) = re.findall(r"const COSTS: [^=]*= (\[\[[0-9, \[\]]*\]\]);", source)
        self.assertEqual([list(step) for step in self.cost.FALLBACK_STEPS.values()], json.loads(written))
        parts = {name: (amount, price) for name, amount, price in self.cost.fallback_sign_ins(self.prices, self.measured, 1000)}
        self.assertEqual(parts["ses_mail"], (1, 0.10))
        self.assertEqual(parts["http_api"][0], 5)
        self.assertEqual(parts["lambda_request"][0], 8)
        self.assertLess(sum(price for _, price in parts.values()), 0.30)

    def test_an_owner_pays_about_a_dollar_and_an_idle_stack_no_more(self):
        def paid(people: int) -> float:
            return sum(part[3] for part in self.cost.month(self.prices, self.measured, people))

        self.assertGreaterEqual(paid(0), 1.00)
        self.assertLess(paid(0), paid(1))
        self.assertLess(paid(1), 1.05)
        self.assertLess(paid(5), 1.10)

    def test_times_are_of_the_memory_that_is_deployed(self):
        functions = Stack(HERE).of_type("AWS::Lambda::Function")
        for name, function in (("verify", "VerifyFunction"), ("sign", "SignFunction"), ("sign_in", "SignInFunction")):
            self.assertEqual(self.measured[name]["billed_mb"], functions[function]["MemorySize"], name)

    def test_it_counts_the_alarms_that_are_there(self):
        self.assertEqual(self.cost.ALARMS, len(Stack(HERE).of_type("AWS::CloudWatch::Alarm")))

    def test_every_price_has_a_source_and_a_date_and_is_used(self):
        text = (INFRA / "cost").read_text()
        for name, price in self.prices.table.items():
            self.assertEqual(set(price), {"date", "free", "per", "price", "source", "what"}, name)
            self.assertTrue(price["source"], name)
            self.assertRegex(price["date"], r"^20\d\d-\d\d$", name)
            self.assertTrue(f'"{name}"' in text or f"'{name}'" in text or name.startswith("lambda_gb_s_"), f"{name} is a price of nothing")
