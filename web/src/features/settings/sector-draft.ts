import * as z from 'zod/mini';
import type { Schema } from '../../api/types';

export type Field = Schema<'SectorField'>;
type Setting = Schema<'SectorSetting'>;
export type Config = Pick<Schema<'SectorConfig'>, 'fields' | 'settings'>;

/** A stored secret is never here; only what becomes of it. */
export interface SecretDraft {
  act: 'keep' | 'replace' | 'remove';
  text: string;
}
export type Value = string | boolean | SecretDraft;
export type Values = Record<string, Value>;

const KNOWN: readonly string[] = ['text', 'password', 'select', 'checkbox'];

/** A newer server may describe what this build cannot draw. */
export function isKnown(field: Field): boolean {
  return KNOWN.includes(field.type);
}

export function settingOf(config: Config, key: string): Setting | undefined {
  return config.settings.find((setting) => setting.key === key);
}

/** What the form begins with: stored values, and secrets that stay. */
export function startValues(config: Config): Values {
  return Object.fromEntries(
    config.fields.filter(isKnown).map((field) => {
      const setting = settingOf(config, field.key);
      return [field.key, startValue(field, setting)];
    }),
  );
}

function startValue(field: Field, setting: Setting | undefined): Value {
  switch (field.type) {
    case 'password':
      return { act: setting?.set ? 'keep' : 'replace', text: '' };
    case 'checkbox':
      return setting?.value === 'true';
    default:
      return setting?.value ?? '';
  }
}

/** By field, what `POST /api/sector-config` is sent: what is not named stays. */
export type Changes = Record<string, string | boolean | null>;

export function changesOf(config: Config, values: Values): Changes {
  const before = startValues(config);
  const changes: Changes = {};
  for (const field of config.fields.filter(isKnown)) {
    const value = values[field.key];
    if (value === undefined) continue;
    if (isSecret(value)) {
      if (value.act === 'remove') changes[field.key] = null;
      // An empty box keeps what is stored.
      if (value.act === 'replace' && value.text.trim() !== '') changes[field.key] = value.text.trim();
    } else if (typeof value === 'boolean') {
      if (value !== before[field.key]) changes[field.key] = value;
    } else if (value.trim() !== before[field.key]) {
      changes[field.key] = value.trim() === '' ? null : value.trim();
    }
  }
  return changes;
}

/** Secrets that go because their group's address changes: the server never
 * sends a stored secret to a new address (crates/server/src/vault/settings.rs). */
export function voided(config: Config, values: Values): Set<string> {
  const changes = changesOf(config, values);
  const moved = config.fields
    .filter((field) => field.type !== 'password' && field.url_group && field.key in changes)
    .map((field) => field.url_group);
  const gone = config.fields.filter(
    (field) =>
      field.type === 'password' &&
      moved.includes(field.url_group) &&
      settingOf(config, field.key)?.set &&
      !(field.key in changes),
  );
  return new Set(gone.map((field) => field.key));
}

/** What can be typed, out of the server's description. The server has the last
 * word; this says the same before the request. */
export function buildSchema(config: Config): z.ZodMiniType<Values, Values> {
  const fields = config.fields.filter(isKnown);
  const shape = Object.fromEntries(fields.map((field) => [field.key, valueSchema(field)]));
  return z.object(shape).check((context) => {
    const values = context.value as Values;
    for (const field of missing(config, values)) {
      const message = needed(field, voided(config, values));
      context.issues.push({ code: 'custom', path: [field.key], message, input: values });
    }
  }) as unknown as z.ZodMiniType<Values, Values>;
}

function valueSchema(field: Field): z.ZodMiniType {
  switch (field.type) {
    case 'checkbox':
      return z.boolean();
    case 'password':
      return z
        .object({ act: z.enum(['keep', 'replace', 'remove']), text: z.string() })
        .check(z.refine(({ act, text }) => act !== 'replace' || fits(field, text), { error: field.help }));
    default:
      return z.string().check(z.refine((text) => fits(field, text), { error: field.help }));
  }
}

function fits(field: Field, text: string): boolean {
  const value = text.trim();
  if (value === '') return true;
  if (field.type === 'select') return field.options.includes(value);
  if (value.length > 4_096) return false;
  const pattern = field.pattern ? compiled(field.pattern) : undefined;
  return pattern?.test(value) ?? true;
}

/** The server's patterns are of another dialect: one that does not compile here
 * is left to the server. */
function compiled(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern);
  } catch {
    return undefined;
  }
}

/** A group of fields is complete or empty, so that a connection can be removed. */
function missing(config: Config, values: Values): Field[] {
  const gone = voided(config, values);
  const set = (field: Field) => {
    const value = values[field.key];
    if (value === undefined) return false;
    if (isSecret(value)) {
      if (value.act === 'remove') return false;
      if (value.text.trim() !== '') return true;
      return settingOf(config, field.key)?.set === true && !gone.has(field.key);
    }
    if (typeof value === 'boolean') return value || settingOf(config, field.key)?.set === true;
    return value.trim() !== '';
  };
  return config.fields.filter(
    (field) =>
      isKnown(field) &&
      field.required &&
      !set(field) &&
      config.fields.some((other) => other.url_group === field.url_group && set(other)),
  );
}

function needed(field: Field, gone: Set<string>): string {
  if (gone.has(field.key)) {
    return `Enter it again: what is stored belongs to the address before. ${field.help}`;
  }
  return `Needed: ${field.help}`;
}

export function isSecret(value: Value | undefined): value is SecretDraft {
  return typeof value === 'object';
}

/** Fields one after the other that belong to one far side are one section. */
export function sections(fields: readonly Field[]): { group: string | null; fields: Field[] }[] {
  const found: { group: string | null; fields: Field[] }[] = [];
  for (const field of fields) {
    const group = field.url_group ?? null;
    const last = found.at(-1);
    if (last && last.group === group) last.fields.push(field);
    else found.push({ group, fields: [field] });
  }
  return found;
}

/** `shopify` as Shopify, `emr` as EMR. */
export function groupName(group: string): string {
  if (group.length <= 3) return group.toUpperCase();
  return group.charAt(0).toUpperCase() + group.slice(1).replaceAll('_', ' ');
}
