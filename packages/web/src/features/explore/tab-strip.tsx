import { ActionIcon, Menu } from '@mantine/core'
import Plus from 'lucide-react/icons/plus'
import X from 'lucide-react/icons/x'
import classes from './tab-strip.module.css'
import { isChanged, type Tab } from './workbench.ts'

type Props = {
  readonly tabs: readonly Tab[]
  readonly active: string
  readonly onShow: (id: string) => void
  readonly onClose: (id: string) => void
  readonly onNew: (mode: Tab['mode']) => void
}

/** What lies open. They are there again after a reload. */
export function TabStrip({ tabs, active, onShow, onClose, onNew }: Props) {
  return (
    <div className={classes.strip}>
      <ul className={classes.tabs} aria-label="Open queries">
        {tabs.map((tab) => (
          <li key={tab.id} className={classes.tab} data-active={tab.id === active || undefined}>
            <button
              type="button"
              className={classes.title}
              aria-current={tab.id === active ? 'true' : undefined}
              onClick={() => onShow(tab.id)}
              onAuxClick={(event) => event.button === 1 && onClose(tab.id)}
            >
              <span className={classes.name}>{tab.title}</span>
              {tab.report !== null && isChanged(tab) && (
                <span className={classes.changed} role="img" aria-label="has changes that are not saved" />
              )}
            </button>
            <button
              type="button"
              className={classes.close}
              aria-label={`Close ${tab.title}`}
              onClick={() => onClose(tab.id)}
            >
              <X size={13} aria-hidden="true" />
            </button>
          </li>
        ))}
      </ul>
      <Menu position="bottom-start" width={250}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="md" aria-label="Open another">
            <Plus size={16} aria-hidden="true" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => onNew('sql')}>SQL</Menu.Item>
          <Menu.Item onClick={() => onNew('question')}>A question, without SQL</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  )
}
