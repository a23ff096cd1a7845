/**
 * What the operator sees in place of each page: one entry a page, by its route. A page without one shows the entry of the
 * nearest path above it.
 */
import type { OperatorSubject } from '@keyhold/contract'

export type OperatorPageEntry = {
  /** The page's own title. */
  readonly title: string
  /** One sentence: what the operator cannot read here. */
  readonly hidden: string
  /** One sentence: what the operator does read here. */
  readonly visible: string
  /** Rows of the control database, in this order. */
  readonly subjects: readonly OperatorSubject[]
  /** Database tables to show of those subjects; all when left out. */
  readonly only?: readonly string[]
  /** The last sealed requests and answers of this page, as they passed the control plane. */
  readonly exchanges?: true
  /** The table that the address names, with its sealed objects. */
  readonly table?: true
}

export const operatorPages: Readonly<Record<string, OperatorPageEntry>> = {
  '/': {
    title: 'Home',
    hidden: 'Titles of dashboards and every value in tables are hidden.',
    visible: 'Names of the organisation, projects and buckets, and the times of all that happens, are not.',
    subjects: ['project', 'documents'],
    exchanges: true,
  },
  '/explore': {
    title: 'Explore',
    hidden: 'SQL, parameters, results and saved questions are hidden.',
    visible: 'When you asked, from where, and how large question and answer were is not; an answer’s size is padded.',
    subjects: ['requests', 'documents'],
    exchanges: true,
  },
  '/dashboards': {
    title: 'Dashboards',
    hidden: 'Titles, layouts, charts, SQL and every figure on them are hidden.',
    visible: 'How many there are, how large, who saved them and when is not.',
    subjects: ['documents', 'requests'],
    exchanges: true,
  },
  '/tables': {
    title: 'Tables',
    hidden: 'Every value in every row, and the name of every file that was loaded, is hidden.',
    visible: 'Names of buckets, tables and columns, types, counts of rows, sizes and times are not.',
    subjects: ['tables', 'keys'],
  },
  '/tables/$table': {
    title: 'Table',
    hidden: 'Every value of this table, and the name and form of the files it came from, is hidden.',
    visible: 'Its name, its columns’ names and types, counts of rows, sizes and times are not.',
    subjects: [],
    table: true,
    exchanges: true,
  },
  '/import': {
    title: 'Bring files',
    hidden: 'Names of files, how they are read, and all that is in them are hidden: they are sealed before they leave.',
    visible: 'Which table a file goes into, its sealed size, and how it ended is not.',
    subjects: ['uploads', 'jobs'],
    exchanges: true,
  },
  '/samples': {
    title: 'Sample',
    hidden: 'Rows, reports and the dashboard of the sample are hidden like your own.',
    visible: 'Names of its tables and columns, sizes and times are not.',
    subjects: ['uploads', 'documents'],
    exchanges: true,
  },
  '/reports': {
    title: 'Report',
    hidden: 'Its title, SQL, parameters, chart and result are hidden.',
    visible: 'That it is there, how large, who saved it and when it was asked is not.',
    subjects: ['documents', 'requests'],
    exchanges: true,
  },
  '/inventory': {
    title: 'Data inventory',
    hidden: 'What your tables hold is hidden here as everywhere: the inventory lists kinds of data and no data.',
    visible: 'The kinds themselves are not.',
    subjects: ['project'],
  },
  '/jobs': {
    title: 'Jobs',
    hidden: 'The file’s name, how it is read, and every row are hidden.',
    visible: 'Which table is loaded, how far it is, how it ended and by which rule it failed is not.',
    subjects: ['jobs', 'uploads'],
  },
  '/audit': {
    title: 'Audit',
    hidden: 'What was asked and answered is hidden: entries hold ids, counts and commitments.',
    visible: 'Who did what to which object, when, and with what outcome is not: the operator keeps this log for you.',
    subjects: ['audit'],
  },
  '/tokens': {
    title: 'Tokens',
    hidden: 'The signing half of every token and every device’s private key are hidden: they never left their client.',
    visible: 'Names of tokens and devices, public keys, scopes and last uses are not.',
    subjects: ['tokens', 'devices'],
  },
  '/members': {
    title: 'Members',
    hidden: 'Passwords are hidden: what is kept are hashes with salts of their own.',
    visible:
      'Who is here, as what, and who was invited is not: it is encrypted at rest under a key that the operator has.',
    subjects: ['members', 'devices'],
  },
  '/settings': {
    title: 'Settings',
    hidden: 'Every key that opens your data is hidden: what is stored here is wrapped for the data plane.',
    visible: 'Names, and accounts of people, are not: those are encrypted at rest under a key that the operator has.',
    subjects: ['project', 'keys', 'members', 'devices'],
  },
  '/security': {
    title: 'Security',
    hidden: 'Every key that opens your data is hidden: no factor or session opens it.',
    visible: 'Accounts, factors and addresses are not: they are encrypted at rest under a key that the operator has.',
    subjects: ['members'],
  },
  '/provisioning': {
    title: 'Provisioning',
    hidden: 'Secrets of tokens are hidden: what is kept are hashes.',
    visible: 'Who was provisioned is not: accounts are encrypted at rest under a key that the operator has.',
    subjects: ['members', 'tokens'],
    only: ['people', 'groups', 'group_members', 'provisioning_tokens'],
  },
  '/recovery-kit': {
    title: 'Recovery kit',
    hidden: 'The kit is hidden: the data plane sealed it to this browser.',
    visible: 'That it was asked for, when and by whom, is not.',
    subjects: ['keys', 'audit'],
    only: ['wrapped_keys', 'ledger_entries'],
    exchanges: true,
  },
}

/** The entry of a route's full path (`/p/$project/tables/$table`); of the nearest one above when it has none. */
export function findOperatorPage(fullPath: string): OperatorPageEntry {
  let path = fullPath.replace(/^\/p\/\$project/, '').replace(/\/$/, '')
  while (path !== '') {
    const entry = operatorPages[path]
    if (entry !== undefined) return entry
    path = path.slice(0, path.lastIndexOf('/'))
  }
  return operatorPages['/'] as OperatorPageEntry
}
