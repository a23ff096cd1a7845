import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  type RouteComponent,
} from '@tanstack/react-router'
import { ApiError } from '@keyhold/contract'
import { WebProblem } from '../api/problem.ts'
import { projectsOptions } from '../api/projects.ts'
import { queryClient } from '../api/query-client.ts'
import { sessionOptions } from '../api/session.ts'
import { placesOf } from './navigation.ts'
import { NotFoundPage } from './not-found-page.tsx'
import { PageSkeleton } from './page-skeleton.tsx'
import { ProblemPage } from './problem-page.tsx'

const root = createRootRoute()

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('../features/setup/setup-page.tsx'), 'SetupPage'),
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('../features/sign-in/sign-in-page.tsx'), 'SignInPage'),
})

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(() => import('../features/invitation/invitation-page.tsx'), 'InvitationPage'),
})

/** Where the organisation demands a second factor of who has none. */
const secondFactor = createRoute({
  getParentRoute: () => root,
  path: '/second-factor',
  component: lazyRouteComponent(() => import('../features/security/second-factor-page.tsx'), 'SecondFactorPage'),
})

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: '/forgot-password',
  component: lazyRouteComponent(() => import('../features/passwords/forgot-password-page.tsx'), 'ForgotPasswordPage'),
})

const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/reset-password',
  component: lazyRouteComponent(() => import('../features/passwords/reset-password-page.tsx'), 'ResetPasswordPage'),
})

/** Who runs the installation: a realm of its own, without the members' session and shell. */
const operators = createRoute({
  getParentRoute: () => root,
  path: '/operators',
  component: lazyRouteComponent(() => import('../features/operators/operators-page.tsx'), 'OperatorsPage'),
})

const operatorEnrolment = createRoute({
  getParentRoute: () => root,
  path: '/operators/enrol',
  component: lazyRouteComponent(() => import('../features/operators/enrol-page.tsx'), 'EnrolPage'),
})

/** Back from an identity provider. */
const callback = createRoute({
  getParentRoute: () => root,
  path: '/single-sign-on/callback',
  component: lazyRouteComponent(() => import('../features/single-sign-on/callback-page.tsx'), 'CallbackPage'),
})

/** Where a shell's link leads. */
const shell = createRoute({
  getParentRoute: () => root,
  path: '/shell',
  component: lazyRouteComponent(() => import('../features/shells/shell-page.tsx'), 'ShellPage'),
})

/** Everything else is for who is signed in here. */
const member = createRoute({
  getParentRoute: () => root,
  id: 'member',
  async beforeLoad() {
    try {
      const session = await queryClient.ensureQueryData(sessionOptions)
      if (!session.self.factorNeeded) return session
    } catch (error) {
      if (needsSignIn(error)) throw redirect({ to: '/sign-in' })
      throw error
    }
    throw redirect({ to: '/second-factor' })
  },
})

function needsSignIn(error: unknown): boolean {
  if (error instanceof ApiError) return error.problem.status === 401
  return error instanceof WebProblem && error.code === 'device.missing'
}

const index = createRoute({
  getParentRoute: () => member,
  path: '/',
  async beforeLoad() {
    const projects = await queryClient.ensureQueryData(projectsOptions)
    const last = localStorage.getItem('keyhold-project')
    const project = projects.find(({ id }) => id === last) ?? projects[0]
    const { self } = await queryClient.ensureQueryData(sessionOptions)
    // Who opens no data begins where there is something to see: an auditor at the log.
    const to = placesOf(self.role).find((place) => place.to !== '/p/$project/explore')?.to ?? '/p/$project/settings'
    if (project !== undefined) throw redirect({ to, params: { project: project.id }, replace: true })
  },
  component: NotFoundPage,
})

const project = createRoute({
  getParentRoute: () => member,
  path: '/p/$project',
  component: lazyRouteComponent(() => import('./shell/shell.tsx'), 'Shell'),
})

