/** What is written in several ways and said in one, in Spanish and in English; applied from the first to the last. */
const sameSounds: readonly (readonly [RegExp, string])[] = [
  [/ph/g, 'f'],
  [/ñ|gn/g, 'n'],
  [/sch|sh|ch/g, 'x'],
  [/qu(?=[ei])|q|ck|k/g, 'k'],
  [/c(?=[eiy])/g, 's'],
  [/c/g, 'k'],
  [/z|ss|ç/g, 's'],
  [/g(?=[eiy])/g, 'j'],
  [/gu(?=[ei])|gh/g, 'g'],
  [/w|hu(?=[aeo])/g, 'u'],
  [/ll|y/g, 'i'],
  [/v/g, 'b'],
  [/h/g, ''],
  [/x(?=[aeiou])/g, 'j'],
  [/[^a-z]/g, ''],
  [/(.)\1+/g, '$1'],
];

/** How a word sounds: consonants in order, and the vowel that it begins with. `Vélez` and `Belés` sound alike; a number only like itself. */
export const soundOf = (word: string): string => {
  const plain = word
    .toLowerCase()
    .replaceAll('ñ', 'n')
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '');
  const said = sameSounds.reduce((text, [written, sound]) => text.replace(written, sound), plain);
  return said === '' ? plain : `${said.slice(0, 1)}${said.slice(1).replace(/[aeiou]/g, '')}`.replace(/(.)\1+/g, '$1');
};
