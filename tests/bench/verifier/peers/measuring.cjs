// One JSON question a line in: {"seconds": S, …}. One JSON answer a line out: microseconds of processor a verification, the
// median of many short batches; null if it is refused. Of processor, not of the clock on the wall: whoever else runs on this
// core takes nothing from the old libraries' figures.
'use strict';

const readline = require('node:readline');

const BATCH_US = 20_000;

function spent() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

async function measured(once, seconds) {
  const end = spent() + 1e6 * seconds;
  const batches = [];
  while (spent() < end || batches.length < 3) {
    const begun = spent();
    let done = 0;
    while (spent() < begun + BATCH_US) {
      await once();
      done += 1;
    }
    batches.push((spent() - begun) / done);
  }
  batches.sort((a, b) => a - b);
  return batches[Math.floor(batches.length / 2)];
}

exports.answer = (operations) => {
  readline.createInterface({ input: process.stdin }).on('line', async (line) => {
    const question = JSON.parse(line);
    const answer = await measured(operations[question.op](question), question.seconds).catch(() => null);
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  });
};
