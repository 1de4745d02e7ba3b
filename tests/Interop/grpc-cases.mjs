// The published interoperability cases that one client library can run on its own.
import assert from 'node:assert/strict';
import { connect, connectElsewhere, ended, failure, Metadata, status, unary, upload, zeros } from './grpc-client.mjs';

const large = { response_size: 314159, payload: zeros(271828) };
const sized = (...sizes) => sizes.map(size => ({ size }));
const gzip = 2;

export function cases(target) {
  const client = connect(target);
  return {
    async empty_unary() {
      await unary(client, 'EmptyCall', {});
    },
    async large_unary() {
      const response = await unary(client, 'UnaryCall', large);
      assert.equal(response.payload.body.length, 314159);
    },
    async client_streaming() {
      const response = await upload(client, [27182, 8, 1828, 45904].map(size => ({ payload: zeros(size) })));
      assert.equal(response.aggregated_payload_size, 74922);
    },
    async server_streaming() {
      const sizes = [];
      const call = client.StreamingOutputCall({ response_parameters: sized(31415, 9, 2653, 58979) });
      call.on('data', message => sizes.push(message.payload.body.length));
      assert.equal((await ended(call)).code, status.OK);
      assert.deepEqual(sizes, [31415, 9, 2653, 58979]);
    },
    async ping_pong() {
      const call = client.FullDuplexCall();
      const end = ended(call);
      for (const [there, back] of [[27182, 31415], [8, 9], [1828, 2653], [45904, 58979]]) {
        const answer = new Promise((resolve, reject) => {
          call.once('data', resolve);
          call.once('error', reject);
        });
        call.write({ response_parameters: sized(back), payload: zeros(there) });
        assert.equal((await answer).payload.body.length, back);
      }
      call.end();
      assert.equal((await end).code, status.OK);
    },
    async empty_stream() {
      let messages = 0;
      const call = client.FullDuplexCall();
      call.on('data', () => { messages++; });
      call.end();
      assert.equal((await ended(call)).code, status.OK);
      assert.equal(messages, 0);
    },
    async cancel_after_begin() {
      const answer = new Promise((resolve, reject) => {
        const call = client.StreamingInputCall((error, response) => (error ? reject(error) : resolve(response)));
        setTimeout(() => call.cancel(), 50);
      });
      assert.equal((await failure(answer)).code, status.CANCELLED);
    },
    async cancel_after_first_response() {
      const call = client.FullDuplexCall();
      const end = ended(call);
      call.on('data', () => call.cancel());
      call.write({ response_parameters: sized(31415), payload: zeros(27182) });
      assert.equal((await end).code, status.CANCELLED);
    },
    async timeout_on_sleeping_server() {
      const call = client.FullDuplexCall({ deadline: new Date(Date.now() + 50) });
      const end = ended(call);
      call.on('data', () => {});
      call.write({ response_parameters: [{ size: 1, interval_us: 5000000 }], payload: zeros(27182) });
      assert.equal((await end).code, status.DEADLINE_EXCEEDED);
    },
    async status_code_and_message() {
      const response_status = { code: status.UNKNOWN, message: 'test status message' };
      const error = await failure(unary(client, 'UnaryCall', { response_status }));
      assert.deepEqual([error.code, error.details], [status.UNKNOWN, 'test status message']);
      const call = client.FullDuplexCall();
      const end = ended(call);
      call.on('data', () => {});
      call.write({ response_status });
      call.end();
      const { code, details } = await end;
      assert.deepEqual([code, details], [status.UNKNOWN, 'test status message']);
    },
    async special_status_message() {
      const message = '\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \u{1f608}\t\n';
      const error = await failure(unary(client, 'UnaryCall', { response_status: { code: status.UNKNOWN, message } }));
      assert.deepEqual([error.code, error.details], [status.UNKNOWN, message]);
    },
    async unimplemented_method() {
      assert.equal((await failure(unary(client, 'UnimplementedCall', {}))).code, status.UNIMPLEMENTED);
    },
    async unimplemented_service() {
      assert.equal((await failure(unary(connectElsewhere(target), 'UnimplementedCall', {}))).code, status.UNIMPLEMENTED);
    },
    async custom_metadata() {
      const sent = new Metadata();
      sent.set('x-grpc-test-echo-initial', 'test_initial_metadata_value');
      sent.set('x-grpc-test-echo-trailing-bin', Buffer.from('ababab', 'hex'));
      const starts = [
        () => client.UnaryCall(large, sent, () => {}),
        () => {
          const call = client.FullDuplexCall(sent);
          call.on('data', () => {});
          call.write({ response_parameters: sized(314159), payload: zeros(271828) });
          call.end();
          return call;
        },
      ];
      for (const start of starts) {
        const call = start();
        let initial;
        call.on('metadata', received => { initial = received; });
        const end = await ended(call);
        assert.equal(end.code, status.OK);
        assert.deepEqual(initial.get('x-grpc-test-echo-initial'), ['test_initial_metadata_value']);
        assert.equal(end.metadata.get('x-grpc-test-echo-trailing-bin')[0].toString('hex'), 'ababab');
      }
    },
    async client_compressed_unary() {
      const probe = { ...large, expect_compressed: { value: true } };
      assert.equal((await failure(unary(client, 'UnaryCall', probe))).code, status.INVALID_ARGUMENT);
      const compressing = connect(target, { 'grpc.default_compression_algorithm': gzip });
      assert.equal((await unary(compressing, 'UnaryCall', probe)).payload.body.length, 314159);
      compressing.close();
      const plain = { ...large, expect_compressed: { value: false } };
      assert.equal((await unary(client, 'UnaryCall', plain)).payload.body.length, 314159);
    },
  };
}
