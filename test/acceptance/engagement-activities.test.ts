import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '#test/support/cloud';
import { startSelling, type Selling } from '#test/support/selling';

let selling: Selling;
let seller: Caller;
let manager: Caller;

const ask: Selling['ask'] = (query, variables, caller) => selling.ask(query, variables, caller);
const act: Selling['act'] = (name, input, selection, caller) => selling.act(name, input, selection, caller);

beforeAll(async () => {
  selling = await startSelling();
  seller = await selling.tokenOf('seller');
  manager = await selling.tokenOf('manager');
}, 120_000);
afterAll(() => selling.cloud.stop());

const open = (input: object): Promise<{ id: string }> =>
  act('createOpportunity', { name: 'Sillas', ...input }, 'opportunity { id version }', seller);
type Work = { id: string; version: number; status: string; kind: string; owner: { id: string } | null };
const workFields = 'activity { id version status kind owner { id } }';
const tomorrow = (hour: number): string =>
  `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}T${String(hour).padStart(2, '0')}:00:00.000Z`;
const plan = (input: object = {}, caller: Caller = seller): Promise<Work> =>
  act<Work>(
    'createActivity',
    { subject: 'Llamar', type: selling.ids.call, account: selling.ids.account, startsAt: tomorrow(15), ...input },
    workFields,
    caller,
  );

describe('activities', () => {
  it('ACT-01 have types that the tenant configures', async () => {
    const type = await act(
      'createActivityType',
      { key: 'FAIR', name: { es: 'Feria', en: 'Fair' }, kind: 'MEETING', minutes: 240 },
      'activityType { id version }',
    );
    expect(await plan({ type: type.id })).toMatchObject({ kind: 'MEETING', status: 'PLANNED' });
  });

  it('ACT-02 ACT-11 stand on account, contact and opportunity, planned and done with a result and the next one', async () => {
    const deal = await open({ account: selling.ids.account });
    const visit = await plan({
      type: selling.ids.visit,
      contact: selling.ids.contact,
      opportunity: deal.id,
      subject: 'Visita',
    });
    await expect(act('completeActivity', { id: visit.id }, workFields, seller)).rejects.toThrow('RESULT_REQUIRED');
    const query =
      'mutation($input: CompleteActivityInput!) { done: completeActivity(input: $input) { activity { status result spentMinutes } next { subject previous { id } } userErrors { code } } }';
    const { done } = await ask<{ done: object }>(
      query,
      {
        input: {
          id: visit.id,
          result: 'Interesada',
          minutes: 50,
          next: { subject: 'Enviar oferta', startsAt: tomorrow(20) },
        },
      },
      seller,
    );
    expect(done).toMatchObject({
      activity: { status: 'DONE', result: 'Interesada', spentMinutes: 50 },
      next: { subject: 'Enviar oferta', previous: { id: visit.id } },
      userErrors: [],
    });
    await selling.cloud.idle();
    type Under = {
      opportunity: { activities: { edges: { node: { subject: string } }[] } };
      account: { activities: { edges: { node: { subject: string } }[] } };
    };
    const under = await ask<Under>(
      'query($o: ID!, $a: ID!) { opportunity(id: $o) { activities { edges { node { subject } } } } account(id: $a) { activities { edges { node { subject } } } } }',
      { o: deal.id, a: selling.ids.account },
      seller,
    );
    expect(under.opportunity.activities.edges.map(({ node }) => node.subject).sort()).toEqual([
      'Enviar oferta',
      'Visita',
    ]);
    expect(under.account.activities.edges.length).toBeGreaterThanOrEqual(2);
  });

  it('ACT-03 fill an agenda by day, with overlaps marked', async () => {
    await plan({ startsAt: tomorrow(16), minutes: 90 });
    await plan({ startsAt: tomorrow(17) });
    const day = new Date(Date.now()).toISOString().slice(0, 10);
    const until = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    type Agenda = { agenda: { days: { entries: { overlaps: boolean; activity: { owner: { id: string } } }[] }[] } };
    const { agenda } = await ask<Agenda>(
      'query($f: Date!, $t: Date!) { agenda(from: $f, to: $t) { days { day entries { overlaps activity { owner { id } } } } } }',
      { f: day, t: until },
      seller,
    );
    const entries = agenda.days.flatMap((each) => each.entries);
    expect(entries.filter(({ overlaps }) => overlaps).length).toBeGreaterThanOrEqual(2);
    expect(new Set(entries.map(({ activity }) => activity.owner.id))).toEqual(new Set([selling.ids.seller]));
  });

  it('ACT-04 ACT-10 wait for a team until somebody takes them, on the panel', async () => {
    const waiting = await plan({ team: selling.ids.team, subject: 'Para el equipo' }, manager);
    expect(waiting.owner).toBeNull();
    type Panel = { panel: { unassigned: { id: string }[]; next: { id: string }[]; counters: { unassigned: number } } };
    const { panel } = await ask<Panel>(
      '{ panel { unassigned { id } next { id } counters { unassigned overdue today next } } }',
      {},
      seller,
    );
    expect(panel.unassigned.map(({ id }) => id)).toContain(waiting.id);
    expect((await act<Work>('claimActivity', { id: waiting.id }, workFields, seller)).owner?.id).toBe(
      selling.ids.seller,
    );
    await expect(act('claimActivity', { id: waiting.id }, workFields, manager)).rejects.toThrow('ALREADY_TAKEN');
    expect((await act<Work>('addActivity', { subject: 'Rápida' }, workFields, seller)).owner?.id).toBe(
      selling.ids.seller,
    );
    const query =
      'mutation($input: ReassignActivitiesInput!) { done: reassignActivities(input: $input) { activities { owner { id } } userErrors { code } } }';
    const { done } = await ask<{ done: { activities: Work[] } }>(
      query,
      { input: { ids: [waiting.id], owner: selling.ids.manager } },
      manager,
    );
    expect(done.activities[0]?.owner?.id).toBe(selling.ids.manager);
  });

  it('ACT-05 are delegated to a colleague, who accepts or declines', async () => {
    const call = await plan();
    const asked = await act<Work>(
      'delegateActivity',
      { id: call.id, to: selling.ids.manager, note: 'Revisa el contrato' },
      'activity { id version status kind owner { id } delegation }',
      seller,
    );
    expect(asked).toMatchObject({ delegation: 'ASKED', owner: { id: selling.ids.manager } });
    await selling.cloud.idle();
    type Panel = { panel: { delegated: { id: string }[] } };
    expect(
      (await ask<Panel>('{ panel { delegated { id } } }', {}, seller)).panel.delegated.map(({ id }) => id),
    ).toContain(call.id);
    await expect(act('acceptDelegation', { id: call.id }, workFields, seller)).rejects.toThrow('NOT_ASKED');
    expect(
      await act(
        'declineDelegation',
        { id: call.id, reason: 'De viaje' },
        'activity { owner { id } delegation }',
        manager,
      ),
    ).toMatchObject({ owner: { id: selling.ids.seller }, delegation: 'DECLINED' });
  });
});