/** A page inside the shell, loaded when it is first visited. */
const page = <P extends string>(path: P, component: RouteComponent) =>
  createRoute({ getParentRoute: () => project, path, component, pendingComponent: PageSkeleton })

const pages = [
  page(
    '/',
    lazyRouteComponent(() => import('../features/home/home-page.tsx'), 'HomePage'),
  ),
  page(
    '/explore',
    lazyRouteComponent(() => import('../features/explore/explore-page.tsx'), 'ExplorePage'),
  ),
  page(
    '/reports/$report',
    lazyRouteComponent(() => import('../features/reports/report-page.tsx'), 'ReportPage'),
  ),
  page(
    '/dashboards',
    lazyRouteComponent(() => import('../features/dashboards/dashboards-page.tsx'), 'DashboardsPage'),
  ),
  page(
    '/dashboards/$dashboard',
    lazyRouteComponent(() => import('../features/dashboards/dashboard-page.tsx'), 'DashboardPage'),
  ),
  page(
    '/import',
    lazyRouteComponent(() => import('../features/import/import-page.tsx'), 'ImportPage'),
  ),
  page(
    '/import/$bucket/$table',
    lazyRouteComponent(() => import('../features/import/first-look-page.tsx'), 'FirstLookPage'),
  ),
  page(
    '/samples/$sample',
    lazyRouteComponent(() => import('../features/samples/sample-page.tsx'), 'SamplePage'),
  ),
  page(
    '/tables',
    lazyRouteComponent(() => import('../features/tables/tables-page.tsx'), 'TablesPage'),
  ),
  page(
    '/tables/$table',
    lazyRouteComponent(() => import('../features/tables/table-page.tsx'), 'TablePage'),
  ),
  page(
    '/jobs',
    lazyRouteComponent(() => import('../features/jobs/jobs-page.tsx'), 'JobsPage'),
  ),
  page(
    '/audit',
    lazyRouteComponent(() => import('../features/audit/audit-page.tsx'), 'AuditPage'),
  ),
  page(
    '/tokens',
    lazyRouteComponent(() => import('../features/tokens/tokens-page.tsx'), 'TokensPage'),
  ),
  page(
    '/members',
    lazyRouteComponent(() => import('../features/members/members-page.tsx'), 'MembersPage'),
  ),
  page(
    '/settings',
    lazyRouteComponent(() => import('../features/settings/settings-page.tsx'), 'SettingsPage'),
  ),
  page(
    '/security',
    lazyRouteComponent(() => import('../features/security/security-page.tsx'), 'SecurityPage'),
  ),
  page(
    '/provisioning',
    lazyRouteComponent(() => import('../features/provisioning/provisioning-page.tsx'), 'ProvisioningPage'),
  ),
  page(
    '/single-sign-on',
    lazyRouteComponent(() => import('../features/single-sign-on/single-sign-on-page.tsx'), 'SingleSignOnPage'),
  ),
  page(
    '/inventory',
    lazyRouteComponent(() => import('../features/inventory/inventory-page.tsx'), 'InventoryPage'),
  ),
  page(
    '/recovery-kit',
    lazyRouteComponent(() => import('../features/recovery/recovery-kit-page.tsx'), 'RecoveryKitPage'),
  ),
] as const

const open = [
  setup,
  signIn,
  invitation,
  secondFactor,
  forgotPassword,
  resetPassword,
  callback,
  shell,
  operators,
  operatorEnrolment,
] as const
const routeTree = root.addChildren([...open, member.addChildren([index, project.addChildren(pages)])])

export const router = createRouter({
  routeTree,
  defaultNotFoundComponent: NotFoundPage,
  defaultErrorComponent: ProblemPage,
  defaultPendingComponent: PageSkeleton,
  defaultPreload: 'intent',
  defaultPendingMs: 150,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
  interface StaticDataRouteOption {
    /** The page itself shows what the operator sees of it. */
    ownSight?: boolean
  }
}
