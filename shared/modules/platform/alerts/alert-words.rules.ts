// What an alert says beyond its title, in the languages of those who read it.
import type { Locale } from '#kernel';
import type { Words } from '#modules/platform/notifications';
import { formatDay, formatDecimal, formatMoney, type Writing } from '#modules/platform/pdf';
import type { Goal } from './extension-points.rules.ts';

/** A goal, with the name of whose it is and how much of what was to be reached by now was, in percent. */
export type GoalStanding = { readonly goal: Goal; readonly whose: string | undefined; readonly pace: number };

type Place = Omit<Writing, 'locale'>;

const amountOf = ({ currency }: Goal, amount: number, writing: Writing): string =>
  currency === undefined ? formatDecimal(String(amount), writing) : formatMoney({ minor: amount, currency }, writing);

const subjectOf = ({ goal, whose }: GoalStanding): string =>
  [whose, goal.about].filter((word) => word !== undefined).join(', ');

/** Whose goal it is and how far it has got, short: `Luis Paz, Llamada 2/40 (19 %)`. */
export const goalTitle = (standing: GoalStanding, writing: Writing): string => {
  const { goal, pace } = standing;
  const [actual, target] = [goal.actual, goal.target].map((amount) => amountOf(goal, amount, writing));
  return `${subjectOf(standing)} ${actual ?? ''}/${target ?? ''} (${String(pace)} %)`.trim();
};

/** The same in a sentence, with the time that it is for. */
export const goalWords = (standing: GoalStanding, place: Place): Words => {
  const { goal, pace } = standing;
  const said = (locale: Locale) => {
    const writing = { ...place, locale };
    return {
      actual: amountOf(goal, goal.actual, writing),
      target: amountOf(goal, goal.target, writing),
      from: formatDay(goal.from, writing),
      to: formatDay(goal.to, writing),
    };
  };
  const [es, en] = [said('es'), said('en')];
  const [who, share] = [subjectOf(standing), `${String(pace)} %`];
  return {
    es: `${who}: ${es.actual} de ${es.target}, del ${es.from} al ${es.to}. Es el ${share} de lo que correspondía hasta hoy.`,
    en: `${who}: ${en.actual} of ${en.target}, from ${en.from} to ${en.to}. That is ${share} of what was due by now.`,
  };
};

/** Whose matter it is, where the alert has nothing else to say. */
export const ownerWords = (owner: string): Words => ({ es: `Responsable: ${owner}.`, en: `Owner: ${owner}.` });
