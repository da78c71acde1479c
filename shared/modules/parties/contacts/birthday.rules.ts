/** The next birthday after a day; whoever was born on a 29th of February celebrates on the 28th where there is none. */
export const birthdayAfter = (birthday: string, day: string): string => {
  const year = Number(day.slice(0, 4));
  const [first, second] = [birthdayIn(birthday, year), birthdayIn(birthday, year + 1)];
  return first > day ? first : second;
};

const birthdayIn = (birthday: string, year: number): string => {
  const day = `${String(year).padStart(4, '0')}${birthday.slice(4)}`;
  return Number.isNaN(Date.parse(day)) || new Date(day).toISOString().slice(0, 10) !== day
    ? `${day.slice(0, 8)}28`
    : day;
};

type Born = { readonly birthday?: string; readonly nextBirthday?: string; readonly updatedAt: string };

const none = null as never;

/** The next birthday is known from the first one; the timer moves it on. */
export const withNextBirthday = (after: Born, before?: Born) => {
  if (after.birthday === undefined) return { nextBirthday: none };
  if (after.nextBirthday !== undefined && before?.birthday === after.birthday) return {};
  return { nextBirthday: birthdayAfter(after.birthday, after.updatedAt.slice(0, 10)) };
};
