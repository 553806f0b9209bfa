import { createFileRoute } from '@tanstack/react-router';
import { SECTORS, sectorsQuery } from '../../api/sectors';
import { useMe } from '../../api/session';
import { membersQuery } from '../../api/team';
import type { Sector } from '../../api/types';
import { sectorQuery } from '../../features/settings/queries';
import { SectorView } from '../../features/settings/sector-view';
import { titles } from '../-titles';

interface Search {
  /** The company's own when left out. */
  sector?: Sector;
}

export const Route = createFileRoute('/_app/settings/sector')({
  staticData: { title: titles.sector },
  validateSearch: (search): Search => ({ sector: SECTORS.find((sector) => sector === search.sector) }),
  loaderDeps: ({ search }) => ({ sector: search.sector }),
  loader: ({ context: { queryClient, me }, deps }) =>
    Promise.all([
      queryClient.ensureQueryData(sectorQuery(deps.sector ?? me.client.sector)),
      queryClient.ensureQueryData(sectorsQuery),
      queryClient.ensureQueryData(membersQuery),
    ]),
  component: SectorPage,
});

function SectorPage() {
  const { client } = useMe();
  const { sector = client.sector } = Route.useSearch();
  const navigate = Route.useNavigate();
  return <SectorView sector={sector} onSector={(next) => navigate({ search: { sector: next } })} />;
}
