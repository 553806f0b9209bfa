import { createFileRoute } from '@tanstack/react-router';
import { companyQuery } from '../../api/company';
import { CompanyView } from '../../features/settings/company-view';
import { titles } from '../-titles';

export const Route = createFileRoute('/_app/settings/company')({
  staticData: { title: titles.company },
  loader: ({ context }) => context.queryClient.ensureQueryData(companyQuery),
  component: CompanyView,
});
