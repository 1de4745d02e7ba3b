import { decodeExactly } from '../src/formats/base64url';
import { parseHpkeJwk, parseSigningJwk } from '../src/formats/jwk';
import { provesIntoRoster } from '../src/formats/roster';
import { importPrivate } from '../src/keys/privateJwk';
import { commitmentOf } from '../src/open/commitment';
import { openLink } from '../src/open/history';
import { open } from '../src/open/opener';
import { VaultKey } from '../src/open/vaultKey';
import { findSuite } from '../src/formats/suites';
import { encode } from '../src/formats/base64url';

/** One vector of tests/Vectors/envelopes, run. */
export interface Verdict {
  readonly name: string;
  /** What was wrong; empty if it passed. */
  readonly problem: string;
}

interface Vector {
  readonly expect: { readonly outcome: string; readonly reason: string; readonly key: string | null };
  readonly organization: string;
  readonly group: string;
  readonly member: string;
  readonly hpke: object;
  readonly signing: object;
  readonly pinned: string | null;
  readonly memory: { rev: number; hash: string; epo: number; gen: number; suite: string } | null;
  readonly envelope: string;
  readonly statements: string[];
  readonly proof: string[];
  readonly certificates: string[];
}

interface Primitives {
  readonly organization: string;
  readonly group: string;
  readonly epoch: number;
  readonly olderEpoch: number;
  readonly key: string;
  readonly olderKey: string;
  readonly commit: string;
  readonly link: string;
  readonly roster: {
    readonly root: string;
    readonly members: { mem: string; hpke: object; signing: object; hpkeThumbprint: string; signingThumbprint: string; proof: string[] }[];
  };
}

/** Runs all vectors. A run that finds none, or not the primitives, has failed. */
export async function runVectors(files: Readonly<Record<string, unknown>>): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const names = Object.keys(files).sort();
  for (const name of names) {
    const run = name === 'primitives' ? runPrimitives(files[name] as Primitives) : runOpening(files[name] as Vector);
    verdicts.push({ name, problem: await run.catch((error: unknown) => String(error)) });
  }
  if (!names.includes('primitives') || !names.some((name) => name.startsWith('opened-'))) {
    verdicts.push({ name: 'the files', problem: 'no vectors were found' });
  }
  return verdicts;
}

async function runOpening(vector: Vector): Promise<string> {
  const keys = await importPrivate({ hpke: JSON.stringify(vector.hpke), sig: JSON.stringify(vector.signing) });
  if (keys === null) {
    return 'the keys of the file are none';
  }
  const { memory } = vector;
  const suite = memory === null ? null : findSuite(memory.suite);
  const result = await open({
    ...vector,
    keys,
    memory: memory && suite && { revision: memory.rev, hash: memory.hash, epoch: memory.epo, generation: memory.gen, suite: suite.name },
  });
  const key = result.outcome === 'opened' ? result.key.reveal() : null;
  const { expect } = vector;
  return result.outcome === expect.outcome && result.reason === expect.reason && key === expect.key
    ? ''
    : `expected ${expect.outcome}, ${expect.reason}; found ${result.outcome}, ${result.reason}${key === expect.key ? '' : '; and another key'}`;
}

async function runPrimitives(file: Primitives): Promise<string> {
  const bytes = (text: string, length: number) => decodeExactly(text, length) ?? new Uint8Array(length);
  const key = new VaultKey(bytes(file.key, 32));
  const older = await openLink(key, file.organization, file.group, file.epoch, {
    olderEpoch: file.olderEpoch,
    sealedText: file.link,
    sealed: bytes(file.link, 48),
  });
  const problems = [
    (await commitmentOf(key, file.organization, file.group, file.epoch)) === file.commit ? '' : 'commitment',
    older?.reveal() === file.olderKey ? '' : 'link',
    file.roster.members.length > 0 ? '' : 'no members',
  ];
  for (const member of file.roster.members) {
    const hpke = (await parseHpkeJwk(JSON.stringify(member.hpke))).value;
    const signing = (await parseSigningJwk(JSON.stringify(member.signing))).value;
    const ids = hpke && signing && { hpke: hpke.thumbprint, alg: hpke.suite.name, sig: signing.thumbprint };
    problems.push(
      hpke?.thumbprint === member.hpkeThumbprint && signing?.thumbprint === member.signingThumbprint ? '' : `thumbprints of ${member.mem}`,
      ids && (await provesIntoRoster(file.roster.root, member.mem, ids, member.proof)) ? '' : `proof of ${member.mem}`,
      ids && (await provesIntoRoster(encode(new Uint8Array(32)), member.mem, ids, member.proof)) ? `any root for ${member.mem}` : '',
    );
  }
  return problems.filter((problem) => problem !== '').join(', ');
}
