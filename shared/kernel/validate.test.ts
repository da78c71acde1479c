import { describe, expect, it } from '@jest/globals';
import { DomainError } from './errors.ts';
import { address, choice, decimal, defaulted, derived, longText, money, optional, parts, text } from './fields.ts';
import { jsonSchemaOf, parseChanges, parseInput } from './validate.ts';

const Line = { what: text(), quantity: decimal({ min: '0' }), total: derived(money()) };
const fields = {
  name: text({ max: 10, describes: 'What it is called.' }),
  notes: optional(longText()),
  stage: defaulted(choice(['NEW', 'WON']), 'NEW'),
  address: optional(address()),
  lines: optional(parts('Line', Line)),
  total: derived(money()),
};

/** The problems of a refused value, as `path: message`. */
const problemsOf = (attempt: () => unknown): readonly string[] => {
  try {
    attempt();
  } catch (error) {
    if (error instanceof DomainError)
      return error.problems.map(({ path = [], message }) => `${path.join('.')}: ${message}`);
    throw error;
  }
  throw new Error('Nothing was refused.');
};

describe('an input', () => {
  it('is tidied and completed with defaults; null means absent', () => {
    expect(parseInput(fields, { name: ' Jose\u0301 ', notes: null, address: { city: 'Quito', street: null } })).toEqual(
      {
        name: 'José',
        stage: 'NEW',
        address: { city: 'Quito' },
      },
    );
  });

  it('is refused with every problem and where it lies', () => {
    const input = {
      notes: 7,
      stage: 'LOST',
      total: { minor: 1, currency: 'USD' },
      colour: 'red',
      address: { planet: 'Mars' },
      lines: [{ what: 'a', quantity: '1' }, { what: '', quantity: '-1', total: null }, 5],
    };
    expect(problemsOf(() => parseInput(fields, input, { path: ['input'] }))).toEqual([
      'input.name: Must have a value.',
      'input.notes: Must be text.',
      'input.stage: Must be one of NEW, WON.',
      'input.address.planet: There is no such field.',
      'input.lines.1.what: Must not be empty.',
      'input.lines.1.quantity: Must be 0 or more.',
      'input.lines.2: Must be an object.',
      'input.total: Is computed; it cannot be given.',
      'input.colour: There is no such field.',
    ]);
  });

  it('answers BAD_INPUT for whatever else is given', () => {
    for (const value of [undefined, null, 'x', 3, [], () => 1]) {
      expect(() => parseInput(fields, value)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
    }
    expect(problemsOf(() => parseInput(fields, JSON.parse('{"name": "a", "__proto__": {"stage": "WON"}}')))).toEqual([
      '__proto__: There is no such field.',
    ]);
  });

  it('is never changed by reading it again', () => {
    const input = { name: 'a', address: { city: 'Quito', point: { latitude: -0.2, longitude: -78.5 } } };
    const once = parseInput(fields, input);
    expect(parseInput(fields, once)).toEqual(once);
  });
});

describe('changes', () => {
  it('hold what changes: absent keeps, null clears what is optional', () => {
    expect(parseChanges(fields, { notes: null, name: undefined })).toEqual({ notes: null });
    expect(parseChanges(fields, {})).toEqual({});
    expect(problemsOf(() => parseChanges(fields, { name: null, stage: null, total: null }))).toEqual([
      'name: Must have a value.',
      'stage: Must have a value.',
      'total: Is computed; it cannot be given.',
    ]);
  });

  it('replace an object as a whole', () => {
    expect(parseChanges(fields, { address: { city: 'Cuenca', street: null } })).toEqual({
      address: { city: 'Cuenca' },
    });
  });
});

describe('JSON Schema', () => {
  it('says what an input may hold', () => {
    expect(jsonSchemaOf(fields, 'input')).toMatchObject({
      type: 'object',
      required: ['name'],
      additionalProperties: false,
      properties: {
        name: { type: 'string', minLength: 1, maxLength: 10, description: 'What it is called.' },
        stage: { enum: ['NEW', 'WON'], default: 'NEW' },
      },
    });
    expect(JSON.stringify(jsonSchemaOf(fields, 'input'))).not.toContain('total');
  });

  it('says what a record holds', () => {
    const schema = jsonSchemaOf(fields);
    expect(schema['required']).toEqual(['name', 'stage', 'total']);
    expect(schema['properties']).toMatchObject({
      total: { properties: { amount: { format: 'decimal' } }, required: ['amount', 'currency'] },
    });
    expect(JSON.stringify(schema)).not.toContain('minor');
  });
});
