//! Browsers by what they say in `User-Agent`, in words that people know.
//!
//! A table of our own: what we need are twenty names, and what comes out can hold nothing but them. The crates for it
//! (`woothee`, `uaparser`, `user-agent-parser`) bring a regular-expression engine and tables of thousands of old devices, and
//! repeat parts of what was sent.

/// The longest header that is looked at, in bytes. Browsers send less than 300.
const MAX: usize = 1000;

/// What stands in the header, and what the browser is called. The first that is found counts: many claim to be others.
const BROWSERS: [(&str, &str); 16] = [
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("YaBrowser/", "Yandex Browser"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("FxiOS/", "Firefox"),
    ("Focus/", "Firefox Focus"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
];

/// The same for what it runs on.
const SYSTEMS: [(&str, &str); 9] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("FreeBSD", "FreeBSD"),
    ("OpenBSD", "OpenBSD"),
    ("Linux", "Linux"),
];

/// `Firefox on Linux`; one of the two if the other is not known; nothing if neither is.
pub(crate) fn name(agent: &str) -> String {
    if agent.len() > MAX {
        return String::new();
    }
    let known = |table: &[(&str, &'static str)]| {
        let mut lines = table.iter().filter(|(mark, _)| agent.contains(mark));
        lines.next().map(|(_, name)| *name)
    };
    // `Version/` alone is also sent by the web views of Android.
    let browser = known(&BROWSERS).filter(|name| *name != "Safari" || agent.contains("Safari/"));
    match (browser, known(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_of_today_are_called_what_people_call_them() {
        for (agent, expected) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0",
                "Firefox on Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
                "Safari on Mac",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                "Chrome on Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                "Chrome on ChromeOS",
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0 Mobile/15E148 Safari/604.1",
                "Chrome on iPad",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36",
                "Samsung Internet on Android",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 OPR/125.0.0.0",
                "Opera on Mac",
            ),
            ("Firefox/1", "Firefox"),
            ("something on Windows", "Windows"),
        ] {
            assert_eq!(name(agent), expected, "{agent}");
        }
    }

    #[test]
    fn nothing_that_was_sent_is_repeated() {
        for agent in [
            "",
            "curl/8.5.0",
            "<script>alert(1)</script>",
            "\u{1b}[31mred\u{7}",
            "Version/1 of something",
            &"Firefox/1 ".repeat(101),
        ] {
            assert_eq!(name(agent), "", "{agent}");
        }
        assert_eq!(name("<b>\u{7}Firefox/\r\nX: y Linux"), "Firefox on Linux");
    }
}
