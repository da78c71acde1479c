import { beforeEach, describe, expect, it } from '@jest/globals';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { partyModules, person } from '#test/support/parties';
import { makePeople } from '#test/support/people';
import { fileKey } from '#modules/platform/files';
import type { ContactRow } from '#modules/parties/contacts';

const tenanted = withTenantTable();
let domain: Domain;
beforeEach(() => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
});

const file = async (text: string): Promise<string> => {
  const body = Buffer.from(text);
  const { file: made } = await domain.run<{ file: { id: string } }>('startUpload', {
    name: 'a.vcf',
    contentType: 'text/vcard',
    size: body.length,
  });
  await domain.runtime.ports.files.put(fileKey(tenanted.tenant, made.id), body, 'text/vcard');
  await domain.run('finishUpload', { id: made.id });
  return made.id;
};
const card = (...lines: readonly string[]): string =>
  ['BEGIN:VCARD', 'VERSION:3.0', ...lines, 'END:VCARD', ''].join('\r\n');
type JobRow = { readonly id: string; readonly status: string; readonly counts: Readonly<Record<string, number>> };
const enter = async (text: string): Promise<JobRow> => {
  const { id } = await domain.run<JobRow>('addVCards', { file: await file(text) });
  await workOff(domain);
  await domain.settle();
  return (await domain.reader().data(domain.registry.entity('Job')).get(id)) as unknown as JobRow;
};
const contacts = async (): Promise<readonly ContactRow[]> =>
  (
    await domain
      .reader()
      .data(domain.registry.entity('Contact'))
      .list({ orderBy: { field: 'name' } } as never)
  ).rows as unknown as readonly ContactRow[];

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const ana = card(
  'FN:Ana Vega',
  'N:Vega;Ana',
  'EMAIL:Ana@vega.ec',
  'TEL;TYPE=CELL:0991234567',
  'UID:ana-1',
  `PHOTO;ENCODING=b;TYPE=PNG:${png}`,
);

describe('importing vCards', () => {
  it('makes contacts with photos; the same file again changes nothing; what lacks is filled', async () => {
    expect(await enter(`${ana}${card('FN:Luis Mora')}`)).toMatchObject({ status: 'COMPLETED', counts: { created: 2 } });
    expect(await contacts()).toMatchObject([
      { name: 'Ana Vega', phone: '+593991234567', email: 'ana@vega.ec' },
      { name: 'Luis Mora' },
    ]);
    const id = (await contacts())[0]?.id ?? '';
    const { rows: files } = await domain.reader().trusted(domain.registry.entity('File')).page('byRecord', { of: id });
    expect(files).toMatchObject([{ name: 'Ana Vega.png', status: 'READY' }]);
    expect(await enter(ana)).toMatchObject({ counts: { created: 0, unchanged: 1 } });
    expect(await enter(card('FN:Otra', 'EMAIL:ana@vega.ec', 'TITLE:Jefa', 'TEL:022222222'))).toMatchObject({
      counts: { updated: 1 },
    });
    expect((await contacts())[0]).toMatchObject({ name: 'Ana Vega', jobTitle: 'Jefa', phone: '+593991234567' });
  });

  it('tells which cards cannot be, and lets the others enter', async () => {
    const job = await enter(`${card('FN:Bad', 'EMAIL:no address')}${card('TITLE:Nobody')}${card('FN:Good')}`);
    expect(job).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', counts: { created: 1, failed: 2 } });
  });

  it('is taken back by undoing its job', async () => {
    const { id } = await enter(ana);
    expect(await contacts()).toHaveLength(1);
    await domain.run('undoJob', { id });
    await workOff(domain);
    expect(await contacts()).toEqual([]);
  });

  it('refuses files without cards', async () => {
    expect(await failure(domain.run('addVCards', { file: await file('a,b\n1,2\n') }))).toBe('VCARD_MISSING');
  });
});

describe('cards of contacts', () => {
  it('are written with the account, read again as they were, and drawn as a code', async () => {
    const account = await domain.run<{ id: string }>('createAccount', { name: 'Molinos' });
    const { id } = await domain.run<ContactRow>('createContact', {
      firstName: 'Ana',
      lastName: 'Vega',
      email: 'ana@vega.ec',
      account: account.id,
    });
    const { vcard, fileName } = await domain.run<{ vcard: string; fileName: string }>('contactVCard', {
      ids: [id],
      version: 'V4',
    });
    expect(fileName).toBe('Ana Vega.vcf');
    expect(vcard).toContain('ORG:Molinos\r\n');
    expect(await enter(vcard)).toMatchObject({ counts: { created: 0 } });
    expect((await domain.run<{ svg: string }>('contactQrCode', { id })).svg).toMatch(/^<svg/);
  });

  it('hold only what one may see', async () => {
    const [anaId = '', luisId = ''] = await makePeople(domain, ['Ana', 'Luis']);
    const seller = person(domain, anaId);
    const { id } = await domain.run<ContactRow>('createContact', { firstName: 'Eva', phone: '+593991234567' }, seller);
    expect(await failure(domain.run('contactVCard', { ids: [id] }, person(domain, luisId)))).toBe('NOT_FOUND');
    const blind = person(domain, anaId, {
      rules: { ...seller.rules, hiddenFields: ['Contact.phones', 'Contact.phone'] },
    });
    expect((await domain.run<{ vcard: string }>('contactVCard', { ids: [id] }, blind)).vcard).not.toContain('+593');
  });
});
