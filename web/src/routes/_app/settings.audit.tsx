import { createFileRoute } from '@tanstack/react-router';
import { membersQuery } from '../../api/team';
import { AuditView } from '../../features/settings/audit-view';
import { auditCopy } from '../../features/settings/keys-copy';
import { auditQuery } from '../../features/settings/queries';

export const Route = createFileRoute('/_app/settings/audit')({
  staticData: { title: auditCopy.title },
  loader: ({ context: { queryClient } }) =>
    Promise.all([queryClient.ensureInfiniteQueryData(auditQuery), queryClient.ensureQueryData(membersQuery)]),
  component: AuditView,
});
