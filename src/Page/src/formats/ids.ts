/** Longest id, in characters. */
export const maxIdLength = 64;

/** True for an id: 1 to 64 characters of the alphabet, not dots only (envelope.md, section 1). */
export const isId = (text: string): boolean => /^[A-Za-z0-9._-]{1,64}$/.test(text) && !/^\.+$/.test(text);

/** Largest number: 2^53 - 1. */
export const maxNumber = Number.MAX_SAFE_INTEGER;
