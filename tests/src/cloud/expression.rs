//! As much of DynamoDB's expressions as our store uses. What is not understood fails the test.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

type Item = Map<String, Value>;

/// Whether the condition of a request holds for an item.
pub fn holds(item: Option<&Item>, asked: &Value) -> bool {
    let Some(condition) = asked["ConditionExpression"].as_str() else {
        return true;
    };
    any_holds(condition, item, asked)
}

fn any_holds(condition: &str, item: Option<&Item>, asked: &Value) -> bool {
    let all = |all: &str| split(all, " AND ").all(|term| is_true(term.trim(), item, asked));
    split(condition, " OR ").any(all)
}

/// The parts of a condition, those in parentheses whole.
fn split<'a>(condition: &'a str, by: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    let (mut parts, mut depth, mut from, mut at) = (Vec::new(), 0, 0, 0);
    while at < condition.len() {
        let rest = &condition[at..];
        depth += i32::from(rest.starts_with('(')) - i32::from(rest.starts_with(')'));
        if depth == 0 && rest.starts_with(by) {
            parts.push(&condition[from..at]);
            at += by.len();
            from = at;
        } else {
            at += 1;
        }
    }
    parts.push(&condition[from..]);
    parts.into_iter()
}

fn is_true(term: &str, item: Option<&Item>, asked: &Value) -> bool {
    let argument = |function: &str| term.strip_prefix(function)?.strip_suffix(')');
    if let Some(name) = argument("attribute_exists(") {
        return item.is_some_and(|item| item.contains_key(name));
    }
    if let Some(name) = argument("attribute_not_exists(") {
        return item.is_none_or(|item| !item.contains_key(name));
    }
    if let Some(inner) = argument("(") {
        return any_holds(inner, item, asked);
    }
    let mut words = term.split(' ');
    let (Some(name), Some(operator), Some(value), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        panic!("the stub does not understand {term:?}");
    };
    let Some(left) = item.and_then(|item| item.get(name)) else {
        return false;
    };
    let right = &asked["ExpressionAttributeValues"][value];
    let order = match (number(left), number(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => text(left).cmp(text(right)),
    };
    match operator {
        "=" => order == Ordering::Equal,
        "<" => order == Ordering::Less,
        "<=" => order != Ordering::Greater,
        ">" => order == Ordering::Greater,
        ">=" => order != Ordering::Less,
        other => panic!("the stub does not understand {other:?}"),
    }
}

/// The item after `SET name = value`, `SET name = name + value` or `- value`, and after `REMOVE name`.
pub fn updated(mut item: Item, asked: &Value) -> Item {
    let update = asked["UpdateExpression"].as_str().expect("an update");
    let (sets, removed) = match update.split_once("REMOVE ") {
        Some((sets, removed)) => (sets.trim(), removed),
        None => (update, ""),
    };
    for name in removed.split(", ") {
        item.remove(name);
    }
    let sets = match sets {
        "" => return item,
        sets => sets.strip_prefix("SET ").expect("SET or REMOVE"),
    };
    for set in sets.split(", ") {
        let words: Vec<&str> = set.split(' ').collect();
        let value = |name: &str| asked["ExpressionAttributeValues"][name].clone();
        let new = match words[..] {
            [_, "=", one] => value(one),
            [name, "=", same, operator, by] if name == same => {
                let (was, by) = (number(&item[name]), number(&value(by)));
                let (was, by) = (was.expect("a number"), by.expect("a number"));
                let sum = if operator == "+" { was + by } else { was - by };
                json!({"N": sum.to_string()})
            }
            _ => panic!("the stub does not understand {set:?}"),
        };
        item.insert(words[0].to_owned(), new);
    }
    item
}

/// The attributes that the request wants.
pub fn projected(item: Item, asked: &Value) -> Item {
    let Some(wanted) = asked["ProjectionExpression"].as_str() else {
        return item;
    };
    let names: Vec<&str> = wanted.split(", ").collect();
    item.into_iter()
        .filter(|(name, _)| names.contains(&name.as_str()))
        .collect()
}

fn number(value: &Value) -> Option<i64> {
    value["N"]
        .as_str()
        .map(|text| text.parse().expect("a number"))
}

fn text(value: &Value) -> &str {
    value["S"].as_str().expect("a text or a number")
}
