"""A site as a test sees it: one JSON question a line in, one JSON answer a line out."""

import json
import sys


def answer_questions(answer):
    for line in iter(sys.stdin.readline, ""):
        try:
            told = answer(**json.loads(line))
        except Exception as error:  # how a client refuses is for the test to judge
            told = {"raised": type(error).__name__, "reason": str(error)}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
