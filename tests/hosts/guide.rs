//! `infra/HOSTS.md` itself: its sections, its blocks, and that they are what `site build` writes.

use std::fs;
use std::path::Path;

use crate::Scene;

/// The names that `doctor --fix-for` takes, too.
const HOSTS: [&str; 8] = [
    "github-pages",
    "gitlab-pages",
    "netlify",
    "cloudflare-pages",
    "s3",
    "wordpress",
    "nginx",
    "apache",
];

/// A fenced block of the guide.
#[derive(Debug)]
pub struct Block {
    /// The anchor of its section.
    pub section: String,
    /// The path that stands above it, alone on its line.
    pub path: Option<String>,
    pub text: String,
}

pub fn guide() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/HOSTS.md");
    fs::read_to_string(file).expect("there is a guide")
}

pub fn blocks() -> Vec<Block> {
    let guide = guide();
    let mut lines = guide.lines();
    let (mut section, mut path) = (String::new(), None);
    let mut blocks = Vec::new();
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            section = anchor(heading);
        } else if line.starts_with("```") {
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push(Block {
                section: section.clone(),
                path: path.take(),
                text: text.join("\n") + "\n",
            });
        } else if !line.is_empty() {
            let named = line
                .strip_prefix('`')
                .and_then(|line| line.strip_suffix('`'));
            path = named.filter(|path| !path.contains('`')).map(str::to_owned);
        }
    }
    blocks
}

/// The one block of a section that has no path and contains `word`.
pub fn snippet(section: &str, word: &str) -> String {
    let mut found = blocks().into_iter().filter(|block| {
        block.section == section && block.path.is_none() && block.text.contains(word)
    });
    let block = found.next().expect("a block");
    assert!(found.next().is_none(), "two of them");
    block.text
}

/// As GitHub makes it of a heading.
fn anchor(heading: &str) -> String {
    heading.to_lowercase().replace(' ', "-")
}

#[test]
fn every_block_is_the_file_that_site_build_writes() {
    let scene = Scene::new();
    let named: Vec<Block> = blocks()
        .into_iter()
        .filter(|block| block.path.is_some())
        .collect();
    for block in &named {
        let path = block.path.as_deref().expect("a path");
        assert_eq!(block.text, scene.text(path), "{path} in {}", block.section);
    }
    for path in [
        ".well-known/browserid",
        ".well-known/.htaccess",
        "_headers",
        "_redirects",
        "apache.conf",
        "gitlab-pages/.gitlab-ci.yml",
        "gitlab-pages/public/.well-known/browserid.json",
        "gitlab-pages/public/_redirects",
        "nginx.conf",
        "s3/upload.sh",
        "wordpress/selfsame-delegation.php",
    ] {
        let is_there = |block: &Block| block.path.as_deref() == Some(path);
        assert!(named.iter().any(is_there), "the guide shows no {path}");
    }
}

#[test]
fn every_host_has_a_section_and_a_line_in_the_table() {
    let guide = guide();
    let sections: Vec<String> = guide
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .map(anchor)
        .collect();
    assert_eq!(sections, HOSTS);
    for host in HOSTS {
        let link = format!("](#{host})");
        let line = guide
            .lines()
            .find(|line| line.starts_with("| [") && line.contains(&link));
        assert!(line.is_some(), "{host} is not in the table");
    }
}

#[test]
fn readme_of_the_folder_speaks_of_every_file_and_every_host() {
    let scene = Scene::new();
    let readme = scene.text("README.txt");
    for word in [
        "GitHub Pages",
        "GitLab Pages",
        "Netlify, Cloudflare Pages",
        "S3 with CloudFront",
        "WordPress",
        "nginx",
        "Apache",
        ".nojekyll",
        "_config.yml",
        "gitlab-pages/public",
        "gitlab-pages/.gitlab-ci.yml",
        "_headers",
        "_redirects",
        "s3/upload.sh",
        "wordpress/selfsame-delegation.php",
        "nginx.conf",
        "apache.conf",
        "selfsame discover family.example",
    ] {
        assert!(readme.contains(word), "{word}");
    }
}
