/** The stored decision, as far as this page reads it. It is the router's own
 * record (`core::routing::Decision`), so every part may be missing here. */
interface Stored {
  chosen?: { team_member_id?: number } | null;
  why?: string;
  snapshot?: { candidates?: Candidate[] };
  draws?: { weighed?: Weighed[] };
}

interface Candidate {
  member: number;
  proficiency?: number;
  status?: string;
  availability?: string;
  takes_calls?: boolean;
  assigned?: boolean;
  open_owned?: number;
  open_limit?: number;
}

interface Weighed {
  member: number;
  prior_mean: number;
  relative: number;
  value: number;
}

export interface Weighing {
  member: number;
  chosen: boolean;
  proficiency: number | undefined;
  open: string;
  /** Percent, 0-100; undefined for whoever could not own it. */
  expected: number | undefined;
  /** Percent of the mean of the others. */
  load: number | undefined;
  value: number | undefined;
  /** Why he could not own it. */
  out: string | undefined;
}

/** Everybody who was looked at: the chosen first, then by value, then those who
 * could not own it. */
export function weighings(decision: unknown): { why: string; rows: Weighing[] } {
  const { chosen, why, snapshot, draws } = (decision ?? {}) as Stored;
  const rows = (snapshot?.candidates ?? []).map((candidate): Weighing => {
    const weighed = draws?.weighed?.find((one) => one.member === candidate.member);
    return {
      member: candidate.member,
      chosen: chosen?.team_member_id === candidate.member,
      proficiency: candidate.proficiency,
      open: `${candidate.open_owned ?? 0} of ${candidate.open_limit ?? '–'}`,
      expected: weighed && weighed.prior_mean * 100,
      load: weighed && (weighed.relative + 1) * 100,
      value: weighed?.value,
      out: weighed ? undefined : whyOut(candidate),
    };
  });
  rows.sort((a, b) => Number(b.chosen) - Number(a.chosen) || (b.value ?? -1e9) - (a.value ?? -1e9));
  return { why: why ?? '', rows };
}

function whyOut(candidate: Candidate): string {
  if (candidate.status !== 'active') return 'not active';
  if (!candidate.takes_calls) return 'takes no calls';
  if (candidate.availability === 'away' || candidate.availability === 'offline')
    return candidate.availability;
  if (!candidate.assigned) return 'not assigned to this agent';
  return 'enough open calls';
}
