import { useDisclosure } from '@mantine/hooks'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useProjectId } from '../../api/projects.ts'
import { PageSlot } from '../page-slot.tsx'
import { SightProvider } from '../sight.tsx'
import { InShell } from '../standalone-page.tsx'
import { ConsentGate } from './consent-gate.tsx'
import { Header } from './header.tsx'
import { OperatorBanner } from './operator-banner.tsx'
import classes from './shell.module.css'
import { Sidebar } from './sidebar.tsx'
import { useShellKeys } from './use-shell-keys.ts'

const loadOverlays = () => import('./overlays.tsx')
const Overlays = lazy(async () => ({ default: (await loadOverlays()).Overlays }))

/** The frame around every page of a project. */
export function Shell() {
  const project = useProjectId()
  const [menuOpened, menu] = useDisclosure(false)
  const [paletteOpened, palette] = useDisclosure(false)
  const [shortcutsOpened, shortcuts] = useDisclosure(false)
  const anyOpened = menuOpened || paletteOpened || shortcutsOpened
  // They stay once they are there: who closes one sees it go.
  const [wanted, setWanted] = useState(false)
  if (anyOpened && !wanted) setWanted(true)
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
          <OperatorBanner />
          <main id="main" tabIndex={-1} className={classes.main}>
            <InShell value>
              <PageSlot />
            </InShell>
          </main>
        </div>
      </div>
      <ConsentGate />
      {wanted && (
        <Suspense fallback={null}>
          <Overlays
            menu={{ opened: menuOpened, close: menu.close }}
            palette={{ opened: paletteOpened, close: palette.close }}
            shortcuts={{ opened: shortcutsOpened, close: shortcuts.close, open: shortcuts.open }}
          />
        </Suspense>
      )}
    </SightProvider>
  )
}

// The address keeps its fragment, which is the page's state.
function skipToMain(event: React.MouseEvent): void {
  event.preventDefault()
  document.getElementById('main')?.focus()
}
