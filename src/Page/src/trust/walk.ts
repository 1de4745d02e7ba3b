import { type IdentityCertificate, isUnder, parseCertificate } from '../formats/certificate';
import { isBy } from '../formats/jws';
import { continues, parseStatement, type Statement } from '../formats/statement';
import type { OpenRequest } from '../open/request';
import { type Failure, forged, unverified } from '../open/result';

/** Verified statements, head last, and the generation of the identity that signed the head. */
export interface Walked {
  readonly statements: readonly Statement[];
  readonly head: Statement;
  readonly generation: number;
}

type Certificates = ReadonlyMap<string, IdentityCertificate>;

/** Verifies certificates and the chain of statements: steps 2 and 3 of opening (envelope.md, section 11). */
export async function walk(request: OpenRequest): Promise<Walked | Failure> {
  if (request.pinned === null) {
    return unverified('nothing-pinned');
  }
  const certificates = await readCertificates(request, request.pinned);
  if (certificates === null) {
    return forged('certificate-invalid');
  }
  const parsed = await Promise.all(request.statements.map(parseStatement));
  const statements = parsed.flatMap((statement) => statement.value ?? []);
  const head = statements.at(-1);
  if (statements.length !== parsed.length || head === undefined) {
    return forged('statement-malformed');
  }
  const generation = certificates.get(head.issuer)?.generation;
  if (generation === undefined) {
    return unverified('no-certificate');
  }
  const failure = begins(request, statements, head) ?? chained(statements) ?? (await signed(request, certificates, statements, generation));
  return failure ?? { statements, head, generation };
}

async function readCertificates(request: OpenRequest, pinned: string): Promise<Certificates | null> {
  const certificates = new Map<string, IdentityCertificate>();
  for (const text of request.certificates) {
    const { value } = await parseCertificate(text);
    if (!value || !(await isUnder(value, pinned, request.organization))) {
      return null;
    }
    const identity = value.identity.thumbprint;
    if ((certificates.get(identity)?.generation ?? 0) < value.generation) {
      certificates.set(identity, value);
    }
  }
  return certificates;
}

function begins(request: OpenRequest, statements: readonly Statement[], head: Statement): Failure | null {
  const first = statements[0] ?? head;
  const { memory } = request;
  if (first.organization !== request.organization || first.group !== request.group) {
    return forged('other-group');
  }
  if (memory === null) {
    return first.revision === 1 ? null : forged('chain-broken');
  }
  if (first.jws.hash === memory.hash) {
    return null;
  }
  if (head.revision < memory.revision || head.epoch < memory.epoch) {
    return forged('rolled-back');
  }
  if (first.revision === memory.revision) {
    return forged('forked');
  }
  if (first.revision !== memory.revision + 1) {
    return forged('chain-broken');
  }
  if (first.previous !== memory.hash) {
    return forged('forked');
  }
  return first.epoch < memory.epoch ? forged('rolled-back') : null;
}

function chained(statements: readonly Statement[]): Failure | null {
  const holds = statements.every((statement, index) => {
    const before = statements[index - 1];
    return before === undefined || continues(statement, before);
  });
  return holds ? null : forged('chain-broken');
}

/** Signatures at the head and on both sides of a change of identity; the hashes carry the rest. Generations never go back. */
async function signed(
  request: OpenRequest,
  certificates: Certificates,
  statements: readonly Statement[],
  generation: number,
): Promise<Failure | null> {
  const head = statements.at(-1);
  if (request.memory !== null && generation < request.memory.generation) {
    return forged('rolled-back');
  }
  // A key that was replaced signs nothing new, in a group that is seen for the first time either.
  if (generation < (request.leastGeneration ?? 0) && (request.memory === null || head?.jws.hash !== request.memory.hash)) {
    return forged('rolled-back');
  }
  for (const [index, statement] of statements.entries()) {
    const before = statements[index - 1];
    const after = statements[index + 1];
    const changed = before !== undefined && before.issuer !== statement.issuer;
    const changesNext = after === undefined || after.issuer !== statement.issuer;
    if (!changed && !changesNext) {
      continue;
    }
    const certificate = certificates.get(statement.issuer);
    if (certificate === undefined || !(await isBy(statement.jws, certificate.identity))) {
      return forged('signature-invalid');
    }
    if (changed && certificate.generation <= (certificates.get(before.issuer)?.generation ?? 0)) {
      return forged('rolled-back');
    }
  }
  return null;
}
