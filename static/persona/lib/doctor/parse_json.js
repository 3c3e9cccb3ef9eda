// @ts-check
const MAX_DEPTH = 32;

/**
 * JSON in which no member stands twice: JSON.parse would take the last one, others the first.
 * @param {string} text
 * @returns {{ value?: any, flaw?: 'json' | 'twice' }}
 */
export function parseJson(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return { flaw: 'json' };
  }
  // It is JSON, so texts and brackets are where they belong: a text before a colon is a name.
  /** @type {(Set<string> | null)[]} */
  const open = [];
  let isTwice = false;
  for (const [token, name] of text.matchAll(/("(?:[^"\\]|\\.)*")(?=\s*:)|"(?:[^"\\]|\\.)*"|[{}[\]]/gs)) {
    if (token === '{' || token === '[') open.push(token === '{' ? new Set() : null);
    else if (token === '}' || token === ']') open.pop();
    else if (name) {
      const names = open[open.length - 1];
      const read = JSON.parse(name);
      isTwice ||= names?.has(read) ?? false;
      names?.add(read);
    }
    if (open.length > MAX_DEPTH) return { flaw: 'json' };
  }
  return isTwice ? { flaw: 'twice' } : { value };
}
