import { TextInput } from '@mantine/core'
import Search from 'lucide-react/icons/search'
import { FilterChips } from '../../ui/filter-chips.tsx'
import { useFragment } from '../../ui/fragment-state.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { findInInventory, protections, type Protection } from './find-in-inventory.ts'
import classes from './inventory-page.module.css'
import inventory from './inventory.json' with { type: 'json' }

/** CLN-09: everything that is kept, where, under which key, and for how long; from the comments of the schema itself. */
export function InventoryPage() {
  const [fragment, setFragment] = useFragment()
  const protection = fragment['kind'] ?? null
  const found = findInInventory(fragment['q'] ?? '', protection)
  const columns = inventory.tables.flatMap((table) => table.columns)
  return (
    <>
      <PageHeader
        title="Data inventory"
        about="Everything that is kept, where, under which key, and for how long. Made from the schema itself, so nothing is left out."
      />
      <section className={classes.elsewhere} aria-label="Places">
        {inventory.elsewhere.map((place) => (
          <article key={`${place.where} ${place.what}`} className={classes.place}>
            <h2 className={classes.where}>{place.where}</h2>
            <p>{place.what}</p>
            <dl>
              <div>
                <dt>Key</dt>
                <dd>{place.key}</dd>
              </div>
              <div>
                <dt>Kept</dt>
                <dd>{place.kept}</dd>
              </div>
            </dl>
          </article>
        ))}
      </section>
      <h2 className={classes.heading}>The control plane’s database</h2>
      <div className={classes.filters} role="search" aria-label="The inventory">
        <TextInput
          className={classes.text ?? ''}
          aria-label="Find a field"
          placeholder="Table, field or what it is …"
          leftSection={<Search size={16} aria-hidden="true" />}
          value={fragment['q'] ?? ''}
          onChange={(event) => setFragment({ q: event.currentTarget.value })}
        />
        <FilterChips
          label="Protection"
          chips={protections.map(({ value, name }) => ({
            value,
            name,
            count: columns.filter((column) => column.protection === value).length,
          }))}
          chosen={protection}
          onChoose={(value) => setFragment({ kind: value })}
        />
      </div>
      {found.length === 0 && <p className={classes.none}>No field matches. Use fewer words, or another kind.</p>}
      {found.map((table) => (
        <section key={table.table} className={classes.table} aria-label={`Database table ${table.table}`}>
          <header className={classes.header}>
            <h3 className={classes.name}>{table.table}</h3>
            <span className={classes.about}>{table.about}</span>
            <span className={classes.kept}>kept {table.kept}</span>
          </header>
          <dl className={classes.columns}>
            {table.columns.map((column) => (
              <div key={column.column} className={classes.column}>
                <dt className={classes.field}>{column.column}</dt>
                <dd>
                  {column.about}
                  {column.personal && `. Kept ${column.purpose}; ${column.until}`}
                </dd>
                <dd className={classes.kind} data-kind={column.protection}>
                  {nameProtection(column.protection)}
                  {column.personal && ', personal'}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </>
  )
}

function nameProtection(value: string): string {
  return protections.find((known) => known.value === (value as Protection))?.name ?? value
}
