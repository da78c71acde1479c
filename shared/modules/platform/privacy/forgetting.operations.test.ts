import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, AnyRow } from '#kernel';
import { OutsideDocument } from '#modules/billing/outside-documents';
import { Contact } from '#modules/parties/contacts';
import { failure, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { openFounded } from '#test/support/founded-tenant';
import { workOff } from '#test/support/jobs';
import { partyModules } from '#test/support/parties';
import { rosa, textInTable } from '#test/support/traces';
import { PrivacyRequest } from './index.ts';

const tenanted = withTenantTable();
const { found, source } = openFounded(tenanted, partyModules);
let domain: Domain;
let operator: Actor;
let olga: Actor;
beforeEach(async () => {
  ({ domain, operator, olga } = await found());
});

const run = <Answer = AnyRow>(operation: string, input: object, actor = olga) =>
  domain.run<Answer>(operation, { ...input }, actor);
const follow = async () => {
  await domain.settle();
  await workOff(domain);
};

const traces = ['rosaura zambrano', 'rosaura.z@lago.ec', '987123456', 'likes orchids'];

const tableOf = (tenant: string): Promise<string> => textInTable(tenanted, tenant);
const storeOf = async (tenant: string): Promise<string> => {
  const { files } = domain.runtime.ports;
  const bodies = (await files.list(`${tenant}/`)).map(async ({ key }) => `${key} ${String(await files.get(key))}`);
  const texts = (await Promise.all(bodies)).map((body) => body.replace(/[\d,]{20,}/, (bytes) => spelled(bytes)));
  return texts.join('\n').toLowerCase();
};
const spelled = (bytes: string): string => Buffer.from(bytes.split(',').map(Number)).toString();
const left = (text: string): readonly string[] => traces.filter((trace) => text.includes(trace));

const erase = async (subject: string): Promise<string> => {
  const { id } = await run('openPrivacyRequest', { subject, kind: 'ERASE' });
  await run('verifyPrivacyRequest', { id, identityCheck: 'Cédula vista' });
  await run('erasePersonalData', { id });
  await follow();
  return id;
};
const reportOf = (id: string) => domain.reader(olga).data(PrivacyRequest).get(id);

describe('the price of forgetting a person', () => {
  it('is that of the person, and a few requests for the log of everybody else', async () => {
    const { id } = await run('createContact', rosa);
    const others = 120;
    for (let index = 0; index < others; index += 1) await run('createContact', { firstName: `P${String(index)}` });
    await domain.settle();
    const { id: asked } = await run('openPrivacyRequest', { subject: id, kind: 'ERASE' });
    await run('verifyPrivacyRequest', { id: asked, identityCheck: 'Cédula vista' });
    await run('erasePersonalData', { id: asked });
    await domain.settle();
    const { ports } = domain.runtime;
    const opened = new Set<string>();
    const table: typeof ports.table = {
      ...ports.table,
      query: (reading) => {
        if (reading.index === undefined) opened.add(reading.pk);
        return ports.table.query(reading);
      },
    };
    await workOff({ ...domain, runtime: { ...domain.runtime, ports: { ...ports, table } } });
    expect(await reportOf(asked)).toMatchObject({ status: 'COMPLETED' });
    expect([...opened].filter((pk) => pk.includes('#con_'))).toEqual([`${source()}#${id}`]);
  });
});

describe('what law keeps', () => {
  it('stays with the tax identity of whom it was issued to, and is named in the report', async () => {
    const values = { type: 'PERSON', name: 'Rosaura Zambrano', taxId: '1710034065', description: 'Likes orchids' };
    const { id: account } = await run('createAccount', values);
    const total = { amount: '100.00', currency: 'USD' };
    const number = '001-001-000000007';
    const invoice = await run('createOutsideDocument', {
      type: 'INVOICE',
      account,
      number,
      issuedOn: '2026-01-31',
      total,
    });
    await domain.settle();
    const asked = await erase(account);
    expect(await reportOf(asked)).toMatchObject({
      kept: [{ type: 'OutsideDocument', count: 1, reason: 'Tax law keeps documents of sales and collections' }],
    });
    const kept = await domain.reader(olga).data(OutsideDocument).get(invoice.id);
    expect(kept).toMatchObject({ number, billedTo: { name: 'Rosaura Zambrano', taxId: '1710034065' } });
    expect((await domain.reader(olga).records([account])).size).toBe(0);
    expect(await tableOf(source())).not.toContain('orchids');
    const { versions } = await run<{ versions: object[] }>('history', { record: invoice.id });
    expect(JSON.stringify(versions)).not.toContain('1710034065');
  });

  it('is erased by no rule before its years are over, and by one that waits for them', async () => {
    const rule = (days: number) => run('createRetentionRule', { recordType: 'OutsideDocument', days, action: 'ERASE' });
    expect(await failure(rule(400))).toBe('KEPT_BY_LAW');
    expect(await rule(2600)).toMatchObject({ active: true });
  });
});

describe('a backup from before somebody was forgotten', () => {
  const begun = async () => {
    const { id } = await run('createContact', { ...rosa, description: 'Likes orchids' });
    const account = await run('createAccount', {
      name: 'Lago',
      description: 'Habla con Rosaura Zambrano, 0987123456.',
    });
    const upload = { name: 'cv.pdf', contentType: 'application/pdf', size: 3, record: id };
    const { file } = await run<{ file: AnyRow }>('startUpload', upload);
    await domain.runtime.ports.files.put(`${source()}/files/${file.id}`, 'Rosaura Zambrano', 'application/pdf');
    await domain.settle();
    const { id: backup } = await run('backupTenant', {});
    await follow();
    return { id, account, file, backup };
  };
  const restore = async (backup: string): Promise<string> => {
    const { tenant } = await run<{ tenant: string }>('restoreTenant', { tenant: source(), backup }, operator);
    await follow();
    return tenant;
  };

  it('holds nothing of the person, and is still a backup', async () => {
    const { id, account, file, backup } = await begun();
    expect(left(await storeOf(source()))).toEqual(traces);
    await erase(id);
    expect(left(await storeOf(source()))).toEqual([]);
    expect(await storeOf(source())).not.toContain(`backups/${backup}/files/files/${file.id}`.toLowerCase());
    const tenant = await restore(backup);
    const there = domain.reader({ ...olga, tenant });
    const rows = await there.records([id, account.id]);
    expect([...rows.values()]).toMatchObject([{ name: 'Lago', description: 'Habla con [erased], +10000000000.' }]);
  });

  it('brings nobody back, wherever it was kept meanwhile', async () => {
    const { id, account, backup } = await begun();
    const { files } = domain.runtime.ports;
    const keys = (await files.list(`${source()}/backups/`)).map(({ key }) => key);
    const away = await Promise.all(
      keys.map(async (key) => [key, await files.get(key), await files.head(key)] as const),
    );
    const stays = await run('createContact', { firstName: 'Eva', lastName: 'Luna' });
    domain.clock.advance(60_000);
    await erase(id);
    for (const [key, body, head] of away) await files.put(key, body ?? '', head?.contentType ?? '');
    const tenant = await restore(backup);
    expect(left(await tableOf(tenant))).toEqual([]);
    expect(left(await storeOf(tenant))).toEqual([]);
    const there = domain.reader({ ...olga, tenant });
    expect([...(await there.records([id, account.id])).keys()]).toEqual([account.id]);
    expect((await there.data(Contact).list({ first: 10 })).rows.map(({ name }) => name)).toEqual([]);
    // And what is made of a backup of the copy does not either.
    const erasures = await files.list(`${tenant}/erasures/`);
    expect(erasures).toHaveLength(1);
    // Somebody else is left alone.
    expect((await domain.reader({ ...olga, tenant: source() }).records([stays.id])).get(stays.id)).toMatchObject({
      name: 'Eva Luna',
    });
  });

  it('brings those back who asked for nothing', async () => {
    const { id, backup } = await begun();
    const tenant = await restore(backup);
    expect(
      (
        await domain
          .reader({ ...olga, tenant })
          .data(Contact)
          .get(id)
      ).email,
    ).toBe(rosa.email);
  });
});
