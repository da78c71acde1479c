// A tenant whose settings are governed: a team, people inside and outside of it, and a pipeline.
import type { Actor, AnyRow } from '#kernel';
import { forget } from '#kernel/remember';
import { modules } from '#modules';
import { builtInRoles, rulesOfKeys } from '#modules/platform/roles';
import { startDomain, type Domain, type DomainOptions } from './domain.ts';
import { storeTenantOf, storingTenant, tenantIdOf } from './tenant.ts';

/** A setting as it holds for somebody. */
export type Setting = {
  readonly values: Record<string, unknown>;
  readonly version: string;
  readonly levels: object[];
};

/** What tests of governance work with. */
export type Governing = {
  readonly domain: Domain;
  readonly people: Readonly<Record<'ana' | 'beto' | 'boss', AnyRow>>;
  /** Ana is in it, Boss leads it, Beto is outside. */
  readonly team: AnyRow;
  readonly pipeline: AnyRow;
  /** A person in a role. */
  readonly as: (person: AnyRow, role: string) => Actor;
  readonly ana: () => Actor;
  readonly beto: () => Actor;
  /** Makes a policy that counts at once. */
  readonly govern: (kind: string, more: object) => Promise<AnyRow>;
  readonly setting: (kind: string, key: string, actor?: Actor, more?: object) => Promise<Setting>;
  readonly change: (input: object, actor?: Actor) => Promise<{ readonly setting?: AnyRow; readonly proposal?: AnyRow }>;
};

const stage = (key: string, kind: string) => ({ key, kind, probability: '10', labels: { es: key, en: key } });
/** The stages of the pipeline. */
export const stages = [stage('NEW', 'OPEN'), stage('OFFER', 'OPEN'), stage('WON', 'WON'), stage('LOST', 'LOST')];

/** Starts a domain with such a tenant; `tenant` is the name that the test has. */
export const startGoverning = async (place: Pick<DomainOptions, 'table' | 'tenant'>): Promise<Governing> => {
  const tenant = tenantIdOf(place.tenant);
  const domain = startDomain({ modules: [...modules, storingTenant], table: place.table, tenant });
  await storeTenantOf(domain);
  const people = await invitePeople(domain);
  const members = [people.ana.id];
  const team = await domain.run<AnyRow>('createTeam', { name: 'North', manager: people.boss.id, members });
  const pipeline = await domain.run<AnyRow>('createPipeline', { name: 'Sales', stages });
  const as = (person: AnyRow, role: string): Actor =>
    domain.actor({
      id: person.id,
      userId: person.id,
      rules: rulesOfKeys(builtInRoles(domain.registry), [role]),
      teams: person.id === people.beto.id ? [] : [team.id],
    });
  return {
    ...{ domain, people, team, pipeline, as },
    ana: () => as(people.ana, 'seller'),
    beto: () => as(people.beto, 'seller'),
    govern: async (kind, more) => {
      const policy = await domain.run<AnyRow>('createSettingPolicy', { kind, ...more });
      forget(domain.runtime, `setting policies ${tenant}`);
      return policy;
    },
    setting: (kind, key, actor, more = {}) => domain.run<Setting>('setting', { kind, key, ...more }, actor),
    change: (input, actor) => domain.run('changeSetting', input as Record<string, unknown>, actor),
  };
};

const invitePeople = async (domain: Domain): Promise<Governing['people']> => {
  const invite = (name: string, role: string) =>
    domain.run<AnyRow>('inviteUser', { name, email: `${name.toLowerCase()}@acme.test`, roles: [role] });
  return {
    ana: await invite('Ana', 'seller'),
    beto: await invite('Beto', 'seller'),
    boss: await invite('Boss', 'administrator'),
  };
};
