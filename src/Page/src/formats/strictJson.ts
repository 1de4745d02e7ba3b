import { decode, decodeExactly, isDigest } from './base64url';
import type { Bytes } from './bytes';
import { isId, maxIdLength, maxNumber } from './ids';
import { fromUtf8, type JsonValue, readJson } from './jsonText';
import { type Parsed, parsed, wrong } from './parsed';
import { findSuite, type Suite, suites } from './suites';

const maxText = 2_048;

/**
 * Strict reading of one JSON object (envelope.md, section 1). Members are taken one by one; the first thing that is wrong is kept, and `problem`
 * tells it. A member that nobody took is unknown, and refused. After a failure the readers return defaults, so a caller checks once, at the end.
 */
export class StrictJson {
  private readonly members: Map<string, JsonValue>;
  private readonly root: StrictJson;
  private error: string | null = null;

  private constructor(
    members: ReadonlyMap<string, JsonValue>,
    root: StrictJson | null,
    private readonly path: string,
  ) {
    this.members = new Map(members);
    this.root = root ?? this;
  }

  /** Reads text that must be exactly one JSON object without duplicate members. */
  static read(input: Uint8Array | string): Parsed<StrictJson> {
    const text = typeof input === 'string' ? input : fromUtf8(input);
    const value = text === null ? null : readJson(text);
    return value?.kind === 'object'
      ? parsed(new StrictJson(value.members, null, ''))
      : wrong('is no JSON object, or has duplicate members');
  }

  /** True if the member is there and was not taken yet. */
  has(name: string): boolean {
    return this.members.has(name);
  }

  /** Keeps a problem, if it is the first one. */
  fail(name: string, problem: string): void {
    this.root.error ??= `'${this.path}${name}' ${problem}`;
  }

  check(holds: boolean, name: string, problem: string): void {
    if (!holds) {
      this.fail(name, problem);
    }
  }

  /** Refuses members that nobody took; null if nothing was wrong at all, otherwise one line about what was wrong first. */
  finish(): string | null {
    const unknown = this.members.keys().next();
    if (!unknown.done) {
      // A foreign name is repeated only if it cannot garble a screen.
      this.fail(isId(unknown.value) ? unknown.value : '?', 'is unknown');
    }
    return this.root.error;
  }

  /** Takes a string of 1 to `most` characters. */
  text(name: string, most = maxText): string {
    const value = this.take(name, 'string', 'a string');
    return this.toText(name, value, most, `must be text of 1 to ${most} characters`);
  }

  /** Takes a string that may be empty: names, which are the core's word. */
  name(name: string): string {
    const value = this.take(name, 'string', 'a string');
    return value?.kind === 'string' ? value.text : '';
  }

  /** Takes an integer from `minimum` to 2^53 - 1. */
  number(name: string, minimum = 0): number {
    const value = this.take(name, 'number', 'a number');
    if (value?.kind === 'number') {
      const amount = /^[0-9]+$/.test(value.text) ? Number(value.text) : NaN;
      if (amount >= minimum && amount <= maxNumber) {
        return amount;
      }
      this.fail(name, `must be an integer from ${minimum} to 2^53 - 1`);
    }
    return 0;
  }

  boolean(name: string): boolean {
    const value = this.members.get(name);
    this.members.delete(name);
    this.check(value?.kind === 'true' || value?.kind === 'false', name, 'must be true or false');
    return value?.kind === 'true';
  }

  /** Takes a member that may only be `true`, or be absent. */
  trueOrAbsent(name: string): boolean {
    return this.has(name) && this.take(name, 'true', 'true, or absent') !== null;
  }

  /** Takes an array of strings. */
  texts(name: string, mostItems: number, most: number): string[] {
    const problem = `must hold strings of 1 to ${most} characters`;
    return this.items(name, mostItems).map((item) => this.toText(name, item, most, problem));
  }

  /** Takes an object; its problems are told by this reader, and the caller finishes it. */
  nested(name: string): StrictJson {
    const value = this.take(name, 'object', 'an object');
    return new StrictJson(value?.kind === 'object' ? value.members : new Map(), this.root, `${this.path}${name}.`);
  }

  /** Takes an array of objects; the caller finishes each. */
  nestedList(name: string, mostItems: number): StrictJson[] {
    return this.items(name, mostItems).map((item, index) => {
      this.check(item.kind === 'object', name, 'must hold objects');
      return new StrictJson(item.kind === 'object' ? item.members : new Map(), this.root, `${this.path}${name}[${index}].`);
    });
  }

  /** Names of the members that were not taken yet: for an object whose names are data. */
  names(): string[] {
    return [...this.members.keys()];
  }

  id(name: string): string {
    const text = this.text(name, maxIdLength);
    this.check(isId(text), name, 'must have 1 to 64 characters of A-Z a-z 0-9 . _ -');
    return text;
  }

  /** 32 bytes in base64url, as text: a hash, a commitment, a thumbprint. */
  digest(name: string): string {
    const text = this.text(name);
    this.check(isDigest(text), name, 'must be 32 bytes in base64url');
    return text;
  }

  digestOrAbsent(name: string): string | null {
    return this.has(name) ? this.digest(name) : null;
  }

  bytes(name: string, length: number): Bytes {
    const bytes = decodeExactly(this.text(name), length);
    this.check(bytes !== null, name, `must be ${length} bytes in base64url`);
    return bytes ?? new Uint8Array(length);
  }

  /** Bytes of a length from `least` to `most`. */
  anyBytes(name: string, least: number, most: number): Bytes {
    const bytes = decode(this.text(name, Math.ceil((most * 4) / 3)));
    const fits = bytes !== null && bytes.length >= least && bytes.length <= most;
    this.check(fits, name, `must be ${least} to ${most} bytes in base64url`);
    return fits ? bytes : new Uint8Array(least);
  }

  suite(name: string): Suite {
    const suite = findSuite(this.text(name, maxIdLength));
    this.check(suite !== null, name, 'must be one of HPKE-4, HPKE-7, HPKE-3, HPKE-0');
    return suite ?? suites[0];
  }

  private toText(name: string, value: JsonValue | null, most: number, problem: string): string {
    const text = value?.kind === 'string' ? value.text : '';
    const fits = text.length >= 1 && text.length <= most && text.isWellFormed();
    this.check(fits, name, problem);
    return fits ? text : '';
  }

  private items(name: string, most: number): readonly JsonValue[] {
    const value = this.take(name, 'array', 'an array');
    const items = value?.kind === 'array' ? value.items : [];
    this.check(items.length <= most, name, `must have at most ${most} elements`);
    return items.length <= most ? items : [];
  }

  private take(name: string, kind: JsonValue['kind'], description: string): JsonValue | null {
    const value = this.members.get(name);
    this.members.delete(name);
    if (value?.kind === kind) {
      return value;
    }
    this.fail(name, value === undefined ? 'is missing' : `must be ${description}`);
    return null;
  }
}
