// @ts-check
// Older Node has no navigator, and the pages ask it for the languages of the person. Import this first.
globalThis.navigator ??= /** @type {any} */ ({});
if (!globalThis.navigator.languages) Object.assign(globalThis.navigator, { languages: ['en-GB'] });
