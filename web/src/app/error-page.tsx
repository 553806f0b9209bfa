import { useQueryErrorResetBoundary } from '@tanstack/react-query';
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { CircleAlert, Compass } from 'lucide-react';
import { asApiError } from '../api/client';
import { Button, buttonClass } from '../ui/button';
import { Page } from '../ui/page';
import { Empty } from '../ui/states';

/** A page that could not be shown; the frame around it stays. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const boundary = useQueryErrorResetBoundary();
  const { status, message } = asApiError(error);
  if (status === 404) return <NotFound />;
  const again = () => {
    boundary.reset();
    reset();
    router.invalidate();
  };
  return (
    <Page title="This page could not be loaded">
      <Empty icon={<CircleAlert />} title={message} action={<Button onClick={again}>Try again</Button>} />
    </Page>
  );
}

export function NotFound() {
  return (
    <Page title="There is no such page">
      <Empty
        icon={<Compass />}
        title="Nothing is at this address"
        action={
          <Link to="/" className={buttonClass({ variant: 'primary' })}>
            Go to the start
          </Link>
        }
      >
        It may have been removed, or it belongs to another company that you are in.
      </Empty>
    </Page>
  );
}
