// Placeholders in Liquid: what they may do, how they are filled, what is wrong with them.
import type { Liquid } from 'liquidjs';
import type { Money, Problem } from '#kernel';
import { formatAmount, formatDay, formatMoment, formatMoney, type Writing } from '#modules/platform/pdf';

/** What a mail says before its placeholders are filled. `compiled`: the whole mail in HTML that its MJML became. */
export type Wording = { readonly subject: string; readonly body: string; readonly compiled?: string };

type Engines = { readonly body: Liquid; readonly subject: Liquid };
const limits = { parseLimit: 200_000, renderLimit: 1_000, memoryLimit: 2_000_000 };
let engines: Promise<Engines> | undefined;

/** Loaded at first use: most calls render nothing. */
const openEngines = (): Promise<Engines> => (engines ??= makeEngines());

const makeEngines = async (): Promise<Engines> => {
  const { Liquid: Engine } = await import('liquidjs');
  const options = { ownPropertyOnly: true, strictFilters: true, templates: {}, ...limits };
  const body = new Engine({ ...options, outputEscape: 'escape' });
  const subject = new Engine(options);
  for (const engine of [body, subject]) {
    for (const tag of ['include', 'render', 'layout', 'block']) Reflect.deleteProperty(engine.tags, tag);
    engine.registerFilter('money', (value: unknown, writing: Writing) => moneyText(value, writing));
    engine.registerFilter('day', (value: unknown, writing: Writing) =>
      typeof value === 'string' ? formatDay(value, writing) : '',
    );
    engine.registerFilter('moment', (value: unknown, writing: Writing) =>
      typeof value === 'string' ? formatMoment(value, writing) : '',
    );
  }
  return { body, subject };
};

const moneyText = (value: unknown, writing: Writing): string => {
  if (typeof value !== 'object' || value === null) return '';
  const { amount, minor, currency } = value as { amount?: string; minor?: number; currency?: string };
  if (currency === undefined) return '';
  if (minor !== undefined) return formatMoney({ minor, currency } satisfies Money, writing);
  return amount === undefined ? '' : formatAmount(amount, currency, writing);
};

/** `{{ total | money }}` takes language and country from the mail: the filters are given them here. */
const withWriting = (template: string): string =>
  template.replace(/\|\s*(money|day|moment)\b(?!\s*:)/g, '| $1: writing');

/** What is wrong with a wording: that it cannot be read as Liquid, and where. */
export const wordingProblems = async (wording: Wording, path: string): Promise<readonly Problem[]> => {
  const { body, subject } = await openEngines();
  return [
    ...parseProblem(subject, wording.subject, [path, 'subject']),
    ...parseProblem(body, wording.compiled ?? wording.body, [path, 'body']),
  ];
};

const parseProblem = (engine: Liquid, template: string, path: readonly string[]): readonly Problem[] => {
  try {
    engine.parse(withWriting(template));
    return [];
  } catch (error) {
    return [{ code: 'TEMPLATE_INVALID', message: messageOf(error), path }];
  }
};

/** What an error of the engine says, with line and column. */
export const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]?.replaceAll(': writing', '').slice(0, 300) ??
  '';

type Scope = Readonly<Record<string, unknown>>;

/** Both texts with their placeholders filled. @throws what the engine throws */
export const fill = async (wording: Wording, scope: Scope): Promise<Pick<Wording, 'subject' | 'body'>> => {
  const { body, subject } = await openEngines();
  return {
    subject: String(await subject.parseAndRender(withWriting(wording.subject), scope)),
    body: String(await body.parseAndRender(withWriting(wording.compiled ?? wording.body), scope)),
  };
};

/** Placeholders that stand for nothing: `record.nmae`. */
export const unfilled = async (wording: Wording, scope: Scope): Promise<readonly string[]> => {
  const { body } = await openEngines();
  const texts = [wording.subject, wording.compiled ?? wording.body];
  const named = texts.flatMap((text) => body.globalVariableSegmentsSync(text));
  const paths = named.map((path) => path.filter((part) => typeof part !== 'object').map(String));
  return [...new Set(paths.filter((path) => valueAt(scope, path) === undefined).map((path) => path.join('.')))].sort();
};

const ofLists: ReadonlySet<string> = new Set(['size', 'first', 'last']);

const valueAt = (scope: unknown, [name, ...rest]: readonly string[]): unknown => {
  if (name === undefined || scope === undefined) return scope ?? undefined;
  if (ofLists.has(name) && (typeof scope === 'string' || Array.isArray(scope))) return scope;
  const isHeld = typeof scope === 'object' && scope !== null && Object.hasOwn(scope, name);
  return isHeld ? valueAt((scope as Scope)[name], rest) : undefined;
};
