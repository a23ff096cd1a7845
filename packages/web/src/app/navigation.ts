/** The places of the app, in the order of the navigation. `key` follows `g` as a shortcut. */
import House from 'lucide-react/icons/house'
import KeyRound from 'lucide-react/icons/key-round'
import LayoutDashboard from 'lucide-react/icons/layout-dashboard'
import ListChecks from 'lucide-react/icons/list-checks'
import ScrollText from 'lucide-react/icons/scroll-text'
import Settings from 'lucide-react/icons/settings'
import SquareTerminal from 'lucide-react/icons/square-terminal'
import Table2 from 'lucide-react/icons/table-2'
import Users from 'lucide-react/icons/users'
import { roleMay, type Action, type Role } from '@keyhold/contract'

const places = [
  { to: '/p/$project', name: 'Home', icon: House, key: 'h', words: 'start overview' },
  {
    to: '/p/$project/explore',
    name: 'Explore',
    icon: SquareTerminal,
    key: 'e',

    words: 'sql query question',
  },
  {
    to: '/p/$project/dashboards',
    name: 'Dashboards',
    icon: LayoutDashboard,
    key: 'd',

    words: 'charts reports',
  },
  {
    to: '/p/$project/tables',
    name: 'Tables',
    icon: Table2,
    key: 't',

    words: 'data upload import buckets columns',
  },
  { to: '/p/$project/jobs', name: 'Jobs', icon: ListChecks, key: 'j', words: 'imports runs progress' },
  {
    to: '/p/$project/audit',
    name: 'Audit',
    icon: ScrollText,
    key: 'a',

    words: 'log entries proof verify',
  },
  {
    to: '/p/$project/tokens',
    name: 'Tokens',
    icon: KeyRound,
    key: 'k',

    words: 'programs access keys',
  },
  { to: '/p/$project/members', name: 'Members', icon: Users, key: 'm', words: 'people roles invite' },
  {
    to: '/p/$project/settings',
    name: 'Settings',
    icon: Settings,
    key: 's',

    words: 'project recovery kit device',
  },
] as const

/** What a role must be allowed for a place to be there; others are there for everyone. */
const needs: Readonly<Partial<Record<(typeof places)[number]['to'], Action>>> = {
  '/p/$project': 'data.read',
  '/p/$project/explore': 'request.send',
  '/p/$project/dashboards': 'data.read',
  '/p/$project/tables': 'data.read',
  '/p/$project/jobs': 'data.read',
  '/p/$project/audit': 'log.read',
  '/p/$project/members': 'people.read',
}

/** The places that somebody of this role finds something in. */
export function placesOf(role: Role | null): readonly (typeof places)[number][] {
  return places.filter(({ to }) => {
    const need = needs[to]
    return need === undefined || (role !== null && roleMay(role, need))
  })
}
