import { createFileRoute, Outlet, redirect } from '@tanstack/react-router';
import { may } from '../../api/session';
import { SettingsNav } from '../../features/settings/settings-nav';
import { titles } from '../-titles';

export const Route = createFileRoute('/_app/settings')({
  staticData: { title: titles.settings },
  beforeLoad: ({ context: { me } }) => {
    // No link leads here for others; an old one leads to their own start.
    if (!may.manage(me.role)) throw redirect({ to: '/', replace: true });
  },
  component: SettingsFrame,
});

function SettingsFrame() {
  return (
    <div className="mx-auto grid w-full max-w-240 grid-cols-1 lg:grid-cols-[12rem_minmax(0,1fr)]">
      <SettingsNav />
      <div className="min-w-0">
        <Outlet />
      </div>
    </div>
  );
}
