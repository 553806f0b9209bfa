import { Page } from '../../ui/page';
import { copy } from './copy';
import { TalkPanel } from './talk-panel';

export function TalkView() {
  return (
    <Page title={copy.title} note={copy.note}>
      <TalkPanel />
    </Page>
  );
}
