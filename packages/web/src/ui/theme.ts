import {
  createTheme,
  type CSSVariablesResolver,
  type DrawerProps,
  type MantineThemeOverride,
  type ModalProps,
  type SegmentedControlProps,
} from '@mantine/core'
import { chartPalettes, ink, ochre, paper, verdigris, wax } from './palette.ts'

const sans = "'Inter Variable', system-ui, sans-serif"
const serif = "'Source Serif 4 Variable', Georgia, serif"
const mono = "'JetBrains Mono Variable', ui-monospace, monospace"

/** A dialog's header is no banner of the page, and its close button has a name. */
const dialogProps = {
  attributes: { header: { role: 'presentation' } },
  closeButtonProps: { 'aria-label': 'Close' },
  styles: {
    content: { background: 'var(--kh-surface)' },
    header: { background: 'var(--kh-surface)' },
    title: { fontFamily: serif, fontSize: '1.1875rem', fontWeight: 560 },
  },
} satisfies Partial<ModalProps & DrawerProps>

/** The design in Mantine's terms; what it means is in README.md beside this file. */
export const theme: MantineThemeOverride = createTheme({
  colors: { gray: paper, dark: ink, verdigris, wax, ochre, red: wax, yellow: ochre, green: verdigris },
  primaryColor: 'verdigris',
  primaryShade: { light: 7, dark: 6 },
  white: '#fffefb',
  black: '#1e2326',
  fontFamily: sans,
  fontFamilyMonospace: mono,
  defaultRadius: 'sm',
  radius: { xs: '3px', sm: '6px', md: '10px', lg: '16px', xl: '24px' },
  fontSizes: { xs: '0.75rem', sm: '0.875rem', md: '0.9375rem', lg: '1.0625rem', xl: '1.25rem' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.55', lg: '1.5', xl: '1.4' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2.5rem' },
  headings: {
    fontFamily: serif,
    fontWeight: '560',
    textWrap: 'balance',
    sizes: {
      h1: { fontSize: '1.75rem', lineHeight: '1.2' },
      h2: { fontSize: '1.3125rem', lineHeight: '1.3' },
      h3: { fontSize: '1.0625rem', lineHeight: '1.4' },
      h4: { fontSize: '0.9375rem', lineHeight: '1.45' },
    },
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  // By name: a component's own `extend` does no more, and would bring the component into every page's first scripts.
  components: {
    Modal: { defaultProps: dialogProps },
    Drawer: { defaultProps: dialogProps },
    // Labels that fade from one colour scheme to the other cannot be read meanwhile.
    SegmentedControl: { defaultProps: { transitionDuration: 0 } satisfies Partial<SegmentedControlProps> },
  },
})

const chartVariables = (scheme: 'light' | 'dark'): Record<string, string> =>
  Object.fromEntries(chartPalettes[scheme].map((colour, index) => [`--kh-chart-${index + 1}`, colour]))

/** Our own tokens, for both schemes. Use these in CSS modules rather than Mantine's shades. */
export const resolveVariables: CSSVariablesResolver = () => ({
  variables: { '--kh-serif': serif, '--kh-mono': mono, '--kh-sans': sans },
  light: {
    '--mantine-color-body': '#fbf9f4',
    '--mantine-color-dimmed': paper[6],
    '--mantine-color-placeholder': '#77736a',
    '--mantine-color-error': wax[7],
    '--kh-surface': '#fffefb',
    '--kh-sunken': paper[1],
    '--kh-line': paper[2],
    '--kh-line-strong': paper[4],
    '--kh-ink': '#1e2326',
    '--kh-muted': paper[6],
    '--kh-accent': verdigris[7],
    '--kh-accent-soft': verdigris[0],
    '--kh-wax': wax[7],
    '--kh-wax-soft': wax[0],
    '--kh-warn': ochre[7],
    '--kh-warn-soft': ochre[0],
    '--kh-shadow': '0 12px 40px -24px rgb(20 30 30 / 35%)',
    ...chartVariables('light'),
  },
  dark: {
    '--mantine-color-body': ink[7],
    '--mantine-color-text': ink[0],
    '--mantine-color-dimmed': ink[2],
    '--mantine-color-placeholder': ink[3],
    '--mantine-color-anchor': verdigris[3],
    '--mantine-color-error': wax[3],
    '--kh-surface': ink[6],
    '--kh-sunken': ink[8],
    '--kh-line': ink[5],
    '--kh-line-strong': '#4a5457',
    '--kh-ink': ink[0],
    '--kh-muted': ink[2],
    '--kh-accent': verdigris[3],
    '--kh-accent-soft': '#16302a',
    '--kh-wax': wax[3],
    '--kh-wax-soft': '#37201b',
    '--kh-warn': ochre[3],
    '--kh-warn-soft': '#332a17',
    '--kh-shadow': '0 12px 40px -24px rgb(0 0 0 / 80%)',
    ...chartVariables('dark'),
  },
})
