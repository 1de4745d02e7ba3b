/** One JSON value as it stood in the text. Numbers stay text: 1e3, 1.0 and -0 are numbers of JSON, but not of ours. */
export type JsonValue =
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, JsonValue> }
  | { readonly kind: 'array'; readonly items: readonly JsonValue[] }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'true' | 'false' | 'null' };

/** Deepest nesting. */
const maxDepth = 8;

const white = /[ \t\n\r]*/y;
const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
// Control characters end a string, and the quotation mark and the backslash do.
const plain = /[^"\\\u0000-\u001f]*/y;
const escape = /\\(?:(["\\/bfnrt])|u([0-9A-Fa-f]{4}))/y;
const escaped: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

class Malformed extends Error {}

/** Reads JSON text without leniency: no duplicates, comments, trailing commas or data, no nesting deeper than 8; null if it is not such text. */
export function readJson(text: string): JsonValue | null {
  try {
    const reader = new Reader(text);
    return reader.whole();
  } catch (error) {
    if (error instanceof Malformed) {
      return null;
    }
    throw error;
  }
}

/** The text of UTF-8 bytes; null for others, and a byte order mark stays in it, where no JSON may have one. */
export function fromUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  whole(): JsonValue {
    const value = this.value(0);
    this.take(white);
    if (this.at !== this.text.length) {
      throw new Malformed();
    }
    return value;
  }

  private value(depth: number): JsonValue {
    this.take(white);
    switch (this.text[this.at]) {
      case '{':
        return this.object(this.deeper(depth));
      case '[':
        return this.array(this.deeper(depth));
      case '"':
        return { kind: 'string', text: this.string() };
      case 't':
        return this.word('true');
      case 'f':
        return this.word('false');
      case 'n':
        return this.word('null');
      default: {
        const digits = this.take(number);
        if (digits === '') {
          throw new Malformed();
        }
        return { kind: 'number', text: digits };
      }
    }
  }

  private object(depth: number): JsonValue {
    const members = new Map<string, JsonValue>();
    this.at++;
    if (!this.ends('}')) {
      do {
        this.take(white);
        const name = this.string();
        if (members.has(name) || !name.isWellFormed()) {
          throw new Malformed();
        }
        this.expect(':');
        members.set(name, this.value(depth));
      } while (this.goesOn('}'));
    }
    return { kind: 'object', members };
  }

  private array(depth: number): JsonValue {
    const items: JsonValue[] = [];
    this.at++;
    if (!this.ends(']')) {
      do {
        items.push(this.value(depth));
      } while (this.goesOn(']'));
    }
    return { kind: 'array', items };
  }

  private string(): string {
    this.expect('"');
    let text = '';
    while (true) {
      text += this.take(plain);
      if (this.text[this.at] === '"') {
        this.at++;
        return text;
      }
      escape.lastIndex = this.at;
      const match = escape.exec(this.text);
      if (match === null) {
        throw new Malformed();
      }
      this.at = escape.lastIndex;
      text += match[2] === undefined ? escaped[match[1] ?? ''] : String.fromCharCode(parseInt(match[2], 16));
    }
  }

  private word(kind: 'true' | 'false' | 'null'): JsonValue {
    if (!this.text.startsWith(kind, this.at)) {
      throw new Malformed();
    }
    this.at += kind.length;
    return { kind };
  }

  private deeper(depth: number): number {
    if (depth === maxDepth) {
      throw new Malformed();
    }
    return depth + 1;
  }

  private ends(mark: string): boolean {
    this.take(white);
    const ends = this.text[this.at] === mark;
    this.at += ends ? 1 : 0;
    return ends;
  }

  private goesOn(end: string): boolean {
    if (this.ends(end)) {
      return false;
    }
    this.expect(',');
    return true;
  }

  private expect(mark: string): void {
    this.take(white);
    if (this.text[this.at] !== mark) {
      throw new Malformed();
    }
    this.at++;
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text)?.[0] ?? '';
    this.at += match.length;
    return match;
  }
}
