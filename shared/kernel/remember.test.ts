import { describe, expect, it } from '@jest/globals';
import { fixedClock } from '#test/support/fixed-clock';
import { forget, rememberFor, trustedFor } from './remember.ts';

const container = () => ({
  clock: fixedClock('2026-11-22T15:00:00.000Z'),
  ports: { secrets: { get: () => Promise.resolve('secret') } },
});

describe('what a container remembers', () => {
  it('is made once a minute, by name, in each container', async () => {
    const [one, other] = [container(), container()];
    let made = 0;
    const make = () => Promise.resolve((made += 1));
    expect(await rememberFor(one, 'roles', make)).toBe(1);
    expect(await rememberFor({ ...one }, 'roles', make)).toBe(1);
    expect(await rememberFor(one, 'zones', make)).toBe(2);
    expect(await rememberFor(other, 'roles', make)).toBe(3);
    one.clock.advance(trustedFor);
    expect(await rememberFor(one, 'roles', make)).toBe(4);
  });

  it('is made again once it is forgotten, after a failure, and where it is not to be kept', async () => {
    const who = container();
    await expect(rememberFor(who, 'roles', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect(await rememberFor(who, 'roles', () => Promise.resolve('up'))).toBe('up');
    forget(who, 'roles');
    expect(await rememberFor(who, 'roles', () => Promise.resolve(''), Boolean)).toBe('');
    expect(await rememberFor(who, 'roles', () => Promise.resolve('kept'))).toBe('kept');
  });
});
