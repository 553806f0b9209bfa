import { answer, api } from './client';
import type { Schema } from './types';

export type RecordingKind = Schema<'RecordingKind'>;

/** The sound itself, whole: it is private, so nothing but this page keeps it. */
export async function fetchRecording(callId: string, kind: RecordingKind): Promise<Blob> {
  const asked = api.GET('/api/calls/{id}/recording', {
    params: { path: { id: callId }, query: { kind } },
    parseAs: 'blob',
  });
  return (await answer(asked)) as unknown as Blob;
}
