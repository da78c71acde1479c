// Calls to the outside: https alone, to public addresses alone, and secrets that no definition and no history shows.
import { choice, DomainError, json, optional, text, url, type Context, type Problem } from '#kernel';
import { secretOf } from '#modules/platform/keys';
import type { Step } from './plan.rules.ts';
import { problem, type Given, type StepAt, type StepKind, type StepOutcome } from './step-kinds.rules.ts';
import { WorkflowSecret } from './workflow-secret.entity.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
/** Characters of an answer that are kept for later steps. */
const mostKept = 16_000;
const naming = /\{secret\.([A-Z][A-Z0-9_]*)\}/g;

/** Calls an https address. */
export const httpStep: StepKind = {
  key: 'http',
  outside: true,
  describes:
    'Calls an https address outside and keeps its answer: steps.<key>.status and steps.<key>.body. {secret.NAME} in a header stands for a ' +
    'secret of the company. The header idempotency-key is the same however often the same step is tried.',
  input: {
    url: url({ describes: 'The address; https alone.' }),
    method: optional(choice(methods, { describes: 'POST when absent.' })),
    headers: optional(json<Readonly<Record<string, string>>>({ describes: 'Headers by name.' })),
    body: optional(json({ describes: 'What is sent, as JSON.' })),
    expect: optional(
      text({ max: 20, describes: 'Anything but this status, 200 to 299 when absent, counts as failed.' }),
    ),
  },
  problems: ({ input }: Step): readonly Problem[] => [
    ...(typeof input['url'] === 'string' && !input['url'].startsWith('https://') && !input['url'].startsWith('{')
      ? [problem('Only https addresses are called.', ['url'])]
      : []),
    ...openSecrets(input['headers']),
  ],
  missing: async ({ input }, { trusted }) => {
    const mentioned = [...JSON.stringify(input['headers'] ?? {}).matchAll(naming)].map(([, name = '']) => name);
    const there = await trusted(WorkflowSecret).findAllUnique('name', [...new Set(mentioned)]);
    const inUse = new Set(
      [...there.values()].flatMap(({ name, archivedAt }) => (archivedAt === undefined ? [name] : [])),
    );
    return mentioned
      .filter((name) => !inUse.has(name))
      .map((name) => problem(`There is no secret ${name}; make it first.`, ['headers'], 'NO_SECRET'));
  },
  run: (input, at) => call(input, at),
};

/** Headers that are known to carry secrets. */
const secretive = /^(proxy-)?authorization$|^cookie$|api-?key|token|secret/i;

/** Definitions are read by everybody who may start them: what is secret is only mentioned in them. */
const openSecrets = (headers: unknown): readonly Problem[] =>
  Object.entries((headers ?? {}) as Given).flatMap(([name, value]) =>
    secretive.test(name) && typeof value === 'string' && !value.includes('{')
      ? [problem('Keep it by `createWorkflowSecret`, and mention it as {secret.NAME}.', ['headers', name])]
      : [],
  );

const call = async (input: Given, { context, run, step }: StepAt): Promise<StepOutcome> => {
  const { url: address, method = 'POST', body, headers = {}, expect } = input as Calling;
  const secret = await withSecrets(context, headers);
  const times = run.decisions.filter((each) => each.step === step.key && each.outcome === 'DONE').length;
  const key = { 'idempotency-key': `${run.id}/${step.key}/${String(times)}` };
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  const answer = await fetched(context, address, {
    method,
    headers: { ...json, ...key, ...secret },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const { status } = answer;
  if (expect === undefined ? answer.ok : String(status) === expect)
    return { result: String(status), output: { status, body: bodyOf(await answer.text()) } };
  throw new DomainError(mayPass(status) ? 'NO_ANSWER' : 'REFUSED', `The address answered ${String(status)}.`, ['url']);
};

/** What such a step goes by, once it was checked. */
type Calling = {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly expect?: string;
};

/** Whether another time it may answer something else. */
const mayPass = (status: number): boolean => status >= 500 || status === 408 || status === 429;

const fetched = async (
  context: Context,
  address: string,
  request: Parameters<Context['ports']['web']['fetch']>[1],
): Promise<Response> => {
  try {
    return await context.ports.web.fetch(address, request);
  } catch (error) {
    const isRefused = error instanceof Error && error.name === 'WebRefused';
    throw new DomainError(
      isRefused ? 'ADDRESS_REFUSED' : 'NO_ANSWER',
      isRefused ? error.message : 'The address did not answer.',
      ['url'],
    );
  }
};

const bodyOf = (text: string): unknown => {
  try {
    return text.length > mostKept ? text.slice(0, mostKept) : JSON.parse(text);
  } catch {
    return text.slice(0, mostKept);
  }
};

const withSecrets = async (
  context: Context,
  headers: Readonly<Record<string, string>>,
): Promise<Record<string, string>> => {
  const filled = await Promise.all(
    Object.entries(headers).map(
      async ([name, value]) => [name.toLowerCase(), await withSecret(context, value)] as const,
    ),
  );
  return Object.fromEntries(filled);
};

const withSecret = async (context: Context, value: string): Promise<string> => {
  const secrets = new Map<string, string>();
  for (const [mention, name = ''] of value.matchAll(naming)) {
    const row = await context.trusted(WorkflowSecret).findUnique('name', name);
    const secret = row && row.archivedAt === undefined ? await secretOf(context, row.id) : undefined;
    if (secret === undefined) throw new DomainError('NO_SECRET', `There is no secret ${name}.`, ['headers']);
    secrets.set(mention, secret);
  }
  // By a function: what stands in a secret stands for nothing else, such as `$&`.
  return value.replaceAll(naming, (mention) => secrets.get(mention) ?? mention);
};
