import { createFileRoute } from '@tanstack/react-router';
import { NotFound } from '../../app/error-page';
import { titles } from '../-titles';

/** Whatever the app does not have, inside the frame. */
export const Route = createFileRoute('/_app/$')({
  staticData: { title: titles.notFound },
  component: NotFound,
});
