import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, AnyRow } from '#kernel';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { openMerging } from '#test/support/merging';
import { partyModules, person } from '#test/support/parties';
import { makePeople } from '#test/support/people';
import { rosa, textInTable } from '#test/support/traces';
import { PrivacyRequest } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
let ana: string;
const { run, usualType, merge, follow } = openMerging(() => domain);
beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  [ana = ''] = await makePeople(domain, ['Ana']);
});

const traces = ['rosaura zambrano', 'rosaura.z@lago.ec', '987123456'];

/** Everything of the tenant that the table holds, as text. */
const wholeTable = (): Promise<string> => textInTable(tenanted, tenanted.tenant);

const wholeStore = async (): Promise<string> => {
  const { files } = domain.runtime.ports;
  const stored = await files.list(`${tenanted.tenant}/`);
  const bodies = await Promise.all(stored.map(async ({ key }) => Buffer.from((await files.get(key)) ?? []).toString()));
  return bodies.join('\n').toLowerCase();
};

const request = async (subject: string, kind: string, actor?: Actor) => {
  const { id } = await run('openPrivacyRequest', { subject, kind }, actor);
  await run('verifyPrivacyRequest', { id, identityCheck: 'Cédula vista' }, actor);
  return id;
};
const read = (id: string) => domain.reader().data(PrivacyRequest).get(id);

/** Rosa at an account, with work, mail, a duplicate that was merged, notes and a file of others that name her. */
const life = async () => {
  const account = await run('createAccount', { name: 'Molinos', phone: '+59342222222' });
  const { id } = await run('createContact', { ...rosa, account: account.id });
  const twin = await run('createContact', { ...rosa, firstName: 'Rosaura María', email: 'rosaura.z+1@lago.ec' });
  const visit = { subject: 'Visita', contact: id, account: account.id, notes: 'Rosaura Zambrano (0987123456) decide.' };
  const activity = await run('createActivity', { ...visit, ...(await usualType()) });
  await run('sendMail', { to: [rosa.email], subject: 'Hola Rosaura Zambrano', body: '<p>Hola</p>', record: id });
  const upload = { name: 'cv.pdf', contentType: 'application/pdf', size: 3, record: id };
  await run('startUpload', upload);
  await domain.runtime.ports.files.put(
    `${tenanted.tenant}/files/x`,
    `a,b\nRosaura Zambrano,${rosa.email}\n`,
    'text/csv',
  );
  await follow();
  await merge(id, twin.id);
  await follow();
  return { account: account.id, id, twin: twin.id, activity: activity.id };
};

