// Cases that look at the wire itself: compression flags, deadlines kept by the server, and what the protocol says of requests that are wrong.
import assert from 'node:assert/strict';
import zlib from 'node:zlib';
import { bare, decode, encode, flagged, packed, status, zeros } from './grpc-client.mjs';

const large = { response_size: 314159, payload: zeros(271828) };
const acceptGzip = { 'grpc-accept-encoding': 'identity,gzip' };
const sendGzip = { 'grpc-encoding': 'gzip' };

export function cases(target) {
  const call = (method, frames, headers) => bare(target, method, frames, headers);
  return {
    async client_compressed_streaming() {
      const answer = await call('StreamingInputCall', [
        encode('StreamingInputCall', { payload: zeros(27182), expect_compressed: { value: true } }, true),
        encode('StreamingInputCall', { payload: zeros(45904), expect_compressed: { value: false } }),
      ], sendGzip);
      assert.equal(answer.status, status.OK);
      assert.equal(decode('StreamingInputCall', answer.messages[0]).aggregated_payload_size, 73086);
    },
    async server_compressed_unary() {
      for (const value of [true, false]) {
        const answer = await call('UnaryCall', [encode('UnaryCall', { ...large, response_compressed: { value } })], acceptGzip);
        assert.equal(answer.messages[0].compressed, value);
        if (value) {
          assert.equal(answer.headers['grpc-encoding'], 'gzip');
        }
        assert.equal(decode('UnaryCall', answer.messages[0]).payload.body.length, 314159);
      }
    },
    async server_compressed_streaming() {
      const response_parameters = [{ size: 31415, compressed: { value: true } }, { size: 92653, compressed: { value: false } }];
      const answer = await call('StreamingOutputCall', [encode('StreamingOutputCall', { response_parameters })], acceptGzip);
      assert.equal(answer.status, status.OK);
      assert.deepEqual(answer.messages.map(message => message.compressed), [true, false]);
      const sizes = answer.messages.map(message => decode('StreamingOutputCall', message).payload.body.length);
      assert.deepEqual(sizes, [31415, 92653]);
    },
    // No clock of a client takes part: the server alone ends the call.
    async server_enforces_deadline() {
      const start = Date.now();
      const request = { response_parameters: [{ size: 1, interval_us: 10000000 }] };
      const answer = await call('StreamingOutputCall', [encode('StreamingOutputCall', request)], { 'grpc-timeout': '200m' });
      assert.ok(Date.now() - start < 5000, 'the server went on after the deadline');
      assert.ok(answer.status === status.DEADLINE_EXCEEDED || answer.error, `status ${answer.status}`);
    },
    async no_compression_unless_accepted() {
      const answer = await call('UnaryCall', [encode('UnaryCall', { response_size: 100, response_compressed: { value: true } })]);
      assert.deepEqual([answer.status, answer.messages[0].compressed], [status.OK, false]);
    },
    async error_is_trailers_only() {
      const answer = await call('UnaryCall', [encode('UnaryCall', { response_status: { code: status.NOT_FOUND, message: 'none' } })]);
      assert.deepEqual([answer.trailersOnly, answer.status, answer.headers[':status'], answer.messages.length], [true, 5, 200, 0]);
    },
    async unknown_encoding() {
      const answer = await call('UnaryCall', [flagged(Buffer.alloc(3))], { 'grpc-encoding': 'fake' });
      assert.equal(answer.status, status.UNIMPLEMENTED);
      assert.match(String(answer.headers['grpc-accept-encoding'] ?? answer.trailers['grpc-accept-encoding']), /gzip/);
    },
    async compressed_without_encoding() {
      assert.equal((await call('UnaryCall', [packed(Buffer.alloc(8))])).status, status.INTERNAL);
    },
    async too_large() {
      const answer = await call('UnaryCall', [encode('UnaryCall', { payload: zeros(5 * 1024 * 1024) })]);
      assert.equal(answer.status, status.RESOURCE_EXHAUSTED);
    },
    async gzip_bomb() {
      const answer = await call('UnaryCall', [flagged(zlib.gzipSync(Buffer.alloc(64 * 1024 * 1024)))], sendGzip);
      assert.equal(answer.status, status.RESOURCE_EXHAUSTED);
    },
    async incomplete_message() {
      assert.equal((await call('UnaryCall', [Buffer.from([0, 0, 0, 0, 9, 1])])).status, status.INTERNAL);
    },
    async not_grpc() {
      assert.equal((await call('UnaryCall', [], { 'content-type': 'application/json' })).headers[':status'], 415);
    },
  };
}
