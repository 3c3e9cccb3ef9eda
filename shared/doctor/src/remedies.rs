//! How the hosts of this world mend what differs between them.

use std::fmt;
use std::str::FromStr;

/// Where a domain may be hosted (`--fix-for`).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[allow(missing_docs, reason = "they are names")]
pub enum Host {
    Apache,
    CloudflarePages,
    GithubPages,
    GitlabPages,
    Netlify,
    Nginx,
    S3,
    Selfsame,
    Wordpress,
}

impl Host {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Apache,
        Self::CloudflarePages,
        Self::GithubPages,
        Self::GitlabPages,
        Self::Netlify,
        Self::Nginx,
        Self::S3,
        Self::Selfsame,
        Self::Wordpress,
    ];

    /// As it is typed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Apache => "apache",
            Self::CloudflarePages => "cloudflare-pages",
            Self::GithubPages => "github-pages",
            Self::GitlabPages => "gitlab-pages",
            Self::Netlify => "netlify",
            Self::Nginx => "nginx",
            Self::S3 => "s3",
            Self::Selfsame => "selfsame",
            Self::Wordpress => "wordpress",
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Host {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names: Vec<_> = Self::ALL.iter().map(|host| host.as_str()).collect();
        let found = Self::ALL.into_iter().find(|host| host.as_str() == text);
        found.ok_or_else(|| format!("known are {}", names.join(", ")))
    }
}

/// Kinds of mending that every host does in its own way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Remedy {
    /// The document is there, under its own name, without a redirect.
    Document,
    /// The document's headers: type, CORS, caching.
    DocumentHeaders,
    /// The headers of the pages.
    PageHeaders,
    /// TLS, and plain HTTP that leads there.
    Tls,
}

impl Remedy {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Document,
        Self::DocumentHeaders,
        Self::PageHeaders,
        Self::Tls,
    ];

    /// What it mends.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::DocumentHeaders => "document-headers",
            Self::PageHeaders => "page-headers",
            Self::Tls => "tls",
        }
    }

    /// What to do on `host`.
    pub const fn on(self, host: Host) -> &'static str {
        match self {
            Self::Document => document(host),
            Self::DocumentHeaders => document_headers(host),
            Self::PageHeaders => page_headers(host),
            Self::Tls => tls(host),
        }
    }
}

const fn document(host: Host) -> &'static str {
    match host {
        Host::Apache => {
            "Put the file `.well-known/browserid` into the DocumentRoot of the domain itself, and keep it out of every rewrite: `RewriteRule ^\\.well-known/browserid - [L]` before the other rules."
        }
        Host::CloudflarePages => {
            "Put `.well-known/browserid` into the folder that is published; in the dashboard add the domain itself under Custom domains (not only www), and no redirect rule for this path."
        }
        Host::GithubPages => {
            "Put `.well-known/browserid` into the branch that is published, with an empty file `.nojekyll` beside it (Jekyll leaves out what begins with a dot), and set the custom domain to the domain itself, not to www."
        }
        Host::GitlabPages => {
            "Put `.well-known/browserid` into `public/` of the pages job, add the domain itself under Deploy, Pages, and leave its redirect to a primary domain off."
        }
        Host::Netlify => {
            "Put `.well-known/browserid` into the publish folder and make the domain itself the primary one (else Netlify redirects it to www)."
        }
        Host::Nginx => {
            "`location = /.well-known/browserid { default_type application/json; }` in the server block of the domain itself, before any `return 301`."
        }
        Host::S3 => {
            "Upload the object `.well-known/browserid` with `--content-type application/json`, and let CloudFront use the bucket's REST endpoint: website endpoints redirect."
        }
        Host::Selfsame => {
            "Deploy again (`sam deploy`), or `selfsame site build --domain DOMAIN --out DIR` and upload the whole folder, with what begins with a dot."
        }
        Host::Wordpress => {
            "Put the file `.well-known/browserid` beside `wp-config.php`; the server hands out files before it asks WordPress. If www is the site's address, make the domain itself answer this path before the redirect."
        }
    }
}

