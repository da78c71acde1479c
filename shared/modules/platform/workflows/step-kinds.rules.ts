import type { AnyEntity, AnyRow, Context, FieldMap, Filter, Path, Problem, Registry } from '#kernel';
import type { Plan, Step } from './plan.rules.ts';
import type { RunRow } from './workflow-run.entity.ts';

/** Values by name. */
export type Given = Readonly<Record<string, unknown>>;

/** What a step is done with. */
export type StepAt = {
  readonly step: Step;
  readonly run: RunRow;
  /** The record of the run as it is now. */
  readonly record: AnyRow | undefined;
  /** A unit of work with the rights of who published the workflow; what is written in it is written with the step, or not at all. */
  readonly context: Context;
};

/** What a step came to: a result that routes go by, and what later steps may use (`steps.<key>.<name>`). */
export type StepOutcome = { readonly result?: string; readonly output?: Given };

/** What definitions are checked against. */
export type Checking = {
  readonly registry: Registry;
  /** The entity that the workflow runs on. */
  readonly of: AnyEntity | undefined;
  readonly plan: Pick<Plan, 'steps' | 'trigger'>;
  readonly country: string;
};

/** What a kind of step does when its turn has come. */
export type StepKind = {
  /** `mail`, `task`, `message`: its name in definitions. */
  readonly key: string;
  readonly describes: string;
  /** What its `input` may hold; checked when a workflow is saved, and again once all values are in place. */
  readonly input: FieldMap;
  /** What is wrong with such a step beyond its fields; paths lie within its input. */
  problems?(step: Step, checking: Checking): readonly Problem[];
  /** What it names that there is not while it is saved; paths lie within its input. */
  missing?(step: Step, context: Context): Promise<readonly Problem[]>;
  /** The fields within its `input` that the step itself names, as those of an operation: of sensitive ones no run keeps values. */
  inner?(input: Given, named: Pick<Checking, 'registry' | 'of'>): FieldMap;
  /**
   * Does it in the unit of work that moves the run on. What cannot be done it says by a DomainError; nothing of it is written then.
   * A step `outside` runs before that unit, perhaps more than once, and writes nothing.
   */
  run(input: Given, at: StepAt): Promise<StepOutcome | undefined>;
  /** It calls somebody outside. */
  readonly outside?: true;
  /** The run goes on only when an event about what the step has made says so. */
  readonly awaits?: 'APPROVAL';
};
/** The extension point for them. */
export const stepsPoint = 'workflows.steps';

/** Steps by their names that the engine itself takes: they decide where a run goes, and do nothing. */
export const flowKinds = ['branch', 'forEach', 'waitFor', 'stop'] as const;

/** A scope in which special definitions count, judged by whoever knows it. */
export type ScopeJudge = {
  readonly kind: 'SEGMENT';
  /** Whether a record is within it. */
  holds(context: Context, scope: string, record: AnyRow): Promise<boolean>;
};
/** The extension point for them. */
export const scopesPoint = 'workflows.scopes';

/** A workflow that comes with the product, to be switched on or copied. */
export type ReadyDefinition = {
  /** `CALL_BACK`: its name, unique in the product. */
  readonly key: string;
  readonly name: { readonly es: string; readonly en: string };
  readonly describes: { readonly es: string; readonly en: string };
  readonly definition: ReadyPlan;
};
/** A plan as clients would give it. */
export type ReadyPlan = {
  readonly process?: string;
  readonly of?: string;
  readonly trigger: { readonly kind: Plan['trigger']['kind'] } & Partial<Plan['trigger']>;
  readonly concurrency?: Plan['concurrency'];
  readonly mostRuns?: number;
  readonly mostPerHour?: number;
  readonly steps: readonly (Pick<Step, 'key' | 'kind'> &
    Partial<Omit<Step, 'routes'>> & { readonly routes?: readonly ReadyRoute[] })[];
};
/** A route as clients would give it. */
export type ReadyRoute = {
  readonly to: string;
  readonly when?: Filter;
  readonly value?: string;
  readonly is?: readonly string[];
};
/** The extension point for them. */
export const readyPoint = 'workflows.ready';

type Contributing = Pick<Registry, 'contributions'>;

/** The kinds of steps that do something, of all modules. */
export const stepKindsIn = ({ contributions }: Contributing): ReadonlyMap<string, StepKind> =>
  new Map((contributions(stepsPoint) as readonly StepKind[]).map((kind) => [kind.key, kind]));

/** The definitions that come with the product. */
export const readyIn = ({ contributions }: Contributing): readonly ReadyDefinition[] =>
  contributions(readyPoint) as readonly ReadyDefinition[];

/** Who judges scopes that the engine does not know itself. */
export const judgesIn = ({ contributions }: Contributing): readonly ScopeJudge[] =>
  contributions(scopesPoint) as readonly ScopeJudge[];

/** A broken rule of a definition. */
export const problem = (message: string, path: Path, code = 'BAD_INPUT'): Problem => ({ code, message, path });
