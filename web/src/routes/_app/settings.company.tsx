import { createFileRoute } from '@tanstack/react-router';
import { CompanyView } from '../../features/settings/company-view';
import { copy } from '../../features/settings/copy';
import { companyQuery } from '../../features/settings/queries';

export const Route = createFileRoute('/_app/settings/company')({
  staticData: { title: copy.company },
  loader: ({ context }) => context.queryClient.ensureQueryData(companyQuery),
  component: CompanyView,
});
