// @ts-check
// Guesses how long a password withstands guessing, beside the page: making the dictionaries takes a quarter of a second.
// The three scripts are zxcvbn-ts as released (see ../vendor/README.md).

const worker = /** @type {any} */ (self);
worker.importScripts('../vendor/zxcvbn-ts-core.js', '../vendor/zxcvbn-ts-language-common.js', '../vendor/zxcvbn-ts-language-en.js');
const { core, 'language-common': common, 'language-en': english } = worker.zxcvbnts;
const meter = new core.ZxcvbnFactory({ dictionary: { ...common.dictionary, ...english.dictionary }, graphs: common.adjacencyGraphs });

worker.onmessage = (/** @type {MessageEvent} */ { data: { number, password, known } }) => {
  const { score, feedback } = meter.check(password, known);
  worker.postMessage({ number, score, warning: feedback.warning });
};
