import {
  customFieldMap,
  customized,
  DomainError,
  integer,
  list,
  mutation,
  object,
  optional,
  query,
  text,
  versionInput,
  type Context,
} from '#kernel';
import { derivedId } from '#kernel/ids';
import type { Standard } from './measure.rules.ts';
import { qualityKindsIn, type QualityKind } from './quality-kinds.rules.ts';
import { QualityStandard, weightFields } from './standard.entity.ts';

/** The kind of records that is asked for. @throws BAD_INPUT with those that there are */
export const kindAsked = ({ registry }: Context, name: string): QualityKind => {
  const kinds = qualityKindsIn(registry);
  const kind = kinds.get(name);
  if (kind) return kind;
  const names = [...kinds.keys()].join(', ');
  throw new DomainError('BAD_INPUT', `The quality of ${name} is not measured. There are ${names}.`, ['of']);
};

/** One for each kind, whoever sets it first. */
const standardId = async ({ ports, actor }: Context, { of }: QualityKind): Promise<string> =>
  derivedId(QualityStandard.idPrefix, await ports.secrets.get('idempotency'), [actor.tenant, of.name]);

/** What the tenant asks of a kind: its own standard, else the usual one. */
export const standardOf = async (context: Context, kind: QualityKind): Promise<Standard> => {
  const own = await context.trusted(QualityStandard).find(await standardId(context, kind));
  if (!own) return kind;
  return { staleDays: own.staleDays, weights: weightsOf(own.weights) };
};

type Weights = readonly { readonly field: string; readonly weight: number }[];
const weightsOf = (weights: Weights): Standard['weights'] =>
  Object.fromEntries(weights.map(({ field, weight }) => [field, weight]));

const recordType = text({ max: 60, describes: 'The kind of record: Account, Contact, Lead.' });
const weights = list(object('QualityWeight', weightFields), { max: 60, describes: 'What counts, and how much.' });

export const setQualityStandard = mutation('setQualityStandard', {
  describes:
    'Settles what a record of a kind should have, how much each of it counts, and after how many days untouched it is stale. ' +
    'Scores and queues follow at once.',
  needs: 'qualityStandard.update',
  input: {
    recordType,
    weights: optional(weights),
    staleDays: optional(integer({ min: 1, max: 3650, describes: 'After how many days; as before when absent.' })),
    version: optional(versionInput),
  },
  returns: QualityStandard,
  fails: ['UNKNOWN_FIELD'],
  run: async ({ recordType: name, version, ...given }, context) => {
    const kind = kindAsked(context, name);
    assertKnown(context, kind, given.weights ?? []);
    const standards = context.data(QualityStandard);
    const id = await standardId(context, kind);
    const found = await standards.find(id);
    if (version !== undefined && version !== found?.version)
      throw new DomainError('STALE_VERSION', 'The standard has changed since it was read.', ['version']);
    if (found) return standards.update(found, given);
    const usual = Object.entries(kind.weights).map(([field, weight]) => ({ field, weight }));
    const values = { weights: given.weights ?? usual, staleDays: given.staleDays ?? kind.staleDays };
    return standards.create({ recordType: name, ...values }, { id });
  },
});

const askable = ({ actor }: Context, { of, weights: usual }: QualityKind): readonly string[] => [
  ...Object.keys(usual),
  ...Object.keys(customFieldMap(customized(of, actor.customFields))).map((key) => `custom.${key}`),
];

const assertKnown = (context: Context, kind: QualityKind, asked: Weights): void => {
  const known = askable(context, kind);
  const unknown = asked.find(({ field }) => !known.includes(field));
  if (!unknown) return;
  const message = `${unknown.field} is no field that a standard may ask for. There are ${known.join(', ')}.`;
  throw new DomainError('UNKNOWN_FIELD', message, ['weights']);
};

export const qualityStandardFor = query('qualityStandardFor', {
  describes:
    'What is asked of the records of a kind: the tenant’s own standard, else the usual one; and what else may be asked for.',
  needs: 'quality.measure',
  input: { of: recordType },
  returns: {
    weights,
    staleDays: integer({ describes: 'After how many days untouched a record is stale.' }),
    askable: list(text(), { max: 400, describes: 'The fields that may be asked for.' }),
  },
  run: async ({ of: name }, context) => {
    const kind = kindAsked(context, name);
    const standard = await standardOf(context, kind);
    const counted = Object.entries(standard.weights).map(([field, weight]) => ({ field, weight }));
    return { weights: counted, staleDays: standard.staleDays, askable: askable(context, kind) };
  },
});
