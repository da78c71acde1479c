import { inputFieldsOf, type ChangesOf, type Context, type Row } from '#kernel';
import { parseGiven } from '#kernel/execute';
import { parseChanges } from '#kernel/validate';
import { Pipeline, stageOf } from '#modules/platform/flows';
import type { ImportAdapter, ImportValues } from '#modules/platform/imports';
import { Opportunity } from './opportunity.entity.ts';
import { createOpportunity, defaultPipelineOf, enterStage } from './opportunity.operations.ts';
import { isClosing } from './opportunity.rules.ts';

type Standing = {
  readonly pipeline?: string;
  readonly stage?: string;
  readonly closedOn?: string;
  readonly stageEnteredOn?: string;
};

const fields = { ...inputFieldsOf(createOpportunity), ...createOpportunity.input };

/** What a table says of the stage, and the rest. */
const parted = (values: ImportValues): { readonly standing: Standing; readonly rest: ImportValues } => {
  const { pipeline, stage, closedOn, stageEnteredOn, ...rest } = values as ImportValues & Standing;
  const standing = { pipeline, stage, closedOn, stageEnteredOn };
  const said = Object.fromEntries(Object.entries(standing).filter(([, value]) => value !== undefined));
  return { standing: said, rest };
};

/** A stage by its key, or by one of its names: `Won`, `Ganada`. */
const keyOfStage = ({ stages }: Row<typeof Pipeline>, text: string): string => {
  const plain = text.trim().toLowerCase();
  const found = stages.find(({ key, labels }) =>
    [key, labels.es, labels.en].some((name) => name.toLowerCase() === plain),
  );
  return found?.key ?? text;
};

const pipelineOf = (context: Context, id: string): Promise<Row<typeof Pipeline>> => context.trusted(Pipeline).get(id);

/** A changed stage is a move, with its history and its event; an equal one is nothing. */
export const opportunityAdapter: ImportAdapter = {
  entity: Opportunity.name,
  fields,
  defaults: async (context) => ({ pipeline: (await defaultPipelineOf(context)).id }),
  create: async (values, context) => {
    const { stage, ...rest } = values as ImportValues & { readonly stage?: string };
    const pipeline = await pipelineOf(context, String(values['pipeline']));
    const key = stage === undefined ? {} : { stage: keyOfStage(pipeline, stage) };
    return createOpportunity.run(parseGiven(context.actor, createOpportunity, { ...rest, ...key }), context) as Promise<
      Row<typeof Opportunity>
    >;
  },
  update: async (found, values, context) => {
    const row = found as Row<typeof Opportunity>;
    const { standing, rest } = parted(values);
    const known = context.registry.entity(Opportunity.name).fields as typeof Opportunity.fields;
    const changes: ChangesOf<typeof Opportunity> = parseChanges(known, rest, { country: context.actor.country });
    const pipeline = await pipelineOf(context, standing.pipeline ?? row.pipeline);
    const place = standing.stage === undefined ? row.stage : keyOfStage(pipeline, standing.stage);
    const stage = stageOf(pipeline, place);
    const closing = isClosing(stage) && standing.closedOn !== undefined ? { closedOn: standing.closedOn } : {};
    return enterStage(context, row, pipeline, stage, { ...changes, ...closing });
  },
};
