import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { gather } from '#kernel';
import { exampleModules } from '#test/support/example';
import { entitiesPage } from './reference/entities.ts';
import { errorsPage } from './reference/errors.ts';
import { eventsPage } from './reference/events.ts';
import { operationsPage } from './reference/operations.ts';
import { permissionsPage } from './reference/permissions.ts';

const folder = 'docs/reference';
const pages = new Map(readdirSync(folder).map((file) => [file, readFileSync(`${folder}/${file}`, 'utf8')]));
const anchorsOf = (page: string): readonly string[] =>
  [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(' ', '-')
      .replaceAll(/[^\w-]/g, ''),
  );

const anchors = new Map([...pages].map(([file, page]) => [file, new Set(anchorsOf(page))]));

describe('the reference', () => {
  it.each([...pages])('%s links to headings that there are', (file, page) => {
    const links = [...page.matchAll(/\]\(([\w-]+\.md)?(?:#([\w-]+))?\)/g)];
    const broken = links.filter(([, to = file, anchor]) => {
      const target = anchors.get(to);
      return target === undefined || (anchor !== undefined && !target.has(anchor));
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it.each([...pages])('%s has tables whose rows have as many cells as their heads', (_file, page) => {
    const width = (row: string): number => row.replaceAll('\\|', '').split('|').length;
    const tables = page
      .trimEnd()
      .split('\n\n')
      .filter((block) => block.startsWith('| '));
    const ragged = tables.filter((table) => new Set(table.split('\n').map(width)).size > 1);
    expect(ragged).toEqual([]);
  });
});

describe('a page', () => {
  const registry = gather(exampleModules);
  const rowsWith = (page: string, name: string): readonly string[] =>
    page.split('\n').filter((line) => line.startsWith(`| \`${name}\``));

  it('of entities says what a field is, who gives it, and where a state leads', () => {
    const page = entitiesPage(registry);
    expect(rowsWith(page, 'total')).toEqual(['| `total` | money | computed | Sum of the lines. |']);
    expect(rowsWith(page, 'channel')).toEqual([
      '| `channel` | one of `SHOP`, `WEB` | `"SHOP"` when not given | Where it was made. |',
    ]);
    expect(rowsWith(page, 'SENT')).toEqual(['| `SENT` | `ACCEPTED`, `EXPIRED` |  |']);
    expect(rowsWith(page, 'taxId')[0]).toContain('Unique. Searched by its digits.');
    expect(page).toContain('## OfferLine');
  });

  it('of events, errors and operations speaks of moves, own codes and inputs', () => {
    expect(rowsWith(eventsPage(registry), 'offer.accepted')).toHaveLength(1);
    expect(rowsWith(errorsPage(registry), 'acceptOffer')).toEqual(['| `acceptOffer` | `OFFER_EXPIRED` |']);
    expect(operationsPage(registry)).toContain('A mutation; needs `offer.accept`. Fails with `OFFER_EXPIRED`.');
  });

  it('of permissions names those who hold them', () => {
    expect(rowsWith(permissionsPage(registry), 'offer.accept')).toEqual([
      '| `offer.accept` | `acceptOffer` | owner, administrator, manager, seller, support |',
    ]);
  });
});
