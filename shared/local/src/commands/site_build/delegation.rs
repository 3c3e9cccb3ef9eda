//! The folder of a domain that leaves everything to an authority: one document, and what each kind of host needs beside it
//! to send the document as it is. `infra/HOSTS.md` says what to do with it, and is held against it by `tests/hosts.rs`.

use browserid::{Domain, SupportDocument};
use site::{DOCUMENT, DOCUMENT_WITH_SLASH};

use super::apache;
use super::readme::MARK;

/// A domain and who vouches for its addresses.
pub struct Delegation {
    pub domain: Domain,
    pub authority: Domain,
}

impl Delegation {
    /// Paths in the folder and what stands there.
    pub fn files(&self) -> Vec<(&'static str, String)> {
        let document = self.document();
        vec![
            (DOCUMENT, document.clone()),
            // Apache reads it in this folder only, so that no rules of the folders above count, such as WordPress's.
            ("/.well-known/.htaccess", htaccess()),
            // GitHub Pages publishes no folder whose name begins with a dot, unless told to leave everything as it is.
            ("/.nojekyll", String::new()),
            ("/_headers", headers()),
            (
                "/_redirects",
                format!("{DOCUMENT_WITH_SLASH} {DOCUMENT} 200\n"),
            ),
            ("/apache.conf", self.apache()),
            ("/nginx.conf", self.nginx()),
            ("/gitlab-pages/.gitlab-ci.yml", GITLAB_JOB.to_owned()),
            // GitLab goes by the ending of the name, and finds the type of a file without one by looking into it: text/plain.
            (
                "/gitlab-pages/public/.well-known/browserid.json",
                document.clone(),
            ),
            ("/gitlab-pages/public/_redirects", gitlab_redirects()),
            ("/s3/browserid.json", document),
            ("/s3/upload.sh", self.s3_upload()),
            ("/wordpress/selfsame-delegation.php", self.wordpress()),
            ("/README.txt", self.readme()),
        ]
    }

    fn document(&self) -> String {
        let authority = self.authority.clone();
        format!("{}\n", SupportDocument::Delegated { authority }.to_json())
    }

    fn made(&self) -> String {
        format!(
            "Made by `selfsame site build` for https://{}: {} vouches for its addresses.",
            self.domain, self.authority
        )
    }

    fn apache(&self) -> String {
        let mut text = format!(
            "# {made}
# In the <VirtualHost> of {domain}, in front of every RewriteRule. A `Redirect /` there comes first
# whatever follows. Instead:
# RedirectMatch permanent \"^/(?!\\.well-known/)(.*)$\" \"https://www.{domain}/$1\"
{FIRST}",
            made = self.made(),
            domain = self.domain,
            FIRST = apache::FIRST,
        );
        apache::location(&mut text, DOCUMENT, JSON, HEADERS);
        text
    }

    fn nginx(&self) -> String {
        let mut text = format!(
            "# {made}
# In its `server` block: include /where/this/folder/is/nginx.conf;
# A `return` or `rewrite` that stands in the block itself comes before every location. Put it into one:
#     location / {{ return 301 https://www.{domain}$request_uri; }}
",
            made = self.made(),
            domain = self.domain,
        );
        let document = self.document();
        for path in [DOCUMENT, DOCUMENT_WITH_SLASH] {
            // A domain has no quote and no dollar, so neither has the document.
            text.push_str(&format!(
                "
location = {path} {{
    default_type application/json;
    charset off;
    expires off;
    add_header Access-Control-Allow-Origin \"*\";
    add_header Cache-Control \"{CACHING}\";
    return 200 '{}\\n';
}}
",
                document.trim_end()
            ));
        }
        text
    }

    fn s3_upload(&self) -> String {
        format!(
            r#"#!/bin/sh
# {made}
# sh s3/upload.sh BUCKET: the document with its type, which is in no ending of a name, and once more with the final slash.
set -eu
bucket=${{1:?name the bucket of {domain}}}
for key in .well-known/browserid .well-known/browserid/; do
  aws s3api put-object --bucket "$bucket" --key "$key" --body "$(dirname "$0")/browserid.json" \
    --content-type application/json --cache-control "{CACHING}"
done
"#,
            made = self.made(),
            domain = self.domain,
        )
    }

