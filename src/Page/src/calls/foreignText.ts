const maxLength = 300;

/** Text from outside that people will see: one line, nothing that turns text around or hides in it. */
export function clean(text: string): string {
  const whole = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Cn}]/gu, '?');
  return whole.length > maxLength ? `${[...whole].slice(0, maxLength).join('')}…` : whole;
}
