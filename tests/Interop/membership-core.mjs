// The core's half of docs/spec/core.md in Node: call tokens, member keys, and calls with exactly the bytes that one wants to send.
import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import http2 from 'node:http2';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const protos = fileURLToPath(new URL('../../src/Contracts/Protos/', import.meta.url));
const loaded = grpc.loadPackageDefinition(loader.loadSync(
  ['membership.proto', 'grpc/health/v1/health.proto'].map(name => protos + name), { keepCase: true, defaults: true, enums: String, longs: Number, oneofs: true }));

export const status = grpc.status;
export const Membership = loaded.encryptionservice.membership.v1.GroupEncryption;
export const Health = loaded.grpc.health.v1.Health;

const b64u = bytes => Buffer.from(bytes).toString('base64url');
const sha256 = bytes => createHash('sha256').update(bytes).digest();
const json = value => b64u(JSON.stringify(value));

// RFC 7638: the required members in order of their names.
export const thumbprint = jwk => b64u(sha256(JSON.stringify(
  jwk.kty === 'EC' ? { crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y } : { crv: jwk.crv, kty: jwk.kty, x: jwk.x })));

// A compact JWS, ES256. `claims` are written in the order given.
export function jws(typ, key, claims, kid) {
  const input = `${json({ alg: 'ES256', typ, kid })}.${json(claims)}`;
  return `${input}.${b64u(sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }))}`;
}

export const now = () => Math.floor(Date.now() / 1000);

// A call token for these bytes; `change` spoils or replaces claims.
export function token(core, method, bytes, change = {}) {
  const iat = now();
  const claims = {
    org: core.organization, aud: core.audience, method: `/encryptionservice.membership.v1.GroupEncryption/${method}`,
    req: b64u(sha256(bytes)), iat, exp: iat + 300, jti: randomUUID().replaceAll('-', ''), ...change,
  };
  return jws(change.typ ?? 'eec-call+jwt', change.key ?? core.key, Object.fromEntries(Object.entries(claims).filter(([name]) => !['key', 'typ', 'kid'].includes(name))), change.kid ?? core.kid);
}

// A member's keys as a browser would make them: X25519 for HPKE, P-256 for signatures.
export function member(id) {
  const hpke = generateKeyPairSync('x25519');
  const signing = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    id,
    hpkeKey: hpke.privateKey,
    claim: {
      member_id: id,
      keys: {
        hpke_jwk: JSON.stringify({ ...hpke.publicKey.export({ format: 'jwk' }), alg: 'HPKE-4', use: 'enc' }),
        signing_jwk: JSON.stringify({ ...signing.publicKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }),
      },
    },
    thumbprint: thumbprint(hpke.publicKey.export({ format: 'jwk' })),
  };
}

let clock = Date.now();

// UUIDv7, rising.
export function uuid7() {
  const time = (++clock).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

// Calls with a token over exactly the bytes that go out.
export function caller(target, core, options) {
  const client = new Membership(target, grpc.credentials.createInsecure(), options);
  const call = (method, request, { change, metadata, ...rest } = {}) => new Promise((resolve, reject) => {
    const definition = Membership.service[method];
    const bytes = Buffer.isBuffer(request) ? request : definition.requestSerialize(request);
    const headers = new grpc.Metadata();
    if (metadata !== null) {
      headers.set('authorization', metadata ?? `Bearer ${token(core, method, bytes, change)}`);
    }
    const running = client.makeUnaryRequest(definition.path, value => value, definition.responseDeserialize, bytes, headers, rest,
      (error, response) => (error ? reject(error) : resolve(response)));
    rest.started?.(running);
  });
  return { call, close: () => client.close() };
}

export const health = target => new Health(target, grpc.credentials.createInsecure());

// One POST on a connection of its own, with any headers and any body.
export function bare(target, path, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const session = http2.connect(`http://${target}`);
    session.on('error', reject);
    const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers', ...headers });
    const answer = { status: undefined };
    stream.on('response', received => { answer.http = received[':status']; answer.status ??= received['grpc-status']; });
    stream.on('trailers', received => { answer.status ??= received['grpc-status']; });
    stream.on('error', error => { answer.error = error; });
    stream.on('data', () => {});
    stream.on('close', () => { session.close(); resolve({ ...answer, status: Number(answer.status) }); });
    stream.end(body);
  });
}

export function frame(bytes, gzip = false) {
  const content = gzip ? zlib.gzipSync(bytes) : bytes;
  const head = Buffer.alloc(5);
  head[0] = gzip ? 1 : 0;
  head.writeUInt32BE(content.length, 1);
  return Buffer.concat([head, content]);
}
