import { useQueryClient } from '@tanstack/react-query';
import { createFileRoute, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { announce } from '../../app/session';
import { turnShortcuts, useShortcutsOn } from '../../app/shortcuts';
import { copy } from '../../features/profile/copy';
import { ProfileView, SettingRow } from '../../features/profile/profile-view';
import { sessionsQuery } from '../../features/profile/queries';
import { chooseTheme, type ThemeChoice, themeChoice } from '../../lib/theme';
import { Select } from '../../ui/select';
import { Switch } from '../../ui/switch';

export const Route = createFileRoute('/_app/profile')({
  staticData: { title: copy.title },
  loader: ({ context }) => context.queryClient.ensureQueryData(sessionsQuery),
  component: ProfilePage,
});

const THEMES: { value: ThemeChoice; label: string }[] = [
  { value: 'system', label: "As the system's" },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

function ProfilePage() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const gone = async () => {
    announce(null);
    await navigate({ to: '/login' });
    queryClient.clear();
  };
  return <ProfileView look={<Look />} onGone={gone} />;
}

function Look() {
  const [theme, setTheme] = useState(themeChoice);
  const keysOn = useShortcutsOn();
  const choose = (next: ThemeChoice) => {
    setTheme(next);
    chooseTheme(next);
  };
  return (
    <>
      <SettingRow label={copy.theme}>
        {(id) => (
          <div className="w-48">
            <Select id={id} label={copy.theme} options={THEMES} value={theme} onChange={choose} />
          </div>
        )}
      </SettingRow>
      <SettingRow label={copy.keys} note={copy.keysNote}>
        {(id) => <Switch id={id} label={copy.keys} checked={keysOn} onChange={turnShortcuts} />}
      </SettingRow>
    </>
  );
}
