import { createFileRoute } from '@tanstack/react-router';
import { TalkView } from '../../features/talk/talk-view';
import { titles } from '../-titles';

export const Route = createFileRoute('/_app/try')({
  staticData: { title: titles.talk },
  component: TalkView,
});
