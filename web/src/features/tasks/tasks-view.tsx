import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ListChecks } from 'lucide-react';
import { membersQuery, nameOf } from '../../api/team';
import { useNow } from '../../lib/use-now';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Page } from '../../ui/page';
import { Empty, Failure, SkeletonRows } from '../../ui/states';
import { TabPanel, Tabs } from '../../ui/tabs';
import { copy } from './copy';
import { STATES, type State, tasksQuery } from './queries';
import { TaskItem } from './task-item';

interface Props {
  /** From the URL. */
  state: State;
  onState: (state: State) => void;
}

export function TasksView({ state, onState }: Props) {
  return (
    <Page title={copy.title} note={copy.note}>
      <Tabs
        label={copy.title}
        tabs={STATES.map((value) => ({ value, label: copy.states[value] }))}
        value={state}
        onChange={onState}
      >
        <TabPanel value={state}>
          <TaskList key={state} state={state} />
        </TabPanel>
      </Tabs>
    </Page>
  );
}

function TaskList({ state }: { state: State }) {
  const pages = useInfiniteQuery(tasksQuery(state));
  const members = useQuery(membersQuery).data ?? [];
  // Due times are read by people: half a minute is near enough.
  const now = useNow(30_000);
  const tasks = pages.data?.pages.flatMap((page) => page.tasks) ?? [];
  const [title, note] = copy.none[state];
  return (
    <Card body="flush">
      {pages.isPending && (
        <div className="p-5">
          <SkeletonRows rows={4} />
        </div>
      )}
      {pages.isError && tasks.length === 0 && <Failure error={pages.error} onRetry={pages.refetch} />}
      {pages.isSuccess && tasks.length === 0 && (
        <Empty icon={<ListChecks />} title={title}>
          {note}
        </Empty>
      )}
      <ul>
        {tasks.map((task) => (
          <TaskItem key={task.id} task={task} now={now} nameOf={(id) => nameOf(members, id)} />
        ))}
      </ul>
      {pages.hasNextPage && (
        <div className="border-t border-line px-5 py-3">
          <Button size="sm" pending={pages.isFetchingNextPage} onClick={() => pages.fetchNextPage()}>
            {copy.more}
          </Button>
        </div>
      )}
    </Card>
  );
}
