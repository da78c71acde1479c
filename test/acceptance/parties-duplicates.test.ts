import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failing, openClient } from '#test/support/client';
import { startOtherTenant } from '#test/support/other-tenant';
import type { Caller, TestCloud } from '#test/support/cloud';
import { startOffice } from '#test/support/office';

let cloud: TestCloud;
const { ask, act, signIn } = openClient(() => cloud);
let seller: Caller;
let manager: Caller;
let support: Caller;
beforeAll(async () => {
  ({ cloud, seller, manager, support } = await startOffice());
}, 90_000);
afterAll(() => cloud.stop());

type Match = {
  readonly record: { readonly id: string } | null;
  readonly handledBy: { readonly name: string } | null;
  readonly verdict: string;
  readonly reasons: readonly { readonly field: string; readonly similarity: string }[];
};
const find = async (input: object, caller: Caller = seller): Promise<readonly Match[]> => {
  const asked = `query ($input: KnownOfSomebodyInput) {
    findDuplicates(input: $input) { matches { verdict record { id } handledBy { name } reasons { field similarity } } }
  }`;
  return (await ask<{ findDuplicates: { matches: Match[] } }>(asked, { input }, caller)).findDuplicates.matches;
};
const make = (input: object, caller: Caller = seller) => act('createContact', input, '', caller);

type Done = {
  readonly merge: { readonly id: string } | null;
  readonly userErrors: readonly { readonly code: string }[];
};
const merge = async (survivor: string, loser: string, caller?: Caller): Promise<Done> => {
  const text = `mutation ($input: MergeRecordsInput!) { mergeRecords(input: $input) { merge { id } userErrors { code } } }`;
  return (await ask<{ mergeRecords: Done }>(text, { input: { survivor, loser } }, caller)).mergeRecords;
};

describe('duplicates', () => {
  it('SEC-03 are found at entry by sound, address and number, explained, and refused where that is asked', async () => {
    const { id } = await make({
      firstName: 'Verónica',
      lastName: 'Zúñiga',
      email: 'v.zuniga@faro.ec',
      phone: '0991112223',
    });
    await cloud.idle();
    const [match] = await find({ firstName: 'Beronica', lastName: 'Suñiga', phones: ['+593991112223'] });
    expect(match).toMatchObject({ record: { id }, verdict: 'CERTAIN' });
    expect(match?.reasons.map(({ field }) => field)).toEqual(['name', 'phone']);
    expect(await find({ firstName: 'Nadie', lastName: 'Parecido' })).toEqual([]);
    const again = { firstName: 'Veronica', lastName: 'Zuniga', phone: '0991112223', unlessDuplicate: true };
    expect(await failing(make(again))).toContain('DUPLICATE_FOUND');
  });

  it('SEC-03 are a queue that its owners work off: merged, or kept apart for good', async () => {
    const one = await make({ firstName: 'Marco', lastName: 'Tello', phone: '0992223334' });
    const two = await make({ firstName: 'Marco', lastName: 'Tello', phone: '0992223334' });
    await cloud.idle();
    type Candidate = { id: string; status: string; record: { id: string }; other: { id: string } };
    const queue = async (caller: Caller) => {
      const asked = '{ duplicateCandidates(first: 100) { nodes { id status record { id } other { id } } } }';
      const { duplicateCandidates } = await ask<{ duplicateCandidates: { nodes: Candidate[] } }>(asked, {}, caller);
      return duplicateCandidates.nodes.filter(({ record }) => [one.id, two.id].includes(record.id));
    };
    expect(await queue(seller)).toMatchObject([{ status: 'OPEN' }]);
    const apart = `mutation ($input: KeepApartInput!) { keepApart(input: $input) { duplicateCandidate { status } userErrors { code } } }`;
    await ask(apart, { input: { record: one.id, other: two.id, note: 'Padre e hijo.' } }, seller);
    await act('updateContact', { id: two.id, version: 1, jobTitle: 'Contador', lastName: 'Tello' }, '', seller);
    await cloud.idle();
    expect(await queue(seller)).toMatchObject([{ status: 'DISTINCT' }]);
  });

  it('SEC-03 are merged by who may: children follow, the old id answers, and thirty days allow to part them', async () => {
    const stays = await make({ firstName: 'Lucía', lastName: 'Rada', phone: '0993334445' });
    const goes = await make({ firstName: 'Lucia', lastName: 'Rada', phone: '0993334445', birthday: '1980-01-01' });
    const types = await ask<{ activityTypes: { nodes: { id: string }[] } }>(
      '{ activityTypes(first: 1) { nodes { id } } }',
    );
    const type = types.activityTypes.nodes[0]?.id;
    const visit = await act('createActivity', { subject: 'Visita', type, contact: goes.id }, '', seller);
    await cloud.idle();
    expect(await failing(merge(stays.id, goes.id, seller))).toContain('FORBIDDEN');
    expect(await failing(merge(stays.id, goes.id, support))).toContain('FORBIDDEN');
    const done = await merge(stays.id, goes.id, manager);
    expect(done.userErrors).toEqual([]);
    await cloud.idle();
    const asked = `query ($old: ID!, $visit: ID!) {
      contact(id: $old) { id birthday mergedFrom }
      node(id: $old) { id }
      activity(id: $visit) { contact { id } }
    }`;
    const then = { old: goes.id, visit: visit.id };
    expect(await ask(asked, then, seller)).toEqual({
      contact: { id: stays.id, birthday: '1980-01-01', mergedFrom: [goes.id] },
      node: { id: stays.id },
      activity: { contact: { id: stays.id } },
    });
    const part = `mutation ($input: PartRecordsInput!) { partRecords(input: $input) { recordMerge { status } userErrors { code } } }`;
    const parted = await ask<{ partRecords: object }>(part, { input: { id: done.merge?.id } }, manager);
    expect(parted.partRecords).toEqual({ recordMerge: { status: 'PARTED' }, userErrors: [] });
    await cloud.idle();
    expect(await ask(asked, then, seller)).toEqual({
      contact: { id: goes.id, birthday: '1980-01-01', mergedFrom: [] },
      node: { id: goes.id },
      activity: { contact: { id: goes.id } },
    });
  });

  it('ENT-12 of a record that a role hides says who looks after it, and to another tenant nothing', async () => {
    const administrator = await signIn('administrator');
    const { id } = await make({ firstName: 'Oculta', lastName: 'Reservada', phone: '0994445556' }, administrator);
    await cloud.idle();
    const asked = { firstName: 'Oculta', lastName: 'Reservada', phones: ['0994445556'] };
    expect(await find(asked, support)).toMatchObject([{ record: { id } }]);
    const [hidden] = await find(asked, seller);
    expect(hidden).toMatchObject({ record: null, reasons: [] });
    expect(hidden?.handledBy?.name).toBeTruthy();
    expect(await find(asked, await startOtherTenant(cloud))).toEqual([]);
  });
});
