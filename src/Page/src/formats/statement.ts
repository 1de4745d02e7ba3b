import { encode } from './base64url';
import type { Bytes } from './bytes';
import { maxIdLength } from './ids';
import { type Jws, parseJws, types } from './jws';
import { type Parsed, parsed, wrong } from './parsed';
import { StrictJson } from './strictJson';
import { findSuite, type Suite, suites } from './suites';

/** The older key of a group, sealed under the key of this epoch (envelope.md, section 5). */
export interface KeyLink {
  readonly olderEpoch: number;
  /** AES-256-GCM ciphertext and tag, 48 bytes, in base64url: one text for each value. */
  readonly sealedText: string;
  readonly sealed: Bytes;
}

/** The service's signed word on a group: epoch, revision, roster, key (envelope.md, section 6). */
export interface Statement {
  readonly jws: Jws;
  readonly issuer: string;
  readonly organization: string;
  readonly group: string;
  readonly epoch: number;
  readonly revision: number;
  readonly previous: string | null;
  readonly commitment: string | null;
  readonly roster: string;
  readonly suites: readonly Suite[];
  readonly issuedAt: number;
  readonly why: readonly string[];
  readonly link: KeyLink | null;
  readonly adopted: string | null;
  readonly end: boolean;
}

/** The words of `why`, sorted. */
const reasons = ['added', 'adopted', 'created', 'deleted', 'recovered', 'rekeyed', 'removed', 'rotated'];
const linkSize = 48;

/** Reads a statement. Shape only: nothing is verified. */
export async function parseStatement(compact: string): Promise<Parsed<Statement>> {
  const jws = await parseJws(compact, types.statement);
  if (!jws.value) {
    return wrong(jws.error);
  }
  const claims = StrictJson.read(jws.value.payload);
  if (!claims.value) {
    return wrong(`payload ${claims.error}`);
  }
  const statement = read(claims.value, jws.value);
  const problem = claims.value.finish();
  return problem === null ? parsed(statement) : wrong(`claim ${problem}`);
}

/** True if `next` continues `previous` (envelope.md, section 6). Signatures are not looked at. */
export function continues(next: Statement, previous: Statement): boolean {
  const sameKey =
    next.commitment === previous.commitment &&
    next.adopted === previous.adopted &&
    next.link?.olderEpoch === previous.link?.olderEpoch &&
    next.link?.sealedText === previous.link?.sealedText;
  return (
    next.organization === previous.organization &&
    next.group === previous.group &&
    !previous.end &&
    next.revision === previous.revision + 1 &&
    next.previous === previous.jws.hash &&
    (next.epoch > previous.epoch || (next.epoch === previous.epoch && sameKey))
  );
}

function read(claims: StrictJson, jws: Jws): Statement {
  const statement: Statement = {
    jws,
    issuer: claims.digest('iss'),
    organization: claims.id('org'),
    group: claims.id('grp'),
    epoch: claims.number('epo'),
    revision: claims.number('rev', 1),
    previous: claims.digestOrAbsent('prev'),
    commitment: claims.digestOrAbsent('commit'),
    roster: claims.digest('roster'),
    suites: readSuites(claims),
    issuedAt: claims.number('iat'),
    why: readReasons(claims),
    link: claims.has('link') ? readLink(claims.nested('link')) : null,
    adopted: claims.digestOrAbsent('adopted'),
    end: claims.trueOrAbsent('end'),
  };
  const { link } = statement;
  claims.check(statement.issuer === jws.kid, 'iss', "must equal 'kid'");
  claims.check((statement.previous === null) === (statement.revision === 1), 'prev', 'must be absent exactly at revision 1');
  claims.check((statement.commitment === null) === (statement.epoch === 0), 'commit', 'must be absent exactly at epoch 0');
  claims.check(link === null || link.olderEpoch < statement.epoch, 'link', 'must lead to an older epoch');
  claims.check((statement.adopted !== null) === (link?.olderEpoch === 0), 'adopted', "must be there exactly if 'link' leads to epoch 0");
  return statement;
}

function readSuites(claims: StrictJson): Suite[] {
  const found = claims.texts('suites', suites.length, maxIdLength).map(findSuite);
  const known = found.filter((suite) => suite !== null);
  const sorted = known.every((suite, index) => index === 0 || suite.strength < (known[index - 1]?.strength ?? 0));
  claims.check(known.length === found.length && sorted, 'suites', 'must hold known suites, strongest first, none twice');
  claims.check(found.length > 0, 'suites', 'must not be empty');
  return known;
}

function readReasons(claims: StrictJson): string[] {
  const words = claims.texts('why', reasons.length, maxIdLength);
  const places = words.map((word) => reasons.indexOf(word));
  const sorted = places.every((place, index) => place >= 0 && (index === 0 || place > (places[index - 1] ?? 0)));
  claims.check(sorted, 'why', 'must hold known words, sorted, none twice');
  return words;
}

function readLink(link: StrictJson): KeyLink {
  const olderEpoch = link.number('epo');
  const sealed = link.bytes('key', linkSize);
  link.finish();
  return { olderEpoch, sealedText: encode(sealed), sealed };
}
