// What stands between a visitor and the stack: TLS, the CloudFront edge and the host name of the HTTP API.
//
// The rules of the distribution (which path leads where, which headers, cookies and methods pass, which headers answers
// get, who may read the bucket) are not in this file. The emulator's own CloudFront applies them, as the template
// deployed them. Here is only what it leaves out:
//   - TLS with the domain's name, and which distribution a name belongs to;
//   - `CloudFront-Viewer-Address`, which the edge sets whatever the visitor sent (the policy decides whether it passes);
//   - the way to the HTTP API, see `bridgeOrigins`.

import http from 'node:http';
import https from 'node:https';

import { ADDRESS, EMULATOR, FUNCTIONS } from './place.mjs';
import { aws } from './programs.mjs';
import { ask, bodyOf, listening, pairs } from './relay.mjs';

const HTTPS = 443;
const API_HOST = /^([a-z0-9]+)\.execute-api\./;

/** Serves the domains of the deployed distributions, and `sites` (host → function of a request), on the public address. */
export async function startFront({ authority, sites = {} }) {
  const passed = [];
  const domains = new Map();
  const edge = await listening(
    https.createServer({ key: authority.key, cert: authority.certificate }, async (question, answer) => {
      const body = await bodyOf(question);
      const host = question.headers.host ?? '';
      const record = { method: question.method, host, path: question.url, headers: question.headers, body: body.toString('utf8'), status: null };
      passed.push(record);
      try {
        const serve = sites[host] ?? ((one) => throughCloudFront(domains.get(host), one, question));
        const reply = await serve({ ...record, body, rawHeaders: question.rawHeaders });
        record.status = reply.status;
        answer.writeHead(reply.status, reply.rawHeaders ?? reply.headers);
        answer.end(reply.body);
      } catch (error) {
        console.error(`front: ${question.method} ${host}${question.url.split('?')[0]}: ${error.message}`);
        answer.destroy();
      }
    }),
    HTTPS, ADDRESS,
  );
  const apis = await listening(http.createServer(asApi), 0, ADDRESS);
  return {
    /** What visitors sent. */
    passed,
    /** Has to be called after each deploy: serves what is there now. */
    async follow() {
      const { DistributionList } = await aws('cloudfront', 'list-distributions') ?? { DistributionList: {} };
      domains.clear();
      for (const { Id, DomainName, Aliases } of DistributionList.Items ?? []) {
        for (const alias of Aliases.Items ?? []) domains.set(alias, DomainName);
        await bridgeOrigins(Id, apis.port);
      }
    },
    async stop() {
      await edge.stop();
      await apis.stop();
    },
  };
}

/** A visitor's request, as the edge hands it to the distribution. */
function throughCloudFront(distribution, { method, path, body }, { rawHeaders, socket }) {
  if (!distribution) return { status: 403, headers: { server: 'CloudFront' }, body: 'no distribution has this name' };
  const own = ['host', 'connection', 'cloudfront-viewer-address', 'x-forwarded-proto'];
  const sent = pairs({ rawHeaders }).filter(([name]) => !own.includes(name.toLowerCase()));
  const headers = [
    ['host', distribution], ['x-forwarded-proto', 'https'], ['cloudfront-viewer-address', `${socket.remoteAddress}:${socket.remotePort}`],
    ...sent,
  ];
  return ask(EMULATOR, { method, path, headers: headers.flat(), body });
}

/**
 * The emulator's CloudFront speaks to no origin with a name of Amazon's, not even to the emulator's own HTTP API. So that
 * origin gets another name, by which `asApi` finds the API again; everything else of the distribution stays.
 */
async function bridgeOrigins(id, port) {
  const { ETag, DistributionConfig: config } = await aws('cloudfront', 'get-distribution-config', '--id', id);
  const strange = config.Origins.Items.filter(({ DomainName }) => API_HOST.test(DomainName));
  for (const origin of strange) {
    // The label of the API goes into the path, as the host name is one for all.
    origin.OriginPath = `/${API_HOST.exec(origin.DomainName)[1]}${origin.OriginPath ?? ''}`;
    origin.DomainName = FUNCTIONS;
    Object.assign(origin.CustomOriginConfig, { HTTPPort: port, HTTPSPort: HTTPS, OriginProtocolPolicy: 'http-only' });
  }
  if (strange.length > 0) await aws('cloudfront', 'update-distribution', '--id', id, '--if-match', ETag, '--distribution-config', JSON.stringify(config));
}

/** The HTTP API's own front, reached by the path that the emulator gives it. */
async function asApi(question, answer) {
  const [, api, path] = /^\/([a-z0-9]+)(\/.*)$/.exec(question.url);
  const headers = pairs(question).filter(([name]) => name.toLowerCase() !== 'connection').flat();
  const reply = await ask(EMULATOR, { method: question.method, path: apiPath(api, path), headers, body: await bodyOf(question) });
  answer.writeHead(reply.status, reply.rawHeaders);
  answer.end(reply.body);
}

/** Where the emulator serves an HTTP API. */
export const apiPath = (api, path) => `/_aws/execute-api/${api}/$default${path}`;
