// The stack: deployed with the owner's own commands, and asked about with them.

import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { DOMAIN, EMULATOR, ROOT } from './place.mjs';
import { temporaryFolder } from '../../kit/product.mjs';
import { apiPath } from './front.mjs';
import { aws, call, run } from './programs.mjs';
import { ask } from './relay.mjs';

const REGION = 'us-east-1';
/** What `sam build` made, see tests/aws/run. */
const BUILT = process.env.SELFSAME_SAM_BUILD ?? path.join(ROOT, '.tests/aws/build');

/**
 * What is not as the template has it by default:
 *   - the functions are built for this machine;
 *   - a certificate is named (the emulator looks at none, and a public one cannot be had for a name in .test);
 *   - the verifier believes the test's own TLS root beside the public ones: a setting that institutions have, too;
 *   - no trail is made, see README.md.
 */
const standing = (root) => ({
  Architecture: 'x86_64',
  CertificateArn: `arn:aws:acm:${REGION}:000000000000:certificate/00000000-0000-4000-8000-000000000000`,
  CloudTrail: 'elsewhere',
  DomainName: DOMAIN,
  ExtraRoots: root,
});

/** `name`: each test file has a stack of its own. */
export class Stack {
  #standing;
  #folder;
  #api;

  constructor({ name, root, folder }) {
    this.name = name;
    this.#standing = standing(root);
    this.#folder = folder;
  }

  /** A copy of what was built, so that a test may change it. */
  static async of(name, { root }) {
    const { folder, remove } = await temporaryFolder('stack');
    await cp(BUILT, folder, { recursive: true });
    const stack = new Stack({ name, root, folder });
    stack.stop = remove;
    return stack;
  }

  /** `sam deploy`; with `parameters` beside, or in place of, the standing ones. */
  async deploy(parameters = {}) {
    const all = Object.entries({ ...this.#standing, ...parameters });
    await run('sam', [
      'deploy', '--template-file', path.join(this.#folder, 'template.yaml'), '--config-file', path.join(ROOT, 'infra/samconfig.toml'),
      '--stack-name', this.name, '--no-confirm-changeset', '--no-fail-on-empty-changeset', '--no-progressbar',
      '--parameter-overrides', ...all.map(([key, value]) => `${key}="${value}"`),
    ]);
    const { Stacks: [stack] } = await aws('cloudformation', 'describe-stacks', '--stack-name', this.name);
    this.status = stack.StackStatus;
    this.outputs = Object.fromEntries(stack.Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
    this.id = stack.StackId;
  }

  /** Puts another text of the same length into a file of a built function: a newer version of it, without building. */
  async rewrite(name, old, wanted) {
    if (old.length !== wanted.length) throw new Error('the texts must be of one length');
    const [folder] = (await readdir(this.#folder)).filter((entry) => entry.startsWith(name));
    const file = path.join(this.#folder, folder, 'bootstrap');
    const program = await readFile(file);
    const at = program.indexOf(old);
    if (at < 0) throw new Error(`${name} does not contain ${old}`);
    program.write(wanted, at);
    await writeFile(file, program, { mode: 0o755 });
  }

  /** `aws cloudformation delete-stack`, to its end. */
  async delete() {
    await aws('cloudformation', 'delete-stack', '--stack-name', this.name);
    await aws('cloudformation', 'wait', 'stack-delete-complete', '--stack-name', this.name);
  }

  /** What a resource of the template is called on AWS. */
  async resource(logical) {
    const { StackResourceDetail: found } = await aws('cloudformation', 'describe-stack-resource', '--stack-name', this.name, '--logical-resource-id', logical);
    return found.PhysicalResourceId;
  }

  /** Everything in the table. */
  rows = async () => (await call('DynamoDB_20120810.Scan', { TableName: this.outputs.Table, ConsistentRead: true })).Items;

  /** The audit rows of an address. */
  audit = async (email) => (await this.rows()).filter(({ pk, email: whose }) => pk.S.startsWith('audit#') && whose.S === email);

  /** The public half of a key, as a document has it: the modulus in decimals. SPKI ends in it and five bytes of exponent. */
  async modulus(key) {
    const { PublicKey } = await call('TrentService.GetPublicKey', { KeyId: key });
    return BigInt(`0x${Buffer.from(PublicKey, 'base64').subarray(-261, -5).toString('hex')}`).toString();
  }

  /** A function's processes end and others begin, as happens on AWS all the time. */
  async restart(name) {
    const its = ['--function-name', `${this.name}-${name}`];
    const { Timeout } = await aws('lambda', 'get-function-configuration', ...its);
    await aws('lambda', 'update-function-configuration', ...its, '--timeout', String(Timeout));
  }

  /** All that a function has logged: one string a line. */
  async log(name) {
    const { events } = await aws('logs', 'filter-log-events', '--log-group-name', `/aws/lambda/${this.name}-${name}`);
    return events.map(({ message }) => message.trimEnd());
  }

  /** A POST to the verifier's function URL, as any site's server makes it. */
  async verify(version, body, contentType = 'application/json') {
    const url = new URL(this.outputs[version === 2 ? 'VerifyV2' : 'Verify']);
    const answer = await ask(EMULATOR, {
      method: 'POST',
      // The emulator has no name server for function URLs.
      path: `/_aws/lambda-url/${url.hostname.split('.')[0]}${url.pathname}`,
      headers: { 'content-type': contentType },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: answer.status, ...JSON.parse(answer.body) };
  }

  /** A request to the HTTP API, past CloudFront. */
  async pastTheFront(method, pathname, headers = {}) {
    this.#api ??= await this.resource('Api');
    return ask(EMULATOR, { method, path: apiPath(this.#api, pathname), headers });
  }
}
