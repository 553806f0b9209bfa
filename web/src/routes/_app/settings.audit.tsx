import { createFileRoute } from '@tanstack/react-router';
import { membersQuery } from '../../api/team';
import { AuditView } from '../../features/settings/audit-view';
import { auditQuery } from '../../features/settings/queries';
import { pagePending } from '../../ui/pending';
import { titles } from '../-titles';

export const Route = createFileRoute('/_app/settings/audit')({
  staticData: { title: titles.audit },
  loader: ({ context: { queryClient } }) =>
    Promise.all([queryClient.ensureInfiniteQueryData(auditQuery), queryClient.ensureQueryData(membersQuery)]),
  pendingComponent: pagePending(titles.audit, { width: 'narrow' }),
  component: AuditView,
});
