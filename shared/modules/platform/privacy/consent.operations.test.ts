import { beforeEach, describe, expect, it } from '@jest/globals';
import { runPage } from '#kernel/run-page';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { ask, withTenantTable } from '#test/support/engine';
import { openMerging } from '#test/support/merging';
import { partyModules } from '#test/support/parties';
import { makePeople } from '#test/support/people';
import { rosa, textInTable } from '#test/support/traces';
import { ConsentProof } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
const { run, merge, follow } = openMerging(() => domain);
beforeEach(() => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
});
const wholeTable = (): Promise<string> => textInTable(tenanted, tenanted.tenant);

describe('consents', () => {
  const about = { purpose: 'NEWSLETTER', channel: 'EMAIL' };
  const wording = { wording: 'Sí, quiero recibir novedades.', wordingVersion: '2026-1' };
  const may = async (subject: string) => (await run<{ allowed: boolean }>('mayContact', { subject, ...about })).allowed;
  const page = (url: string, answer?: string) =>
    runPage(domain.runtime, 'consent', url.slice(url.lastIndexOf('/') + 1), {
      method: answer === undefined ? 'GET' : 'POST',
      path: url,
      query: {},
      headers: { 'user-agent': 'Firefox' },
      body: answer === undefined ? '' : `answer=${answer}`,
      ip: '203.0.113.9',
    });

  it('are noted with proof, one for each purpose and channel, and withdrawn', async () => {
    const { id } = await run('createContact', rosa);
    expect(await may(id)).toBe(false);
    const said = {
      subject: id,
      ...about,
      ...wording,
      source: { how: 'FORM', where: 'https://lago.ec/alta', ip: '203.0.113.9' },
    };
    const proof = await run('recordConsent', { ...said, granted: true });
    expect(proof).toMatchObject({ status: 'GRANTED', basis: 'CONSENT', source: { ip: '203.0.113.9' } });
    expect(await may(id)).toBe(true);
    expect(await run('recordConsent', { ...said, granted: false })).toMatchObject({
      id: proof.id,
      status: 'WITHDRAWN',
    });
    expect(await may(id)).toBe(false);
    await domain.settle();
    const { versions } = await run<{ versions: object[] }>('history', { record: proof.id });
    expect(versions).toHaveLength(2);
  });

  it('of two records that are merged the stricter one counts, until something new is said', async () => {
    const [stays, goes] = [await run('createContact', rosa), await run('createContact', rosa)];
    const said = { ...about, ...wording, source: { how: 'CALL' } };
    await run('recordConsent', { ...said, subject: stays.id, granted: true });
    await run('recordConsent', { ...said, subject: goes.id, granted: true });
    await run('recordConsent', { ...said, subject: goes.id, granted: false });
    domain.clock.advance(60_000);
    await follow();
    await merge(stays.id, goes.id);
    await follow();
    expect(await may(stays.id)).toBe(false);
    domain.clock.advance(60_000);
    await run('recordConsent', { ...said, subject: stays.id, granted: true });
    expect(await may(stays.id)).toBe(true);
  });

  it('are asked for by mail, confirmed behind the link with its proof, and withdrawn there', async () => {
    const { id } = await run('createContact', rosa);
    const asked = await run('askConsent', { subject: id, ...about, ...wording });
    expect(asked).toMatchObject({ status: 'PENDING' });
    expect(await may(id)).toBe(false);
    expect(await wholeTable()).toContain('https://crm.test/p/consent/');
    const url = /https:\/\/crm\.test\/p\/consent\/[\w.-]+/.exec(await mailText())?.[0] ?? '';
    expect((await page(url)).body).toContain('quiero recibir novedades');
    expect(await may(id)).toBe(false);
    await page(url, 'yes');
    expect(await may(id)).toBe(true);
    const proof = await domain.reader().data(ConsentProof).get(asked.id);
    expect(proof).toMatchObject({
      status: 'GRANTED',
      source: { how: 'PAGE', ip: '203.0.113.9', userAgent: 'Firefox' },
    });
    expect(proof.confirmedAt).toBeDefined();
    await page(url, 'no');
    expect(await may(id)).toBe(false);
  });

  const mailText = async (): Promise<string> => {
    const { engine } = tenanted;
    const found = await ask(engine.exchange, 'Scan', { TableName: engine.tableName });
    return JSON.stringify(found['Items']).replaceAll('\\', '');
  };

  it('are refused for what is no person, or an address that is not theirs', async () => {
    const product = await makePeople(domain, ['Luis']);
    const { id } = await run('createContact', rosa);
    const said = { ...about, ...wording };
    expect(await failure(run('askConsent', { subject: product[0], ...said }))).toBe('NOT_A_PERSON');
    expect(await failure(run('askConsent', { subject: id, ...said, email: 'else@where.ec' }))).toBe('NO_ADDRESS');
  });
});
