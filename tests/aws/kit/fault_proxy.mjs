// Stands between the deployed functions and AWS (here: the emulator), writes down what they ask, and breaks what a test
// wants broken. Without faults it changes nothing.

import http from 'node:http';

import { EMULATOR, FUNCTIONS_ENDPOINT } from './place.mjs';
import { ask, bodyOf, listening, pairs } from './relay.mjs';

/**
 * Kinds of faults. Each gets what is needed to answer: the question, how to have it done, and the socket.
 *
 * - `throttled`: AWS refuses, and nothing was done.
 * - `silent`: no answer ever comes, and nothing was done.
 * - `dropped`: the connection ends without an answer, and nothing was done.
 * - `lost`: it was done, and the connection ends before the answer.
 */
const KINDS = {
  throttled: ({ answer }) => refuse(answer, 'ThrottlingException', 'Rate exceeded'),
  silent: () => {},
  dropped: ({ answer }) => answer.destroy(),
  async lost({ forward, answer }) {
    await forward();
    answer.destroy();
  },
};

export async function startFaultProxy() {
  const passed = [];
  let faults = [];
  const server = http.createServer(async (question, answer) => {
    const body = await bodyOf(question);
    const operation = question.headers['x-amz-target']?.split('.').at(-1) ?? `${question.method} ${question.url.split('?')[0]}`;
    const record = { operation, body: body.toString('utf8'), at: Date.now(), status: null, requestId: null };
    passed.push(record);
    const forward = async () => {
      const headers = pairs(question).flat();
      const reply = await ask(EMULATOR, { method: question.method, path: question.url, headers, body });
      record.status = reply.status;
      record.requestId = reply.headers['x-amzn-requestid'] ?? null;
      return reply;
    };
    const fault = faults.find((one) => one.operation === operation && one.body.test(record.body));
    try {
      if (fault) {
        fault.met += 1;
        await KINDS[fault.kind]({ answer, forward });
        return;
      }
      const reply = await forward();
      answer.writeHead(reply.status, reply.rawHeaders);
      answer.end(reply.body);
    } catch {
      answer.destroy();
    }
  });
  const { stop } = await listening(server, Number(FUNCTIONS_ENDPOINT.port), FUNCTIONS_ENDPOINT.hostname);
  return {
    /** Everything that the functions asked, in order. */
    passed,
    /** What they asked of one operation since `from`, such as `PutItem` or `GET /wsapi/address_info`. */
    asked: (operation, from = 0) => passed.slice(from).filter((one) => one.operation === operation),
    /**
     * Breaks an operation, for as long as `act` runs; only where the question matches `body`, if that is given. Fails
     * if the fault was never met: then the test would show nothing.
     */
    async whileBroken(operation, kind, act, { body = /(?:)/ } = {}) {
      const fault = { operation, kind, body, met: 0 };
      faults.push(fault);
      try {
        const result = await act();
        if (fault.met === 0) throw new Error(`nobody asked for ${operation} while it was ${kind}`);
        return result;
      } finally {
        faults = faults.filter((one) => one !== fault);
      }
    },
    stop,
  };
}

function refuse(answer, type, message) {
  const body = JSON.stringify({ __type: type, message });
  answer.writeHead(400, { 'content-type': 'application/x-amz-json-1.1', 'content-length': Buffer.byteLength(body), 'x-amzn-errortype': type });
  answer.end(body);
}
