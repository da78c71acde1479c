import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openClient } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';
import { ask, begin, codesOf, mapped, succeed, upload, waitForJob } from '#test/support/importing';
import { startOtherTenant } from '#test/support/other-tenant';

let cloud: TestCloud;
let seller: Caller;
let manager: Caller;
const { signIn } = openClient(() => cloud);
beforeAll(async () => {
  cloud = await startTestCloud();
  [seller, manager] = (await Promise.all(['seller', 'manager'].map(signIn))) as [Caller, Caller];
}, 90_000);
afterAll(() => cloud.stop());

const take = async (input: object, caller?: Caller): Promise<string> => {
  const { export: made, job } = await succeed<{ export: { id: string }; job: { id: string } }>(
    cloud,
    'startExport',
    input,
    'export { id } job { id }',
    caller,
  );
  await waitForJob(cloud, job.id, undefined, 60, caller);
  return made.id;
};
const fetchTable = async (id: string, caller?: Caller): Promise<Buffer> => {
  const { url } = await succeed<{ url: string }>(
    cloud,
    'linkExport',
    { id },
    'url validUntil export { downloads }',
    caller,
  );
  const answer = await fetch(url);
  expect(answer.ok).toBe(true);
  return Buffer.from(await answer.arrayBuffer());
};
const linesOf = (csv: Buffer): readonly string[] => csv.toString().replace('\uFEFF', '').trimEnd().split('\r\n');
const columns = ['name', 'email', 'phone'];

describe('exports', () => {
  it('IMP-02 any list leaves as CSV or as a workbook, without formulas, and enters again', async () => {
    const rows = ['=HYPERLINK("http://x"),Vega,f1@x.ec', 'Ana,"Luz, Paz",f2@x.ec', 'Íñigo,@Peña,f3@x.ec'];
    for (const row of rows) {
      const [, firstName, lastName, email] = /^(.*?),"?([^"]*?)"?,([^,]*)$/.exec(row) ?? [];
      await succeed(cloud, 'createContact', { firstName, lastName, email, phone: '0991112233' }, 'contact { id }');
    }
    await cloud.idle();
    const csv = linesOf(await fetchTable(await take({ recordType: 'Contact', columns })));
    expect(csv[0]).toBe('name,email,phone');
    expect(csv).toContain('"Ana Luz, Paz",f2@x.ec,\'+593991112233');
    expect(csv.some((line) => line.startsWith("'=HYPERLINK") || line.startsWith('"\'=HYPERLINK'))).toBe(true);
    const book = await fetchTable(
      await take({ recordType: 'Contact', columns: ['firstName', 'lastName', 'email'], format: 'XLSX' }),
    );
    const file = await upload(
      cloud,
      'again.xlsx',
      book,
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    );
    const { import: made } = await succeed<{ import: { profile: object } }>(
      cloud,
      'createImport',
      { recordType: 'Contact', file },
      'import { profile { encoding columns { name suggests } } }',
    );
    expect(made.profile).toMatchObject({
      encoding: 'xlsx',
      columns: [{ suggests: 'firstName' }, { suggests: 'lastName' }, { suggests: 'email' }],
    });
  }, 90_000);

  it('IMP-02 a selection holds what it says, and many records are written in several pages', async () => {
    const body = `nombre,correo\n${Array.from({ length: 600 }, (_, index) => `P${String(index)},p${String(index)}@many.ec`).join('\n')}\n`;
    const rules = [
      { field: 'firstName', column: 'nombre' },
      { field: 'email', column: 'correo' },
      { field: 'jobTitle', fallback: 'Many' },
    ];
    await waitForJob(
      cloud,
      await begin(cloud, await mapped(cloud, 'Contact', 'm.csv', body, { rules, mode: 'CREATE_ONLY' })),
    );
    const id = await take({
      recordType: 'Contact',
      columns: ['email'],
      selection: { where: { jobTitle: { eq: 'Many' } } },
    });
    const lines = linesOf(await fetchTable(id));
    expect(new Set(lines.slice(1)).size).toBe(600);
    expect(lines).toHaveLength(601);
  }, 120_000);

  it('IMP-02 one takes what one sees; each taking and fetching leaves a trace; the link ends', async () => {
    await succeed(cloud, 'createContact', { firstName: 'Mine', email: 'mine@x.ec' }, 'contact { id }', seller);
    await cloud.idle(100);
    const mine = linesOf(await fetchTable(await take({ recordType: 'Contact', columns }, seller), seller));
    expect(mine.some((line) => line.startsWith('Mine,'))).toBe(true);
    expect(mine.some((line) => line.includes('@many.ec'))).toBe(false);
    const other = await startOtherTenant(cloud);
    const theirs = linesOf(await fetchTable(await take({ recordType: 'Contact', columns }, other), other));
    expect(theirs.some((line) => /@(?:x|many)\.ec/.test(line))).toBe(false);
    const id = await take({ recordType: 'Contact', columns }, manager);
    await fetchTable(id, manager);
    const { export: trace } = await ask<{ export: object }>(
      cloud,
      'query($id: ID!) { export(id: $id) { status columns rows downloads owner { email } } }',
      { id },
    );
    expect(trace).toMatchObject({ status: 'READY', columns, downloads: 1, owner: { email: 'manager@demo.lazo.test' } });
    await expect(succeed(cloud, 'linkExport', { id }, 'url', other)).rejects.toThrow('NOT_FOUND');
    await cloud.advance(25 * 3_600);
    expect(await codesOf(cloud, 'linkExport', { id })).toEqual(['EXPORT_EXPIRED']);
  }, 120_000);

  it('IMP-02 what does not exist is refused with the reason', async () => {
    expect(await codesOf(cloud, 'startExport', { recordType: 'Nothing' })).toEqual(['UNKNOWN_ENTITY']);
    expect(await codesOf(cloud, 'startExport', { recordType: 'Contact', columns: ['nope'] })).toEqual([
      'UNKNOWN_FIELD',
    ]);
    expect(await codesOf(cloud, 'startExport', { recordType: 'Contact', source: 'nope' })).toEqual(['UNKNOWN_SOURCE']);
  });
});