const fn document_headers(host: Host) -> &'static str {
    match host {
        Host::Apache | Host::Wordpress => {
            "`<Files browserid>`, `ForceType application/json`, `Header set Access-Control-Allow-Origin \"*\"`, `Header set Cache-Control \"public, max-age=21600\"`, `</Files>` in `.well-known/.htaccess` (mod_headers)."
        }
        Host::CloudflarePages | Host::Netlify => {
            "In `_headers`: `/.well-known/browserid`, and below it, indented: `Content-Type: application/json`, `Access-Control-Allow-Origin: *`, `Cache-Control: public, max-age=21600`. `selfsame site build` writes this file."
        }
        Host::GithubPages => {
            "It cannot send headers of yours: publish `{\"authority\": HOST}` there (`selfsame site build --domain DOMAIN --authority HOST`), and the whole document at a host that can."
        }
        Host::GitlabPages => {
            "In `_headers` where your GitLab supports it; else publish `{\"authority\": HOST}` there (`selfsame site build --domain DOMAIN --authority HOST`), and the whole document at a host that can."
        }
        Host::Nginx => {
            "In its location: `default_type application/json; add_header Access-Control-Allow-Origin * always; add_header Cache-Control \"public, max-age=21600\" always; gzip off;`."
        }
        Host::S3 => {
            "Upload with `--content-type application/json --cache-control 'public, max-age=21600'`, and add `Access-Control-Allow-Origin: *` in a CloudFront response headers policy."
        }
        Host::Selfsame => {
            "Deploy again (`sam deploy`): the template sends these headers. A folder of `selfsame site build` has a file for the host's configuration: use it."
        }
    }
}

const fn page_headers(host: Host) -> &'static str {
    match host {
        Host::Apache | Host::Wordpress => {
            "`Header always set …` in `persona/.htaccess`, in a `<Files agent.html>` for each page (mod_headers); `selfsame site build` lists the headers of every page."
        }
        Host::CloudflarePages | Host::Netlify => {
            "In `_headers`, a block for each page; `selfsame site build` writes this file."
        }
        Host::GithubPages | Host::GitlabPages => {
            "It cannot send headers of yours: let the domain delegate (`selfsame site build --domain DOMAIN --authority HOST`) and put the pages on a host that can."
        }
        Host::Nginx => {
            "`add_header … always;` in a location for each page; `selfsame site build` writes these as a file to include."
        }
        Host::S3 => {
            "In a CloudFront response headers policy for each page's behaviour: a bucket alone sends no such headers."
        }
        Host::Selfsame => {
            "Deploy again (`sam deploy`): the template sends these headers. A folder of `selfsame site build` has a file for the host's configuration: use it."
        }
    }
}

const fn tls(host: Host) -> &'static str {
    match host {
        Host::Apache => {
            "`certbot --apache -d DOMAIN`; SSLCertificateFile must be `fullchain.pem`. Plain HTTP: `Redirect permanent / https://DOMAIN/`."
        }
        Host::CloudflarePages => {
            "Custom domains shows the state of the certificate; SSL/TLS, Edge Certificates has Always Use HTTPS, HSTS and the minimum version."
        }
        Host::GithubPages => {
            "Settings, Pages: remove the custom domain and set it again so that a certificate is made, then tick Enforce HTTPS."
        }
        Host::GitlabPages => {
            "Deploy, Pages, your domain: Automatic certificate management on, then Force HTTPS."
        }
        Host::Netlify => "Domain management, HTTPS: Verify DNS, then Provision certificate.",
        Host::Nginx => {
            "`certbot --nginx -d DOMAIN`; ssl_certificate must be `fullchain.pem`, `ssl_protocols TLSv1.2 TLSv1.3;`. Plain HTTP: `return 301 https://$host$request_uri;`."
        }
        Host::S3 => {
            "A certificate for the domain itself in ACM (us-east-1), named in the CloudFront distribution with the domain as an alternate name; viewer protocol policy Redirect HTTP to HTTPS."
        }
        Host::Selfsame => {
            "Look at the certificate in ACM and at the alternate names of the distribution, then deploy again (`sam deploy`)."
        }
        Host::Wordpress => {
            "Let your hosting company (or certbot) make a certificate for the domain itself, not only for www; both site addresses in the settings begin with https://."
        }
    }
}
