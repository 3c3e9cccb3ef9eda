"""A site with Flask, in the shape of the walk-throughs of 2012: the page posts JSON, the server posts a form
whose audience is the bare host and port, and keeps the address in its session."""

import requests
from asked import answer_questions
from flask import Flask, abort, jsonify, request, session

app = Flask(__name__)
app.secret_key = "of no importance"


@app.post("/auth/login")
def log_in():
    form = {"assertion": request.json["assertion"], "audience": app.config["AUDIENCE"]}
    heard = requests.post(app.config["VERIFIER"], data=form, verify=True)
    if not heard.ok:
        abort(500)
    told = heard.json()
    if told["status"] != "okay":
        abort(403)
    session["email"] = told["email"]
    return jsonify(told)


@app.get("/")
def home():
    return jsonify(email=session.get("email"))


def sign_in(url, audience, assertion):
    app.config.update(VERIFIER=url, AUDIENCE=audience)
    browser = app.test_client()
    answer = browser.post("/auth/login", json={"assertion": assertion})
    return {"status": answer.status_code, "told": answer.json, "session": browser.get("/").json["email"]}


answer_questions(sign_in)
