import { describe, expect, it } from '@jest/globals';
import { emailForm } from '#kernel/validate-text';
import {
  readThreadAddress,
  readUnsubscribeAddress,
  threadAddress,
  unsubscribeAddress,
} from './thread-address.rules.ts';

const secret = 'secret of the deployment';
const target = { tenant: 'ten_01M80GVG6G7ZZZZZZZZZZZZZZZ', record: 'case_ZZZZZZZZZZZZZZZZZZZZZZZZZZ' };
const read = (address: string, key = secret) => readThreadAddress(key, address, 'crm.example.com');
const address = threadAddress(secret, target, 'crm.example.com');

describe('addresses for answers', () => {
  it('say whose and what they are about, and mail servers take them', () => {
    expect(address).toMatch(/^t-case[\w-]{50}\.[\w-]{7}@in\.crm\.example\.com$/);
    expect(address).toMatch(emailForm);
    expect(read(address)).toEqual(target);
    const low = { tenant: 'ten_00000000000000000000000000', record: 'acc_00000000000000000000000001' };
    expect(read(threadAddress(secret, low, 'crm.example.com'))).toEqual(low);
  });

  it('survive mail programs that change letters', () => {
    expect(read(` ${address.toUpperCase()} `)).toEqual(target);
  });

  it('are not read when any letter was changed, the secret is another, or the domain', () => {
    const at = address.indexOf('@');
    for (let index = 2; index < at; index += 1) {
      const other = address[index] === 'x' ? 'y' : 'x';
      expect(read(`${address.slice(0, index)}${other}${address.slice(index + 1)}`)).toBeUndefined();
    }
    expect(read(address, 'another secret')).toBeUndefined();
    expect(read(address.replace('@in.', '@'))).toBeUndefined();
    expect(read('t-case.abc@in.crm.example.com')).toBeUndefined();
    expect(read('ana@in.crm.example.com')).toBeUndefined();
    expect(read('')).toBeUndefined();
  });

  it('are for one thing: one for answers unsubscribes nobody, and the other way round', () => {
    const leave = unsubscribeAddress(secret, target, 'crm.example.com');
    expect(readUnsubscribeAddress(secret, leave, 'crm.example.com')).toEqual(target);
    expect([read(leave), read(leave.replace(/^u/, 't'))]).toEqual([undefined, undefined]);
    expect(readUnsubscribeAddress(secret, address, 'crm.example.com')).toBeUndefined();
    expect(readUnsubscribeAddress(secret, address.replace(/^t/, 'u'), 'crm.example.com')).toBeUndefined();
  });

  it('have no room for longer prefixes, and say so', () => {
    expect(() => threadAddress(secret, { ...target, record: `letter_${'0'.repeat(26)}` }, 'a.example')).toThrow(
      RangeError,
    );
  });
});
