import { Plus, Users } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Tone } from '../lib/score';
import { Avatar } from '../ui/avatar';
import { Badge, Kbd } from '../ui/badge';
import { BarTrend } from '../ui/bar-trend';
import { Button, IconButton } from '../ui/button';
import { Card, Stat, StatStrip } from '../ui/card';
import { Confirm, Dialog } from '../ui/dialog';
import { ChoiceField, PasswordField, SearchField, TextArea, TextField } from '../ui/field';
import { Menu } from '../ui/menu';
import { Meter } from '../ui/meter';
import { Page } from '../ui/page';
import { ScoreRing } from '../ui/score-ring';
import { Select } from '../ui/select';
import { Slider } from '../ui/slider';
import { Sparkline } from '../ui/sparkline';
import { Empty, Failure, FormError, NoMatch, SkeletonRows } from '../ui/states';
import { Switch } from '../ui/switch';
import { Table } from '../ui/table';
import { Segments, TabPanel, Tabs } from '../ui/tabs';
import { toast } from '../ui/toast';

const TONES: Tone[] = ['neutral', 'accent', 'good', 'fine', 'fair', 'poor'];

/** Looked at by people and by axe; nothing here is a page of the product. */
export function UiPage() {
  return (
    <main>
      <Page title="Parts" note="Every part in every state">
        <Buttons />
        <Marks />
        <Fields />
        <Choices />
        <Overlays />
        <Figures />
        <States />
      </Page>
    </main>
  );
}

