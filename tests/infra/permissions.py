"""Who may do what, by every policy that a stack makes."""

from fnmatch import fnmatchcase


def listed(value) -> list:
    return value if isinstance(value, list) else [value]


def grants(stack) -> list:
    """(role, action, resource, conditions) of every permission that a role of the stack holds."""
    found = []
    for role, properties in stack.of_type("AWS::IAM::Role").items():
        for policy in properties.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                for action in listed(statement["Action"]):
                    for resource in listed(statement["Resource"]):
                        found.append((role, action, resource, statement.get("Condition", {})))
    return found


def faults(stack) -> list:
    """What is wrong with the permissions of a stack, whatever the stack is for."""
    said = []
    for role, properties in stack.of_type("AWS::IAM::Role").items():
        for elsewhere in ("ManagedPolicyArns", "PermissionsBoundary"):
            if properties.get(elsewhere):
                said.append(f"{role}: {elsewhere} holds permissions that do not stand here")
        trust = properties["AssumeRolePolicyDocument"]["Statement"]
        if [statement["Principal"] for statement in trust] != [{"Service": "lambda.amazonaws.com"}]:
            said.append(f"{role}: somebody else than Lambda may be it")
        for policy in properties.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                if statement["Effect"] != "Allow" or set(statement) - {"Effect", "Action", "Resource", "Condition"}:
                    said.append(f"{role}: a statement that this check does not understand")
    for kind in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy"):
        said += [f"{name}: permissions outside of the roles" for name in stack.of_type(kind)]
    for role, action, resource, conditions in grants(stack):
        if "*" in action or "?" in action:
            said.append(f"{role}: {action} is not one action")
        if action.startswith("kms:"):
            said.append(f"{role}: {action} is for the keys' own policy to grant")
        if resource == "*":
            said.append(f"{role}: {action} on everything")
        if action.startswith("ses:") and set(conditions.get("StringEquals", {})) != {"ses:FromAddress"}:
            said.append(f"{role}: {action} from any address")
        if action.startswith("dynamodb:"):
            rows = conditions.get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys")
            if not rows or "*" in rows or conditions.get("Null") != {"dynamodb:LeadingKeys": "false"}:
                said.append(f"{role}: {action} on any row")
    return said


def may(policy: dict, action: str, context: dict) -> bool:
    """Does a key's policy allow an action to somebody in these circumstances? A refusal wins."""
    allowed = False
    for statement in policy["Statement"]:
        if not any(fnmatchcase(action.lower(), pattern.lower()) for pattern in listed(statement["Action"])):
            continue
        principal = statement["Principal"]
        principals = [principal] if isinstance(principal, str) else listed(principal["AWS"])
        if not any(_is(who, context) for who in principals):
            continue
        if not all(_holds(*condition, context) for condition in statement.get("Condition", {}).items()):
            continue
        if statement["Effect"] == "Deny":
            return False
        allowed = True
    return allowed


def _is(who: str, context: dict) -> bool:
    # Naming the account means everybody in it whose own policies allow it: an administrator's do.
    return who in ("*", context["aws:PrincipalArn"]) or (
        who.endswith(":root") and who.split(":")[4] == context["kms:CallerAccount"]
    )


def _holds(operator: str, wanted: dict, context: dict) -> bool:
    for key, values in wanted.items():
        value, equal = context.get(key), operator in ("ArnEquals", "StringEquals")
        assert equal or operator == "ArnNotEquals", f"{operator} is not known to this test"
        if (value in listed(values)) != equal:
            return False
    return True
