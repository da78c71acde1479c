import { beforeEach, describe, expect, it } from '@jest/globals';
import { DomainError, type Actor, type Runtime, type Table } from '#kernel';
import { startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { storeTenantOf, tenantIdOf, tenantModules } from '#test/support/tenant';
import { admit } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
let writes = 0;

const counting = (table: Table): Table => ({
  ...table,
  write: (write) => {
    writes += 1;
    return table.write(write);
  },
});

beforeEach(() => {
  const tenant = tenantIdOf(tenanted.tenant);
  domain = startDomain({ modules: tenantModules, table: tenanted.table, through: counting, tenant });
});

/** Another container of the same deployment: it remembers nothing of the first. */
const container = (): Runtime => {
  const { ports } = domain.runtime;
  return { ...domain.runtime, ports: { ...ports, secrets: { ...ports.secrets } } };
};

/** A request that reads so many units; the points that it cost. */
const ask = async (runtime: Runtime, actor: Actor = domain.actor(), readUnits = 9): Promise<number> =>
  (await admit(runtime, actor)).charge({ readUnits, writeUnits: 0 });

/** Asks until it is refused; the points that were spent. */
const exhaust = async (runtime: Runtime, actor?: Actor): Promise<number> => {
  for (let spent = 0; ;) {
    const points = await ask(runtime, actor).catch((error: unknown) => error);
    if (typeof points !== 'number') {
      expect(points).toMatchObject({ code: 'RATE_LIMITED' });
      return spent;
    }
    spent += points;
  }
};

describe('the points of a minute', () => {
  it('are spent by all containers together, each with what it took; then everybody waits for the next minute', async () => {
    await storeTenantOf(domain, { pointsPerMinute: 400 });
    domain.clock.set('2026-11-22T15:00:18.000Z');
    const [one, other] = [container(), container()];
    const spent = (await exhaust(one)) + (await exhaust(other));
    expect(spent).toBeGreaterThanOrEqual(400);
    expect(spent).toBeLessThanOrEqual(420);
    const refused = await ask(one).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DomainError);
    expect(refused).toMatchObject({ message: expect.stringContaining('tenant'), retryAfter: 42 });
    domain.clock.set('2026-11-22T15:01:00.000Z');
    expect(await ask(one)).toBe(10);
  });

  it('cost a write a portion, not a request; requests that come together share it, and who was refused costs nothing', async () => {
    await storeTenantOf(domain, { pointsPerMinute: 2000 });
    writes = 0;
    const one = container();
    await Promise.all(Array.from({ length: 8 }, () => ask(one)));
    // One portion of the tenant's minute, one of the person's.
    expect(writes).toBe(2);
    await exhaust(one);
    writes = 0;
    for (let again = 0; again < 5; again += 1) expect(await ask(one).catch(() => 'refused')).toBe('refused');
    expect(writes).toBe(0);
  });

  it('may be fewer for a key than for its tenant; others go on, and so does another tenant', async () => {
    await storeTenantOf(domain, {});
    const runtime = domain.runtime;
    const person = domain.actor();
    const { apiKey } = await domain.run<{ readonly apiKey: { readonly id: string } }>(
      'createApiKey',
      { name: 'Shop', pointsPerMinute: 40 },
      person,
    );
    const program = domain.actor({ kind: 'key', id: apiKey.id });
    expect(await exhaust(runtime, program)).toBe(40);
    expect(await ask(runtime, person)).toBe(10);
    expect(await ask(runtime, domain.actor({ tenant: tenantIdOf('t999999'), id: program.id }))).toBe(10);
  });

  it('count writes five times; a request that was let in is served whole, and the debt is paid by the next', async () => {
    await storeTenantOf(domain, { pointsPerMinute: 100 });
    const admission = await admit(domain.runtime, domain.actor());
    expect(admission.charge({ readUnits: 0.5, writeUnits: 30 })).toBe(152);
    expect(await ask(domain.runtime).catch((error: unknown) => error)).toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('of an address are fewer than those of a page: others who visit it go on, and a visit costs no write of its own', async () => {
    await storeTenantOf(domain, {});
    const page = domain.actor({ kind: 'system', id: 'system:page:form', rules: { ...domain.actor().rules } });
    const visit = async (address: string, readUnits: number) =>
      (await admit(domain.runtime, page, address)).charge({ readUnits, writeUnits: 0 });
    await visit('192.0.2.1', 9);
    writes = 0;
    await visit('192.0.2.1', 9);
    await visit('192.0.2.2', 9);
    expect(writes).toBe(0);
    await visit('192.0.2.1', 120_000);
    const refused = await visit('192.0.2.1', 9).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'RATE_LIMITED', message: expect.stringContaining('address') as unknown });
    expect(await visit('192.0.2.2', 9)).toBe(10);
  });
});