    /// Before WordPress itself runs: no theme, no permalink and no canonical redirect comes in between.
    fn wordpress(&self) -> String {
        format!(
            r#"<?php
/**
 * Plugin Name: Selfsame delegation
 * Description: Answers {DOCUMENT}. {made}
 */
defined('ABSPATH') || exit;
$selfsame_path = explode('?', isset($_SERVER['REQUEST_URI']) ? $_SERVER['REQUEST_URI'] : '')[0];
if (rtrim($selfsame_path, '/') === '{DOCUMENT}') {{
    header('Content-Type: application/json');
    header('Access-Control-Allow-Origin: *');
    header('Cache-Control: {CACHING}');
    echo '{document}', "\n";
    exit;
}}
"#,
            made = self.made(),
            document = self.document().trim_end(),
        )
    }

    fn readme(&self) -> String {
        let Self { domain, authority } = self;
        format!(
            "{MARK} for https://{domain}

`{DOCUMENT}` says that {authority} vouches for addresses ending in @{domain}.
https://{domain}{DOCUMENT} must be answered with it as it is, without a redirect
(also not to www.), and nothing else of this folder needs to be there.
Check it with: selfsame discover {domain}

At https://{authority} everything else must run: sign-in, keys and certificates for addresses
ending in @{authority}, and for @{domain} if its functions are set up for that domain.

GitHub Pages
    Copy .well-known and .nojekyll into the folder that is published. Without .nojekyll hidden
    folders are left out (a site that Jekyll must build says instead, in _config.yml:
    include: [\".well-known\"]). The custom domain of the site must be {domain}, not www.{domain}.
    The file is then sent as application/octet-stream with Access-Control-Allow-Origin: *.
    Selfsame's verifiers and scripts accept that for a document that only names an authority;
    verifiers of Persona's time want application/json.

GitLab Pages
    Put what is in gitlab-pages/public into what your site publishes, and nothing at
    public{DOCUMENT}. gitlab-pages/.gitlab-ci.yml is a whole job, if there is none yet.

Netlify, Cloudflare Pages
    Upload .well-known, _headers and _redirects. If you have files of the last two names already,
    add these lines to them. The primary domain must be {domain}, not www.{domain}.

S3 with CloudFront
    sh s3/upload.sh BUCKET, and give the distribution the managed response headers policy
    SimpleCORS. A bucket alone has no https for a domain of yours.

WordPress
    On Apache: upload .well-known with both of its files. Elsewhere: copy
    wordpress/selfsame-delegation.php into wp-content/mu-plugins (make the folder if it is missing).

nginx
    nginx.conf says in its first lines where to include it.

Apache
    Upload .well-known with both of its files, where AllowOverride permits .htaccess; or
    include apache.conf, which says where in its first lines.

Elsewhere, where you can set headers
    {DOCUMENT}
      Access-Control-Allow-Origin: *
      Cache-Control: {CACHING}
      Content-Type: application/json
"
        )
    }
}

/// Six hours, as for a whole document.
const CACHING: &str = "public, max-age=21600";
const JSON: &str = "application/json";
const HEADERS: [(&str, &str); 2] = [
    ("Access-Control-Allow-Origin", "*"),
    ("Cache-Control", CACHING),
];

const GITLAB_JOB: &str = "# Made by `selfsame site build`: publishes public/ as it is.
pages:
  script:
    - ls public
  artifacts:
    paths:
      - public
";

fn headers() -> String {
    format!(
        "{DOCUMENT}
  Access-Control-Allow-Origin: *
  Cache-Control: {CACHING}
  Content-Type: application/json
"
    )
}

fn gitlab_redirects() -> String {
    format!("{DOCUMENT} {DOCUMENT}.json 200\n{DOCUMENT_WITH_SLASH} {DOCUMENT}.json 200\n")
}

fn htaccess() -> String {
    let mut headers = String::new();
    apache::set(&mut headers, "        ", HEADERS);
    format!(
        "# Made by `selfsame site build`: for Apache, also below WordPress.
# The rules of the folders above redirect, add slashes or call WordPress; here they do not.
<IfModule mod_rewrite.c>
    RewriteEngine Off
</IfModule>
AcceptPathInfo On
<Files \"browserid\">
    ForceType {JSON}
    <IfModule mod_headers.c>
{headers}    </IfModule>
</Files>
"
    )
}
