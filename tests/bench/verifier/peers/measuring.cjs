// One JSON question a line in: {"seconds": S, …}. One JSON answer a line out: {"us": microseconds a verification}, the
// least and the median of many short batches.
'use strict';

const readline = require('node:readline');

const BATCH_MS = 20;

exports.answer = (operations) => {
  readline.createInterface({ input: process.stdin }).on('line', async (line) => {
    const question = JSON.parse(line);
    const once = operations[question.op](question);
    const end = performance.now() + 1000 * question.seconds;
    const batches = [];
    while (performance.now() < end || batches.length < 3) {
      const begun = performance.now();
      let done = 0;
      while (performance.now() < begun + BATCH_MS || done === 0) {
        await once();
        done += 1;
      }
      batches.push((1000 * (performance.now() - begun)) / done);
    }
    batches.sort((a, b) => a - b);
    process.stdout.write(`${JSON.stringify({ least: batches[0], median: batches[Math.floor(batches.length / 2)] })}\n`);
  });
};
