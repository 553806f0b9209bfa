import { createFileRoute, Link, useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { Door } from '../app/door';
import { copy } from '../features/door/copy';
import { linkToken } from '../features/door/link-token';
import { AskResetForm, ResetForm } from '../features/door/reset-forms';
import { buttonClass } from '../ui/button';
import { titles } from './-titles';

export const Route = createFileRoute('/reset')({
  staticData: { title: titles.reset },
  component: ResetPage,
});

/** With a token the new password is chosen; without one a link is asked for. */
function ResetPage() {
  const token = linkToken(useLocation({ select: (location) => location.hash }));
  const [done, setDone] = useState(false);
  if (done) {
    return (
      <Door title={copy.reset.done} note={copy.reset.doneNote}>
        <Link to="/login" className={buttonClass({ variant: 'primary', size: 'lg', wide: true })}>
          {copy.login.go}
        </Link>
      </Door>
    );
  }
  if (token) {
    return (
      <Door title={copy.reset.title} note={copy.reset.note}>
        <ResetForm token={token} onDone={() => setDone(true)} />
      </Door>
    );
  }
  return (
    <Door
      title={copy.ask.title}
      note={copy.ask.note}
      foot={
        <Link to="/login" className="rounded-sm py-1 text-accent-text hover:underline">
          {copy.ask.back}
        </Link>
      }
    >
      <AskResetForm />
    </Door>
  );
}
