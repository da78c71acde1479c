// When a document may be annulled on the portal (domain 1.1): until day 7 of the month after its own.

const lastDay = 7;

/** Why a document cannot have been annulled on a day; undefined when it can. */
export const annulmentProblem = (
  { issuedOn, isUnnamed = false }: { readonly issuedOn: string; readonly isUnnamed?: boolean },
  annulledOn: string,
  today: string,
): string | undefined => {
  if (isUnnamed) return 'A document of a final consumer is never annulled.';
  if (annulledOn > today || annulledOn < issuedOn) return 'It cannot have been annulled on that day.';
  const last = lastDayFor(issuedOn);
  return annulledOn > last ? `The portal annuls it until ${last}; later it takes a credit note.` : undefined;
};

/** The last day on which it may be annulled. */
export const lastDayFor = (issuedOn: string): string => {
  const [year = 0, month = 1] = issuedOn.split('-').map(Number);
  return new Date(Date.UTC(year, month, lastDay)).toISOString().slice(0, 10);
};
