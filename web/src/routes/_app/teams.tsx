import { createFileRoute, redirect } from '@tanstack/react-router';

/** The address that the product's first brief gave the team's page. */
export const Route = createFileRoute('/_app/teams')({
  beforeLoad: () => {
    throw redirect({ to: '/team', replace: true });
  },
});
