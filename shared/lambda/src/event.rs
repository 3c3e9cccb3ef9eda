//! From an event to the request that the router expects.

use axum::body::Body;
use base64::{Engine, engine::general_purpose::STANDARD};
use lambda_http::http::uri::PathAndQuery;
use lambda_http::http::{Uri, header::HOST};
use lambda_http::request::{LambdaRequest, RequestContext};
use lambda_http::{Request, RequestExt};
use web::MAX_BODY;
use web::certifier::SignedCaller;
use web::source::Source;

/// Takes out of an event what the conversion to a request would stumble over: it builds a URL of the host (and then the
/// forwarded protocol), the path and the query, and decodes the body, and gives up the whole invocation if one of them is
/// odd. Nothing of ours asks for the host.
pub(crate) fn tamed(mut event: LambdaRequest) -> LambdaRequest {
    if let LambdaRequest::ApiGatewayV2(event) = &mut event {
        event.headers.remove(HOST);
        event.request_context.domain_name = None;
        if let Some(path) = &mut event.raw_path
            && !path.starts_with('/')
        {
            path.insert(0, '/');
        }
        if let Some(query) = &event.raw_query_string
            && format!("/?{query}").parse::<Uri>().is_err()
        {
            event.raw_query_string = None;
        }
        if let Some(body) = &mut event.body {
            cut(body);
        }
        if event.is_base64_encoded
            && let Some(body) = &event.body
            && STANDARD.decode(body).is_err()
        {
            event.body = None;
        }
    }
    event
}

/// No path reads more than [`MAX_BODY`] bytes: of a longer body, enough is left to be refused for its length, and the rest is
/// neither decoded nor copied. (Events hold up to 6 MB.)
fn cut(body: &mut String) {
    // In base64, four characters for three bytes: a whole number of groups, and more bytes than may be.
    const ENOUGH: usize = (MAX_BODY / 3 + 1) * 4;
    if body.len() > ENOUGH {
        body.truncate(body.floor_char_boundary(ENOUGH));
    }
}

/// The request as the router knows it: the path as it was sent, the stage no part of it, the peer known, and whether IAM
/// checked a signature (which the gateway says, and no caller can).
pub(crate) fn request(request: Request) -> lambda_http::http::Request<Body> {
    let context = match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => Some(context),
        _ => None,
    };
    let source = context
        .and_then(|context| context.http.source_ip.as_deref()?.parse().ok())
        .map_or_else(Source::unknown, Source::of);
    let is_signed = context
        .and_then(|context| context.authorizer.as_ref()?.iam.as_ref())
        .is_some();
    let stage = context.and_then(|context| context.stage.as_deref());
    let target = as_sent(request.raw_http_path(), request.uri().query(), stage);

    let (mut parts, body) = request.into_parts();
    if let Some(target) = target {
        parts.uri = target;
    }
    parts.extensions.insert(source);
    if is_signed {
        parts.extensions.insert(SignedCaller);
    }
    let body = match body {
        lambda_http::Body::Empty => Body::empty(),
        lambda_http::Body::Text(text) => Body::from(text),
        lambda_http::Body::Binary(bytes) => Body::from(bytes),
        _ => Body::empty(),
    };
    lambda_http::http::Request::from_parts(parts, body)
}

/// The path as the gateway got it, without the stage before it. (lambda_http reads it like a browser, and takes `..` and
/// `%2e%2e` for steps upwards: what the gateway let through for one path would arrive at another.) None if it cannot be a
/// path of HTTP.
fn as_sent(raw: &str, query: Option<&str>, stage: Option<&str>) -> Option<Uri> {
    let path = stage
        .filter(|stage| *stage != "$default")
        .and_then(|stage| without_stage(raw, stage))
        .unwrap_or(raw);
    let path = if path.is_empty() { "/" } else { path };
    let target: PathAndQuery = match query {
        Some(query) => format!("{path}?{query}").parse().ok()?,
        None => path.parse().ok()?,
    };
    Uri::builder().path_and_query(target).build().ok()
}

/// None if the stage is not there: behind a domain of one's own, the gateway leaves it out.
fn without_stage<'a>(path: &'a str, stage: &str) -> Option<&'a str> {
    let path = path.strip_prefix('/')?.strip_prefix(stage)?;
    (path.is_empty() || path.starts_with('/')).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn body_that_is_too_long_stays_too_long() {
        for text in ["A".repeat(6_000_000), "ä".repeat(10_000)] {
            let mut body = text.clone();
            cut(&mut body);
            assert!(body.len() > MAX_BODY && body.len() < 14_000);
            assert!(text.starts_with(&body));
        }
        let encoded = STANDARD.encode(vec![b'x'; MAX_BODY + 1]);
        for (mut body, decoded) in [
            (STANDARD.encode(vec![b'x'; 4_000_000]), MAX_BODY + 2),
            (encoded, MAX_BODY + 1),
            (STANDARD.encode(vec![b'x'; MAX_BODY]), MAX_BODY),
        ] {
            cut(&mut body);
            assert_eq!(STANDARD.decode(body).map(|bytes| bytes.len()), Ok(decoded));
        }
    }

    #[test]
    fn stage_is_cut_off_the_path_once() {
        for (raw, stage, expected) in [
            ("/prod/verify", "prod", "/verify"),
            ("/prod/", "prod", "/"),
            ("/prod", "prod", "/"),
            ("/prod/prod/verify", "prod", "/prod/verify"),
            ("/production/verify", "prod", "/production/verify"),
            ("/verify", "prod", "/verify"),
            ("/$default/verify", "$default", "/$default/verify"),
        ] {
            let target = as_sent(raw, Some("a=b"), Some(stage)).map(|uri| uri.to_string());
            assert_eq!(target, Some(format!("{expected}?a=b")), "{raw}");
        }
    }

    #[test]
    fn path_is_the_one_that_was_sent() {
        for path in [
            "//a",
            "/a/../b",
            "/a/%2e%2e/b",
            "/./a",
            "/%2F",
            "/%00",
            "/%ff",
            "/ü",
        ] {
            let target = as_sent(path, None, None);
            assert_eq!(target.as_ref().map(Uri::path), Some(path));
        }
        assert_eq!(as_sent("/a b", None, None), None);
        assert_eq!(
            as_sent("", None, None).map(|uri| uri.to_string()),
            Some("/".to_owned())
        );
    }
}
