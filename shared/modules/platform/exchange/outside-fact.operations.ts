import {
  choice,
  dateTime,
  DomainError,
  json,
  list,
  mutation,
  object,
  optional,
  ref,
  text,
  type Context,
  type Piece,
} from '#kernel';
import { failureOf, pushStatuses, statusOf } from './push-status.rules.ts';
import { OutsideFact, type OutsideFactRow } from './outside-fact.entity.ts';

/** Facts of one call. */
const mostFacts = 1000;

type Given = {
  readonly record: string;
  readonly key: string;
  readonly observedAt: string;
  readonly value?: unknown;
  readonly words?: string;
};

export const pushFacts = mutation('pushFacts', {
  describes:
    'Keeps what a source outside says of records, up to 1,000 facts at once. A fact of the same record, source, key and moment is the same fact: sent again it is corrected, not doubled.',
  needs: 'exchange.push',
  input: {
    source: text({ min: 1, max: 80, describes: 'Who says so.' }),
    facts: list(
      object('PushedFact', {
        record: ref('*', { describes: 'What it is about.' }),
        key: text({ min: 1, max: 80, describes: 'What it tells.' }),
        value: optional(json({ describes: 'What is said, in any form.' })),
        words: optional(text({ max: 5000, describes: 'What is said, in words.' })),
        observedAt: dateTime({ describes: 'Since when the source says so.' }),
      }),
      { max: mostFacts, describes: 'The facts.' },
    ),
  },
  returns: {
    results: list(
      object('PushedFactResult', {
        status: choice(pushStatuses, {
          named: 'PushStatus',
          describes: 'What became of it.',
        }),
        fact: optional(ref('OutsideFact', { describes: 'The fact as it is kept.' })),
        code: optional(text({ describes: 'Why it failed, for programs.' })),
        message: optional(text({ describes: 'Why it failed, for people.' })),
      }),
      { max: mostFacts, describes: 'One for each fact, in their order.' },
    ),
  },
  run: async ({ source, facts }, context) => {
    const identities = facts.map((fact) => identityOf(source, fact));
    const known = await context.data(OutsideFact).findAllUnique('identity', identities);
    const pieces = facts.map((fact, index) => keep(context, source, fact, known.get(identities[index] ?? ''), index));
    const outcomes = await context.together(pieces);
    return {
      results: outcomes.map((outcome) => ({
        status: statusOf(outcome),
        ...(outcome.record !== undefined && { fact: outcome.record }),
        ...(outcome.status === 'failed' && failureOf(outcome.error)),
      })),
    };
  },
});

const identityOf = (source: string, { record, key, observedAt }: Given): string =>
  [record, source, key, observedAt].join('|');

const keep = (
  { actor }: Context,
  source: string,
  { record, key, observedAt, value, words }: Given,
  known: OutsideFactRow | undefined,
  index: number,
): Piece => {
  const said = { ...(value !== undefined && { value }), ...(words !== undefined && { words }) };
  if (known)
    return {
      key: String(index),
      reads: [known.id],
      run: async ({ data }) => data(OutsideFact).update(await data(OutsideFact).get(known.id), said),
    };
  const identity = identityOf(source, { record, key, observedAt });
  return {
    key: String(index),
    reads: [record],
    run: async ({ data, records }) => {
      if (!(await records([record])).has(record)) throw new DomainError('NOT_FOUND', `There is no record ${record}.`);
      return data(OutsideFact).create({ record, source, key, observedAt, identity, receivedBy: actor.id, ...said });
    },
  };
};
