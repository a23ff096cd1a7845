/** The places of the app, in the order of the navigation. `key` follows `g` as a shortcut. */
import House from 'lucide-react/icons/house'
import KeyRound from 'lucide-react/icons/key-round'
import LayoutDashboard from 'lucide-react/icons/layout-dashboard'
import ListChecks from 'lucide-react/icons/list-checks'
import ScrollText from 'lucide-react/icons/scroll-text'
import Settings from 'lucide-react/icons/settings'
import SquareTerminal from 'lucide-react/icons/square-terminal'
import Table2 from 'lucide-react/icons/table-2'

export const places = [
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
  {
    to: '/p/$project/settings',
    name: 'Settings',
    icon: Settings,
    key: 's',

    words: 'project recovery kit device',
  },
] as const
