//! The scripts of a page, and where its functions are. Not a parser of HTML: it finds tags and their attributes, which is
//! enough to point at something; a page that hides a script from it deceives its own owner.

/// A `script` element.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Script {
    /// Its `src`, as written.
    pub(crate) source: Option<String>,
    /// True if there is code between its tags.
    pub(crate) is_inline: bool,
}

/// All of them, in order.
pub(crate) fn scripts(html: &str) -> Vec<Script> {
    let html = without_comments(html);
    let mut found = Vec::new();
    let mut rest = html.as_str();
    while let Some((tag, after)) = next_tag(rest, "<script") {
        let lowered = after.to_ascii_lowercase();
        let end = lowered.find("</script").unwrap_or(after.len());
        let code = after.get(..end).unwrap_or_default();
        let kind = attribute(tag, "type")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let runs = kind.is_empty() || kind == "module" || kind.contains("javascript");
        let source = attribute(tag, "src");
        found.push(Script {
            is_inline: source.is_none() && runs && !code.trim().is_empty(),
            source,
        });
        rest = after.get(end..).unwrap_or_default();
    }
    found
}

/// The value of `<meta name="selfsame-api" content="…">`: the origin of the functions, if that is another one.
pub(crate) fn api(html: &str) -> Option<String> {
    let html = without_comments(html);
    let mut rest = html.as_str();
    while let Some((tag, after)) = next_tag(rest, "<meta") {
        if attribute(tag, "name").as_deref() == Some("selfsame-api") {
            return attribute(tag, "content");
        }
        rest = after;
    }
    None
}

/// The inside of the next tag of this name, and what stands behind the tag.
fn next_tag<'a>(html: &'a str, opening: &str) -> Option<(&'a str, &'a str)> {
    let mut from = 0;
    loop {
        let lowered = html.get(from..)?.to_ascii_lowercase();
        let start = from + lowered.find(opening)? + opening.len();
        let behind = html.get(start..)?;
        if behind.starts_with(|next: char| next.is_whitespace() || next == '>' || next == '/') {
            let end = behind.find('>')?;
            return Some((behind.get(..end)?, behind.get(end + 1..)?));
        }
        from = start;
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let lowered = tag.to_ascii_lowercase();
    let mut from = 0;
    loop {
        let at = from + lowered.get(from..)?.find(name)?;
        let before = lowered.get(..at)?.chars().next_back();
        let behind = tag.get(at + name.len()..)?.trim_start();
        if before.is_none_or(char::is_whitespace) && behind.starts_with('=') {
            let value = behind.get(1..)?.trim_start();
            let value = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => value.get(1..)?.split(quote).next(),
                _ => value.split(char::is_whitespace).next(),
            };
            return value.map(|value| value.trim().to_owned());
        }
        from = at + name.len();
    }
}

fn without_comments(html: &str) -> String {
    let mut kept = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, comment)) = rest.split_once("<!--") {
        kept.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept
}

/// Where a reference leads.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Target {
    /// This path of the page's own origin.
    Here(String),
    /// This host.
    Elsewhere(String),
}

/// Where `reference` on the page `origin` + `page` leads.
pub(crate) fn target(reference: &str, origin: &str, page: &str) -> Target {
    let reference = reference.trim();
    let lowered = reference.to_ascii_lowercase();
    let path = |text: &str| {
        let end = text.find(['?', '#']).unwrap_or(text.len());
        text.get(..end).unwrap_or_default().to_owned()
    };
    let (scheme, own) = origin.split_once("://").unwrap_or(("https", origin));
    let absolute = match lowered.find("//") {
        Some(0) => Some(format!("{scheme}:{reference}")),
        Some(_) if lowered.starts_with("http://") || lowered.starts_with("https://") => {
            Some(reference.to_owned())
        }
        _ => None,
    };
    if let Some(absolute) = absolute {
        let rest = absolute.split_once("://").map_or("", |(_, rest)| rest);
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (host, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let is_own = host.eq_ignore_ascii_case(own)
            && absolute
                .to_ascii_lowercase()
                .starts_with(&format!("{scheme}://"));
        return if is_own {
            Target::Here(path(behind))
        } else {
            Target::Elsewhere(host.to_ascii_lowercase())
        };
    }
    if reference.starts_with('/') {
        return Target::Here(path(reference));
    }
    if lowered.starts_with("data:") || lowered.starts_with("blob:") {
        return Target::Elsewhere(lowered.split(':').next().unwrap_or_default().to_owned());
    }
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    let relative = path(reference);
    for part in relative.split('/') {
        match part {
            "." => {}
            ".." if parts.len() > 1 => {
                parts.pop();
            }
            ".." => {}
            part => parts.push(part),
        }
    }
    Target::Here(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(html: &str) -> Vec<Option<String>> {
        scripts(html)
            .into_iter()
            .map(|script| script.source)
            .collect()
    }

    #[test]
    fn scripts_are_found_however_their_tags_are_written() {
        let some = |text: &str| vec![Some(text.to_owned())];
        assert_eq!(sources("<script src=\"a.js\"></script>"), some("a.js"));
        assert_eq!(
            sources("<SCRIPT defer\n SRC = 'a.js' ></SCRIPT>"),
            some("a.js")
        );
        assert_eq!(sources("<script src=a.js async></script>"), some("a.js"));
        assert_eq!(
            sources("<script data-src=b.js src=a.js></script>"),
            some("a.js")
        );
        assert_eq!(sources("<!-- <script src=a.js></script> -->"), vec![]);
        assert_eq!(sources("<scripted src=a.js>"), vec![]);
        assert_eq!(sources("<script"), vec![]);
    }

    #[test]
    fn code_between_the_tags_is_inline_and_data_is_not() {
        let inline = |html| scripts(html).iter().any(|script| script.is_inline);
        assert!(inline("<script>go()</script>"));
        assert!(inline("<script type=module>go()</script>"));
        assert!(!inline("<script src=a.js> </script>"));
        assert!(!inline("<script type='application/ld+json'>{}</script>"));
        assert!(!inline("<script></script>"));
    }

    #[test]
    fn reference_leads_to_a_path_of_the_own_origin_or_to_another_host() {
        let here = |path: &str| Target::Here(path.to_owned());
        let elsewhere = |host: &str| Target::Elsewhere(host.to_owned());
        for (reference, expected) in [
            ("a.js", here("/persona/a.js")),
            ("./lib/a.js?v=1", here("/persona/lib/a.js")),
            ("../a.js#x", here("/a.js")),
            ("../../../a.js", here("/a.js")),
            ("/a.js", here("/a.js")),
            ("https://idp.example/a.js", here("/a.js")),
            ("//IDP.example/a.js", here("/a.js")),
            ("http://idp.example/a.js", elsewhere("idp.example")),
            (
                "https://login.persona.org/provisioning_api.js",
                elsewhere("login.persona.org"),
            ),
            ("//evil.example/a.js", elsewhere("evil.example")),
            ("data:text/javascript,1", elsewhere("data")),
        ] {
            let found = target(reference, "https://idp.example", "/persona/agent.html");
            assert_eq!(found, expected, "{reference}");
        }
    }

    #[test]
    fn functions_are_where_the_head_says() {
        let html =
            "<meta charset=utf-8><meta name=\"selfsame-api\" content=\"https://api.my.domain\">";
        assert_eq!(api(html).as_deref(), Some("https://api.my.domain"));
        assert_eq!(api("<meta name=other content=x>"), None);
    }
}
