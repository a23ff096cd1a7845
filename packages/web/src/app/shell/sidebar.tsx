import { Link } from '@tanstack/react-router'
import { useProjectId } from '../../api/projects.ts'
import { Logo } from '../../ui/logo.tsx'
import { useSession } from '../../api/use-data.ts'
import { placesOf } from '../navigation.ts'
import { PersonMenu } from './person-menu.tsx'
import { ProjectSwitcher } from './project-switcher.tsx'
import classes from './sidebar.module.css'

/** Where one is and can go; also the drawer of narrow screens. */
export function Sidebar({ onNavigate }: { readonly onNavigate?: () => void }) {
  const project = useProjectId()
  const { self } = useSession()
  return (
    <div className={classes.sidebar}>
      <Link to="/p/$project" params={{ project }} className={classes.home} onClick={onNavigate}>
        <Logo />
      </Link>
      <ProjectSwitcher />
      <nav aria-label="Places" className={classes.nav}>
        {placesOf(self.role).map(({ to, name, icon: Icon }) => (
          <Link
            key={to}
            to={to}
            params={{ project }}
            activeOptions={{ exact: to === '/p/$project', includeHash: false }}
            className={classes.link}
            onClick={onNavigate}
          >
            <Icon size={17} strokeWidth={1.8} aria-hidden="true" />
            {name}
          </Link>
        ))}
      </nav>
      <PersonMenu />
    </div>
  )
}
