import type { DrawnModel } from './chart-model.ts'
import classes from './chart.module.css'
import { tabulateChart } from './tabulate-chart.ts'

const mostRows = 500

/** The chart's numbers as a table that screen readers walk. */
export function ChartTable({ model, title }: { readonly model: DrawnModel; readonly title: string }) {
  const { head, rows } = tabulateChart(model)
  return (
    // A scrolled region must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className={classes.tablePlace} tabIndex={0} aria-label={`${title}, as a table`}>
      <table className={classes.table}>
        <thead>
          <tr>
            {head.map((name, index) => (
              <th key={`${index} ${name}`} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, mostRows).map((row, index) => (
            <tr key={`${index} ${row[0]}`}>
              {row.map((text, column) =>
                column === 0 ? (
                  <th key={column} scope="row">
                    {text}
                  </th>
                ) : (
                  <td key={column}>{text}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > mostRows && (
        <p className={classes.notes}>
          {(rows.length - mostRows).toLocaleString('en-US')} further rows: download the CSV for all.
        </p>
      )}
    </section>
  )
}
