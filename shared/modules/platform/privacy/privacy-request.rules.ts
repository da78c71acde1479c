const day = 86_400_000;
/** Days for an answer: Ecuador's LOPDP has 15, the European GDPR a month (domain.md 15). */
const termOf = (country: string): number => (country === 'EC' ? 15 : 30);

/** Until when law wants an answer, and when to warn. */
export const termsOf = (receivedOn: string, country: string): { readonly dueOn: string; readonly warnAt: string } => {
  const received = Date.parse(`${receivedOn}T12:00:00Z`);
  const term = termOf(country) * day;
  return {
    dueOn: new Date(received + term).toISOString().slice(0, 10),
    warnAt: new Date(received + Math.round(term * 0.7)).toISOString(),
  };
};
