import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failing, openClient } from '#test/support/client';
import type { Caller, TestCloud } from '#test/support/cloud';
import { startOffice } from '#test/support/office';
import { begin, mapped } from '#test/support/importing';
import { startOtherTenant } from '#test/support/other-tenant';

let cloud: TestCloud;
const { ask, act, signIn, idOf } = openClient(() => cloud);
let seller: Caller;
let manager: Caller;
let support: Caller;
beforeAll(async () => {
  ({ cloud, seller, manager, support } = await startOffice());
}, 90_000);
afterAll(() => cloud.stop());

type Version = {
  readonly type: string;
  readonly by: string;
  readonly operation: string;
  readonly client: string | null;
  readonly ip: string | null;
  readonly correlationId: string;
  readonly changed: readonly { readonly field: string; readonly from: unknown; readonly to: unknown }[];
};
const history = async (record: string, caller: Caller = seller): Promise<readonly Version[]> => {
  const asked = `query ($record: ID!) { history(record: $record) { versions { type by operation client ip correlationId changed { field from to } } } }`;
  return (await ask<{ history: { versions: Version[] } }>(asked, { record }, caller)).history.versions;
};
const undo = async (correlationId: string, caller: Caller = seller) => {
  const text = `mutation ($input: UndoInput!) { undo(input: $input) { job { id } userErrors { code } } }`;
  return (await ask<{ undo: { userErrors: { code: string }[] } }>(text, { input: { correlationId } }, caller)).undo
    .userErrors;
};
const later = (instant: string): string => new Date(Date.parse(instant) + 60_000).toISOString();
const stateOf = async (id: string) =>
  (
    await ask<{ account: { version: number; updatedAt: string } }>(
      'query ($id: ID!) { account(id: $id) { version updatedAt } }',
      { id },
      seller,
    )
  ).account;
const nameOf = async (id: string, caller: Caller = seller) =>
  (
    await ask<{ account: { name: string; archivedAt: string | null } }>(
      'query ($id: ID!) { account(id: $id) { name archivedAt } }',
      { id },
      caller,
    )
  ).account;

