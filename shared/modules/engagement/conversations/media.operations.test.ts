import { beforeEach, describe, expect, it } from '@jest/globals';
import { File } from '#modules/platform/files';
import { openConversing } from '#test/support/conversing';
import type { Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import type { MessageRow } from './index.ts';

const desk = openConversing(withTenantTable());
const { caught, conversations, handIn, line, messagesOf, next } = desk;
let domain: Domain;
beforeEach(async () => {
  domain = await desk.start();
});

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const bytes = (body: Uint8Array | string, type: string) => (): Response =>
  new Response(body, { headers: { 'content-type': type } });

const only = async (): Promise<MessageRow> => {
  const [row] = await conversations();
  const [message] = await messagesOf(row?.id ?? '');
  if (!message) throw new Error('There is no message.');
  return message;
};

describe('what comes along with a message', () => {
  const image = { id: 'm1', mime_type: 'image/png' };
  const message = { id: 'w1', from: '593991234567', type: 'image', image };
  const written = { entry: [{ changes: [{ value: { messages: [message] } }] }] };

  it('is fetched once from where its provider has it, and kept as the file that it is', async () => {
    const whatsapp = await line('WHATSAPP', { address: '555' });
    for (let time = 0; time < 2; time += 1) await handIn(whatsapp, written);
    expect(await only()).toMatchObject({ media: [{ source: 'm1', status: 'FETCHING' }] });
    const described = (): Response => Response.json({ url: 'https://lookaside.test/1', mime_type: 'image/jpeg' });
    next(described, bytes(png, 'text/html'));
    await workOff(domain);
    expect(caught.map(({ url }) => url)).toEqual(['https://graph.facebook.com/v23.0/m1', 'https://lookaside.test/1']);
    const { id, media, mediaAt } = await only();
    expect(media).toMatchObject([{ status: 'KEPT', file: expect.any(String) }]);
    expect(mediaAt).toBeUndefined();
    const kept = await domain
      .reader()
      .trusted(File)
      .get(media[0]?.file ?? '');
    expect(kept).toMatchObject({ name: 'image-1.png', contentType: 'image/png', record: id, size: png.length });
  });

  it('is asked for again while the provider is down, and says when it is gone or is refused', async () => {
    const telegram = await line('TELEGRAM');
    const [document, voice, video] = ['a', 'b', 'c'].map((id) => ({ file_id: id, file_name: `${id}.pdf` }));
    await handIn(telegram, { message: { message_id: 1, chat: { id: 5 }, document, voice, video } });
    const found = (): Response => Response.json({ result: { file_path: 'd/1' } });
    const gone = (): Response => new Response('', { status: 404 });
    next(found, () => new Response('', { status: 502 }), gone, found, bytes('MZ<html>', 'text/html'));
    await workOff(domain);
    const states = async () => (await only()).media.map(({ status }) => status);
    expect(await states()).toEqual(['FETCHING', 'GONE', 'REFUSED']);
    next(found, bytes('%PDF-1.7\n', 'application/pdf'));
    await domain.advanceTo(new Date(domain.clock.now().getTime() + 3 * 60_000).toISOString());
    await workOff(domain);
    expect(await states()).toEqual(['KEPT', 'GONE', 'REFUSED']);
    expect(caught.at(-1)?.url).toBe('https://api.telegram.org/file/botan-access-token/d/1');
  });

  it('says how much of it is not kept', async () => {
    const own = await line('GENERIC');
    const media = Array.from({ length: 22 }, (_, nth) => ({
      kind: 'image',
      source: `https://own.test/${String(nth)}`,
    }));
    await handIn(own, { messages: [{ id: '1', from: 'rosa', text: '', media }] });
    const { media: kept, problem } = await only();
    expect([kept.length, problem]).toEqual([20, 'Of 22 things that came along 20 are kept.']);
  });
});
