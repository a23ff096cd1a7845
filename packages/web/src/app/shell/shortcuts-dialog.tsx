import { Modal, Title } from '@mantine/core'
import { Shortcut } from '../../ui/shortcut.tsx'
import { useSession } from '../../api/use-data.ts'
import { placesOf } from '../navigation.ts'
import classes from './shortcuts-dialog.module.css'

const everywhere = [
  { keys: ['mod', 'K'], does: 'Go anywhere, find anything' },
  { keys: ['?'], does: 'Show these shortcuts' },
  { keys: ['Esc'], does: 'Close what is open' },
] as const

const inExplore = [
  { keys: ['mod', 'Enter'], does: 'Run: what is selected, or the statement at the cursor' },
  { keys: ['Shift', 'Alt', 'F'], does: 'Lay out the SQL' },
  { keys: ['mod', 'S'], does: 'Save as a report' },
] as const

const inResults = [
  { keys: ['mod', 'C'], does: 'Copy the cells; with Shift their names too' },
  { keys: ['Enter'], does: 'Show a whole value; on a name, sort' },
  { keys: ['Shift', 'Space'], does: 'Select the row' },
  { keys: ['mod', 'Space'], does: 'Select the column' },
  { keys: ['Alt', '→'], does: 'On a name: make the column wider' },
] as const

type Row = { readonly keys: readonly string[]; readonly does: string }

export function ShortcutsDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const going = placesOf(useSession().self.role).map(({ key, name }) => ({ keys: ['g', key], does: `Go to ${name}` }))
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard shortcuts" size="lg" centered>
      <div className={classes.groups}>
        <Group title="Everywhere" rows={everywhere} />
        <Group title="Explore" rows={inExplore} />
        <Group title="Results" rows={inResults} />
        <Group title="Places" rows={going} />
      </div>
    </Modal>
  )
}

function Group({ title, rows }: { readonly title: string; readonly rows: readonly Row[] }) {
  return (
    <section>
      <Title order={3} size="h4" mb={6}>
        {title}
      </Title>
      <dl className={classes.list}>
        {rows.map(({ keys, does }) => (
          <div key={does} className={classes.row}>
            <dt>{does}</dt>
            <dd>
              <Shortcut keys={keys} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
