"""A site with PyBrowserID; `verifier_url` is an argument of its RemoteVerifier."""

from asked import answer_questions
from browserid import RemoteVerifier


def sign_in(url, audience, assertion):
    return RemoteVerifier([audience], verifier_url=url).verify(assertion)


answer_questions(sign_in)
