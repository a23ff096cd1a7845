import { Drawer } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useEffect } from 'react'
import { useProjectId } from '../../api/projects.ts'
import { PageSlot } from '../page-slot.tsx'
import { SightProvider } from '../sight.tsx'
import { InShell } from '../standalone-page.tsx'
import { ConsentGate } from './consent-gate.tsx'
import { Header } from './header.tsx'
import { MaintenanceBanner } from './maintenance-banner.tsx'
import { OperatorBanner } from './operator-banner.tsx'
import { Palette } from './palette.tsx'
import classes from './shell.module.css'
import { ShortcutsDialog } from './shortcuts-dialog.tsx'
import { Sidebar } from './sidebar.tsx'
import { useShellKeys } from './use-shell-keys.ts'

/** The frame around every page of a project. */
export function Shell() {
  const project = useProjectId()
  const [menuOpened, menu] = useDisclosure(false)
  const [paletteOpened, palette] = useDisclosure(false)
  const [shortcutsOpened, shortcuts] = useDisclosure(false)
  useShellKeys({ openPalette: palette.open, openShortcuts: shortcuts.open })
  useEffect(() => localStorage.setItem('keyhold-project', project), [project])

  return (
    <SightProvider>
      <a href="#main" className={classes.skip} onClick={skipToMain}>
        Skip to the page
      </a>
      <div className={classes.shell}>
        <aside className={classes.side}>
          <Sidebar />
        </aside>
        <div className={classes.page}>
          <Header onMenu={menu.open} onSearch={palette.open} />
          <MaintenanceBanner />
          <OperatorBanner />
          <main id="main" tabIndex={-1} className={classes.main}>
            <InShell value>
              <PageSlot />
            </InShell>
          </main>
        </div>
      </div>
      <Drawer opened={menuOpened} onClose={menu.close} size={260} padding={0} withCloseButton={false} title="Menu">
        <Sidebar onNavigate={menu.close} />
      </Drawer>
      <ConsentGate />
      <Palette opened={paletteOpened} onClose={palette.close} onShortcuts={shortcuts.open} />
      <ShortcutsDialog opened={shortcutsOpened} onClose={shortcuts.close} />
    </SightProvider>
  )
}

// The address keeps its fragment, which is the page's state.
function skipToMain(event: React.MouseEvent): void {
  event.preventDefault()
  document.getElementById('main')?.focus()
}
