// Issue 2, section 9: hostile tables. test/acceptance/imports.test.ts looks more closely.
import { describe, expect, it } from '@jest/globals';
import { underAttack } from '#test/support/hostile';
import { codesOf, mapped, run, upload } from '#test/support/importing';

const { cloud, ask, written, goOn } = underAttack();

describe('hostile tables', () => {
  const refusal = async (name: string, body: Uint8Array | string): Promise<readonly string[]> => {
    await goOn();
    const file = await upload(cloud(), name, body);
    const found = await codesOf(cloud(), 'createImport', { recordType: 'Contact', file });
    expect(await written()).toEqual([]);
    return found;
  };

  it('a wrong encoding is recognised, or refused, and never becomes mangled names', async () => {
    const table = 'first name,last name\nJosé,Muñoz\n';
    const utf8 = Buffer.from(table);
    const wide = Buffer.from(table, 'utf16le');
    const marked = Buffer.from(`\uFEFF${table}`, 'utf16le');
    const enter = async (name: string, body: Buffer) => run(cloud(), await mapped(cloud(), 'Contact', name, body));
    for (const body of [
      utf8,
      Buffer.from(table, 'latin1'),
      marked,
      wide,
      Buffer.from(marked).swap16(),
      Buffer.from(wide).swap16(),
    ])
      expect(await enter('people.csv', body)).toMatchObject({ status: 'COMPLETED', counts: { created: 1 } });
    const { contacts } = await ask<{ contacts: { nodes: readonly { name: string }[] } }>(
      '{ contacts(first: 100) { nodes { name } } }',
    );
    const names = contacts.nodes.map(({ name }) => name).filter((name) => name.startsWith('J'));
    expect(new Set(names)).toEqual(new Set(['José Muñoz']));
    const torn = Buffer.concat([utf8, Buffer.from([0, 0xff, 0, 0xfe, 0, 0x9d, 0, 0])]);
    expect(await refusal('torn.csv', torn)).toEqual(['FILE_IS_BINARY']);
  }, 60_000);

  it('a million columns', async () => {
    const started = Date.now();
    expect(await refusal('wide.csv', `${'a,'.repeat(1_000_000)}a\n1\n`)).toEqual(['TOO_MANY_COLUMNS']);
    expect(Date.now() - started).toBeLessThan(20_000);
  });

  it('formula cells', async () => {
    const body = 'first name,last name\nEva,Paz\n=cmd|\' /C calc\'!A0,Mora\n"=HYPERLINK(""http://x"")",Mora\n';
    const job = await run(cloud(), await mapped(cloud(), 'Contact', 'formulas.csv', body));
    expect(job).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', counts: { created: 1, failed: 2 } });
    expect(await written()).toEqual(['contact.created']);
  });

  it('an XLSX renamed to CSV, and other files that are no table', async () => {
    const zip = Buffer.concat([
      Buffer.from('PK\u0003\u0004\u0014\u0000\u0006\u0000'),
      Buffer.alloc(4000, 'xl/workbook'),
    ]);
    expect(await refusal('book.csv', zip)).toEqual(['FILE_MALFORMED']);
    expect(await refusal('image.csv', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1, 2, 3]))).toEqual([
      'FILE_IS_BINARY',
    ]);
    expect(await refusal('empty.csv', '\n')).toEqual(['FILE_EMPTY']);
    expect(await refusal('torn.csv', 'a,b\n"x,y\n')).toEqual(['FILE_MALFORMED']);
  });
});
