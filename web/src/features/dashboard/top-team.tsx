import type { Schema } from '../../api/types';
import { percent } from '../../lib/format';
import { NO_CALLS } from '../../lib/score';
import { Avatar } from '../../ui/avatar';
import { Card } from '../../ui/card';
import { ScoreRing } from '../../ui/score-ring';
import { Empty } from '../../ui/states';
import { TextLink } from '../../ui/text-link';
import { copy } from './copy';

interface Props {
  members: readonly Schema<'TopMember'>[];
  has: (path: string) => boolean;
}

/** The five best scores. */
export function TopTeam({ members, has }: Props) {
  const linked = has('/team');
  return (
    <Card
      title={copy.team}
      note={copy.teamNote}
      body="flush"
      action={linked && <TextLink to="/team">{copy.manage}</TextLink>}
    >
      {members.length === 0 && <Empty title={copy.noTeam}>{copy.noTeamNote}</Empty>}
      <ul>
        {members.map((member) => (
          <li key={member.id} className="border-t border-line">
            {linked ? (
              <TextLink to={`/team/${member.id}`} look="row">
                <MemberLine member={member} />
              </TextLink>
            ) : (
              <MemberLine member={member} />
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function MemberLine({ member }: { member: Schema<'TopMember'> }) {
  const { calls_this_week: calls, success_rate: success } = member;
  const figures = [
    calls === 1 ? '1 call this week' : `${calls} calls this week`,
    success == null ? NO_CALLS : `${percent(success)} success`,
  ];
  return (
    <span className="flex items-center gap-3 px-5 py-2.5">
      <Avatar name={member.name} />
      <span className="min-w-0 flex-1">
        <span className="block truncate text-base font-medium text-ink">{member.name}</span>
        <span className="tabular block text-xs text-ink-3">{figures.join(' · ')}</span>
      </span>
      <ScoreRing score={member.performance_score} band={member.band} provisional={member.provisional} />
    </span>
  );
}
