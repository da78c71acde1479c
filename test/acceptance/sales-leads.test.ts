import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '#test/support/cloud';
import { signInThere, startOtherTenant } from '#test/support/other-tenant';
import { startSelling, type Selling } from '#test/support/selling';

let selling: Selling;
let seller: Caller;
let manager: Caller;
let support: Caller;
let stranger: Caller;
const ask: Selling['ask'] = (query, variables, caller) => selling.ask(query, variables, caller);
const act: Selling['act'] = (name, input, selection, caller) => selling.act(name, input, selection, caller);

const signIn = async (): Promise<void> => {
  [seller, manager, support] = [
    await selling.tokenOf('seller'),
    await selling.tokenOf('manager'),
    await selling.tokenOf('support'),
  ];
  stranger = await signInThere(selling.cloud);
};
beforeAll(async () => {
  selling = await startSelling();
  await startOtherTenant(selling.cloud);
  await signIn();
}, 120_000);
afterAll(() => selling.cloud.stop());

const later = async (seconds: number): Promise<void> => {
  await selling.cloud.advance(seconds);
  await selling.cloud.idle();
  await signIn();
};

const account = (name: string, input: object = {}, caller: Caller = seller) =>
  act('createAccount', { name, ...input }, 'account { id version }', caller);
type Lead = {
  id: string;
  version: number;
  status: string;
  grade: string;
  score: number;
  owner: { id: string } | null;
  handOver: { state: string; reason: string | null; answeredBy: { id: string } | null } | null;
};
const leadFields = 'lead { id version status grade score owner { id } handOver { state reason answeredBy { id } } }';
const capture = (input: object = {}, caller: Caller = seller) =>
  act<Lead>('createLead', { lastName: 'Vera', ...input }, leadFields, caller);
const on = (name: string, id: string, input: object = {}, caller: Caller = seller) =>
  act<Lead>(name, { id, ...input }, leadFields, caller);

