import { Code, Select } from '@mantine/core'
import type { Question } from '@keyhold/contract'
import type { Table } from '../../api/catalogue.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { blankQuestion } from './blank-question.ts'
import { ColumnsStep } from './columns-step.tsx'
import { FiltersStep } from './filters-step.tsx'
import { GroupsStep } from './groups-step.tsx'
import { MeasuresStep } from './measures-step.tsx'
import classes from './question-builder.module.css'
import { Step } from './question-step.tsx'
import { SortStep } from './sort-step.tsx'

type Props = {
  readonly question: Question | null
  /** The SQL that it became. */
  readonly sql: string
  readonly tables: readonly Table[]
  readonly onChange: (question: Question) => void
}

/** A question without SQL, put together step by step; the SQL that comes of it is shown beside. */
export function QuestionBuilder({ question, sql, tables, onChange }: Props) {
  const table = tables.find(({ bucket, name }) => bucket === question?.bucket && name === question.table)
  const change = (part: Partial<Question>): void => {
    if (question !== null) onChange({ ...question, ...part })
  }
  const parts = question !== null && table !== undefined ? { question, columns: table.columns, change } : null
  return (
    <div className={classes.builder}>
      <div className={classes.steps}>
        <Step name="From">
          <Select
            size="xs"
            className={classes.wide ?? ''}
            aria-label="Table"
            placeholder="Choose a table"
            searchable
            data={groupNames(tables)}
            value={question === null ? null : `${question.bucket}.${question.table}`}
            onChange={(chosen) => {
              const next = tables.find(({ bucket, name }) => `${bucket}.${name}` === chosen)
              if (next !== undefined) onChange(blankQuestion(next.bucket, next.name))
            }}
            nothingFoundMessage="No such table"
          />
        </Step>
        {parts !== null && (
          <>
            <FiltersStep {...parts} />
            <MeasuresStep {...parts} />
            <GroupsStep {...parts} />
            {parts.question.measures.length + parts.question.groups.length === 0 && <ColumnsStep {...parts} />}
            <SortStep {...parts} />
          </>
        )}
        {question !== null && table === undefined && tables.length > 0 && (
          <p className={classes.gone}>
            The table {question.bucket}.{question.table} is not there any more: choose another.
          </p>
        )}
      </div>
      {parts !== null && (
        <section className={classes.sql} aria-label="The SQL of this question">
          <header className={classes.sqlHeader}>
            <span>SQL</span>
            <CopyButton value={sql} label="Copy the SQL" />
          </header>
          <Code block className={classes.code ?? ''}>
            {sql}
          </Code>
        </section>
      )}
    </div>
  )
}

function groupNames(tables: readonly Table[]) {
  const byBucket = Map.groupBy(tables, ({ bucket }) => bucket)
  return [...byBucket].map(([group, all]) => ({ group, items: all.map(({ bucket, name }) => `${bucket}.${name}`) }))
}
