// The asynchronous paths of infra/wiring.ts, each with something for its worker to do, and what must have come of it.
import type { FunctionName, functions } from '#infra/wiring';
import type { Domain } from './domain.ts';
import type { TestEngine, Tenanted } from './engine.ts';

/** Something new for a worker to do. */
export type Occasion = {
  /** Gives it to the worker. @throws where its source would bring it again */
  deliver(): Promise<unknown>;
  /** What else brings it on when a worker is gone: time, and what else was sent. */
  goOn?(): Promise<unknown>;
  /** What is there in the end. */
  outcome(): Promise<unknown>;
};

/** A path at work. */
export type Rig = {
  readonly domain: Domain;
  occasion(nth: number): Promise<Occasion>;
  /** What may be there in the end: what is there when nobody dies, and what at-least-once delivery may make of it. */
  readonly allowed: readonly unknown[];
  stop?(): Promise<void>;
};

/** Where it works. */
export type Place = Tenanted<TestEngine>;

type Triggers<Name extends FunctionName> = (typeof functions)[Name]['triggers'][number]['on'];

/** A function and what triggers it, as the wiring has them. */
export type PathName = { [Name in FunctionName]: `${Name} ${Triggers<Name>}` }[FunctionName];

/** Somebody waits for the answer of these, and asks again. */
const waitedFor = ['http', 'listening'];

/** The functions of the wiring with what triggers them while nobody waits. */
export const asynchronousOf = (wiring: typeof functions): readonly string[] =>
  Object.entries(wiring).flatMap(([name, { triggers }]) =>
    triggers.filter(({ on }) => !waitedFor.includes(on)).map(({ on }) => `${name} ${on}`),
  );
