import { DomainError, type Registry } from '#kernel';
import { listSource } from './list-source.operations.ts';
import { sourcePoint, type ExportSource } from './source.rules.ts';

/** A kind of selection by its word. @throws UNKNOWN_SOURCE */
export const sourceOf = (registry: Registry, name: string): ExportSource => {
  const all = [listSource, ...(registry.contributions(sourcePoint) as readonly ExportSource[])];
  const found = all.find((source) => source.name === name);
  if (found) return found;
  const names = all.map((source) => source.name).join(', ');
  throw new DomainError('UNKNOWN_SOURCE', `There is no selection by ${name}; there are ${names}.`, ['source']);
};
