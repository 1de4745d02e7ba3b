/** What reading came to: a value, or one line that says what is wrong. */
export type Parsed<T> = { readonly value: T; readonly error?: never } | { readonly value?: never; readonly error: string };

export const parsed = <T>(value: T): Parsed<T> => ({ value });

export const wrong = <T>(error: string): Parsed<T> => ({ error });
