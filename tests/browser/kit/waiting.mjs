// Waiting for something to become true. Never for time to pass.

const LIMIT_MS = 10_000;
const LOOK_AGAIN_MS = 25;

/** Asks until the answer is truthy, and gives it. */
export async function until(what, ask, limit = LIMIT_MS) {
  const end = Date.now() + limit;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
