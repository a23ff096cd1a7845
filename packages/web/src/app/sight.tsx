/** "What the operator sees": one switch for all pages, which show themselves as the control plane has them. */
import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react'

type Sight = { readonly operator: boolean; readonly setOperator: (on: boolean) => void }

const SightContext = createContext<Sight>({ operator: false, setOperator: () => undefined })
const key = 'keyhold-operator-sight'

export function SightProvider({ children }: { readonly children: ReactNode }) {
  const [operator, setOperator] = useState(() => sessionStorage.getItem(key) === 'on')
  useEffect(() => {
    sessionStorage.setItem(key, operator ? 'on' : 'off')
    document.documentElement.dataset['sight'] = operator ? 'operator' : 'own'
  }, [operator])
  const value = useMemo(() => ({ operator, setOperator }), [operator])
  return <SightContext value={value}>{children}</SightContext>
}

/** Whether the page is to show what the operator sees, and the switch's setter. */
export function useSight(): Sight {
  return use(SightContext)
}
