import { describe, expect, it } from '@jest/globals';
import { blocksAfter, saySame, type BlockFacts } from './blocks.rules.ts';

const at = '2026-11-22T15:00:00.000Z';
const facts = (more: Partial<BlockFacts> = {}, account: Partial<BlockFacts['account']> = {}): BlockFacts => ({
  account: { type: 'COMPANY', taxId: '1790012345001', ...account },
  reference: undefined,
  isUnconfirmed: false,
  ...more,
});
const codes = (given: BlockFacts) => blocksAfter([], given, at).map(({ code }) => code);

describe('what keeps something from being invoiced', () => {
  it('is found in customer, reference and delivery', () => {
    expect(codes(facts())).toEqual([]);
    expect(codes(facts({}, { needsReference: true }))).toEqual(['MISSING_REFERENCE']);
    expect(codes(facts({ reference: 'OC-7' }, { needsReference: true }))).toEqual([]);
    expect(codes(facts({ isUnconfirmed: true }, { needsProofOfDelivery: true }))).toEqual(['UNSIGNED_DELIVERY']);
    expect(codes(facts({ isUnconfirmed: true }))).toEqual([]);
    const { taxId: _none, ...nobody } = facts().account;
    expect(codes(facts({ account: nobody }))).toEqual(['MISSING_TAX_ID']);
    expect(codes(facts({ account: { ...nobody, type: 'PERSON' } }))).toEqual([]);
    const held = blocksAfter([], facts({}, { creditBlocked: { reason: 'Three months late' } }), at);
    expect(held).toEqual([{ code: 'CREDIT_HOLD', reason: 'Three months late', at }]);
  });

  it('stays since when it was found, goes when it is gone, and what people set stays until they release it', () => {
    const before = [
      { code: 'MISSING_REFERENCE' as const, at: '2026-01-01T00:00:00.000Z' },
      { code: 'DISPUTED' as const, at: '2026-01-02T00:00:00.000Z', by: 'usr_1', reason: 'Wrong colour' },
    ];
    expect(blocksAfter(before, facts({}, { needsReference: true }), at)).toEqual(before);
    expect(blocksAfter(before, facts(), at)).toEqual(before.slice(1));
    expect(saySame(before, before.slice(1))).toBe(false);
    expect(saySame(before, [...before])).toBe(true);
  });
});
