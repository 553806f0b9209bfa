import { describe, expect, it } from 'vitest';
import {
  buildSchema,
  type Changes,
  type Config,
  changesOf,
  type Field,
  groupName,
  sections,
  startValues,
  type Values,
  voided,
} from './sector-draft';
import { actorName } from './who';

function field(key: string, given: Partial<Field> = {}): Field {
  return {
    key,
    label: key,
    type: 'text',
    required: false,
    options: [],
    help: `help of ${key}`,
    placeholder: null,
    pattern: null,
    url_group: null,
    ...given,
  };
}

const shop: Config = {
  fields: [
    field('url', { required: true, url_group: 'shop', pattern: '^[a-z.]+$' }),
    field('token', { type: 'password', required: true, url_group: 'shop' }),
    field('kind', { type: 'select', options: ['one', 'two'] }),
    field('strict', { type: 'checkbox' }),
  ],
  settings: [
    { key: 'url', set: true, value: 'shop.example' },
    { key: 'token', set: true, value: null },
    { key: 'kind', set: false },
    { key: 'strict', set: false },
  ],
};
const empty: Config = { ...shop, settings: [] };

function faults(config: Config, change: Values): Record<string, string> {
  const result = buildSchema(config).safeParse({ ...startValues(config), ...change });
  return Object.fromEntries(
    (result.error?.issues ?? []).map((issue) => [String(issue.path[0]), issue.message]),
  );
}

function sent(config: Config, change: Values): Changes {
  return changesOf(config, { ...startValues(config), ...change });
}

describe('what is sent', () => {
  it('names only what changed; an empty box keeps the secret', () => {
    expect(sent(shop, {})).toEqual({});
    expect(sent(shop, { token: { act: 'replace', text: '  ' } })).toEqual({});
    expect(sent(shop, { token: { act: 'replace', text: ' new ' }, strict: true })).toEqual({
      token: 'new',
      strict: true,
    });
    expect(sent(shop, { token: { act: 'remove', text: '' }, url: '' })).toEqual({ token: null, url: null });
  });
});

describe('buildSchema', () => {
  it('asks for the whole group or for none of it', () => {
    expect(faults(empty, {})).toEqual({});
    expect(faults(empty, { url: 'shop.example' })).toEqual({ token: 'Needed: help of token' });
    expect(faults(shop, { token: { act: 'remove', text: '' } })).toEqual({ token: 'Needed: help of token' });
    expect(faults(shop, { token: { act: 'remove', text: '' }, url: '' })).toEqual({});
  });

  it('holds values to pattern and options, with the help as the way out', () => {
    expect(faults(shop, { url: 'NOT ONE', token: { act: 'replace', text: 'x' } })).toEqual({
      url: 'help of url',
    });
    expect(faults(shop, { kind: 'three' })).toEqual({ kind: 'help of kind' });
    expect(faults(shop, { kind: 'two', strict: true })).toEqual({});
  });

  it('leaves a pattern of another dialect to the server', () => {
    const odd: Config = { fields: [field('a', { pattern: '(?P<x>a' })], settings: [] };
    expect(faults(odd, { a: 'anything' })).toEqual({});
  });

  it('knows that a new address takes the stored secret away', () => {
    const moved = { ...startValues(shop), url: 'other.example' };
    expect([...voided(shop, moved)]).toEqual(['token']);
    expect(faults(shop, moved).token).toMatch(/^Enter it again/);
    expect(faults(shop, { ...moved, token: { act: 'replace', text: 'x' } })).toEqual({});
  });

  it('passes over types that it does not know', () => {
    const newer: Config = { fields: [field('a', { type: 'date' as Field['type'] })], settings: [] };
    expect(startValues(newer)).toEqual({});
    expect(faults(newer, {})).toEqual({});
  });
});

it('keeps the server’s order in sections by group', () => {
  expect(sections(shop.fields).map(({ group, fields }) => [group, fields.length])).toEqual([
    ['shop', 2],
    [null, 2],
  ]);
  expect([groupName('emr'), groupName('shopify')]).toEqual(['EMR', 'Shopify']);
});

it('names who did something', () => {
  expect(actorName('system', [])).toBe('Caly');
  expect(actorName('member:3 key:ab', [])).toBe('Member 3 (API key)');
  expect(actorName('carrier:1', [])).toBe('Phone line 1');
});
