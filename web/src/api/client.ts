import createClient from 'openapi-fetch';
import type { paths } from './schema';
import type { Schema } from './types';

type ProblemBody = Schema<'Problem'>;

/** The typed API. Use it as `await answer(api.GET('/api/agents', …))`. */
export const api = createClient<paths>({
  // Relative addresses do not exist in tests, and fetch is looked up late so
  // that a test can stand in for the server.
  baseUrl: globalThis.location?.origin ?? 'http://localhost',
  fetch: (request) => globalThis.fetch(request),
  // The cookie alone proves nothing: a foreign form cannot set this header.
  headers: { 'X-Caly-Client': 'web' },
});

/** What the API refused, in words that can be shown as they are. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    /** HTTP status; 0 when nothing answered. */
    readonly status: number,
    /** Stable word, such as `email_taken`; `offline` when nothing answered. */
    readonly code: string,
    message: string,
    /** Message by field name, where fields are to blame. */
    readonly fields: Readonly<Record<string, string>> = {},
    /** The resource as it is now, when a stale `rev` was sent (409). */
    readonly current: unknown = undefined,
  ) {
    super(message);
  }

  /** Nobody is logged in any more; asking again changes nothing. */
  get sessionOver(): boolean {
    return this.status === 401 && this.code === 'unauthenticated';
  }
}

interface Outcome<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of a successful answer, or an [`ApiError`]. */
export async function answer<T>(asked: Promise<Outcome<T>>): Promise<T> {
  let outcome: Outcome<T>;
  try {
    outcome = await asked;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError(0, 'offline', 'The server cannot be reached; check the connection and try again.');
  }
  if (!outcome.response.ok) throw refused(outcome.response.status, outcome.error);
  // 204 has no body; its type says so.
  return outcome.data as T;
}

/** `If-Match` for the revision that the change was made on. */
export function ifMatch(rev: number): { 'If-Match': string } {
  return { 'If-Match': `"${rev}"` };
}

/** Any thrown value as something that can be shown. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(0, 'client', 'Something went wrong on this page; reload it and try again.');
}

function refused(status: number, body: unknown): ApiError {
  if (!isProblem(body)) {
    return new ApiError(
      status,
      'unexpected',
      `The server answered with status ${status}; try again in a moment.`,
    );
  }
  const fields: Record<string, string> = {};
  if (body.field) fields[body.field] = body.detail;
  for (const { field, detail } of body.errors ?? []) fields[field] = detail;
  return new ApiError(status, body.code, body.detail, fields, body.current ?? undefined);
}

function isProblem(body: unknown): body is ProblemBody {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body;
}
