/** What shows that somebody likes a product. */
export const affinitySources = ['PURCHASE', 'DECLARED', 'OPPORTUNITY', 'ACTIVITY'] as const;
/** What shows it. */
export type AffinitySource = (typeof affinitySources)[number];

/** One thing that shows it: of which product, when, how much. */
export type Signal = {
  readonly product: string;
  readonly source: AffinitySource;
  /** A day or a moment. */
  readonly on: string;
  /** Of what somebody said, how much he likes it: 1 to 5. */
  readonly declared?: number;
};

/** What a signal weighs on its day, and after how many days half of that. */
const kinds: Readonly<Record<AffinitySource, { readonly weight: number; readonly halfLife: number }>> = {
  PURCHASE: { weight: 3, halfLife: 180 },
  DECLARED: { weight: 3, halfLife: 365 },
  OPPORTUNITY: { weight: 2, halfLife: 90 },
  ACTIVITY: { weight: 1, halfLife: 60 },
};

const dayLength = 86_400_000;
const strongest = 5;

/** All that is liked of one thing: a product, its family, one of its characteristics. */
export type Liking = {
  readonly strength: number;
  readonly date: string;
  readonly sources: readonly AffinitySource[];
  /** When it fades to less, in milliseconds. */
  readonly fadesAt: number;
};

/** What signals come to at a moment; undefined when next to nothing is left of them. */
export const likingAt = (signals: readonly Signal[], at: number): Liking | undefined => {
  const strength = strengthAt(signals, at);
  if (strength < 1) return undefined;
  const dates = signals.map(({ on }) => on.slice(0, 10)).sort();
  return {
    strength,
    date: dates.at(-1) ?? '',
    sources: affinitySources.filter((source) => signals.some((signal) => signal.source === source)),
    fadesAt: fadingOf(signals, at, strength),
  };
};

/** 0 nothing, 1 little, 5 very much: the weights added up, each halved whenever its half-life has passed. */
export const strengthAt = (signals: readonly Signal[], at: number): number =>
  Math.min(strongest, Math.round(signals.reduce((sum, signal) => sum + weightAt(signal, at), 0)));

const weightAt = ({ source, on, declared }: Signal, at: number): number => {
  const { weight, halfLife } = kinds[source];
  const days = Math.max(0, (at - Date.parse(on)) / dayLength);
  return (declared ?? weight) * 0.5 ** (days / halfLife);
};

/** In minutes: so long no sum of weights lasts. */
const longest = 40 * 365 * 1440;
const minute = 60_000;

/**
 * The first whole minute at which the strength is less, the same whenever it is asked: weights only fade, so that halving the time
 * between finds it.
 */
const fadingOf = (signals: readonly Signal[], at: number, strength: number): number => {
  let holds = Math.floor(at / minute);
  let less = holds + longest;
  while (less - holds > 1) {
    const middle = Math.floor((holds + less) / 2);
    if (strengthAt(signals, middle * minute) < strength) less = middle;
    else holds = middle;
  }
  return less * minute;
};
