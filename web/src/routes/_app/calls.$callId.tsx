import { createFileRoute } from '@tanstack/react-router';
import { callQuery } from '../../api/calls';
import { CallView } from '../../features/calls/call-view';
import { titles } from '../-titles';

export const Route = createFileRoute('/_app/calls/$callId')({
  staticData: { title: titles.call },
  loader: ({ context: { queryClient }, params }) => queryClient.ensureQueryData(callQuery(params.callId)),
  component: CallPage,
});

function CallPage() {
  const { callId } = Route.useParams();
  return <CallView key={callId} id={callId} />;
}
