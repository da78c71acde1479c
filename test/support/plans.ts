// Sequences for tests: a domain with people, an account and a kind of work, and plans made of short words.
import { DomainError, module, type Actor, type AnyRow, type Table } from '#kernel';
import { modules } from '#modules';
import {
  Enrolment,
  stepKindsPoint,
  Work,
  type EnrolmentRow,
  type SequenceRow,
  type StepKind,
  type WorkRow,
} from '#modules/engagement/sequences';
import { startDomain, type Domain } from './domain.ts';
import { makePeople, peopleForTests } from './people.ts';

/** What the steps of another module have said. */
export const said: string[] = [];
/** A kind of step of another module: it says something, or cannot. */
const speaking: StepKind = {
  key: 'SPEAK',
  describes: 'Says the words in its settings.',
  problems: ({ settings }) =>
    typeof settings === 'string' ? [] : [{ code: 'BAD_INPUT', message: 'Say what.', path: ['settings'] }],
  run: ({ settings }, { record }) => {
    if (settings === 'fail') throw new DomainError('MUTE', 'It cannot speak.');
    said.push(`${String(settings)} ${record.id}`);
    return Promise.resolve(settings === 'bye' ? 'over' : undefined);
  },
};
const voices = module('engagement/voices', { contributes: { [stepKindsPoint]: [speaking] } });

/** What `enrol` answers. */
export type Enrolled = {
  readonly enrolments: readonly EnrolmentRow[];
  readonly refused: readonly { readonly record: string; readonly code: string }[];
};

/** A domain in which sequences are made and gone through. */
export type Plans = {
  readonly domain: Domain;
  /** A kind of work, two people, and an account of the first one. */
  readonly call: string;
  readonly ana: string;
  readonly ben: string;
  readonly account: string;
  me(id?: string): Actor;
  make(name: string, more?: object, owner?: string): Promise<AnyRow>;
  /** A step that plans a call for the next working day. */
  step(key: string, more?: object): object;
  /** A step of the other module, due at once. */
  speak(key: string, settings: unknown, more?: object): object;
  sequence(steps?: readonly object[], more?: object): Promise<SequenceRow>;
  /** Takes one record in, and what follows. */
  begin(id: string, record?: string): Promise<EnrolmentRow>;
  read(row: { readonly id: string }): Promise<EnrolmentRow>;
  /** The work of the step at which it stands. */
  workOf(row: { readonly id: string }): Promise<WorkRow>;
  /** Does that work, and what follows. */
  finish(row: { readonly id: string }, result?: string): Promise<void>;
  /** What comes due in the two minutes up to a moment. */
  jump(moment: string): Promise<void>;
  enrol(id: string, records?: readonly string[], actor?: Actor, options?: object): Promise<Enrolled>;
};

let made = 0;

/** Starts one, on a Monday at ten in the morning in Quito. */
export const startPlans = async (table: Table, tenant: string): Promise<Plans> => {
  const domain = startDomain({
    modules: [...modules, peopleForTests, voices],
    table,
    tenant,
    now: '2026-11-23T15:00:00.000Z',
  });
  const type = { key: 'CALL', kind: 'CALL', name: { es: 'Llamada', en: 'Call' }, minutes: 15 };
  const call = (await domain.run<AnyRow>('createActivityType', type)).id;
  const [ana = '', ben = ''] = await makePeople(domain, ['Ana', 'Ben']);
  const me: Plans['me'] = (id = ana) => domain.actor({ id, userId: id });
  const make: Plans['make'] = (name, more = {}, owner = ana) =>
    domain.run('createAccount', { name, ...more }, me(owner));
  const account = (await make('Sol')).id;
  await domain.settle();
  const step: Plans['step'] = (key, more = {}) => ({
    key,
    activityType: call,
    subject: `${key} {record}`,
    offset: { amount: 1, unit: 'WORKING_DAYS' },
    ...more,
  });
  const speak: Plans['speak'] = (key, settings, more = {}) => ({
    key,
    kind: 'SPEAK',
    settings,
    offset: { amount: 0, unit: 'WORKING_MINUTES' },
    ...more,
  });
  const enrol: Plans['enrol'] = (id, records = [account], actor = me(), options = {}) =>
    domain.run('enrol', { sequence: id, records }, actor, options);
  const read: Plans['read'] = ({ id }) => domain.reader().trusted(Enrolment).get(id);
  const workOf: Plans['workOf'] = async (row) =>
    domain
      .reader()
      .trusted(Work)
      .get((await read(row)).activity ?? '');
  return {
    ...{ domain, enrol, read, workOf, call, ana, ben, account, me, make, step, speak },
    sequence: (steps = [step('A')], more = {}) => {
      made += 1;
      return domain.run('createSequence', { name: `Plan ${String(made)}`, of: 'Account', steps, ...more });
    },
    ...goingOn(domain, { enrol, workOf, account, me }),
  };
};

type GoingOn = Pick<Plans, 'begin' | 'finish' | 'jump'>;

const goingOn = (
  domain: Domain,
  { enrol, workOf, account, me }: Pick<Plans, 'enrol' | 'workOf' | 'account' | 'me'>,
): GoingOn => ({
  begin: async (id, record = account) => {
    const { enrolments, refused } = await enrol(id, [record]);
    const [row] = enrolments;
    if (!row) throw new Error(JSON.stringify(refused));
    await domain.settle();
    return row;
  },
  finish: async (row, result) => {
    const { id } = await workOf(row);
    await domain.run('completeActivity', { id, ...(result !== undefined && { result }) }, me());
    await domain.settle();
  },
  jump: async (moment) => {
    domain.clock.set(new Date(Date.parse(moment) - 120_000).toISOString());
    await domain.advanceTo(moment);
    await domain.settle();
  },
});
