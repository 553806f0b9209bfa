import { createFileRoute } from '@tanstack/react-router';
import { CompanyView } from '../../features/settings/company-view';
import { companyQuery } from '../../features/settings/queries';
import { titles } from '../-titles';

export const Route = createFileRoute('/_app/settings/company')({
  staticData: { title: titles.company },
  loader: ({ context }) => context.queryClient.ensureQueryData(companyQuery),
  component: CompanyView,
});
