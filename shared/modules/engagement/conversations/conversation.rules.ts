/** No two conversations are with the same person by the same account. */
export const peerKey = (peer: string, { line }: Readonly<Record<string, unknown>>): string =>
  `${typeof line === 'string' ? line : 'mail'}:${peer}`;

type Desk = { readonly waitingSince?: string; readonly lastMessageAt: string; readonly since?: string };

/** Whether somebody waits, and since when that is so. */
export const deskOf = (after: Desk, before?: Desk) => {
  const desk = after.waitingSince === undefined ? ('ANSWERED' as const) : ('WAITING' as const);
  const wasWaiting = before?.waitingSince !== undefined;
  const isSame = before?.since !== undefined && wasWaiting === (desk === 'WAITING');
  return { desk, since: after.waitingSince ?? (isSame ? before.since : after.lastMessageAt) };
};

type Attended = {
  readonly status: string;
  readonly waitingSince?: string;
  readonly lateAt?: string;
  readonly answerBy?: string;
  readonly snoozedUntil?: string;
};

/** When somebody has to look after it: it comes back from having been put off, or they were not answered in time. */
export const attentionAt = (row: Attended): string | undefined => {
  if (row.status !== 'OPEN') return undefined;
  const missed = row.waitingSince !== undefined && row.lateAt === undefined ? row.answerBy : undefined;
  return [missed, row.snoozedUntil].filter((each) => each !== undefined).toSorted()[0];
};

type Waits = {
  readonly waitingSince?: string;
  readonly firstAnswerMinutes?: number;
  readonly answers: number;
  readonly waitedMinutes: number;
  readonly longestWaitMinutes: number;
};

/** Nobody waits any more. */
export const nobodyWaits = { waitingSince: null, answerBy: null, unread: 0 } as const;

/** For how many whole minutes they waited; undefined where nobody waited, or the answer had left before they wrote. */
export const waitedFor = ({ waitingSince }: Pick<Waits, 'waitingSince'>, at: string): number | undefined =>
  waitingSince === undefined || at < waitingSince
    ? undefined
    : Math.floor((Date.parse(at) - Date.parse(waitingSince)) / 60_000);

/** What an answer of people changes of what is known of waiting; nothing where it answers nobody. */
export const afterAnswer = (row: Waits, at: string) => {
  const minutes = waitedFor(row, at);
  if (minutes === undefined) return undefined;
  return {
    ...nobodyWaits,
    firstAnswerMinutes: row.firstAnswerMinutes ?? minutes,
    answers: row.answers + 1,
    waitedMinutes: row.waitedMinutes + minutes,
    longestWaitMinutes: Math.max(row.longestWaitMinutes, minutes),
  };
};

/** How a text begins, on one line; no emoji is cut in two. */
export const previewOf = (text: string): string => {
  const plain = text.replaceAll(/\s+/g, ' ').trim();
  return plain.length <= 120 ? plain : `${plain.slice(0, 119).replace(/\p{Cs}$/u, '')}…`;
};

const stopWords: ReadonlySet<string> = new Set([
  'stop',
  'stopall',
  'baja',
  'darse de baja',
  'alto',
  'parar',
  'detener',
  'unsubscribe',
  'cancelar suscripcion',
  'no molestar',
]);
const startWords: ReadonlySet<string> = new Set(['start', 'alta']);

/** Whether somebody asks to be written to no more, or again; the whole message has to say so. */
export const wishIn = (text: string): 'STOP' | 'START' | undefined => {
  const said = text
    .normalize('NFD')
    .replaceAll(/\p{M}|[.!¡\s]+$/gu, '')
    .trim()
    .toLowerCase();
  if (stopWords.has(said)) return 'STOP';
  return startWords.has(said) ? 'START' : undefined;
};

/** The consent that a channel asks for; those without one go by what is said in the conversation alone. */
export const consentChannel: Readonly<Partial<Record<string, 'SMS' | 'WHATSAPP'>>> = {
  SMS: 'SMS',
  WHATSAPP: 'WHATSAPP',
};

/** Channels whose providers let us write freely only for so long after a person wrote. */
const windowed: ReadonlySet<string> = new Set(['WHATSAPP', 'MESSENGER', 'INSTAGRAM']);
const windowHours = 24;

/** Whether free text may be written now; outside the window WhatsApp takes approved templates alone, the others nothing. */
export const isWithinWindow = (channel: string, lastInboundAt: string | undefined, now: string): boolean =>
  !windowed.has(channel) ||
  (lastInboundAt !== undefined && Date.parse(now) - Date.parse(lastInboundAt) < windowHours * 3_600_000);

/** The later of two moments: what is told late is not the last word. */
export const latest = (one: string, other: string): string => (one > other ? one : other);
