import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { Caller } from '#test/support/cloud';
import { startSelling, type Selling } from '#test/support/selling';

type Manifest = { readonly operations: readonly { readonly id: string; readonly name: string }[] };
const manifest = JSON.parse(
  readFileSync(new URL('../../graphql/persisted/manifest.json', import.meta.url), 'utf8'),
) as Manifest;

let selling: Selling;
let seller: Caller;
beforeAll(async () => {
  selling = await startSelling();
  seller = await selling.tokenOf('seller');
  await selling.cloud.idle();
}, 60_000);
afterAll(() => selling.cloud.stop());

type Answer<Data> = { readonly data?: Data; readonly errors?: unknown; readonly bytes: number };

/** Sends an operation of the app as the app does: by its id alone. */
const call = async <Data>(name: string, variables: object = {}, caller: Caller = seller): Promise<Answer<Data>> => {
  const sha256Hash = manifest.operations.find((operation) => operation.name === name)?.id ?? '';
  const response = await fetch(selling.cloud.ready().graphql, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${caller.token ?? ''}` },
    body: JSON.stringify({ variables, extensions: { persistedQuery: { version: 1, sha256Hash } } }),
  });
  const text = await response.text();
  return { ...(JSON.parse(text) as { data?: Data; errors?: unknown }), bytes: Buffer.byteLength(text) };
};

type Page = {
  readonly changesSince: {
    readonly records: readonly { readonly __typename: string; readonly id: string; readonly name?: string }[];
    readonly removed: readonly { readonly id: string; readonly reason: string }[];
    readonly hasMore: boolean;
    readonly isReset: boolean;
    readonly endCursor: string;
  };
};

/** Reads on until nothing is left, as a phone does when it has a network. */
const sync = async (after?: string, caller: Caller = seller) => {
  const pages: Page['changesSince'][] = [];
  let cursor = after;
  do {
    const { data } = await call<Page>('Changes', { after: cursor }, caller);
    if (!data) throw new Error('No answer.');
    pages.push(data.changesSince);
    cursor = data.changesSince.endCursor;
  } while (pages.at(-1)?.hasMore);
  return {
    records: pages.flatMap(({ records }) => records),
    removed: pages.flatMap(({ removed }) => removed),
    isReset: pages[0]?.isReset,
    cursor,
  };
};

type Moved = {
  readonly moveOpportunity: {
    readonly opportunity: { readonly stage: string; readonly version: number } | null;
    readonly conflict: {
      readonly baseVersion: number;
      readonly record: { readonly stage: string; readonly version: number };
      readonly differences: readonly { readonly field: string; readonly base: unknown; readonly current: unknown }[];
    } | null;
    readonly userErrors: readonly { readonly code: string }[];
  };
};

const newOpportunity = (name: string) =>
  selling.act(
    'createOpportunity',
    { name, account: selling.ids.account, amount: { amount: '900', currency: 'USD' } },
    'opportunity { id version }',
    seller,
  );

describe('the phone', () => {
  it('MOB-01 carries the seller’s accounts, contacts, opportunities and activities, and only those', async () => {
    const { id } = await newOpportunity('Sillas para la terraza');
    const theirs = await selling.act(
      'createAccount',
      { name: 'Of support' },
      'account { id version }',
      await selling.tokenOf('support'),
    );
    await selling.cloud.idle();
    const copy = await sync();
    expect(copy.isReset).toBe(true);
    const ids = copy.records.map((record) => record.id);
    expect(ids).toEqual(expect.arrayContaining([selling.ids.account, selling.ids.contact, id]));
    expect(ids).not.toContain(theirs.id);
    const again = await sync(copy.cursor);
    expect(again).toMatchObject({ records: [], removed: [], isReset: false });
  });

  it('MOB-01 hears of what changed, of what went to others and of what is gone, and nothing twice', async () => {
    const copy = await sync();
    const kept = await selling.act(
      'createContact',
      { firstName: 'Luz', account: selling.ids.account },
      'contact { id version }',
      seller,
    );
    const gone = await newOpportunity('Ya no');
    await selling.cloud.idle();
    const second = await sync(copy.cursor);
    expect(second.records.map(({ id }) => id)).toEqual(expect.arrayContaining([kept.id, gone.id]));
    await selling.act(
      'archiveOpportunity',
      { id: gone.id, version: gone.version },
      'opportunity { id version }',
      seller,
    );
    await selling.cloud.idle();
    const third = await sync(second.cursor);
    expect(third.removed).toEqual([expect.objectContaining({ id: gone.id, reason: 'ARCHIVED' })]);
    expect(third.records.map(({ id }) => id)).not.toContain(kept.id);
  });

  it('MOB-01 gets the panel within 50 KB, and all of it by the id of an operation', async () => {
    for (let n = 0; n < 30; n += 1)
      await selling.act(
        'createActivity',
        {
          subject: `Visita de cortesía número ${String(n)}`,
          type: selling.ids.visit,
          account: selling.ids.account,
          contact: selling.ids.contact,
          startsAt: new Date(Date.now() + (n - 10) * 3_600_000).toISOString(),
        },
        'activity { id version }',
        seller,
      );
    await selling.cloud.idle();
    const { data, errors, bytes } = await call<{ panel: { overdue: unknown[]; next: unknown[] } }>('Panel');
    expect(errors).toBeUndefined();
    expect(data?.panel.overdue.length).toBe(10);
    expect(bytes).toBeLessThan(50 * 1024);
  });

  it('MOB-01 sends the same quick entry twice and makes one record', async () => {
    const input = { firstName: 'Mara', account: selling.ids.account, idempotencyKey: 'phone-1-entry-7' };
    type Added = { readonly createContact: { readonly contact: { readonly id: string } } };
    const [first, second] = [
      await call<Added>('QuickAddContact', { input }),
      await call<Added>('QuickAddContact', { input }),
    ];
    expect(first.data?.createContact.contact.id).toMatch(/^con_/);
    expect(second.data?.createContact.contact.id).toBe(first.data?.createContact.contact.id);
  });

  it('MOB-02 changes a stage that was read offline; when somebody was faster it gets both versions to choose from', async () => {
    const { id, version } = await newOpportunity('Mesas');
    const move = (stage: string, more: object) =>
      call<Moved>('MoveOpportunity', { input: { id, version, stage, ...more } });
    const input = { idempotencyKey: 'phone-1-move-1' };
    const moved = await move('ENGAGING', input);
    expect(moved.data?.moveOpportunity).toMatchObject({ opportunity: { stage: 'ENGAGING' }, userErrors: [] });
    expect((await move('ENGAGING', input)).data?.moveOpportunity.userErrors).toEqual([]);
    await selling.cloud.idle();
    const stale = await move('PROPOSAL', { idempotencyKey: 'phone-2-move-1' });
    expect(stale.data?.moveOpportunity).toMatchObject({
      opportunity: null,
      userErrors: [{ code: 'STALE_VERSION' }],
      conflict: { baseVersion: version, record: { stage: 'ENGAGING', version: version + 1 } },
    });
    expect(stale.data?.moveOpportunity.conflict?.differences).toContainEqual({
      field: 'stage',
      base: 'PROSPECTING',
      current: 'ENGAGING',
    });
  });

  it('MOB-02 completes a visit with one mutation, and hears at once what is missing', async () => {
    const visit = await selling.act(
      'createActivity',
      { subject: 'Entrega', type: selling.ids.visit, account: selling.ids.account, startsAt: '2026-12-01T15:00:00Z' },
      'activity { id version }',
      seller,
    );
    type Done = {
      readonly completeActivity: {
        readonly activity: { readonly status: string } | null;
        readonly userErrors: readonly { readonly code: string }[];
      };
    };
    const complete = (more: object) =>
      call<Done>('CompleteActivity', { input: { id: visit.id, version: visit.version, ...more } });
    expect((await complete({})).data?.completeActivity.userErrors).toEqual([
      expect.objectContaining({ code: 'RESULT_REQUIRED' }),
    ]);
    const done = await complete({ result: 'Entregado' });
    expect(done.data?.completeActivity).toMatchObject({ activity: { status: 'DONE' }, userErrors: [] });
  });
});
