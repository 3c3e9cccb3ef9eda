// Backed assertions, right and wrong, that both sides have to judge.
//
// Each case gives what differs from the ordinary one: the members of the certificate and of the
// assertion, who signs, how the pieces are put together, what the world looks like.

import { createHash } from 'node:crypto';

import { base64url, makePair, signed } from './keys.mjs';

export const NOW = Date.UTC(2026, 0, 15, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export async function makeWorld() {
  const [issuer, rotated, stranger, user, otherUser, small, dsa] = await Promise.all(
    ['RS256', 'RS256', 'RS256', 'RS256', 'RS256', 'RS64', 'DS128'].map(makePair),
  );
  const paths = { authentication: '/sign_in', provisioning: '/provision' };
  const document = (pair, more = {}) => ({ 'public-key': pair.published, ...paths, ...more });
  return {
    issuer, rotated, stranger, user, otherUser, small, dsa, document,
    documents: {
      'idp.example': document(issuer),
      'blog.example': { authority: 'idp.example' },
      'evil.example': document(stranger),
      'sub.idp.example': document(stranger),
      'example': document(stranger),
      'closed.example': { disabled: true },
      'fallback.example': document(stranger),
      'rotating.example': { ...paths, 'public-key': stranger.published, keys: [rotated.published] },
      'round.example': { authority: 'about.example' },
      'about.example': { authority: 'round.example' },
      'broken.example': { 'public-key': issuer.published },
    },
  };
}

/** The ordinary assertion with the changes of one case: what is asked of both verifiers. */
export async function build(world, change = {}) {
  const {
    certificate = {}, assertion = {},
    certificateHeader, assertionHeader,
    issuedBy = world.issuer, held = world.user, signedBy = held,
    audience = 'https://rp.example', now = NOW, documents = world.documents,
    assemble = (certificateText, assertionText) => `${certificateText}~${assertionText}`,
    ...rest
  } = change;
  const certificateText = await signed(issuedBy, typeof certificate === 'string' ? certificate : {
    'public-key': held.published,
    principal: { email: 'person@idp.example' },
    iat: NOW - MINUTE,
    exp: NOW + HOUR,
    iss: 'idp.example',
    ...certificate,
  }, certificateHeader);
  const assertionText = await signed(signedBy, typeof assertion === 'string' ? assertion : {
    exp: NOW + 2 * MINUTE,
    aud: 'https://rp.example',
    ...assertion,
  }, assertionHeader);
  return { assertion: await assemble(certificateText, assertionText), audience, now, documents, ...rest };
}

const parts = (text, change) => {
  const pieces = text.split('.');
  change(pieces);
  return pieces.join('.');
};
const onAssertion = (change) => ({ assemble: (c, a) => `${c}~${parts(a, change)}` });
const onCertificate = (change) => ({ assemble: (c, a) => `${parts(c, change)}~${a}` });
const edited = (segment, change) => {
  const value = JSON.parse(Buffer.from(segment, 'base64url').toString());
  change(value);
  return base64url(value);
};
const issuedTo = (email) => ({ certificate: { principal: { email } } });
const issuedAs = (iss) => ({ certificate: { iss } });
const audience = (got, aud = 'https://rp.example') => ({ audience: got, assertion: { aud } });

/** What RSA signs, unsigned: with the exponent 1 it is its own signature. */
function paddedDigest(text) {
  const digest = createHash('sha256').update(text).digest();
  const info = Buffer.concat([Buffer.from('3031300d060960864801650304020105000420', 'hex'), digest]);
  return Buffer.concat([Buffer.from([0, 1]), Buffer.alloc(256 - 3 - info.length, 0xff), Buffer.from([0]), info]);
}

/** Name → the change, or a function that makes it from the world. */
export const CASES = {
  // what is right
  'an ordinary assertion': {},
  'a certificate in its last millisecond': { certificate: { exp: NOW } },
  'a certificate in its first millisecond': { certificate: { iat: NOW } },
  'an assertion in its last millisecond': { assertion: { exp: NOW } },
  'an assertion that says when it was made': { assertion: { iat: NOW - 1 } },
  'an audience with its default port': audience('https://rp.example:443'),
  'an audience with a final slash': audience('https://rp.example/'),
  'an audience in capitals': audience('HTTPS://RP.EXAMPLE'),
  'a bare host for an http site': audience('rp.example', 'http://rp.example'),
  'a bare host and port for an http site': audience('rp.example:8080', 'http://rp.example:8080'),
  'claims beside the principal': { certificate: { nickname: 'Pat', 'fxa-generation': 7 }, assertion: { mood: ['calm'] } },
  'claims inside the principal': { certificate: { principal: { email: 'person@idp.example', level: 3 } } },
  'sub in place of the principal': { certificate: { principal: undefined, sub: 'person@idp.example' } },
  'a domain that delegates': issuedTo('person@blog.example'),
  'the other key of a domain that rotates': (world) => ({
    issuedBy: world.rotated, certificate: { iss: 'rotating.example', principal: { email: 'person@rotating.example' } },
  }),
  'the fallback for a domain without support': (world) => ({
    issuedBy: world.stranger, fallback: 'fallback.example',
    certificate: { iss: 'fallback.example', principal: { email: 'person@nowhere.example' } },
  }),
  'an issuer that the site trusts': (world) => ({
    issuedBy: world.stranger, trustedIssuers: ['evil.example'], certificate: { iss: 'evil.example' },
  }),
  'a key of Persona\'s browsers': (world) => ({ held: world.dsa }),

  // times
  'a certificate that ran out': { certificate: { exp: NOW - 1 } },
  'a certificate of the future': { certificate: { iat: NOW + 1 } },
  'a certificate of the future that ran out': { certificate: { iat: NOW + 1, exp: NOW - 1 } },
  'an assertion that ran out': { assertion: { exp: NOW - 1 } },
  'an assertion of the future': { assertion: { iat: NOW + 1 } },
  'both ran out': { certificate: { exp: NOW - 1 }, assertion: { exp: NOW - 1 } },
  'a certificate without an end': { certificate: { exp: undefined } },
  'an assertion without an end': { assertion: { exp: undefined } },
  'an end that is a string': { assertion: { exp: String(NOW + MINUTE) } },
  'an end that is no number at all': { assertion: { exp: 'never' } },
  'an end in seconds': { assertion: { exp: Math.floor(NOW / 1000) + 120 } },
  'a certificate for a month': { certificate: { exp: NOW + 30 * DAY } },
  'an assertion for a week': { certificate: { exp: NOW + HOUR }, assertion: { exp: NOW + 7 * DAY } },

  // audience
  'another scheme': audience('http://rp.example'),
  'another host': audience('https://other.example'),
  'another port': audience('https://rp.example:8443'),
  'a sub-domain': audience('https://www.rp.example'),
  'the site behind a path': audience('https://rp.example/signin'),
  'a bare host for an https site': audience('rp.example'),
  'a bare host for another port': audience('rp.example', 'http://rp.example:8080'),
  'an assertion that names no audience\'s scheme': audience('rp.example', 'rp.example'),
  'an assertion that names a path': audience('https://rp.example', 'https://rp.example/signin'),
  'user and password in the audience': audience('https://me:secret@rp.example'),

  // signatures and algorithms
  'alg none on the assertion': { assertionHeader: { alg: 'none' } },
  'alg none and no signature': { assertionHeader: { alg: 'none' }, ...onAssertion((p) => { p[2] = ''; }) },
  'alg none on the certificate': { certificateHeader: { alg: 'none' } },
  'alg HS256 on the assertion': { assertionHeader: { alg: 'HS256' } },
  'the label of a smaller key': { assertionHeader: { alg: 'RS128' } },
  'a label in small letters': { assertionHeader: { alg: 'rs256' } },
  'no alg at all': { assertionHeader: {} },
  'a certificate signed by a stranger': (world) => ({ issuedBy: world.stranger }),
  'a certificate signed by its own user': (world) => ({ issuedBy: world.user }),
  'an assertion signed by a stranger': (world) => ({ signedBy: world.stranger }),
  'an assertion signed by the issuer': (world) => ({ signedBy: world.issuer }),
  'my certificate with the assertion of another person': (world) => ({
    async assemble(certificate) {
      const theirs = await build(world, { held: world.otherUser, ...issuedTo('other@idp.example') });
      return `${certificate}~${theirs.assertion.split('~')[1]}`;
    },
  }),
  'an address changed after signing': onCertificate((p) => {
    p[1] = edited(p[1], (payload) => { payload.principal.email = 'admin@idp.example'; });
  }),
  'an audience changed after signing': {
    audience: 'https://other.example',
    ...onAssertion((p) => { p[1] = edited(p[1], (payload) => { payload.aud = 'https://other.example'; }); }),
  },
  'a signature cut short': onAssertion((p) => { p[2] = p[2].slice(0, 100); }),
  'an empty signature': onAssertion((p) => { p[2] = ''; }),
  'a signature of zeros': onAssertion((p) => { p[2] = Buffer.alloc(256).toString('base64url'); }),
  'a DSA signature of zeros': (world) => ({
    held: world.dsa, ...onAssertion((p) => { p[2] = Buffer.alloc(40).toString('base64url'); }),
  }),
  'a DSA signature that is too long': (world) => ({
    held: world.dsa, ...onAssertion((p) => { p[2] = Buffer.alloc(41, 1).toString('base64url'); }),
  }),
  'the DSA signature that fits every message': (world) => ({
    held: world.dsa,
    ...onAssertion((p) => {
      p[2] = Buffer.from('1'.padStart(40, '0') + world.dsa.published.q.padStart(40, '0'), 'hex').toString('base64url');
    }),
  }),
  'a user\'s key with the exponent 1': (world) => ({
    held: { ...world.user, published: { ...world.user.published, e: '1' } },
    ...onAssertion((p) => { p[2] = paddedDigest(`${p[0]}.${p[1]}`).toString('base64url'); }),
  }),
  'a key of 512 bits': (world) => ({ held: world.small }),

  // structure
  'a chain of two certificates': (world) => ({
    async assemble(certificate) {
      const second = await signed(world.user, {
        'public-key': world.otherUser.published, principal: { email: 'boss@idp.example' },
        iat: NOW - MINUTE, exp: NOW + HOUR, iss: 'person@idp.example',
      });
      const assertion = await signed(world.otherUser, { exp: NOW + MINUTE, aud: 'https://rp.example' });
      return `${certificate}~${second}~${assertion}`;
    },
  }),
  'the same certificate twice': { assemble: (c, a) => `${c}~${c}~${a}` },
  'no certificate': { assemble: (c, a) => a },
  'an empty certificate': { assemble: (c, a) => `~${a}` },
  'a tilde at the end': { assemble: (c, a) => `${c}~${a}~` },
  'an empty assertion': { assemble: (c) => `${c}~` },
  'four parts': onAssertion((p) => p.push('AAAA')),
  'two parts': onAssertion((p) => p.pop()),
  'a certificate of two parts': onCertificate((p) => p.pop()),
  'a header that is not JSON': onAssertion((p) => { p[0] = base64url('no json'); }),
  'a payload that is not JSON': onAssertion((p) => { p[1] = base64url('no json'); }),
  'a certificate\'s payload that is not JSON': onCertificate((p) => { p[1] = base64url('no json'); }),
  'a header of impossible length': onAssertion((p) => { p[0] = 'abcde'; }),
  'garbage after the signature': onAssertion((p) => { p[2] += '!!'; }),
  'padding after the signature': onAssertion((p) => { p[2] += '=='; }),
  'a line break at the end': { assemble: (c, a) => `${c}~${a}\n` },
  'a member that stands twice': {
    assertion: `{"aud":"https://other.example","aud":"https://rp.example","exp":${NOW + MINUTE}}`,
  },
  'a certificate without a key': { certificate: { 'public-key': undefined } },
  'a certificate with a key of no kind': { certificate: { 'public-key': { algorithm: 'XX', n: '1' } } },

  // who may speak for whom
  'an issuer that has nothing to say': (world) => ({ issuedBy: world.stranger, ...issuedAs('evil.example') }),
  'a sub-domain for its parent': (world) => ({ issuedBy: world.stranger, ...issuedAs('sub.idp.example') }),
  'a parent for its sub-domain': (world) => ({ issuedBy: world.stranger, ...issuedAs('example') }),
  'the delegating domain as issuer': {
    certificate: { iss: 'blog.example', principal: { email: 'person@blog.example' } },
  },
  'a domain without support': { certificate: { iss: 'nowhere.example', principal: { email: 'person@nowhere.example' } } },
  'a domain that switched itself off': { certificate: { iss: 'closed.example', principal: { email: 'person@closed.example' } } },
  'a domain whose document is broken': { certificate: { iss: 'broken.example', principal: { email: 'person@broken.example' } } },
  'domains that delegate in a circle': { certificate: { iss: 'round.example', principal: { email: 'person@round.example' } } },
  'the fallback for a domain with support': (world) => ({
    issuedBy: world.stranger, fallback: 'fallback.example', ...issuedAs('fallback.example'),
  }),
  'no address': { certificate: { principal: undefined } },
  'an address that is none': issuedTo('person at idp.example'),
  'an address with its domain in capitals': issuedTo('person@IDP.example'),
  'no issuer': { certificate: { iss: undefined } },
};
