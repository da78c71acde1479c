// What each provider carries: how much text, and which files by themselves. What it does not carry goes as a link in the text.
import type { ChannelKind } from './channel-account.entity.ts';
import type { Outgoing } from './outbound.rules.ts';
import { mostParts, smsPartsOf } from './sms-parts.rules.ts';

/** Ways in which providers show a file. */
export type Shown = 'image' | 'video' | 'audio' | 'document';

type Carrier = {
  /** Signs of a text; of Instagram bytes. */
  readonly text?: number;
  /** Signs of a text that goes under a file; nothing may stand there where not said. */
  readonly caption?: number;
  /** How it shows files of a type; what fits none of them is a link. */
  readonly files: readonly (readonly [RegExp, Shown])[];
};

const anything = /./;
const carriers: Readonly<Partial<Record<ChannelKind, Carrier>>> = {
  WHATSAPP: {
    text: 4096,
    caption: 1024,
    files: [
      [/^image\/(jpeg|png)$/, 'image'],
      [/^video\/(mp4|3gpp)$/, 'video'],
      [anything, 'document'],
    ],
  },
  MESSENGER: {
    text: 2000,
    files: [
      [/^image\//, 'image'],
      [/^video\//, 'video'],
      [/^audio\//, 'audio'],
      [anything, 'document'],
    ],
  },
  INSTAGRAM: {
    text: 1000,
    files: [
      [/^image\/(jpeg|png|gif)$/, 'image'],
      [/^video\//, 'video'],
      [/^audio\//, 'audio'],
    ],
  },
  // Telegram fetches documents of these types alone.
  TELEGRAM: {
    text: 4096,
    caption: 1024,
    files: [
      [/^image\/(jpeg|png|webp)$/, 'image'],
      [/^video\/mp4$/, 'video'],
      [/^audio\/(mpeg|mp4|x-m4a)$/, 'audio'],
      [/^(application\/(pdf|zip)|image\/gif)$/, 'document'],
    ],
  },
  SMS: { files: [] },
  WEB_CHAT: { caption: Infinity, files: [[anything, 'document']] },
  GENERIC: { caption: Infinity, files: [[anything, 'document']] },
};

/** How a channel shows a file of a type; undefined where it goes as a link. */
export const shownAs = (kind: ChannelKind, type: string): Shown | undefined =>
  carriers[kind]?.files.find(([pattern]) => pattern.test(type))?.[1];

/** A message as its provider can carry it: a file that it would not show, or not with this text, is a link in the text. */
export const carriable = (kind: ChannelKind, { media, ...rest }: Outgoing): Outgoing => {
  if (!media) return rest;
  const fits = rest.text.length <= (carriers[kind]?.caption ?? 0);
  if (fits && shownAs(kind, media.type) !== undefined) return { ...rest, media };
  return { ...rest, text: `${rest.text}\n${media.url}`.trim() };
};

/** Signs that are kept free for a link. */
const linkLength = 500;

/** Why a text is too long for a channel, in words; nothing where it is not. */
export const lengthProblem = (kind: ChannelKind, text: string, hasFile: boolean): string | undefined => {
  if (kind === 'SMS')
    return smsPartsOf(text).parts > mostParts
      ? `A text of SMS has at most ${String(mostParts)} parts: 1530 signs, or 670 where one is an accent or emoji.`
      : undefined;
  const most = carriers[kind]?.text;
  const length = kind === 'INSTAGRAM' ? Buffer.byteLength(text) : text.length;
  if (most === undefined || length + (hasFile && text !== '' ? linkLength : 0) <= most) return undefined;
  return `A text on ${kind} has at most ${String(most)} signs${hasFile ? `, ${String(linkLength)} of them for the link to the file` : ''}.`;
};
