import { vi } from 'vitest';
import type { paths } from '../api/schema';
import type { Schema } from '../api/types';

type Method = 'get' | 'post' | 'put' | 'delete';
type Operation = { responses: Record<number, unknown> };

/** Every `GET /api/…` of the document that there is. */
export type RouteKey = {
  [P in keyof paths & string]: {
    [M in Method]: paths[P][M] extends Operation ? `${Uppercase<M>} ${P}` : never;
  }[Method];
}[keyof paths & string];

type Lower<M extends string> = Lowercase<M> extends Method ? Lowercase<M> : never;
type OperationOf<K extends RouteKey> = K extends `${infer M} ${infer P}`
  ? P extends keyof paths
    ? paths[P][Lower<M>]
    : never
  : never;
type Json<R> = R extends { content: { 'application/json': infer Body } } ? Body : null;
type Good<R> = { [S in keyof R]: S extends 200 | 201 | 202 | 204 ? Json<R[S]> : never }[keyof R];
type AnswerOf<K extends RouteKey> = OperationOf<K> extends { responses: infer R } ? Good<R> : never;

/** What a handler is asked. */
export interface Asked {
  params: Record<string, string>;
  query: URLSearchParams;
  headers: Headers;
  body: unknown;
}

type Handler<K extends RouteKey> = (asked: Asked) => AnswerOf<K> | FakeProblem;
export type Routes = { [K in RouteKey]?: AnswerOf<K> | Handler<K> };

/** An answer in problem+json. */
export class FakeProblem {
  constructor(
    readonly status: number,
    readonly body: Partial<Schema<'Problem'>> & Pick<Schema<'Problem'>, 'code' | 'detail'>,
  ) {}
}

export interface Sent {
  key: string;
  path: string;
  body: unknown;
  headers: Headers;
}

/** Stands in for `fetch`. What a test does not answer is a 404 with its name, so
 * that a forgotten route is seen. Returns everything that was asked. */
export function fakeServer(routes: Routes): Sent[] {
  const sent: Sent[] = [];
  const table = Object.entries(routes).map(([key, reply]) => {
    const [method = '', path = ''] = key.split(' ');
    const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
    return { key, method, names, pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '([^/]+)')}$`), reply };
  });
  const answer = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const text = await request.text();
    const body = text === '' ? undefined : JSON.parse(text);
    for (const { key, method, names, pattern, reply } of table) {
      const match = method === request.method ? pattern.exec(url.pathname) : null;
      if (!match) continue;
      sent.push({ key, path: url.pathname + url.search, body, headers: request.headers });
      const params = Object.fromEntries(
        names.map((name, at) => [name, decodeURIComponent(match[at + 1] ?? '')]),
      );
      const asked: Asked = { params, query: url.searchParams, headers: request.headers, body };
      return respond(typeof reply === 'function' ? (reply as (asked: Asked) => unknown)(asked) : reply);
    }
    return respond(
      new FakeProblem(404, {
        code: 'no_route',
        detail: `The test answers no ${request.method} ${url.pathname}.`,
      }),
    );
  };
  vi.stubGlobal('fetch', answer);
  return sent;
}

function respond(reply: unknown): Response {
  if (reply instanceof FakeProblem) {
    const { status, body } = reply;
    const problem = { type: `urn:caly:problem:${body.code}`, title: body.code, status, ...body };
    return new Response(JSON.stringify(problem), {
      status,
      headers: { 'content-type': 'application/problem+json' },
    });
  }
  if (reply === null || reply === undefined) return new Response(null, { status: 204 });
  return new Response(JSON.stringify(reply), { headers: { 'content-type': 'application/json' } });
}
