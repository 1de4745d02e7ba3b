// What a broken or hostile caller sends. After each case the service must answer as if nothing had happened.
import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { bare, caller, frame, Membership, now, status, token, uuid7 } from './membership-core.mjs';

const path = method => `/encryptionservice.membership.v1.GroupEncryption/${method}`;
const tooLarge = 4 * 1024 * 1024 + 1;

export function abuses(core) {
  const { call } = caller(core.target, core);
  const encode = (method, request) => Membership.service[method].requestSerialize(request);
  const event = change => ({ event_id: uuid7(), group_id: 'node-abuse', sequence: 1, occurred_at: now(), ...change });
  const created = { events: [event({ group_created: {} })] };
  const unauthenticated = error => error.code === status.UNAUTHENTICATED && error.details === 'The call token is missing or not valid.';
  const malformed = field => error => error.code === status.INVALID_ARGUMENT && error.details.startsWith(field);

  // Nothing of the case before may have stuck, and the service must be its old self.
  async function alive() {
    assert.equal((await call('GetGroup', { group_id: 'node-abuse' })).exists, false);
  }

  const bad = {
    async message_of_another_type() {
      for (const [method, bytes] of [
        ['Apply', encode('SubmitApproval', { document: 'x'.repeat(100) })],
        ['GetGroup', encode('Apply', created)],
        ['Reseal', encode('Apply', created)],
        ['SubmitApproval', encode('Apply', created)],
      ]) {
        await call(method, bytes).then(
          answer => assert.deepEqual(answer.receipts ?? [], []),
          error => assert.equal(error.code, status.INVALID_ARGUMENT, `${method}: ${error.message}`));
      }
    },
    async random_bytes() {
      for (let i = 0; i < 100; i++) {
        const method = ['Apply', 'GetGroup', 'Reseal', 'SubmitApproval'][i % 4];
        await call(method, randomBytes(1 + i * 7)).then(
          answer => assert.deepEqual(answer.receipts ?? [], []),
          error => assert.equal(error.code, status.INVALID_ARGUMENT, `${method}: ${error.message}`));
      }
    },
    async wrong_wire_types() {
      // event_id as a varint, as a fixed64, as a group; sequence as bytes
      for (const inner of ['0801', '090000000000000000', '0b', '1a0361626300', '1a03616263']) {
        const event = Buffer.from(inner, 'hex');
        const bytes = Buffer.concat([Buffer.from([0x0a, event.length]), event]);
        await assert.rejects(call('Apply', bytes), { code: status.INVALID_ARGUMENT });
      }
    },
    async truncated_message() {
      const whole = encode('Apply', created);
      for (let length = 1; length < whole.length; length += 5) {
        await assert.rejects(call('Apply', whole.subarray(0, length)), { code: status.INVALID_ARGUMENT });
      }
    },
    async malformed_fields_are_named() {
      await assert.rejects(call('Apply', { events: [event({})] }), malformed('events[0].change'));
      await assert.rejects(call('Apply', { events: [{ ...event({ group_created: {} }), event_id: 'x' }] }), malformed('events[0].event_id'));
      await assert.rejects(call('Apply', { events: [{ ...event({ group_created: {} }), group_id: 'a/b' }] }), malformed('events[0].group_id'));
      await assert.rejects(call('Apply', { events: [{ ...event({ group_created: {} }), sequence: 0 }] }), malformed('events[0].sequence'));
      await assert.rejects(call('Apply', { events: [event({ members_removed: { member_ids: [] } })] }), malformed('events[0].members_removed.member_ids'));
      await assert.rejects(call('GetGroup', { group_id: '' }), malformed('group_id'));
      await assert.rejects(call('Reseal', { group_id: 'g', epoch: 1, member_ids: ['a', 'a'] }), malformed('member_ids[1]'));
    },
    async too_large() {
      await assert.rejects(call('SubmitApproval', { document: 'x'.repeat(tooLarge) }), { code: status.RESOURCE_EXHAUSTED });
    },
    async too_large_for_the_server_whatever_it_says() {
      const body = Buffer.concat([frame(Buffer.alloc(10)), Buffer.alloc(tooLarge)]);
      const answer = await bare(core.target, path('Apply'), body, { authorization: `Bearer ${token(core, 'Apply', body)}` });
      assert.ok(answer.status === status.RESOURCE_EXHAUSTED || answer.error, JSON.stringify(answer));
    },
    async too_large_from_a_stranger() {
      const answer = await bare(core.target, path('Apply'), Buffer.alloc(tooLarge * 2));
      assert.ok(answer.status === status.UNAUTHENTICATED || answer.error, JSON.stringify(answer));
    },
    async too_many_events() {
      const events = Array.from({ length: 1001 }, (_, i) => ({ ...event({ rotation_requested: {} }), sequence: i + 1 }));
      await assert.rejects(call('Apply', { events }), malformed('events'));
    },
    async expired_deadline() {
      await assert.rejects(call('GetGroup', { group_id: 'node-abuse' }, { deadline: Date.now() - 1 }), { code: status.DEADLINE_EXCEEDED });
      const answer = await bare(core.target, path('GetGroup'), frame(encode('GetGroup', { group_id: 'g' })), { 'grpc-timeout': '1n' });
      assert.ok(answer.error || answer.status > 0, JSON.stringify(answer));
    },
    async cancelled_call() {
      await assert.rejects(
        call('GetGroup', { group_id: 'node-abuse' }, { started: running => setImmediate(() => running.cancel()) }), { code: status.CANCELLED });
    },
    async missing_token() {
      await assert.rejects(call('GetGroup', { group_id: 'g' }, { metadata: null }), unauthenticated);
      await assert.rejects(call('GetGroup', { group_id: 'g' }, { metadata: 'Basic YTpi' }), unauthenticated);
      await assert.rejects(call('GetGroup', { group_id: 'g' }, { metadata: 'Bearer' }), unauthenticated);
      await assert.rejects(call('GetGroup', { group_id: 'g' }, { metadata: 'Bearer a.b.c' }), unauthenticated);
    },
    async forged_token() {
      const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
      const spoilt = [
        { key: stranger }, { kid: 'x'.repeat(43) }, { typ: 'JWT' }, { typ: 'eec-approval+jwt' }, { org: 'o2' }, { aud: 'core-1' },
        { method: path('Apply') }, { req: 'A'.repeat(43) }, { iat: now() - 1000, exp: now() - 700 }, { exp: now() + 3600 }, { iat: now() + 1000, exp: now() + 1100 },
        { jti: '' }, { more: 1 },
      ];
      for (const change of spoilt) {
        await assert.rejects(call('GetGroup', { group_id: 'g' }, { change }), unauthenticated, JSON.stringify(change));
      }
    },
    async token_of_another_message() {
      const other = token(core, 'GetGroup', encode('GetGroup', { group_id: 'another' }));
      await assert.rejects(call('GetGroup', { group_id: 'g' }, { metadata: `Bearer ${other}` }), unauthenticated);
    },
    async unsigned_token() {
      const [header, claims] = token(core, 'GetGroup', encode('GetGroup', { group_id: 'g' })).split('.');
      const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'eec-call+jwt', kid: core.kid })).toString('base64url');
      for (const text of [`${header}.${claims}.`, `${none}.${claims}.`, `${header}.${claims}.${'A'.repeat(86)}`]) {
        await assert.rejects(call('GetGroup', { group_id: 'g' }, { metadata: `Bearer ${text}` }), unauthenticated);
      }
    },
    async compressed_request() {
      const bytes = encode('GetGroup', { group_id: 'g' });
      const body = frame(bytes, true);
      const answer = await bare(core.target, path('GetGroup'), body, { 'grpc-encoding': 'gzip', authorization: `Bearer ${token(core, 'GetGroup', bytes)}` });
      assert.ok([status.UNAUTHENTICATED, status.UNIMPLEMENTED].includes(answer.status), JSON.stringify(answer));
    },
    async bodies_that_are_no_message() {
      for (const body of [Buffer.alloc(0), Buffer.alloc(4), frame(Buffer.alloc(8)).subarray(0, 9), Buffer.concat([frame(Buffer.alloc(2)), frame(Buffer.alloc(2))])]) {
        const answer = await bare(core.target, path('GetGroup'), body, { authorization: `Bearer ${token(core, 'GetGroup', body)}` });
        assert.equal(answer.status, status.UNAUTHENTICATED);
      }
    },
    async unknown_method() {
      const answer = await bare(core.target, path('Delete'), frame(Buffer.alloc(0)), { authorization: `Bearer ${token(core, 'Delete', Buffer.alloc(0))}` });
      assert.equal(answer.status, status.UNIMPLEMENTED);
      assert.equal((await bare(core.target, '/elsewhere/Method', frame(Buffer.alloc(0)))).status, status.UNAUTHENTICATED);
      assert.equal((await bare(core.target, path('Apply').toLowerCase(), frame(Buffer.alloc(0)))).status, status.UNAUTHENTICATED);
    },
  };
  return Object.fromEntries(Object.entries(bad).map(([name, run]) => [name, async () => { await run(); await alive(); }]));
}
