import { ActionIcon, UnstyledButton } from '@mantine/core'
import MenuIcon from 'lucide-react/icons/menu'
import Search from 'lucide-react/icons/search'
import { Shortcut } from '../../ui/shortcut.tsx'
import { CustodyBadge } from './custody-badge.tsx'
import classes from './header.module.css'
import { useMay } from '../../api/may.ts'
import { LogBadge } from '../../features/audit/log-badge.tsx'
import { OperatorSwitch } from './operator-switch.tsx'

type Props = { readonly onMenu: () => void; readonly onSearch: () => void }

export function Header({ onMenu, onSearch }: Props) {
  const mayReadLog = useMay('log.read')
  const mayHaveSight = useMay('operator_view.read')
  return (
    <header className={classes.header}>
      <ActionIcon variant="subtle" color="gray" size="lg" className={classes.menu} onClick={onMenu} aria-label="Menu">
        <MenuIcon size={20} aria-hidden="true" />
      </ActionIcon>
      <UnstyledButton className={classes.search} onClick={onSearch}>
        <Search size={15} aria-hidden="true" />
        <span className={classes.hint}>Go to, find, do …</span>
        <span className={classes.keys}>
          <Shortcut keys={['mod', 'K']} />
        </span>
      </UnstyledButton>
      <div className={classes.badges}>
        <CustodyBadge />
        {mayReadLog && <LogBadge />}
        {mayHaveSight && <OperatorSwitch />}
      </div>
    </header>
  )
}
