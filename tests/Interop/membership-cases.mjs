// Every method, used as it is meant.
import assert from 'node:assert/strict';
import { CipherSuite, HkdfSha256 } from '@hpke/core';
import { Chacha20Poly1305 } from '@hpke/chacha20poly1305';
import { DhkemX25519HkdfSha256 } from '@hpke/dhkem-x25519';
import { caller, health, jws, member, now, status, uuid7 } from './membership-core.mjs';

const decode = text => Buffer.from(text, 'base64url');
const claimsOf = compact => JSON.parse(decode(compact.split('.')[1]));

// HPKE-4 by an implementation of its own: the protected header is the additional data.
async function open(person, jwe) {
  const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Chacha20Poly1305() });
  const recipientKey = await suite.kem.importKey('jwk', { ...person.hpkeKey.export({ format: 'jwk' }), key_ops: ['deriveBits'] }, false);
  const [header, enc, , ciphertext] = jwe.split('.');
  return Buffer.from(await suite.open({ recipientKey, enc: decode(enc) }, decode(ciphertext), Buffer.from(header)));
}

export function cases(core) {
  const { call } = caller(core.target, core);
  const alice = member('alice');
  const bob = member('bob');
  let sequence = 0;
  const event = change => ({ event_id: uuid7(), group_id: 'node-1', sequence: ++sequence, occurred_at: now(), ...change });

  // What the core recorded for the group, once `enough` holds.
  async function posted(enough) {
    for (;;) {
      const posts = (await (await fetch(core.posts)).json()).filter(post => post.group === 'node-1');
      if (enough(posts)) {
        return posts;
      }
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  }

  const envelopeOf = (posts, person, generation) => posts
    .filter(post => post.generation === generation).flatMap(post => post.envelopes).find(envelope => envelope.member === person.id && envelope.kid === person.thumbprint);
  let firstKey;

  return {
    async apply_and_open() {
      const { receipts } = await call('Apply', { events: [event({ group_created: {} }), event({ members_added: { members: [alice.claim, bob.claim] } })] });
      assert.deepEqual(receipts.map(receipt => [receipt.outcome, receipt.epoch, receipt.revision]), [['APPLIED', 1, 1], ['APPLIED', 1, 1]]);
      assert.deepEqual(receipts[1].members.map(one => [one.member_id, one.outcome]), [['alice', 'WRAPPED'], ['bob', 'WRAPPED']]);
      const posts = await posted(all => envelopeOf(all, alice, 0) && envelopeOf(all, bob, 0));
      const claims = claimsOf(posts[0].statement);
      assert.deepEqual([claims.org, claims.grp, claims.epo, claims.rev], [core.organization, 'node-1', 1, 1]);
      firstKey = await open(alice, envelopeOf(posts, alice, 0).jwe);
      assert.equal(firstKey.length, 32);
      assert.ok(firstKey.equals(await open(bob, envelopeOf(posts, bob, 0).jwe)));
      await assert.rejects(open(alice, envelopeOf(posts, bob, 0).jwe));
    },
    async removal_makes_a_new_key() {
      const { receipts: [receipt] } = await call('Apply', { events: [event({ members_removed: { member_ids: ['bob'] } })] });
      assert.deepEqual([receipt.outcome, receipt.epoch, receipt.next_sequence], ['APPLIED', 2, 4]);
      const posts = await posted(all => all.some(post => post.epoch === 2));
      const second = posts.filter(post => post.epoch === 2);
      assert.equal(envelopeOf(second, bob, 0), undefined);
      assert.ok(!firstKey.equals(await open(alice, envelopeOf(second, alice, 0).jwe)));
    },
    async get_group() {
      const group = await call('GetGroup', { group_id: 'node-1' });
      assert.deepEqual([group.exists, group.epoch, group.revision, group.next_sequence, group.roster_size], [true, 2, 2, 4, 1]);
      assert.deepEqual(group.roster.map(entry => [entry.member_id, entry.alg, entry.hpke_thumbprint]), [['alice', 'HPKE-4', alice.thumbprint]]);
      assert.deepEqual(group.statements.map(statement => claimsOf(statement).rev), [1, 2]);
      assert.equal((await call('GetGroup', { group_id: 'nobody' })).exists, false);
    },
    async reseal() {
      const response = await call('Reseal', { group_id: 'node-1', epoch: 2, member_ids: ['alice', 'bob'] });
      assert.equal(response.generation, 1);
      assert.deepEqual(response.members.map(one => one.outcome), ['WRAPPED', 'REMOVED']);
      const posts = await posted(all => envelopeOf(all, alice, 1));
      const again = await open(alice, envelopeOf(posts, alice, 1).jwe);
      assert.ok(again.equals(await open(alice, envelopeOf(posts.filter(post => post.epoch === 2), alice, 0).jwe)));
      await assert.rejects(call('Reseal', { group_id: 'node-1', epoch: 1, member_ids: ['alice'] }), { code: status.FAILED_PRECONDITION });
    },
    async get_identity() {
      const card = await call('GetIdentity', {});
      assert.deepEqual([card.organization_id, card.trust_level], [core.organization, 'pinned']);
      assert.equal(claimsOf(card.certificate).org, core.organization);
      assert.equal(JSON.parse(card.call_key_jwk).crv, 'P-256');
    },
    async submit_approval() {
      const iat = now();
      const approval = members => ({ org: core.organization, members, iat, exp: iat + 3600, jti: 'a1' });
      const carol = member('carol');
      const keys = { alg: 'HPKE-4', hpke: carol.thumbprint, sig: carol.thumbprint };
      const signed = jws('eec-approval+jwt', core.key, approval([{ mem: 'carol', ...keys }]), core.kid);
      const taken = await call('SubmitApproval', { document: signed });
      assert.equal(taken.accepted, 1);
      await assert.rejects(call('SubmitApproval', { document: 'no.document.atall' }), error => error.code === status.INVALID_ARGUMENT && error.details.startsWith('document:'));
    },
    async health_check() {
      const client = health(core.target);
      const check = service => new Promise((resolve, reject) => client.Check({ service }, (error, answer) => (error ? reject(error) : resolve(answer.status))));
      assert.equal(await check(''), 'SERVING');
      assert.equal(await check('encryptionservice.membership.v1.GroupEncryption'), 'SERVING');
      await assert.rejects(check('elsewhere'), { code: status.NOT_FOUND });
      client.close();
    },
    async health_watch() {
      const client = health(core.target);
      const watch = service => new Promise((resolve, reject) => {
        const stream = client.Watch({ service });
        stream.once('data', answer => { resolve(answer.status); stream.cancel(); });
        stream.on('error', error => (error.code === status.CANCELLED ? undefined : reject(error)));
      });
      assert.equal(await watch(''), 'SERVING');
      assert.equal(await watch('elsewhere'), 'SERVICE_UNKNOWN');
      client.close();
    },
  };
}
