import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client';
import type { Sector } from './types';

// The catalogue's names (catalog/sectors), here for the pages that nobody needs
// to be logged in for; the others read `sectorsQuery`.
const NAMES: Record<Sector, string> = {
  ecommerce: 'Online shop',
  healthcare: 'Clinic',
  realestate: 'Property',
  fintech: 'Bank and payments',
  hospitality: 'Hotel and restaurant',
  logistics: 'Courier and transport',
  education: 'School or college',
  government: 'Public office',
  telecom: 'Mobile and broadband',
  saas: 'Software company',
};

/** In the catalogue's order. */
export const SECTORS = Object.keys(NAMES) as Sector[];

/** The one that keeps a slot book; the others have neither of its pages. */
export const CLINIC: Sector = 'healthcare';

export function sectorName(sector: Sector): string {
  return NAMES[sector];
}

export const sectorsQuery = queryOptions({
  queryKey: ['sectors'],
  queryFn: ({ signal }) => answer(api.GET('/api/sector-config', { signal })).then((body) => body.sectors),
  staleTime: Number.POSITIVE_INFINITY,
});
