import type { Problem } from '#kernel';
import { fold } from '#modules/platform/search';

/** A text in the languages of the product. */
export type Wording = { readonly es?: string; readonly en?: string };
type Question = { readonly key: string; readonly asks: Wording; readonly kind: 'TEXT' | 'EMAIL' | 'PHONE' | 'NUMBER' };
type Rule = {
  readonly intent: string;
  readonly words: readonly string[];
  readonly says?: Wording;
  readonly asks?: readonly string[];
  readonly then?: Wording;
  readonly handsOver?: boolean;
};

/** What of a bot decides what it says. */
export type Script = {
  readonly greeting?: Wording;
  readonly rules: readonly Rule[];
  readonly questions: readonly Question[];
  readonly fallback?: Wording;
  readonly farewell?: Wording;
  readonly personWords: readonly string[];
  readonly mostMisses: number;
};

/** Where it is with somebody. */
export type Talk = {
  readonly intent?: string;
  readonly asking?: string;
  readonly collected: Readonly<Record<string, string>>;
  readonly misses: number;
  readonly turns: number;
};

/** What it does next. `isLost` says that it has not understood: somebody else may know an answer. */
export type Turn = {
  readonly says: readonly Wording[];
  readonly talk: Talk;
  readonly handsOver: boolean;
  readonly isLost?: boolean;
};

/** What is wrong with a bot: it asks what it has no question for, or two rules and questions are called the same. */
export const botProblems = ({ rules, questions }: Pick<Script, 'rules' | 'questions'>): readonly Problem[] => {
  const known = new Set(questions.map(({ key }) => key));
  const unknown = rules.flatMap(({ asks = [] }, rule) =>
    asks.flatMap((key, index) =>
      known.has(key)
        ? []
        : [{ code: 'QUESTION_UNKNOWN', message: `There is no question ${key}.`, path: ['rules', rule, 'asks', index] }],
    ),
  );
  const twice = (keys: readonly string[], list: string): readonly Problem[] =>
    keys.flatMap((key, index) =>
      keys.indexOf(key) === index
        ? []
        : [{ code: 'KEY_TWICE', message: `${key} is there twice.`, path: [list, index] }],
    );
  return [
    ...unknown,
    ...twice(
      rules.map(({ intent }) => intent),
      'rules',
    ),
    ...twice([...questions.map(({ key }) => key)], 'questions'),
  ];
};

/** Whether a text has a phrase as whole words. */
const has = (text: string, phrase: string): boolean => {
  const wanted = fold(phrase).trim();
  return wanted !== '' && ` ${text} `.includes(` ${wanted} `);
};

/** Only words, folded, a blank between each. */
const wordsIn = (text: string): string =>
  fold(text)
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

const ruleFor = (rules: readonly Rule[], text: string): Rule | undefined => {
  const scored = rules.map((rule) => ({
    rule,
    score: rule.words.filter((word) => has(text, wordsIn(word))).reduce((sum, word) => sum + word.length, 0),
  }));
  return scored.filter(({ score }) => score > 0).toSorted((left, right) => right.score - left.score)[0]?.rule;
};

/** Whoever has not come to an end by then may be a robot that answers the bot: people look. */
export const mostTurns = 20;

/** What the bot does about what somebody wrote. */
export const nextTurn = (script: Script, talk: Talk, text: string): Turn => {
  const greeting = talk.turns === 0 && script.greeting ? [script.greeting] : [];
  const begun = { ...talk, turns: talk.turns + 1 };
  const said = wordsIn(text);
  const wantsPerson = script.personWords.some((word) => has(said, wordsIn(word)));
  const turn =
    wantsPerson || begun.turns > mostTurns
      ? over(script, begun)
      : talk.asking === undefined
        ? understand(script, begun, said)
        : takeAnswer(script, begun, text);
  return { ...turn, says: [...greeting, ...turn.says] };
};

const over = ({ farewell }: Script, { asking: _asking, ...talk }: Talk, says: readonly Wording[] = []): Turn => ({
  says: [...says, ...(farewell ? [farewell] : [])],
  talk,
  handsOver: true,
});

const understand = (script: Script, talk: Talk, said: string): Turn => {
  const rule = ruleFor(script.rules, said);
  if (!rule) return { ...miss(script, talk, script.fallback), isLost: true };
  const known = { ...talk, intent: rule.intent, misses: 0 };
  return goOn(script, rule, known, rule.says ? [rule.says] : []);
};

/** What is still to be asked, or the end of the rule. */
const goOn = (script: Script, rule: Rule, talk: Talk, says: readonly Wording[]): Turn => {
  const open = rule.asks?.find((key) => talk.collected[key] === undefined);
  const question = script.questions.find(({ key }) => key === open);
  if (question) return { says: [...says, question.asks], talk: { ...talk, asking: question.key }, handsOver: false };
  const { asking: _asking, ...rest } = talk;
  const all = [...says, ...(rule.then ? [rule.then] : [])];
  return rule.handsOver === true ? over(script, rest, all) : { says: all, talk: rest, handsOver: false };
};

const takeAnswer = (script: Script, talk: Talk, text: string): Turn => {
  const question = script.questions.find(({ key }) => key === talk.asking);
  const rule = script.rules.find(({ intent }) => intent === talk.intent);
  if (!question || !rule) return over(script, talk);
  const value = valueIn(question.kind, text);
  if (value === undefined) return miss(script, talk, question.asks);
  return goOn(script, rule, { ...talk, misses: 0, collected: { ...talk.collected, [question.key]: value } }, []);
};

/** Not understood: it says so and asks again, until people had better go on. */
const miss = (script: Script, talk: Talk, again: Wording | undefined): Turn => {
  const misses = talk.misses + 1;
  if (misses > script.mostMisses) return over(script, { ...talk, misses });
  return { says: again ? [again] : [], talk: { ...talk, misses }, handsOver: false };
};

const forms = {
  TEXT: /\S[\s\S]*/,
  EMAIL: /[^\s@<>,;]+@[^\s@<>,;]+\.[\p{L}]{2,}/u,
  PHONE: /\+?\d[\d\s().-]{5,18}\d/,
  NUMBER: /-?\d+(?:[.,]\d+)?/,
} as const;

const valueIn = (kind: Question['kind'], text: string): string | undefined =>
  forms[kind].exec(text)?.[0].trim().slice(0, 500);

/** What a wording says in a language, or in the other where it has only that. */
export const spoken = ({ es, en }: Wording, locale: 'es' | 'en'): string =>
  (locale === 'es' ? es : en) ?? es ?? en ?? '';
