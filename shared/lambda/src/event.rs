//! From an event to the request that the router expects.

use axum::body::Body;
use base64::{Engine, engine::general_purpose::STANDARD};
use lambda_http::http::{Uri, header::HOST};
use lambda_http::request::{LambdaRequest, RequestContext};
use lambda_http::{Request, RequestExt};
use web::MAX_BODY;
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

/// The request as the router knows it: the stage is no part of the path, and the peer is known.
pub(crate) fn request(request: Request) -> lambda_http::http::Request<Body> {
    let context = match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => Some(context),
        _ => None,
    };
    let source = context
        .and_then(|context| context.http.source_ip.as_deref()?.parse().ok())
        .map_or_else(Source::unknown, Source::of);
    let target = context
        .and_then(|context| context.stage.as_deref())
        .and_then(|stage| without_stage(request.uri(), stage));

    let (mut parts, body) = request.into_parts();
    if let Some(target) = target {
        parts.uri = target;
    }
    parts.extensions.insert(source);
    let body = match body {
        lambda_http::Body::Empty => Body::empty(),
        lambda_http::Body::Text(text) => Body::from(text),
        lambda_http::Body::Binary(bytes) => Body::from(bytes),
        _ => Body::empty(),
    };
    lambda_http::http::Request::from_parts(parts, body)
}

/// lambda_http sees to it that the path begins with the stage, unless that is `$default`.
fn without_stage(uri: &Uri, stage: &str) -> Option<Uri> {
    if stage == "$default" {
        return None;
    }
    let path = uri.path().strip_prefix('/')?.strip_prefix(stage)?;
    if !path.is_empty() && !path.starts_with('/') {
        return None;
    }
    let path = if path.is_empty() { "/" } else { path };
    match uri.query() {
        Some(query) => format!("{path}?{query}").parse().ok(),
        None => path.parse().ok(),
    }
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
        for (uri, stage, expected) in [
            ("/prod/verify?a=b", "prod", Some("/verify?a=b")),
            ("/prod/", "prod", Some("/")),
            ("/prod", "prod", Some("/")),
            ("/prod/prod/verify", "prod", Some("/prod/verify")),
            ("/production/verify", "prod", None),
            ("/verify", "$default", None),
        ] {
            let uri: Uri = uri.parse().expect("a URI");
            let cut = without_stage(&uri, stage).map(|uri| uri.to_string());
            assert_eq!(cut.as_deref(), expected, "{uri}");
        }
    }
}
