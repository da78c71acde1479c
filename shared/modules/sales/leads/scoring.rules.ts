import type { Address, Values } from '#kernel';
import { fold } from '#modules/platform/search';
import type { Signal } from './lead.entity.ts';
import type { fitFields, signalRuleFields } from './lead-scoring.entity.ts';

type FitRule = Values<typeof fitFields>;
type SignalRule = Values<typeof signalRuleFields>;

/** How leads are scored. */
export type ScoringRules = {
  readonly fit: readonly FitRule[];
  readonly signals: readonly SignalRule[];
  readonly halfLifeDays: number;
  readonly gradeA: number;
  readonly gradeB: number;
  readonly gradeC: number;
  readonly qualifyAt?: number;
};

/** What a lead is scored by. */
export type Scored = {
  readonly company?: string;
  readonly jobTitle?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly employees?: number;
  readonly sector?: string;
  readonly source?: string;
  readonly captureReason?: string;
  readonly zone?: string;
  readonly address?: Address;
  readonly signals: readonly Signal[];
};

type Part = { readonly rule: string; readonly part: 'FIT' | 'BEHAVIOUR'; readonly points: number };
/** What a lead scores, and why. */
export type Score = {
  readonly fit: number;
  readonly behaviour: number;
  readonly score: number;
  readonly grade: 'A' | 'B' | 'C' | 'D';
  readonly breakdown: readonly Part[];
};

const dayLength = 86_400_000;
/** Most that fit and behaviour come to, each. */
const mostOfEach = 50;

/** Fit and behaviour of a lead at a moment (domain.md 14): what it did counts half after each half-life. */
export const scoreOf = (lead: Scored, rules: ScoringRules, at: Date): Score => {
  const fits = rules.fit
    .filter((rule) => fitsRule(lead, rule))
    .map(({ fact, points }): Part => ({ rule: fact, part: 'FIT', points }));
  const behaves = rules.signals
    .map((rule): Part => ({ rule: rule.signal, part: 'BEHAVIOUR', points: tenths(pointsFor(lead, rule, rules, at)) }))
    .filter(({ points }) => points !== 0);
  const [fit, behaviour] = [cut(sumOf(fits)), cut(sumOf(behaves))];
  const score = Math.round(fit + behaviour);
  return {
    fit: Math.round(fit),
    behaviour: Math.round(behaviour),
    score,
    grade: gradeOf(score, rules),
    breakdown: [...fits, ...behaves],
  };
};

const sumOf = (parts: readonly Part[]): number => parts.reduce((sum, { points }) => sum + points, 0);
const cut = (points: number): number => Math.min(mostOfEach, Math.max(0, points));
const tenths = (points: number): number => Math.round(points * 10) / 10;

const pointsFor = ({ signals }: Scored, rule: SignalRule, { halfLifeDays }: ScoringRules, at: Date): number => {
  const faded = signals
    .filter(({ signal }) => signal === rule.signal)
    .map((signal) => Math.max(0, at.getTime() - new Date(signal.at).getTime()) / dayLength)
    .reduce((sum, age) => sum + rule.points * 0.5 ** (age / halfLifeDays), 0);
  return rule.cap === undefined ? faded : Math.max(-rule.cap, Math.min(rule.cap, faded));
};

const gradeOf = (score: number, { gradeA, gradeB, gradeC }: ScoringRules): Score['grade'] => {
  if (score >= gradeA) return 'A';
  if (score >= gradeB) return 'B';
  return score >= gradeC ? 'C' : 'D';
};

const fitsRule = (lead: Scored, { fact, is, min, max }: FitRule): boolean => {
  const value = factOf(lead, fact);
  if (value === undefined) return false;
  if (typeof value === 'number') return value >= (min ?? 0) && value <= (max ?? Infinity);
  if (is === undefined || is.length === 0) return true;
  // People write their function in many words: one of those that are asked for is enough.
  const agrees = (text: string) => (fact === 'ROLE' ? fold(value).includes(fold(text)) : fold(value) === fold(text));
  return is.some(agrees);
};

const factOf = (lead: Scored, fact: FitRule['fact']): string | number | undefined => {
  const { address } = lead;
  const facts: Readonly<Record<FitRule['fact'], string | number | undefined>> = {
    SECTOR: lead.sector,
    SOURCE: lead.source,
    CAPTURE_REASON: lead.captureReason,
    ROLE: lead.jobTitle,
    EMPLOYEES: lead.employees,
    COUNTRY: address?.country,
    PROVINCE: address?.province,
    CITY: address?.city,
    ZONE: lead.zone,
    COMPANY: lead.company,
    PHONE: lead.phone,
    EMAIL: lead.email,
    FREE_MAIL: isFreeMail(lead.email) ? lead.email : undefined,
  };
  return facts[fact];
};

/** Providers that give addresses to anybody; the part before the last dots. */
const freeMail = new Set(
  'gmail googlemail hotmail outlook live msn yahoo ymail icloud me aol gmx mail proton protonmail zoho yandex tutanota'.split(
    ' ',
  ),
);

/** Whether an address says nothing of where its holder works. */
export const isFreeMail = (email: string | undefined): boolean => {
  const domain = email?.slice(email.lastIndexOf('@') + 1).toLowerCase() ?? '';
  return freeMail.has(domain.split('.')[0] ?? '');
};

/** Days after which a score is looked at again at the latest. */
const mostDays = 7;

/**
 * When a lead is scored next: at once where it reaches the threshold, else on the day on which fading changes its grade, else
 * within a week; never when nothing is left to fade.
 */
export const nextScoring = (lead: Scored, rules: ScoringRules, at: Date, isQualified: boolean): string | undefined => {
  const now = scoreOf(lead, rules, at);
  if (!isQualified && rules.qualifyAt !== undefined && now.score >= rules.qualifyAt) return at.toISOString();
  if (now.breakdown.every(({ part, points }) => part === 'FIT' || Math.abs(points) < 0.5)) return undefined;
  for (let days = 1; days < mostDays; days += 1) {
    const then = new Date(at.getTime() + days * dayLength);
    if (scoreOf(lead, rules, then).grade !== now.grade) return then.toISOString();
  }
  return new Date(at.getTime() + mostDays * dayLength).toISOString();
};
