//! What goes into the `server` block of an nginx.

use std::fmt::Write;

use browserid::Domain;
use site::{Api, DOCUMENT, DOCUMENT_WITH_SLASH, File};
use web::page_headers::{self, Transport};

/// A location for every file, with exactly its headers whatever the server's own settings are, and nothing else below
/// `/persona/`: there must be no second name under which a page comes without its headers.
pub fn snippet(domain: &Domain, files: &[File], api: Option<&Api>) -> String {
    let mut text = format!(
        "# For https://{domain}, made by `selfsame site build`. In its `server` block:
#
#     root /where/this/folder/is;
#     include /where/this/folder/is/nginx.conf;
#
# A `return` or `rewrite` that stands in the block itself comes before every location: put it into `location / {{ }}`.
"
    );
    for file in files {
        location(&mut text, &file.path, file, api);
        if file.path == DOCUMENT {
            location(&mut text, DOCUMENT_WITH_SLASH, file, api);
        }
    }
    text.push_str("\nlocation ^~ /persona/ {\n    return 404;\n}\n");
    text
}

fn location(text: &mut String, path: &str, file: &File, api: Option<&Api>) {
    // Writing to a String never fails. Types are quoted for their blanks and semicolons; no value has a quote or a `$`.
    let _ = writeln!(text, "\nlocation = {path} {{");
    if path != file.path {
        let _ = writeln!(text, "    try_files {} =404;", file.path);
    }
    let _ = writeln!(text, "    types {{ }}");
    let _ = writeln!(text, "    default_type \"{}\";", file.media_type);
    let _ = writeln!(text, "    charset off;");
    let _ = writeln!(text, "    expires off;");
    let _ = writeln!(
        text,
        "    add_header Cache-Control \"{}\";",
        file.cache_control
    );
    for (name, value) in page_headers::of(&file.path, Transport::Https, api.map(Api::origin)) {
        let _ = writeln!(text, "    add_header {name} \"{value}\";");
    }
    let _ = writeln!(text, "}}");
}
