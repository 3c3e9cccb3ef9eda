//! `GET /federation`: how the list stands, and what came of verifications.
//!
//! How busy a member is, is nobody's business but the keeper's. So the path is there only for callers on this machine that
//! name it by its loopback address, and not for what a proxy passes on and says so.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use browserid::{Domain, MemberList, Timestamp};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, FORWARDED, HOST, VIA, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, Method};
use serde_json::{Value, json};
use service::federation::{Counts, Members, Voice};

use crate::hand_over::hand_over;
use crate::utc;

/// Adds the path to the verifier's own.
pub fn around(verifier: Router, members: Arc<Members>) -> Router {
    let told = any(answer).with_state(Beside {
        members,
        verifier: verifier.clone(),
    });
    Router::new()
        .route("/federation", told)
        .fallback(move |request| hand_over(verifier.clone(), request))
}

#[derive(Clone)]
struct Beside {
    members: Arc<Members>,
    verifier: Router,
}

async fn answer(State(beside): State<Beside>, request: Request) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let is_here = peer.is_some_and(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback());
    if !(is_here && is_named_by_loopback(request.headers()) && request.method() == Method::GET) {
        // As if it were not there.
        return hand_over(beside.verifier, request).await;
    }
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, format!("{}\n", standing(&beside.members))).into_response()
}

/// A page of another site can make its own name lead here, but not write another one into `Host`.
fn is_named_by_loopback(headers: &HeaderMap) -> bool {
    let passed_on = [FORWARDED.as_str(), VIA.as_str(), "x-forwarded-for"];
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = host.unwrap_or_default();
    let bare = match host.rsplit_once(':') {
        Some((bare, port)) if !port.contains(']') => bare,
        _ => host,
    };
    let bare = bare.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = bare == "localhost"
        || bare
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback());
    is_loopback && !passed_on.iter().any(|name| headers.contains_key(*name))
}

fn standing(members: &Members) -> Value {
    let standing = members.standing();
    let counts = |wanted: &Voice| {
        let found = standing.counts.iter().find(|(voice, _)| voice == wanted);
        told(found.map_or(&Counts::default(), |(_, counts)| counts))
    };
    let list = standing.federation.list();
    let listed = list.map(|list| {
        let mut listed = listed(list);
        let told = listed.get_mut("members").and_then(Value::as_array_mut);
        let told = told.into_iter().flatten();
        for (told, member) in told.zip(list.members()) {
            if let Some(told) = told.as_object_mut() {
                let counts = counts(&Voice::Member(member.issuer.clone()));
                told.insert("counts".to_owned(), counts);
            }
        }
        listed
    });
    json!({
        "list": listed,
        "refreshed": standing.refreshed.map(moment),
        "trouble": standing.trouble.map(|(at, failure)| json!({
            "at": moment(at),
            "code": failure.code(),
            "reason": failure.to_string(),
        })),
        "strangers": counts(&Voice::Stranger),
    })
}

fn told(counts: &Counts) -> Value {
    json!({ "accepted": counts.accepted, "refused": counts.refused })
}

/// What a list says, with its times for people.
pub fn listed(list: &MemberList) -> Value {
    let members = list.members().iter().map(|member| {
        let domains: Vec<_> = member.domains.iter().map(Domain::as_str).collect();
        json!({
            "issuer": member.issuer.as_str(),
            "domains": domains,
            "contact": member.contact,
            "expires": moment(member.expires),
        })
    });
    json!({
        "name": list.name(),
        "issued": moment(list.issued()),
        "expires": moment(list.expires()),
        "members": members.collect::<Vec<_>>(),
    })
}

fn moment(at: Timestamp) -> String {
    utc::text(at)
}
