import { Modal, TextInput, useMantineColorScheme } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import Search from 'lucide-react/icons/search'
import { useId, useState, type KeyboardEvent } from 'react'
import { useProjectId, useProjects } from '../../api/projects.ts'
import { Shortcut } from '../../ui/shortcut.tsx'
import { useMay } from '../../api/may.ts'
import { useSession } from '../../api/use-data.ts'
import { placesOf } from '../navigation.ts'
import { useSight } from '../sight.tsx'
import { findCommands, type PaletteCommand } from './palette-search.ts'
import classes from './palette.module.css'

type Props = { readonly opened: boolean; readonly onClose: () => void; readonly onShortcuts: () => void }

/** Ctrl-K: every place and act by name. */
export function Palette({ opened, onClose, onShortcuts }: Props) {
  return (
    <Modal.Root opened={opened} onClose={onClose} padding={0} size="lg" yOffset="12vh">
      <Modal.Overlay />
      <Modal.Content aria-label="Commands">
        <Modal.Body>
          <PaletteBody onClose={onClose} onShortcuts={onShortcuts} />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}

function PaletteBody({ onClose, onShortcuts }: Omit<Props, 'opened'>) {
  const [text, setText] = useState('')
  const [active, setActive] = useState(0)
  const list = useId()
  const found = findCommands(useCommands(onShortcuts), text)
  const chosen = Math.min(active, found.length - 1)

  const run = (command: PaletteCommand | undefined): void => {
    if (command === undefined) return
    onClose()
    command.run()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      setActive((chosen + step + found.length) % Math.max(1, found.length))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      run(found[chosen])
    }
  }
  return (
    <>
      <TextInput
        variant="unstyled"
        classNames={{ input: classes.input ?? '' }}
        leftSection={<Search size={17} aria-hidden="true" />}
        placeholder="Go to, find, do …"
        aria-label="Command"
        role="combobox"
        aria-expanded
        aria-controls={list}
        aria-activedescendant={found.length > 0 ? `${list}-${chosen}` : undefined}
        value={text}
        data-autofocus
        onKeyDown={onKeyDown}
        onChange={(event) => {
          setText(event.currentTarget.value)
          setActive(0)
        }}
      />
      <ul id={list} role="listbox" aria-label="Commands" className={classes.list}>
        {found.map((command, index) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the keys are the field's: the list never has the focus
          <li
            key={command.id}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === chosen}
            className={classes.item}
            onMouseMove={() => setActive(index)}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => run(command)}
          >
            <span>{command.name}</span>
            {command.keys !== undefined && <Shortcut keys={command.keys} />}
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className={classes.none}>Nothing has this name. Try “tables” or “theme”.</p>}
    </>
  )
}

function useCommands(onShortcuts: () => void): PaletteCommand[] {
  const navigate = useNavigate()
  const project = useProjectId()
  const { self } = useSession()
  const mayHaveSight = useMay('operator_view.read')
  const projects = useProjects()
  const { operator, setOperator } = useSight()
  const { setColorScheme } = useMantineColorScheme()
  return [
    ...placesOf(self.role).map(({ to, name, key, words }) => ({
      id: to,
      name,
      words,
      keys: ['g', key],
      run: () => void navigate({ to, params: { project } }),
    })),
    ...projects
      .filter(({ id }) => id !== project)
      .map(({ id, name }) => ({
        id,
        name: `Project: ${name}`,
        words: 'switch',
        run: () => void navigate({ to: '/p/$project', params: { project: id } }),
      })),
    ...(mayHaveSight
      ? [
          {
            id: 'sight',
            name: operator ? 'Show my own view' : 'Show what the operator sees',
            words: 'sight ciphertext',
            run: () => setOperator(!operator),
          },
        ]
      : []),
    { id: 'light', name: 'Theme: light', words: 'colour appearance', run: () => setColorScheme('light') },
    { id: 'dark', name: 'Theme: dark', words: 'colour appearance', run: () => setColorScheme('dark') },
    { id: 'auto', name: 'Theme: as the system', words: 'colour appearance auto', run: () => setColorScheme('auto') },
    {
      id: 'kit',
      name: 'Recovery kit',
      words: 'print backup key',
      run: () => void navigate({ to: '/p/$project/recovery-kit', params: { project } }),
    },
    { id: 'shortcuts', name: 'Keyboard shortcuts', words: 'help keys', keys: ['?'], run: onShortcuts },
  ]
}
