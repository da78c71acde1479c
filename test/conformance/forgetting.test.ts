import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { AnyEntity, AnyField, AnyRow, Shape } from '#kernel';
import { modules } from '#modules';
import { startDomain, type Domain } from '#test/support/domain';
import { privacyKeeps, privacySubjects, type PrivacyKeep, type PrivacySubject } from '#modules/platform/privacy';
import { ask, withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { completeOf, publicEntities } from './samples.ts';
import { storing } from './storing.ts';

const tenanted = withTenantTable();
const tenant = `ten_${randomUUID()}`;
const person = {
  firstName: 'Zoraida',
  lastName: 'Quimbiulco',
  email: 'zoraida.q@token.ec',
  phone: '+593987001122',
} as const;
const whole = `${person.firstName} ${person.lastName}, ${person.email}, 0987001122`;
const traces = ['quimbiulco', person.email, '987001122'];

/** Values that name the person wherever a shape takes free words. */
const naming = (shape: Shape, id: string): unknown => {
  if (shape.kind === 'text') return shape.pattern || shape.max < whole.length ? undefined : whole;
  if (shape.kind === 'ref') return shape.to === 'Contact' || shape.to === '*' ? id : undefined;
  if (shape.kind !== 'list') return byKind[shape.kind];
  const entry = naming(shape.of.shape, id);
  return entry === undefined ? undefined : [entry];
};
const byKind: Readonly<Partial<Record<Shape['kind'], unknown>>> = {
  longText: `Habló con ${whole}.`,
  email: person.email,
  phone: person.phone,
  json: { said: whole },
};

/** Words of the product and of the tenant's lists, which nobody fills with people. */
const chosen = new Set([
  'timeZone',
  'recordType',
  'kind',
  'sector',
  'source',
  'captureReason',
  'zone',
  'ownZone',
  'type',
  'traits',
]);

/** Of a person or an organisation the own addresses stay, also where somebody shares them: the office's phone is the office's. */
const isOwn = (of: AnyEntity, { shape }: AnyField): boolean =>
  (shape.kind === 'email' || shape.kind === 'phone' || shape.kind === 'ref') && subjects().has(of.name);

const subjects = (): ReadonlySet<string> =>
  new Set((domain.registry.contributions(privacySubjects) as readonly PrivacySubject[]).map(({ of }) => of.name));

/** What law keeps, keeps its words. */
const kept = (): ReadonlySet<string> =>
  new Set((domain.registry.contributions(privacyKeeps) as readonly PrivacyKeep[]).map(({ of }) => of));

const namingFields = (of: AnyEntity, id: string): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries<AnyField>(of.fields).flatMap(([name, field]) => {
      const isFree = field.unique === undefined && !chosen.has(name) && !isOwn(of, field);
      const value = isFree ? naming(field.shape, id) : undefined;
      return value === undefined ? [] : [[name, value]];
    }),
  );

let domain: Domain;
let subject: string;
const stored: string[] = [];

const store = async (entity: string, values: object): Promise<string> =>
  (await domain.run<{ record: AnyRow }>('storeRecord', { entity, values })).record.id;

beforeAll(async () => {
  domain = startDomain({ modules: [...modules, storing], table: tenanted.engine.table, tenant });
  subject = (await domain.run<AnyRow>('createContact', person)).id;
  const made = new Map<string, Promise<string>>();
  const make = (name: string): Promise<string> => {
    const known =
      made.get(name) ?? completeOf(domain.registry.entity(name), make).then((values) => store(name, values));
    made.set(name, known);
    return known;
  };
  const tryTo = async (of: AnyEntity, values: object): Promise<boolean> => {
    try {
      await store(of.name, { ...(await completeOf(of, make)), ...values });
      return true;
    } catch {
      return false;
    }
  };
  // What the rules of an entity refuse is left out field by field. A defined field would be looked for in every record.
  for (const of of publicEntities(domain.registry).filter(({ name }) => name !== 'CustomField' && !kept().has(name))) {
    const wanted = Object.entries(namingFields(of, subject));
    if (await tryTo(of, Object.fromEntries(wanted))) stored.push(of.name);
    else for (const [name, value] of wanted) if (await tryTo(of, { [name]: value })) stored.push(of.name);
  }
  await domain.settle();
}, 300_000);

/** The items of the tenant that name the person. */
const traced = async (): Promise<readonly string[]> => {
  const { engine } = tenanted;
  const items: string[] = [];
  let after: unknown;
  do {
    const from = after === undefined ? {} : { ExclusiveStartKey: after };
    const page = await ask(engine.exchange, 'Scan', { TableName: engine.tableName, ...from });
    const own = (page['Items'] as readonly { pk: { S: string } }[]).filter(({ pk }) => pk.S.startsWith(`${tenant}#`));
    items.push(...own.map((item) => JSON.stringify(item).toLowerCase()));
    after = page['LastEvaluatedKey'];
  } while (after !== undefined);
  return items.filter((item) => traces.some((trace) => item.includes(trace))).map((item) => item.slice(0, 500));
};

describe('a person who is named in records of every kind', () => {
  it('stands in nearly all of them, and in what follows from them', async () => {
    const kinds = publicEntities(domain.registry).length;
    expect(new Set(stored).size).toBeGreaterThan(kinds * 0.9);
    expect((await traced()).length).toBeGreaterThan(kinds * 3);
  });

  it('is in nothing of what the table holds once forgotten', async () => {
    const { id } = await domain.run<AnyRow>('openPrivacyRequest', { subject, kind: 'ERASE' });
    await domain.run('verifyPrivacyRequest', { id, identityCheck: 'Cédula vista' });
    await domain.run('erasePersonalData', { id });
    await domain.settle();
    await workOff(domain);
    expect(await traced()).toEqual([]);
  });
});