describe('forgetting a person', () => {
  it('leaves no trace in table, log, search, files and copies; the rest stays whole', async () => {
    const { account, id, twin, activity } = await life();
    const before = await wholeTable();
    for (const trace of traces) expect(before).toContain(trace);
    const asked = await request(id, 'ERASE');
    await run('erasePersonalData', { id: asked });
    await follow();
    const [after, store] = [await wholeTable(), await wholeStore()];
    for (const trace of traces)
      expect([trace, after.includes(trace), store.includes(trace)]).toEqual([trace, false, false]);
    const rows = await domain.reader().records([account, id, twin, activity]);
    expect([...rows.keys()].sort()).toEqual([account, activity].sort());
    expect(rows.get(account)).toMatchObject({ name: 'Molinos', phone: '+59342222222' });
    expect(await read(asked)).toMatchObject({ status: 'COMPLETED', kept: [] });
    expect((await read(asked)).removed).toBeGreaterThanOrEqual(4);
    const { matches } = await run<{ matches: object[] }>('findDuplicates', {
      input: { ...rosa, emails: [rosa.email], email: undefined, phone: undefined },
    });
    expect(matches).toEqual([]);
  });

  it('finds its way again after a crash in the middle', async () => {
    const { id } = await life();
    const asked = await request(id, 'ERASE');
    const { job } = await run<AnyRow & { job: string }>('erasePersonalData', { id: asked });
    await domain.settle();
    const { table } = domain.runtime.ports;
    let left = 6;
    const flaky = {
      ...table,
      write: (write: Parameters<typeof table.write>[0]) => {
        left -= 1;
        return left < 0 ? Promise.reject(new Error('The process was killed.')) : table.write(write);
      },
    };
    const runtime = { ...domain.runtime, ports: { ...domain.runtime.ports, table: flaky } };
    await expect(workOff({ ...domain, runtime })).rejects.toThrow('killed');
    domain.sent.push({ queue: 'jobs', message: { body: { tenant: tenanted.tenant, job } } });
    domain.clock.advance(200_000);
    await workOff(domain);
    const after = await wholeTable();
    for (const trace of traces) expect([trace, after.includes(trace)]).toEqual([trace, false]);
    expect((await read(asked)).status).toBe('COMPLETED');
  });

  it('leaves to others what is theirs too', async () => {
    const office = '+59342999999';
    const { id } = await run('createContact', { firstName: 'Eva', lastName: 'Quiroga', phone: office });
    const other = await run('createContact', {
      firstName: 'Luis',
      lastName: 'Paz',
      phone: office,
      description: 'Jefe de Eva Quiroga',
    });
    await follow();
    await run('erasePersonalData', { id: await request(id, 'ERASE') });
    await follow();
    const row = (await domain.reader().records([other.id])).get(other.id);
    expect(row).toMatchObject({ phone: office, name: 'Luis Paz', description: 'Jefe de [erased]' });
  });

  it('asks for a verified request of that kind, of a person, by someone who may', async () => {
    const { id } = await run('createContact', rosa);
    const company = await run('createAccount', { name: 'Molinos' });
    const open = await run('openPrivacyRequest', { subject: id, kind: 'ERASE' });
    expect(open).toMatchObject({ status: 'RECEIVED', dueOn: '2026-12-07' });
    expect(await failure(run('erasePersonalData', { id: open.id }))).toBe('NOT_VERIFIED');
    expect(await failure(run('erasePersonalData', { id: await request(id, 'ACCESS') }))).toBe('WRONG_KIND');
    expect(await failure(run('openPrivacyRequest', { subject: company.id, kind: 'ERASE' }))).toBe('NOT_A_PERSON');
    expect(await failure(run('openPrivacyRequest', { subject: id, kind: 'ERASE' }, person(domain, ana)))).toBe(
      'NOT_FOUND',
    );
    expect(await failure(run('erasePersonalData', { id: open.id }, person(domain, ana)))).toBe('FORBIDDEN');
    expect(await failure(run('erasePersonalData', { id: open.id }, domain.actor({ tenant: 'other' })))).toBe(
      'NOT_FOUND',
    );
  });

  it('warns before the term is over', async () => {
    const { id } = await run('createContact', rosa);
    const open = await run('openPrivacyRequest', { subject: id, kind: 'ACCESS', receivedOn: '2026-11-12' });
    domain.clock.set('2026-11-23T00:00:00.000Z');
    await domain.advanceTo('2026-11-23T01:00:00.000Z');
    const events = await domain.settle();
    expect(events.map(({ type }) => type)).toContain('privacyRequest.warned');
    expect((await read(open.id)).warnedAt).toBeDefined();
  });
});

describe('what is known of a person', () => {
  it('is gathered as JSON and PDF and handed out by signed links', async () => {
    const { id, activity } = await life();
    await run('createContact', { firstName: 'Otra', lastName: 'Persona' });
    const asked = await request(id, 'ACCESS');
    expect(await failure(run('personalDataLinks', { id: asked }))).toBe('NOT_READY');
    await run('gatherPersonalData', { id: asked });
    await follow();
    const links = await run<{ data: string; document: string }>('personalDataLinks', { id: asked });
    expect(links.data).toMatch(/^https:\/\/crm\.test\/p\/file\//);
    const { data } = await read(asked);
    const body = Buffer.from(
      (await domain.runtime.ports.files.get(`${tenanted.tenant}/files/${data ?? ''}`)) ?? [],
    ).toString();
    const { records } = JSON.parse(body) as { records: { type: string; values: { id: string } }[] };
    const ids = records.map(({ values }) => values.id);
    expect(ids).toEqual(expect.arrayContaining([id, activity]));
    expect(records.some(({ type }) => type === 'Mail')).toBe(true);
    expect(body).not.toContain('Otra Persona');
    const { document } = await read(asked);
    const pdf = await domain.runtime.ports.files.get(`${tenanted.tenant}/files/${document ?? ''}`);
    expect(
      Buffer.from(pdf ?? [])
        .subarray(0, 4)
        .toString(),
    ).toBe('%PDF');
  });
});
