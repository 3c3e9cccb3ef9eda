// @ts-check
/**
 * The scripts of a page, found by their tags: the same reading as shared/doctor/src/html.rs, so that both say the same.
 * @param {string} html
 */
export function scripts(html) {
  const bare = html.replace(/<!--[^]*?(?:-->|$)/g, '');
  return [...bare.matchAll(/<script(?=[\s>/])([^>]*)>([^]*?)(?=<\/script|$)/gi)].map(([, tag, code]) => {
    const source = attribute(tag, 'src');
    const type = (attribute(tag, 'type') ?? '').toLowerCase();
    const runs = !type || type === 'module' || type.includes('javascript');
    return { source, isInline: source === null && runs && code.trim() !== '' };
  });
}

/** @param {string} tag @param {string} name */
function attribute(tag, name) {
  const [, quoted, single, bare] = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"']\\S*))`, 'i').exec(tag) ?? [];
  return (quoted ?? single ?? bare)?.trim() ?? null;
}

/**
 * Where a reference leads: a path of the page’s own origin, or another host.
 * @param {string} reference @param {string} origin @param {string} page
 */
export function target(reference, origin, page) {
  let url;
  try {
    url = new URL(reference, origin + page);
  } catch {
    return { elsewhere: reference };
  }
  return url.origin === origin ? { path: url.pathname } : { elsewhere: url.host || url.protocol.slice(0, -1) };
}
