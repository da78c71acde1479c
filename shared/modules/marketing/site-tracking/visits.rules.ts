const minute = 60_000;
const day = 86_400_000;

/** Minutes without a page after which the next one begins another visit. */
const visitEndsAfter = 30;

/** What a page seen now is: one more of the visit, the begin of another one, or of one after days away. */
export type Arrival = { readonly is: 'GOES_ON' } | { readonly is: 'VISITED' | 'RETURNED'; readonly awayDays: number };

/** `last` is when the page before was seen. */
export const arrivalAt = (now: string, last: string, returnAfterDays: number): Arrival => {
  const away = Date.parse(now) - Date.parse(last);
  if (away < visitEndsAfter * minute) return { is: 'GOES_ON' };
  const awayDays = Math.floor(away / day);
  return { is: awayDays >= returnAfterDays ? 'RETURNED' : 'VISITED', awayDays };
};

const programs = /bot\b|bot\/|crawl|spider|slurp|headless|lighthouse|preview|monitor/i;

/** Whether it is a program that looks at pages, by what it says of itself: it is nobody, whatever it agrees to. */
export const isProgram = (userAgent: string): boolean => programs.test(userAgent);
