/** One of the closed list of HPKE suites (envelope.md, sections 2 and 11). */
export interface Suite {
  readonly name: 'HPKE-4' | 'HPKE-7' | 'HPKE-3' | 'HPKE-0';
  /** 1 (weakest) to 4. */
  readonly strength: number;
  readonly curve: 'X25519' | 'P-256';
  /** Bytes of a public key, and of an encapsulation. */
  readonly publicKeySize: number;
}

export const hpke4: Suite = { name: 'HPKE-4', strength: 4, curve: 'X25519', publicKeySize: 32 };

/** All suites, strongest first. */
export const suites: readonly [Suite, ...Suite[]] = [
  hpke4,
  { name: 'HPKE-7', strength: 3, curve: 'P-256', publicKeySize: 65 },
  { name: 'HPKE-3', strength: 2, curve: 'X25519', publicKeySize: 32 },
  { name: 'HPKE-0', strength: 1, curve: 'P-256', publicKeySize: 65 },
];

/** Finds a suite by its `alg`; exact spelling. */
export const findSuite = (name: string): Suite | null => suites.find((suite) => suite.name === name) ?? null;

export const sameSuite = (a: Suite, b: Suite): boolean => a.name === b.name;
