//! What goes into a virtual host of Apache, and into `.htaccess` files.

use std::fmt::Write;

use browserid::Domain;
use site::{Api, DOCUMENT, File};

use super::headers_file::headers_of;

/// A location for every file, with exactly its type and headers whatever else the server sets, and no second name for any:
/// under one a page would come without its headers.
pub fn snippet(domain: &Domain, files: &[File], api: Option<&Api>) -> String {
    let mut text = format!(
        "# For https://{domain}, made by `selfsame site build`. In its <VirtualHost>, in front of every RewriteRule:
#
#     DocumentRoot \"/where/this/folder/is\"
#     Include \"/where/this/folder/is/apache.conf\"
#
# Rules that redirect must leave /persona/ alone, and a `Redirect /` comes first whatever follows. Instead:
# RedirectMatch permanent \"^/(?!\\.well-known/|persona/)(.*)$\" \"https://www.{domain}/$1\"
<Location \"/persona/\">
    Options -MultiViews
</Location>
{FIRST}"
    );
    for file in files {
        let headers: Vec<_> = headers_of(file, api)
            .filter(|(name, _)| *name != "Content-Type")
            .collect();
        let pairs = headers.iter().map(|(name, value)| (*name, &**value));
        location(&mut text, &file.path, file.media_type, pairs);
    }
    text
}

/// The document comes before whatever the server rewrites.
pub const FIRST: &str = "<IfModule mod_rewrite.c>
    RewriteEngine On
    RewriteRule \"^/\\.well-known/browserid/?$\" - [END]
</IfModule>
";

/// One file. Types and values have no quotes.
pub fn location<'a>(
    text: &mut String,
    path: &str,
    media_type: &str,
    headers: impl IntoIterator<Item = (&'a str, &'a str)>,
) {
    // Writing to a String never fails.
    let _ = writeln!(text, "<Location \"{path}\">");
    let _ = writeln!(text, "    Require all granted");
    if path == DOCUMENT {
        let _ = writeln!(text, "    AcceptPathInfo On");
    }
    let _ = writeln!(text, "    <IfModule mod_expires.c>");
    let _ = writeln!(text, "        ExpiresActive Off");
    let _ = writeln!(text, "    </IfModule>");
    let _ = writeln!(text, "    ForceType \"{media_type}\"");
    set(text, "    ", headers);
    let _ = writeln!(text, "</Location>");
}

/// Apache keeps two tables of headers and sends both; what is in one twice over is no header that a browser believes.
pub fn set<'a>(
    text: &mut String,
    indent: &str,
    headers: impl IntoIterator<Item = (&'a str, &'a str)>,
) {
    for (name, value) in headers {
        let _ = writeln!(text, "{indent}Header onsuccess unset {name}");
        let _ = writeln!(text, "{indent}Header always set {name} \"{value}\"");
    }
}
