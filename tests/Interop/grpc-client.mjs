// Two ways to call the server under test: through grpc-js, and on a bare HTTP/2 connection that shows what is on the wire.
import http2 from 'node:http2';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const proto = fileURLToPath(new URL('interop.proto', import.meta.url));
const definition = loader.loadSync(proto, { keepCase: true, defaults: true, enums: String });
const { TestService, UnimplementedService } = grpc.loadPackageDefinition(definition).grpc.testing;

export const status = grpc.status;
export const Metadata = grpc.Metadata;
export const zeros = size => ({ body: Buffer.alloc(size) });

export const connect = (target, options) => new TestService(target, grpc.credentials.createInsecure(), options);
export const connectElsewhere = target => new UnimplementedService(target, grpc.credentials.createInsecure());

// Settles with the response, or with the error that grpc-js made of the status.
export const unary = (client, method, request) => new Promise((resolve, reject) => {
  client[method](request, (error, response) => (error ? reject(error) : resolve(response)));
});

export const upload = (client, messages) => new Promise((resolve, reject) => {
  const call = client.StreamingInputCall((error, response) => (error ? reject(error) : resolve(response)));
  messages.forEach(message => call.write(message));
  call.end();
});

// The final status of a streaming call, good or bad.
export const ended = call => new Promise(resolve => {
  call.on('status', resolve);
  call.on('error', () => {});
});

export const failure = promise => promise.then(() => { throw new Error('the call succeeded'); }, error => error);

function frame(bytes, compressed = false) {
  const head = Buffer.alloc(5);
  head[0] = compressed ? 1 : 0;
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

function unframe(bytes) {
  const messages = [];
  for (let rest = bytes; rest.length >= 5;) {
    const end = 5 + rest.readUInt32BE(1);
    messages.push({ compressed: rest[0] === 1, bytes: rest.subarray(5, end) });
    rest = rest.subarray(end);
  }
  return messages;
}

export const packed = bytes => frame(zlib.gzipSync(bytes), true);
export const flagged = bytes => frame(bytes, true);

export function encode(method, request, gzip = false) {
  const bytes = TestService.service[method].requestSerialize(request);
  return gzip ? packed(bytes) : frame(bytes);
}

export function decode(method, message) {
  return TestService.service[method].responseDeserialize(message.compressed ? zlib.gunzipSync(message.bytes) : message.bytes);
}

// One call on a connection of its own: headers, trailers, the flag in front of each message, and where the status stood.
export function bare(target, method, frames, headers = {}) {
  return new Promise((resolve, reject) => {
    const session = http2.connect(`http://${target}`);
    session.on('error', reject);
    const request = { ':method': 'POST', ':path': `/grpc.testing.TestService/${method}`, 'content-type': 'application/grpc', te: 'trailers' };
    const stream = session.request({ ...request, ...headers }, { endStream: false });
    const answer = { headers: {}, trailers: {} };
    const chunks = [];
    stream.on('response', (received, flags) => {
      answer.headers = received;
      answer.trailersOnly = (flags & http2.constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    });
    stream.on('trailers', received => { answer.trailers = received; });
    stream.on('data', chunk => chunks.push(chunk));
    stream.on('error', error => { answer.error = error; });
    stream.on('close', () => {
      answer.messages = unframe(Buffer.concat(chunks));
      answer.status = Number(answer.trailers['grpc-status'] ?? answer.headers['grpc-status']);
      session.close();
      resolve(answer);
    });
    frames.forEach(bytes => stream.write(bytes));
    stream.end();
  });
}
