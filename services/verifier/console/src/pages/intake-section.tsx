import type { Closing } from '../api/types.ts';
import { Badge } from '../ui/badge.tsx';
import { Fact, Facts, StatementLink, Time } from '../ui/data.tsx';
import { Section } from '../ui/page.tsx';
import { kindName } from '../words/statement-words.ts';

/** The intake that a statement is about, and what ended it. */
export function IntakeSection({ intake }: { readonly intake: Closing }) {
  const { intakeIndex, admittedAt, dueAt, overdue, ending, closingIndex, closedAt, referralIndex } = intake;
  return (
    <Section id="intake" title="Its application">
      <Facts>
        <Fact name="Admitted">
          <Time at={admittedAt} />, <StatementLink name={intakeIndex}>entry {intakeIndex}</StatementLink>
        </Fact>
        {referralIndex !== undefined && (
          <Fact name="Referred to a person">
            <StatementLink name={referralIndex}>entry {referralIndex}</StatementLink>
          </Fact>
        )}
        <Fact name="Closed">
          {closingIndex === undefined || closedAt === undefined ? (
            'not yet'
          ) : (
            <>
              <Time at={closedAt} /> by {kindName(ending).toLowerCase()},{' '}
              <StatementLink name={closingIndex}>entry {closingIndex}</StatementLink>
            </>
          )}
        </Fact>
        <Fact name="Due">
          <Time at={dueAt} /> {overdue && <Badge tone="bad">overdue</Badge>}
        </Fact>
      </Facts>
    </Section>
  );
}