describe('leads', () => {
  it('ENT-09 are captured with source and reason, scored with reasons, qualified over the threshold, fading by themselves', async () => {
    await act('setLeadScoring', { halfLifeDays: 1 }, 'leadScoring { id }');
    const lead = await capture({
      company: 'Hotel Uno',
      jobTitle: 'Gerente general',
      employees: 80,
      phone: '0991234001',
      source: 'Sitio web',
      captureReason: 'GROWTH',
    });
    expect(lead).toMatchObject({ status: 'NEW', score: 50, grade: 'B' });
    await on('noteLeadSignal', lead.id, { signal: 'MEETING' });
    const hot = await on('noteLeadSignal', lead.id, { signal: 'REPLY' });
    expect(hot).toMatchObject({ status: 'QUALIFIED', score: 85, grade: 'A' });
    type Explained = { lead: { source: string; breakdown: { rule: string; part: string; points: number }[] } };
    const { lead: explained } = await ask<Explained>(
      'query ($id: ID!) { lead(id: $id) { source breakdown { rule part points } } }',
      { id: lead.id },
    );
    expect(explained.source).toBe('WEB');
    expect(explained.breakdown).toContainEqual({ rule: 'MEETING', part: 'BEHAVIOUR', points: 20 });
    await later(86_460);
    type Scored = { lead: { score: number; grade: string; status: string } };
    const { lead: faded } = await ask<Scored>('query ($id: ID!) { lead(id: $id) { score grade status } }', {
      id: lead.id,
    });
    expect(faded).toMatchObject({ grade: 'B', status: 'QUALIFIED' });
    expect(faded.score).toBeLessThan(75);
    await expect(on('noteLeadSignal', lead.id, { signal: 'NADA' })).rejects.toThrow('UNKNOWN_SIGNAL');
    await expect(on('qualifyLead', lead.id, {}, stranger)).rejects.toThrow('NOT_FOUND');
  }, 240_000);

  it('ENT-09 go to people in turn, by rules of the tenant, put aside with a reason and taken up again', async () => {
    const users = [selling.ids.seller, selling.ids.manager];
    const rule = { name: 'Feria', how: 'ROUND_ROBIN', users, sources: ['Feria del Libro'] };
    await expect(act('createAssignmentRule', rule, 'assignmentRule { id }', seller)).rejects.toThrow('FORBIDDEN');
    await act('createAssignmentRule', rule, 'assignmentRule { id }');
    const leads = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        capture({ lastName: `L${String(index)}`, source: 'Feria del Libro' }, support),
      ),
    );
    const counts = users.map((id) => leads.filter(({ owner }) => owner?.id === id).length);
    expect(counts).toEqual([3, 3]);
    const mine = leads.find(({ owner }) => owner?.id === selling.ids.seller);
    const id = mine?.id ?? '';
    await expect(on('disqualifyLead', id, {})).rejects.toThrow();
    expect(await on('disqualifyLead', id, { reason: 'Sin presupuesto' })).toMatchObject({ status: 'DISQUALIFIED' });
    expect(await on('recycleLead', id)).toMatchObject({ status: 'NEW' });
  });

  it('OPP-14 are handed over: the other side accepts or declines with a reason, and without an answer they come back', async () => {
    const offer = { team: selling.ids.team, note: 'Quiere visita', hours: 2 };
    const given = await capture({ company: 'Clínica Norte' }, support);
    await expect(on('offerLead', given.id, offer, seller)).rejects.toThrow(/NOT_FOUND|FORBIDDEN/);
    expect(await on('offerLead', given.id, offer, support)).toMatchObject({
      handOver: { state: 'OFFERED' },
      owner: null,
    });
    await selling.cloud.idle();
    type Panel = { panel: { sections: { name: string; records: { id: string }[] }[] } };
    const { panel } = await ask<Panel>('{ panel { sections { name records { id } } } }', {}, seller);
    expect(panel.sections.find(({ name }) => name === 'offeredLeads')?.records).toEqual([{ id: given.id }]);
    await expect(on('acceptLead', given.id, {}, stranger)).rejects.toThrow('NOT_FOUND');
    await expect(on('acceptLead', given.id, {}, support)).rejects.toThrow('NOT_OFFERED');
    const taken = await on('acceptLead', given.id);
    expect(taken).toMatchObject({
      owner: { id: selling.ids.seller },
      handOver: { state: 'ACCEPTED', answeredBy: { id: selling.ids.seller } },
    });
    await expect(on('acceptLead', given.id, {}, manager)).rejects.toThrow('NOT_OFFERED');

    const refused = await capture({ company: 'Clínica Sur' }, support);
    const supportId = refused.owner?.id;
    await on('offerLead', refused.id, { user: selling.ids.seller }, support);
    expect(await on('declineLead', refused.id, { reason: 'No es mi zona' })).toMatchObject({
      owner: { id: supportId },
      handOver: { state: 'DECLINED', reason: 'No es mi zona' },
    });

    const silent = await capture({ company: 'Clínica Este' }, support);
    await on('offerLead', silent.id, offer, support);
    await later(3 * 3600);
    const { lead } = await ask<{ lead: Lead }>(`query ($id: ID!) { ${leadFields.replace('lead', 'lead(id: $id)')} }`, {
      id: silent.id,
    });
    expect(lead).toMatchObject({ owner: { id: supportId }, handOver: { state: 'EXPIRED' } });
  }, 120_000);

  it('ENT-08 OPP-14 become account, contact and opportunity in one call, once, using what is known already', async () => {
    const known = await account('Textiles Sol');
    const contact = await act(
      'createContact',
      { firstName: 'Luz', email: 'luz@textiles-sol.ec', account: known.id },
      'contact { id version }',
      seller,
    );
    await selling.cloud.idle();
    const lead = await capture({ company: 'TEXTILES SOL S.A.', email: 'luz@textiles-sol.ec' });
    type Conversion = {
      convertLead: {
        account: { id: string; lifecycle: string };
        contact: { id: string };
        opportunity: { id: string; name: string };
        reused: string[];
        userErrors: { code: string }[];
      };
    };
    const convert = async (caller?: Caller) =>
      (
        await ask<Conversion>(
          `mutation ($id: ID!) { convertLead(input: { id: $id, opportunity: { name: "Telas" }, idempotencyKey: "once" }) {
            account { id lifecycle } contact { id } opportunity { id name } reused userErrors { code } } }`,
          { id: lead.id },
          caller,
        )
      ).convertLead;
    await expect(convert(stranger)).rejects.toThrow('NOT_FOUND');
    const made = await convert(seller);
    expect(made).toMatchObject({
      account: { id: known.id, lifecycle: 'LEAD' },
      contact: { id: contact.id },
      opportunity: { name: 'Telas' },
      reused: ['ACCOUNT', 'CONTACT'],
      userErrors: [],
    });
    expect((await convert(seller)).opportunity.id).toBe(made.opportunity.id);
    expect(await on('updateLead', lead.id, { version: 2, company: 'x' }).catch(String)).toContain('LEAD_CONVERTED');
  });
});
