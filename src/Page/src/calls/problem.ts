/** Why a call came to nothing. All text from outside is cleaned. */
export interface CoreProblem {
  /** `unreachable`: the same call may do later; `refused`: the core said no; `not-understood`: the answer is not one that a core gives. */
  readonly kind: 'unreachable' | 'refused' | 'not-understood';
  /** HTTP status; 0 if there was no answer. */
  readonly status: number;
  /** The core's word for it, without `urn:encryption-service:`; empty if it gave none. */
  readonly type: string;
  readonly title: string;
  readonly detail: string;
}

/** The value that a call brought, or the problem. */
export type CoreAnswer<T> = { readonly value: T; readonly problem?: never } | { readonly value?: never; readonly problem: CoreProblem };

export const notUnderstood = (title: string, status = 200): CoreProblem => ({
  kind: 'not-understood',
  status,
  type: '',
  title,
  detail: 'Check the address: what answers there is no core of this version.',
});

export const unreachable = (title: string, detail = 'Check the address and the network, and try again.'): CoreProblem => ({
  kind: 'unreachable',
  status: 0,
  type: '',
  title,
  detail,
});