function Row({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap items-center gap-3 py-2">{children}</div>;
}

function Buttons() {
  return (
    <Card title="Buttons">
      <Row>
        <Button variant="primary">
          <Plus /> Primary
        </Button>
        <Button>Secondary</Button>
        <Button variant="ghost">Ghost</Button>
        <Button variant="danger">Danger</Button>
        <Button variant="primary" disabled>
          Disabled
        </Button>
        <Button variant="primary" pending>
          Pending
        </Button>
        <IconButton label="Add">
          <Plus />
        </IconButton>
      </Row>
    </Card>
  );
}

function Marks() {
  return (
    <Card title="Badges, avatars, score">
      <Row>
        {TONES.map((tone) => (
          <Badge key={tone} tone={tone} dot>
            {tone}
          </Badge>
        ))}
        <Kbd>⌘K</Kbd>
      </Row>
      <Row>
        <Avatar name="Aarav Menon" size="sm" presence="good" />
        <Avatar name="दीया शर्मा" />
        <Avatar name="Ö" size="lg" presence="fair" />
      </Row>
      <Row>
        <ScoreRing score={91} band="excellent" size="lg" />
        <ScoreRing score={64} band="good" size="lg" />
        <ScoreRing score={52} band="fair" size="lg" />
        <ScoreRing score={31} band="needs_improvement" size="lg" />
        <ScoreRing score={null} band={null} size="lg" />
        <ScoreRing score={91} band="excellent" provisional />
        <ScoreRing score={null} band={null} />
      </Row>
    </Card>
  );
}

function Fields() {
  return (
    <Card title="Fields">
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField label="Name" help="As people call you." optional />
        <TextField label="E-mail" defaultValue="bad" error="Write an address such as name@example.com." />
        <PasswordField label="Password" />
        <ChoiceField
          label="Sector"
          name="sector"
          options={[{ value: 'a', label: 'Online shop' }]}
          defaultValue="a"
        />
        <TextArea label="Note" />
        <SearchField label="Find a member" />
      </div>
      <div className="pt-4">
        <FormError>The server said no; try again.</FormError>
      </div>
    </Card>
  );
}

function Choices() {
  const [on, setOn] = useState(true);
  const [level, setLevel] = useState(70);
  const [role, setRole] = useState<'a' | 'b'>('a');
  const [range, setRange] = useState<'7' | '30'>('7');
  const [tab, setTab] = useState<'one' | 'two'>('one');
  return (
    <Card title="Choices">
      <Row>
        <Switch label="Takes calls" checked={on} onChange={setOn} />
        <Switch label="Off" checked={false} onChange={() => {}} disabled />
        <div className="w-52">
          <Select
            label="Role"
            options={[
              { value: 'a', label: 'Supervisor' },
              { value: 'b', label: 'Manager' },
            ]}
            value={role}
            onChange={setRole}
          />
        </div>
        <Segments
          label="Range"
          options={[
            { value: '7', label: '7 days' },
            { value: '30', label: '30 days' },
          ]}
          value={range}
          onChange={setRange}
        />
      </Row>
      <Slider label="Proficiency" value={level} onChange={setLevel} />
      <Tabs
        label="Views"
        tabs={[
          { value: 'one', label: 'One' },
          { value: 'two', label: 'Two' },
        ]}
        value={tab}
        onChange={setTab}
      >
        <TabPanel value="one">First</TabPanel>
        <TabPanel value="two">Second</TabPanel>
      </Tabs>
    </Card>
  );
}

function Overlays() {
  const [shown, show] = useState<'dialog' | 'confirm' | null>(null);
  const close = () => show(null);
  return (
    <Card title="Overlays">
      <Row>
        <Button onClick={() => show('dialog')}>Dialog</Button>
        <Button onClick={() => show('confirm')}>Confirm</Button>
        <Button onClick={() => toast({ title: 'Removed', action: { label: 'Undo', run: () => {} } })}>
          Toast
        </Button>
        <Menu trigger={<Button>Menu</Button>} items={[{ id: 'a', label: 'Edit', run: () => {} }]} />
      </Row>
      <Dialog
        open={shown === 'dialog'}
        onClose={close}
        title="Add a member"
        note="They get a link to join."
        footer={
          <>
            <Button variant="primary">Add</Button>
            <Button onClick={close}>Cancel</Button>
          </>
        }
      >
        <TextField label="E-mail" type="email" />
      </Dialog>
      <Confirm
        open={shown === 'confirm'}
        onClose={close}
        title="Deactivate?"
        action="Deactivate"
        onConfirm={close}
      >
        Two calls go to somebody else.
      </Confirm>
    </Card>
  );
}

function Figures() {
  const days = ['Mon', 'Tue', 'Wed', 'Thu'];
  const bars = days.map((day, at) => ({
    key: day,
    label: day,
    title: day,
    parts: at === 1 ? null : [{ name: 'Success', value: at === 2 ? 0 : 60 + at * 10, tone: 'good' as const }],
    lines: [`${at === 2 ? 0 : 60 + at * 10}% of 12 calls`],
  }));
  return (
    <>
      <StatStrip>
        <Stat label="Calls" value="1,284" note="1,146 last Monday" />
        <Stat label="Rating, of 5" value="4.4" note="31 ratings" />
      </StatStrip>
      <Card title="Bars">
        <BarTrend
          label="Success by day"
          bars={bars}
          max={100}
          target={80}
          tick={(n) => `${n}%`}
          nothing="No calls"
        />
        <Meter value={70} tone="good" />
        <Sparkline values={[1, 3, null, 4, 2]} label="Calls of the week" />
      </Card>
      <Card title="Table" body="flush">
        <Table
          caption="Agents"
          columns={[
            { key: 'n', head: 'Agent', cell: (row: string) => row },
            { key: 'c', head: 'Calls', cell: () => '12', align: 'right' },
          ]}
          rows={['Order status', 'Returns']}
          rowKey={(row) => row}
        />
      </Card>
    </>
  );
}

function States() {
  return (
    <Card title="States">
      <SkeletonRows rows={2} />
      <Empty
        icon={<Users />}
        title="Nobody here yet"
        action={<Button variant="primary">Add a member</Button>}
      >
        People you add show up here.
      </Empty>
      <NoMatch what="“zzz”" onClear={() => {}} />
      <Failure error={new Error('x')} onRetry={() => {}} />
    </Card>
  );
}
