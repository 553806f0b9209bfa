import { createFileRoute } from '@tanstack/react-router';
import { CallView } from '../../features/calls/call-view';
import { copy } from '../../features/calls/copy';
import { callQuery } from '../../features/calls/queries';

export const Route = createFileRoute('/_app/calls/$callId')({
  staticData: { title: copy.one },
  loader: ({ context: { queryClient }, params }) => queryClient.ensureQueryData(callQuery(params.callId)),
  component: CallPage,
});

function CallPage() {
  const { callId } = Route.useParams();
  return <CallView key={callId} id={callId} />;
}
