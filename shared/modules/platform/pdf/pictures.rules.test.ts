import { deflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { png } from '#test/support/pictures';
import { isShowable, isWholePng } from './pictures.rules.ts';

describe('pictures from outside', () => {
  it('are shown when all of their pixels are there', () => {
    expect(isShowable(png(3, 2))).toBe(true);
    expect(isShowable(Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]))).toBe(true);
    expect(isShowable(Buffer.from('GIF89a, and some more bytes that are none of ours'))).toBe(false);
    expect(isShowable(new Uint8Array())).toBe(false);
  });

  it('are refused when they promise other pixels than they bring, or none that can be unpacked', () => {
    const whole = png(3, 2);
    const taller = Buffer.from(whole);
    taller.writeUInt32BE(3, 20);
    expect(isWholePng(taller)).toBe(false);
    const bomb = png(3, 2, deflateSync(Buffer.alloc(5_000_000)));
    expect(isWholePng(bomb)).toBe(false);
    const broken = png(3, 2, Buffer.from('not deflated'));
    expect(isWholePng(broken)).toBe(false);
    const interlaced = Buffer.from(whole);
    interlaced[28] = 1;
    expect(isWholePng(interlaced)).toBe(false);
  });
});
