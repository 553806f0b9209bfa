import { useState } from 'react';
import type { Schema } from '../../api/types';
import { time } from '../../lib/format';
import { Card } from '../../ui/card';
import { Segments } from '../../ui/tabs';
import { copy } from './copy';
import { actorName, factWords } from './fact-words';

interface Props {
  facts: readonly Schema<'Fact'>[];
  zone: string;
}

/** What happened, in order, and by whom. What was said is the transcript's. */
export function FactsCard({ facts, zone }: Props) {
  const [who, setWho] = useState('all');
  const shown = facts.filter((fact) => fact.kind !== 'turn');
  const actors = [...new Set(shown.map((fact) => actorName(fact.actor)))];
  const list = shown.filter((fact) => who === 'all' || actorName(fact.actor) === who);
  return (
    <Card
      title={copy.facts}
      body="flush"
      action={
        actors.length > 1 && (
          <Segments
            label="Whose doings"
            value={who}
            onChange={setWho}
            options={[
              { value: 'all', label: copy.everybody },
              ...actors.map((actor) => ({ value: actor, label: actor })),
            ]}
          />
        )
      }
    >
      {list.length === 0 && <p className="px-5 pb-5 text-sm text-ink-3">{copy.noFacts}</p>}
      <ol className="pb-2">
        {list.map((fact) => (
          <li key={fact.seq} className="flex gap-4 border-t border-line px-5 py-2.5 text-sm">
            <time dateTime={fact.at} className="tabular w-12 shrink-0 text-ink-3">
              {time(fact.at, zone)}
            </time>
            <span className="w-20 shrink-0 text-ink-3">{actorName(fact.actor)}</span>
            <span className="min-w-0 text-ink wrap-anywhere">{factWords(fact)}</span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