describe('history that cannot be lost', () => {
  it('ENT-06 tells who changed what, when, by which operation and from where', async () => {
    const from = { ...seller, headers: { 'x-lazo-client': 'lazo-web 3.1' } };
    const { id } = await act('createAccount', { name: 'Molinos Uno' }, '', from);
    await act('updateAccount', { id, version: 1, name: 'Molinos Dos' }, '', from);
    await cloud.idle();
    const [changed, made] = await history(id);
    expect(made).toMatchObject({ type: 'account.created', operation: 'createAccount', by: await idOf(seller) });
    expect(changed).toMatchObject({
      operation: 'updateAccount',
      client: 'lazo-web 3.1',
      ip: expect.stringMatching(/^IPv[46]$/) as unknown,
      changed: [{ field: 'name', from: 'Molinos Uno', to: 'Molinos Dos' }],
    });
    expect(await failing(history(id, await startOtherTenant(cloud)))).toContain('NOT_FOUND');
  });

  it('ENT-16 shows a record, and what belonged to it, as they were at a moment, and what changed since', async () => {
    const { id } = await act('createAccount', { name: 'Puerto Uno', sector: 'wood' }, '', seller);
    await act('createContact', { firstName: 'Eva', account: id }, '', seller);
    await cloud.idle();
    await cloud.advance(120);
    seller = await signIn('seller');
    const { version, updatedAt } = await stateOf(id);
    const then = later(updatedAt);
    await act('updateAccount', { id, version, name: 'Puerto Dos' }, '', seller);
    await act('createContact', { firstName: 'Luz', account: id }, '', seller);
    await cloud.idle();
    const now = later((await stateOf(id)).updatedAt);
    const asked = `query ($id: ID!, $then: DateTime!, $now: DateTime!) {
      recordAsOf(record: $id, at: $then) { record { ... on Account { name sector } } }
      overviewAsOf(record: $id, at: $then) { related { ... on Contact { name } } isComplete }
      compareMoments(record: $id, from: $then, to: $now) { changes { field from to } }
    }`;
    expect(await ask(asked, { id, then, now }, seller)).toEqual({
      recordAsOf: { record: { name: 'Puerto Uno', sector: 'wood' } },
      overviewAsOf: { related: [{ name: 'Eva' }], isComplete: true },
      compareMoments: { changes: [{ field: 'name', from: 'Puerto Uno', to: 'Puerto Dos' }] },
    });
  });

  it('ENT-16 takes operations back with a preview, leaves what others changed since, restores what was archived', async () => {
    const { id } = await act('createAccount', { name: 'Faro Uno', sector: 'wood' }, '', seller);
    await act('updateAccount', { id, version: 1, name: 'Faro Dos', sector: 'steel' }, '', seller);
    await cloud.idle();
    const [change] = await history(id);
    await act('updateAccount', { id, version: 2, name: 'Faro Tres' }, '', seller);
    await cloud.idle();
    const preview = `query ($c: String!) { previewUndo(correlationId: $c) { entries { action fields conflicts } } }`;
    const shown = await ask(preview, { c: change?.correlationId }, seller);
    expect(shown).toEqual({
      previewUndo: { entries: [{ action: 'CHANGE', fields: ['sector'], conflicts: ['name'] }] },
    });
    expect(await undo(change?.correlationId ?? '')).toEqual([]);
    await cloud.idle();
    expect(await nameOf(id)).toMatchObject({ name: 'Faro Tres' });
    const { version } = await stateOf(id);
    await act('archiveAccount', { id, version }, '', seller);
    await cloud.idle();
    const [archiving] = await history(id);
    expect(await undo(archiving?.correlationId ?? '')).toEqual([]);
    await cloud.idle();
    expect((await nameOf(id)).archivedAt).toBeNull();
    expect(await undo('cor_unknown', support)).toMatchObject([{ code: 'NOTHING_TO_UNDO' }]);
    expect((await history(id, manager)).length).toBeGreaterThan(4);
  });

  it('ENT-16 takes a merge and an import back, each with its preview; the pipeline is seen as it was', async () => {
    const [stays, goes] = await Promise.all(
      ['Eva Rada', 'Eva Radda'].map((name) => act('createContact', { firstName: name }, '', manager)),
    );
    await cloud.idle();
    const merging = `mutation ($input: MergeRecordsInput!) { done: mergeRecords(input: $input) { merge { id } userErrors { code } } }`;
    const { done } = await ask<{ done: { merge: { id: string } } }>(
      merging,
      { input: { survivor: stays?.id, loser: goes?.id } },
      manager,
    );
    await cloud.idle();
    const importer: Caller = { key: cloud.ready().key };
    const operationOf = async (record: string, caller = manager) =>
      (await history(record, caller))[0]?.correlationId ?? '';
    const preview = async (correlationId: string, caller = manager) => {
      const asked = `query ($c: String!) { previewUndo(correlationId: $c) { entries { action record { id } conflicts } } }`;
      return (await ask<{ previewUndo: { entries: { action: string }[] } }>(asked, { c: correlationId }, caller))
        .previewUndo.entries;
    };
    const merge = await operationOf(done.merge.id);
    expect(await preview(merge)).toContainEqual({ action: 'CHANGE', record: { id: stays?.id }, conflicts: [] });
    expect(await undo(merge, manager)).toEqual([]);
    const rules = [{ field: 'firstName', column: 'nombre' }];
    const table = 'nombre\nImportado Uno\nImportado Dos\n';
    await begin(cloud, await mapped(cloud, 'Contact', 'two.csv', table, { rules, mode: 'CREATE_ONLY' }));
    await cloud.idle();
    const found = async () => {
      const asked = '{ search(text: "importado") { hits { record { id } } } }';
      return (await ask<{ search: { hits: { record: { id: string } }[] } }>(asked, {}, importer)).search.hits;
    };
    const imported = await found();
    expect(imported).toHaveLength(2);
    const operation = await operationOf(imported[0]?.record.id ?? '', importer);
    expect((await preview(operation, importer)).map(({ action }) => action)).toEqual(['ARCHIVE', 'ARCHIVE']);
    expect(await undo(operation, importer)).toEqual([]);
    await cloud.idle();
    expect(await found()).toEqual([]);
    const restored = `query ($id: ID!) { contact(id: $id) { archivedAt firstName } }`;
    expect(await ask(restored, { id: goes?.id }, manager)).toEqual({
      contact: { archivedAt: null, firstName: 'Eva Radda' },
    });
    const pipelines = await ask<{ pipelines: { nodes: { id: string }[] } }>(
      '{ pipelines { nodes { id } } }',
      {},
      manager,
    );
    const past = `query ($id: ID!, $at: DateTime!) { pipelineAsOf(pipeline: $id, at: $at) { columns { stage count } } }`;
    const at = '2020-01-01T00:00:00Z';
    const then = await ask<{ pipelineAsOf: { columns: { count: number }[] } }>(
      past,
      { id: pipelines.pipelines.nodes[0]?.id, at },
      manager,
    );
    const counts = new Set(then.pipelineAsOf.columns.map(({ count }) => count));
    expect(counts).toEqual(new Set([0]));
  });
});
