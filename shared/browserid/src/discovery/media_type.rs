/// What a `Content-Type` header says, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MediaType {
    Json,
    OctetStream,
    Other,
}

impl MediaType {
    /// The type alone counts, without regard to case; parameters may follow.
    pub(super) fn of(header: Option<&str>) -> Self {
        let essence = header
            .and_then(|header| header.split(';').next())
            .unwrap_or_default()
            .trim_matches([' ', '\t']);
        if essence.eq_ignore_ascii_case("application/json") {
            Self::Json
        } else if essence.eq_ignore_ascii_case("application/octet-stream") {
            Self::OctetStream
        } else {
            Self::Other
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_type_counts_and_not_its_case() {
        for header in [
            "application/json",
            "application/json; charset=utf-8",
            "Application/JSON;charset=utf-8",
            " application/json ;x",
        ] {
            assert_eq!(MediaType::of(Some(header)), MediaType::Json, "{header}");
        }
        for header in [
            "",
            "application/jsonp",
            "application/vnd.x+json",
            "text/json",
            "application/json, text/html",
        ] {
            assert_eq!(MediaType::of(Some(header)), MediaType::Other, "{header}");
        }
        assert_eq!(MediaType::of(None), MediaType::Other);
        assert_eq!(
            MediaType::of(Some("Application/Octet-Stream")),
            MediaType::OctetStream
        );
    }
}
